"""What the clock wakes: each job asks the database what is due, and may run twice or be killed."""

import os
import socket
from collections.abc import Callable
from datetime import datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from booking import clock, retention
from booking.database import broken_key, db, use_case
from booking.messages import sending
from booking.models import Heartbeat, IdempotentAnswer, JobRun
from notifications.message import Channel

_ANSWERS_KEPT = timedelta(days=7)
_BEAT_IS_FRESH = timedelta(minutes=3)


def tick(channel: Channel, *, channel_name: str) -> list[str]:
    """Every due job, once; a line for each kind of thing done, with its count."""
    beat()
    lines = []
    unfinished = sending.own_up_to_unfinished()
    if unfinished:
        lines.append(f"messages whose fate is unknown: {unfinished}")
    sent = sending.send_due(channel, name=channel_name)
    lines += [f"{kind} {state}: {count}" for (kind, state), count in sorted(sent.items())]
    for name, at, job in DAILY:
        if _is_mine_to_run(name, at):
            lines.append(f"{name}: {job()}")
    return lines or ["nothing is due"]


@use_case
def forget_old_answers() -> int:
    """Idempotency keys are honoured for a week."""
    old = db.session.scalars(
        select(IdempotentAnswer.id).where(IdempotentAnswer.created_at < clock.now() - _ANSWERS_KEPT)
    ).all()
    db.session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.id.in_(old)))
    return len(old)


DAILY: list[tuple[str, time, Callable[[], int]]] = [
    ("claimants forgotten", time(3, 0), retention.forget_old_claimants),
    ("old answers forgotten", time(3, 30), forget_old_answers),
]


def _is_mine_to_run(name: str, at: time) -> bool:
    """Whether today's run of a daily job is due and this process is the one to run it."""
    now = clock.now()
    scheduled_for = clock.instant(clock.london(now).date(), at)
    if now < scheduled_for or _has_run(name, scheduled_for):
        return False
    try:
        _claim_run(name, scheduled_for, now)
    except IntegrityError as error:
        if broken_key(error) != "uq_job_run_name_scheduled_for":
            raise
        return False
    return True


def _has_run(name: str, scheduled_for: datetime) -> bool:
    ran = select(JobRun.id).where(JobRun.name == name, JobRun.scheduled_for == scheduled_for)
    return db.session.scalar(ran) is not None


@use_case
def _claim_run(name: str, scheduled_for: datetime, now: datetime) -> None:
    db.session.add(JobRun(name=name, scheduled_for=scheduled_for, started_at=now))


@use_case
def beat() -> None:
    """Say that this worker is alive."""
    db.session.merge(Heartbeat(name=f"{socket.gethostname()}:{os.getpid()}", at=clock.now()))
    db.session.execute(delete(Heartbeat).where(Heartbeat.at < clock.now() - timedelta(days=1)))


def worker_is_alive() -> bool:
    """Whether some worker has ticked lately."""
    recent = select(Heartbeat.name).where(Heartbeat.at > clock.now() - _BEAT_IS_FRESH)
    return db.session.scalar(recent.limit(1)) is not None
