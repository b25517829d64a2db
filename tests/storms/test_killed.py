"""Killed at any moment: what was confirmed is there, what was half done is not."""

import os
import signal
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from booking.database import db
from booking.messages import resolving, sending
from booking.models import Appointment, OutboxMessage
from booking.words import MessageState
from notifications.message import Accepted, Found, Message
from tests.conftest import make_app
from tests.makers import make_appointment, make_office, make_session
from tests.storms.processes import LONG_BEFORE, forked
from tests.storms.takers import take
from tests.truth import untruths

A_MINUTE_LATER = "2026-11-23T09:01:00Z"


@pytest.fixture(autouse=True)
def before_the_day() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(LONG_BEFORE, tick=True) as traveller:
        yield traveller


def book_until_killed(url: str, slot_ids: list[int], confirmed: Connection) -> None:
    """Book slot after slot, and say so only after each commit."""
    time_machine.travel(LONG_BEFORE, tick=True).start()
    with make_app(url).app_context():
        confirmed.send("ready")
        for number, slot_id in enumerate(slot_ids):
            take(slot_id, number)
            confirmed.send(slot_id)
        confirmed.send("done")
        time.sleep(60)


def rest_of(pipe: Connection) -> list[object]:
    """What was still in the pipe when its writer died."""
    received = []
    while True:
        try:
            received.append(pipe.recv())
        except EOFError:
            return received


@pytest.mark.parametrize("after_bookings", [1, 7])
def test_no_confirmed_booking_is_lost(app: Flask, database_url: str, after_bookings: int) -> None:
    office = make_office()
    slot_ids = [slot.id for _ in range(6) for slot in make_session(office).slots]
    here, there = forked.Pipe(duplex=False)
    desk = forked.Process(target=book_until_killed, args=(database_url, slot_ids, there))
    desk.start()
    assert here.recv() == "ready"
    confirmed = [here.recv() for _ in range(after_bookings)]
    os.kill(desk.pid, signal.SIGKILL)
    desk.join()
    there.close()
    confirmed += rest_of(here)
    db.session.rollback()  # or SQLite would show the diary as it was before
    booked = set(db.session.scalars(select(Appointment.slot_id)))
    assert set(confirmed) - {"done"} <= booked
    assert untruths() == []


class DyingPhone:
    """Accepts a message, writes it down as the network would, and takes the process with it."""

    two_way = False

    def __init__(self, log: Path, *, after_accepting: bool) -> None:
        self._log, self._after_accepting = log, after_accepting

    def send(self, message: Message) -> Accepted:
        if self._after_accepting:
            with self._log.open("a") as log:
                log.write(message.reference + "\n")
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")


def send_and_die(url: str, log: Path, after_accepting: bool) -> None:
    time_machine.travel(A_MINUTE_LATER, tick=True).start()
    with make_app(url).app_context():
        sending.send_due(DyingPhone(log, after_accepting=after_accepting), name="console")


class CountingPhone:
    two_way = False

    def __init__(self, log: Path) -> None:
        self._log = log

    def send(self, message: Message) -> Accepted:
        with self._log.open("a") as log:
            log.write(message.reference + "\n")
        return Accepted(f"sid-{message.reference}")

    def find(self, message: Message) -> Found:
        received = message.reference in self._log.read_text().split()
        return Found((f"sid-{message.reference}",) if received else ())


@pytest.mark.parametrize("after_accepting", [True, False])
def test_a_worker_killed_while_sending_sends_nothing_twice_and_owns_up(
    app: Flask,
    database_url: str,
    tmp_path: Path,
    before_the_day: time_machine.Traveller,
    after_accepting: bool,
) -> None:
    session = make_session()
    for position in range(3):
        make_appointment(session, position=position)
    log = tmp_path / "received"
    worker = forked.Process(target=send_and_die, args=(database_url, log, after_accepting))
    worker.start()
    worker.join()
    before_the_day.shift(60)
    assert worker.exitcode == -signal.SIGKILL

    phone = CountingPhone(log)
    log.touch()
    sending.send_due(phone, name="console")
    before_the_day.shift(600)
    assert resolving.own_up_to_unfinished() >= 1
    before_the_day.shift(600)
    resolving.look_up_unknown(phone, name="console")
    sending.send_due(phone, name="console")

    received = log.read_text().split()
    assert len(received) == len(set(received))
    fates = {
        row.token: row.state
        for row in db.session.scalars(select(OutboxMessage))
        if row.state != MessageState.DUE
    }
    assert sorted(fates.values()) == ["sent", "sent", "sent"]
    assert set(fates) == set(received)
