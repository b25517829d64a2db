"""What the clock wakes: each job asks the database what is due, and may run twice or be killed."""

import os
import socket
from collections.abc import Callable
from datetime import datetime, time, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from booking import clock, freed_slots, retention, searches, waiting_offers
from booking.attendance import forecasting, refreshing
from booking.database import broken_key, db, use_case
from booking.messages import resolving, sending
from booking.models import Heartbeat, IdempotentAnswer, JobRun
from booking.rotas import repairs
from notifications.message import Channel

_ANSWERS_KEPT = timedelta(days=7)
_GIVEN_UP = timedelta(hours=1)  # after which a daily job's worker is taken for dead
_BEAT_IS_FRESH = timedelta(minutes=3)


def tick(channel: Channel, *, channel_name: str) -> list[str]:
    """Every due job, once; a line for each kind of thing done, with its count."""
    beat()
    lines = []
    unfinished = resolving.own_up_to_unfinished()
    if unfinished:
        lines.append(f"messages whose fate is unknown: {unfinished}")
    for state, count in sorted(resolving.look_up_unknown(channel, name=channel_name).items()):
        lines.append(f"messages found to be {state}: {count}")
    asked = waiting_offers.offer_freed_slots()
    if asked:
        lines.append(f"freed slots offered to those who wait: {asked}")
    sent = sending.send_due(channel, name=channel_name)
    lines += [f"{kind} {state}: {count}" for (kind, state), count in sorted(sent.items())]
    for name, at, job in DAILY:
        scheduled_for = clock.instant(clock.today(), at)
        if _is_mine_to_run(name, scheduled_for):
            lines.append(f"{name}: {job()}")
            _finish_run(name, scheduled_for)
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
    ("strangers' texts forgotten", time(3, 15), retention.forget_strangers_texts),
    ("old answers forgotten", time(3, 30), forget_old_answers),
    ("freed slots forgotten", time(3, 40), freed_slots.forget_past),
    ("outcomes learned from", time(4, 0), forecasting.retrain),
    ("levels changed", time(4, 30), refreshing.refresh_levels),
    ("searches forgotten", time(3, 50), searches.forget_old),
    ("repair plans forgotten", time(3, 45), repairs.forget_old_plans),
]


def _is_mine_to_run(name: str, scheduled_for: datetime) -> bool:
    """Whether today's run of a daily job is due and this process is the one to run it."""
    now = clock.now()
    if now < scheduled_for:
        return False
    started_at, finished_at = _run_of(name, scheduled_for)
    if finished_at is not None or (started_at is not None and now < started_at + _GIVEN_UP):
        return False
    try:
        return _claim_run(name, scheduled_for, now, instead_of=started_at)
    except IntegrityError as error:
        if broken_key(error) != "uq_job_run_name_scheduled_for":
            raise
        return False


def _run_of(name: str, scheduled_for: datetime) -> tuple[datetime | None, datetime | None]:
    """When today's run was started and when it was finished, as far as it got."""
    run = select(JobRun.started_at, JobRun.finished_at).where(
        JobRun.name == name, JobRun.scheduled_for == scheduled_for
    )
    row = db.session.execute(run).first()
    return (row.started_at, row.finished_at) if row else (None, None)


@use_case
def _claim_run(
    name: str, scheduled_for: datetime, now: datetime, *, instead_of: datetime | None
) -> bool:
    """Take the run, or take it over from a worker that was killed: one of several gets it."""
    if instead_of is None:
        db.session.add(JobRun(name=name, scheduled_for=scheduled_for, started_at=now))
        return True
    taken_over = db.session.execute(
        update(JobRun)
        .where(
            JobRun.name == name,
            JobRun.scheduled_for == scheduled_for,
            JobRun.started_at == instead_of,
            JobRun.finished_at.is_(None),
        )
        .values(started_at=now)
    )
    return bool(taken_over.rowcount)  # type: ignore[attr-defined]


@use_case
def _finish_run(name: str, scheduled_for: datetime) -> None:
    db.session.execute(
        update(JobRun)
        .where(JobRun.name == name, JobRun.scheduled_for == scheduled_for)
        .values(finished_at=clock.now())
    )


@use_case
def beat() -> None:
    """Say that this worker is alive."""
    db.session.merge(Heartbeat(name=f"{socket.gethostname()}:{os.getpid()}", at=clock.now()))
    db.session.execute(delete(Heartbeat).where(Heartbeat.at < clock.now() - timedelta(days=1)))


def worker_is_alive() -> bool:
    """Whether some worker has ticked lately."""
    recent = select(Heartbeat.name).where(Heartbeat.at > clock.now() - _BEAT_IS_FRESH)
    return db.session.scalar(recent.limit(1)) is not None
