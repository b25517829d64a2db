"""The worker's clock: a tick a minute in its own process, or in a thread of the web process."""

import logging
import signal
import threading
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from booking import jobs

_log = logging.getLogger(__name__)
_TICK_SECONDS = 20


def run_once(app: Flask) -> list[str]:
    """One tick: everything due now."""
    with app.app_context():
        return jobs.tick(app.extensions["texts"], channel_name=app.config["SMS_GATEWAY"])


def start(app: Flask) -> BackgroundScheduler:
    """Tick in the background until the process ends.

    A tick that is late, or still running when the next is due, is no matter: the next one
    asks the database again. So misfires are never dropped and ticks never overlap.
    """
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        _tick,
        "interval",
        args=[app],
        seconds=_TICK_SECONDS,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    threading.Thread(target=_tick, args=[app], daemon=True).start()
    return scheduler


def run_forever(app: Flask) -> None:
    """`flask worker`: tick until told to stop."""
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    while not stop.is_set():
        _tick(app)
        stop.wait(_TICK_SECONDS)


def _tick(app: Flask) -> None:
    try:
        lines = run_once(app)
    except SQLAlchemyError:
        _log.exception("The database did not answer; the next tick asks again.")
        return
    if lines != ["nothing is due"]:
        _log.info("; ".join(lines))
