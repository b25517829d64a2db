"""A worker in a process of its own that stops at a step of sending until it is killed or let go.

The steps lie between choosing a text and having recorded what became of it. The process wraps
the product's own functions from outside; the product knows nothing of it.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

import time_machine
from sqlalchemy import event

from booking.database import db
from booking.messages import sending
from notifications.channels import open_channel
from tests.conftest import make_app
from tests.texts.fake_twilio import PATIENCE_SECONDS, FakeTwilio, Kept

CHOSEN = "chosen"  # the text is in this worker's list
CLAIMING = "claiming"  # the claim is written and not yet committed
CLAIMED = "claimed"  # it is on disk; the provider has not been called
ACCEPTED = "accepted"  # the provider has it; its answer is on the way
ANSWERED = "answered"  # the answer is here and nowhere on disk
RECORDING = "recording"  # the outcome is written and not yet committed
RECORDED = "recorded"  # it is on disk
STEPS = (CHOSEN, CLAIMING, CLAIMED, ACCEPTED, ANSWERED, RECORDING, RECORDED)
IN_A_TRANSACTION = (CLAIMING, RECORDING)  # nobody else can write what it holds

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


class Stopped:
    """The worker, waiting at its step."""

    def __init__(self, process: Any, go_on: Callable[[], None]) -> None:
        self._process, self._go_on = process, go_on

    def kill(self) -> None:
        """SIGKILL: nothing of it runs any more."""
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join(PATIENCE_SECONDS)
        assert self._process.exitcode == -signal.SIGKILL
        self._go_on()

    def let_go(self) -> None:
        """It goes on to the end of its work."""
        self._go_on()
        self._process.join(PATIENCE_SECONDS)
        assert self._process.exitcode == 0


@contextmanager
def stopped_at(step: str, *, url: str, network: FakeTwilio, at: datetime) -> Iterator[Stopped]:
    """A worker on the database that has reached the step with the first text that is due."""
    here, there = _processes.Pipe()
    accepted, answer = threading.Event(), threading.Event()
    if step == ACCEPTED:  # only the network knows when that is

        def hold(_kept: Kept) -> None:
            accepted.set()
            answer.wait(PATIENCE_SECONDS)

        network.before_answering = hold
    process = _processes.Process(target=_work, args=(step, url, network.settings, at, there))
    process.start()
    try:
        if step == ACCEPTED:
            assert accepted.wait(PATIENCE_SECONDS), "the network never got the text"
            yield Stopped(process, answer.set)
        else:
            assert here.poll(PATIENCE_SECONDS), f"the worker never reached {step}"
            yield Stopped(process, lambda: here.send("go on") if process.is_alive() else None)
    finally:
        network.before_answering = lambda _: None
        answer.set()
        process.kill()
        process.join(PATIENCE_SECONDS)


def _work(step: str, url: str, settings: dict[str, str], at: datetime, pipe: Connection) -> None:
    time_machine.travel(at, tick=False).start()
    app = make_app(url, **settings)
    with app.app_context():
        _wait_at(step, pipe)
        sending.send_due(open_channel(app.config), name="twilio")


def _wait_at(step: str, pipe: Connection) -> None:
    """Wrap the transaction that records one text and claims the next; stop there once."""
    claim_next = sending.record_and_claim
    steps_passed: list[str] = []

    def reached(passed: str) -> None:
        steps_passed.append(passed)
        if steps_passed.count(step) == 1 and passed == step:
            pipe.send(step)
            pipe.recv()

    def in_steps(answered: sending.Answered | None, due: Sequence[int], **more: str) -> Any:
        recording = answered is not None
        reached(ANSWERED if recording else CHOSEN)
        steps_passed.append("recording next" if recording else "claiming next")
        done = claim_next(answered, due, **more)
        reached(RECORDED if recording else CLAIMED)
        return done

    @event.listens_for(db.session, "before_commit")
    def committing(_session: object) -> None:
        if steps_passed[-1] in ("claiming next", "recording next"):
            reached(RECORDING if steps_passed[-1] == "recording next" else CLAIMING)

    sending.record_and_claim = in_steps  # type: ignore[assignment]
