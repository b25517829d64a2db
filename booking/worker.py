"""The worker's clock: ticks in its own process, or in threads of the web process."""

import atexit
import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from booking import jobs
from booking.rotas import answering, apart, repair_planning, solving

Work = tuple[Callable[[], int], ...]
_log = logging.getLogger(__name__)
_TICK_SECONDS = 20
_NOTHING = "nothing is due"
_LOOK_FOR_ROTAS_SECONDS = 2
_SHORT: Work = (repair_planning.plan_asked, answering.answer_asked)
_LONG: Work = (solving.solve_asked,)
_TO_END_IN_SECONDS = 60  # to keep a search's rota; who kills us sooner leaves it to the next worker


def run_once(app: Flask) -> list[str]:
    """Everything due now, one tick and the rotas asked for."""
    lines = _due(app)
    with app.app_context():
        solved = sum(asked() for asked in (*_SHORT, *_LONG))
    return (
        [*(line for line in lines if line != _NOTHING), f"rotas and repairs: {solved}"]
        if solved
        else lines
    )


def _due(app: Flask) -> list[str]:
    with app.app_context():
        return jobs.tick(app.extensions["texts"], channel_name=app.config["SMS_GATEWAY"])


def start(app: Flask) -> None:
    """Work in threads of the web process until it ends, and end as `run_forever` does.

    Whoever serves pages answers SIGTERM and Ctrl-C in its own way; we hear of it first.
    """
    if threading.current_thread() is threading.main_thread():  # nobody else may
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            _hear_of(each)
    atexit.register(_end, _begin(app))


def _hear_of(told: signal.Signals) -> None:
    """Stop soon when that comes. Told once more the process goes on ending: it must not be cut."""
    answer = signal.getsignal(told)
    if not callable(answer):
        return

    def hear(number: int, frame: FrameType | None) -> None:
        if not apart.told_to_stop.is_set():
            apart.stop_soon()
            answer(number, frame)

    signal.signal(told, hear)


def run_forever(app: Flask) -> None:
    """`flask worker`: work until told to stop."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: apart.stop_soon())
    workers = _begin(app)
    apart.told_to_stop.wait()
    _end(workers)


def _begin(app: Flask) -> list[threading.Thread]:
    """Rotas beside the ticks: texts do not wait for them, nor repairs for a search of minutes."""
    workers = [
        threading.Thread(target=_again_and_again, args=[work, seconds], daemon=True)
        for work, seconds in (
            (partial(_tick, app), _TICK_SECONDS),
            (partial(_work, app, _SHORT), _LOOK_FOR_ROTAS_SECONDS),
            (partial(_work, app, _LONG), _LOOK_FOR_ROTAS_SECONDS),
        )
    ]
    for worker in workers:
        worker.start()
    return workers


def _again_and_again(work: Callable[[], None], seconds: float) -> None:
    """One look after another at what is due, until told to stop.

    Each has a thread of its own, which says what went wrong: a fault ends one look and no other.
    """
    while not apart.told_to_stop.is_set():
        look = threading.Thread(target=work, daemon=True)
        look.start()
        look.join()
        apart.told_to_stop.wait(seconds)


def _end(workers: Sequence[threading.Thread]) -> None:
    apart.stop_soon()
    until = time.monotonic() + _TO_END_IN_SECONDS
    for worker in workers:
        worker.join(max(0.0, until - time.monotonic()))


def _work(app: Flask, work: Work) -> None:
    try:
        with app.app_context():
            for asked in work:
                asked()
    except SQLAlchemyError:
        _log.exception("The database did not answer; the next look asks again.")


def _tick(app: Flask) -> None:
    try:
        lines = _due(app)
    except SQLAlchemyError:
        _log.exception("The database did not answer; the next tick asks again.")
        return
    if lines != [_NOTHING]:
        _log.info("; ".join(lines))
