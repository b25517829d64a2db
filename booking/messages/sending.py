"""Sending what is due: claimed before it is sent, once, and owned up to when nobody can know.

Between a claim and its outcome the row is `sending`: whoever finds it there later cannot know,
and never sends it again. `resolving` finds out what became of it.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from booking import clock
from booking.database import db, use_case
from booking.messages import claiming, recording
from booking.messages.claiming import Claimed
from booking.models import OutboxMessage
from booking.words import MessageKind, MessageState
from notifications.message import Channel, Outcome

Counts = Counter[tuple[MessageKind, MessageState]]
Answered = tuple[int, Outcome]

_LISTED = 200
_TURNED_DOWN_AT_ONCE = 20  # in one transaction, for which every other writer waits


@dataclass
class Step:
    """What one transaction did with the texts it went through; at most the last is to be sent."""

    gone_through: int = 0
    won: list[int] = field(default_factory=list)
    claimed: Claimed | None = None


def send_due(channel: Channel, *, name: str) -> Counts:
    """Send everything due, one claim at a time; returns how many of each kind ended how."""
    counts: Counts = Counter()
    first = 0
    while due := due_ids(clock.now()):
        won, alone = _send_each(due[first % len(due) :], channel, name)
        counts += _counted(won)
        # Elsewhere in the list next time: two workers side by side want the same texts.
        first = 0 if alone else secrets.randbelow(_LISTED)
    db.session.rollback()
    return counts


def due_ids(now: datetime) -> list[int]:
    """The texts whose time has come, the longest due first, at most a batch."""
    return list(
        db.session.scalars(
            select(OutboxMessage.id)
            .where(OutboxMessage.state == MessageState.DUE, OutboxMessage.due_at <= now)
            .order_by(OutboxMessage.due_at)
            .limit(_LISTED)
        )
    )


def _send_each(due: Sequence[int], channel: Channel, name: str) -> tuple[list[int], bool]:
    """One call at a time; while it is under way the last outcome is recorded, the next claimed.

    Returns the texts this worker won, and whether it won all it tried: as soon as another was
    quicker it leaves the rest of the list alone.
    """
    won: list[int] = []
    alone = True
    answered: Answered | None = None
    calling: tuple[int, Future[Outcome]] | None = None
    with ThreadPoolExecutor(1) as caller:
        while due or answered or calling:
            step = Step()
            if due or answered:
                step = record_and_claim(
                    answered,
                    due[:_TURNED_DOWN_AT_ONCE],
                    channel_name=name,
                    two_way=channel.two_way,
                )
            alone = alone and step.gone_through == len(step.won)
            due, answered = due[step.gone_through :] if alone else (), None
            won += step.won
            if calling is not None:
                answered, calling = (calling[0], calling[1].result()), None
            if step.claimed is not None and step.claimed.still_holds:
                call = caller.submit(channel.send, step.claimed.message)
                calling = step.claimed.outbox_id, call
    return won, alone


def _counted(outbox_ids: Sequence[int]) -> Counts:
    ended = db.session.execute(
        select(OutboxMessage.kind, OutboxMessage.state, func.count())
        .where(OutboxMessage.id.in_(outbox_ids))
        .group_by(OutboxMessage.kind, OutboxMessage.state)
    )
    return Counter({(kind, state): count for kind, state, count in ended})


@use_case
def record_and_claim(
    answered: Answered | None, due: Sequence[int], *, channel_name: str, two_way: bool
) -> Step:
    """Record the last outcome and claim the next text, in one transaction.

    A claim is on disk before the call that sends its text. A process that is killed leaves two
    texts at most of which nobody knows: the one it called for, and the one before or after.
    """
    if answered is not None:
        recording.record(*answered)
    step = Step()
    while step.claimed is None and step.gone_through < len(due):
        outbox_id, now = due[step.gone_through], clock.now()
        step.gone_through += 1
        if claiming.take(outbox_id, now):
            step.won.append(outbox_id)
            step.claimed = claiming.made_ready(
                *(outbox_id, now), channel_name=channel_name, two_way=two_way
            )
    return step


def claim(outbox_id: int, *, channel_name: str, two_way: bool = False) -> Claimed | None:
    """Take one due message for this process, or None: taken by another, or not to be sent now."""
    return record_and_claim(None, [outbox_id], channel_name=channel_name, two_way=two_way).claimed


def settle(outbox_id: int, outcome: Outcome) -> None:
    """Record what became of a claimed message."""
    record_and_claim((outbox_id, outcome), (), channel_name="", two_way=False)
