"""The worker's clock: ticks in its own process, or in threads of the web process."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler
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


def start(app: Flask) -> BackgroundScheduler:
    """Tick in the background until the process ends.

    A tick that is late, or still running when the next is due, is no matter: the next one
    asks the database again. So misfires are never dropped and ticks never overlap.
    """
    scheduler = BackgroundScheduler(timezone=UTC)
    for job, args, seconds in (
        (_tick, [app], _TICK_SECONDS),
        (_work, [app, _SHORT], _LOOK_FOR_ROTAS_SECONDS),
        (_work, [app, _LONG], _LOOK_FOR_ROTAS_SECONDS),
    ):
        scheduler.add_job(
            job,
            "interval",
            args=args,
            seconds=seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    # A search lasts longer than the wait for the next look; that it goes on is no warning.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    scheduler.start()
    threading.Thread(target=_tick, args=[app], daemon=True).start()
    return scheduler


def run_forever(app: Flask) -> None:
    """`flask worker`: tick until told to stop."""
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    workers = [
        threading.Thread(target=_work_until, args=[app, work, stop], daemon=True)
        for work in (_SHORT, _LONG)
    ]
    for worker in workers:
        worker.start()
    while not stop.is_set():
        _tick(app)
        stop.wait(_TICK_SECONDS)
    apart.stop_soon()
    until = time.monotonic() + _TO_END_IN_SECONDS
    for worker in workers:
        worker.join(max(0.0, until - time.monotonic()))


def _work_until(app: Flask, work: Work, stop: threading.Event) -> None:
    """Rotas beside the ticks: texts do not wait for them, nor repairs for a search of minutes."""
    while not stop.wait(_LOOK_FOR_ROTAS_SECONDS):
        _work(app, work)


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
