"""Sending what is due: claimed before it is sent, once, and owned up to when nobody can know.

Between a claim and its outcome the row is `sending`: whoever finds it there later cannot know,
and never sends it again.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import joinedload

from booking import clock
from booking.database import db, use_case
from booking.messages.outbox import fields_of, why_not_text
from booking.messages.quiet_hours import end_of_quiet, is_quiet
from booking.messages.wordings import put_into_words
from booking.models import Appointment, OutboxMessage, Session, Slot
from booking.words import STILL_TO_COME, MessageKind, MessageState, Status
from notifications.message import Accepted, Channel, Message, Outcome, Refused, TryLater, Unknown
from notifications.texts import template_name
from notifications.wording import WordingError

_TRY_AGAIN_AFTER = timedelta(minutes=2)
_SURELY_DEAD_AFTER = timedelta(minutes=5)
_BATCH = 200


@dataclass(frozen=True)
class Claimed:
    """A message that this process, and no other, is about to send."""

    outbox_id: int
    message: Message


def send_due(channel: Channel, *, name: str) -> Counter[tuple[MessageKind, MessageState]]:
    """Send everything due, one claim at a time; returns how many of each kind ended how."""
    counts: Counter[tuple[MessageKind, MessageState]] = Counter()
    while due := _due_ids(clock.now()):
        for outbox_id in due:
            claimed = claim(outbox_id, channel_name=name)
            if claimed is not None:
                settle(claimed.outbox_id, channel.send(claimed.message))
            row = db.session.get(OutboxMessage, outbox_id, populate_existing=True)
            if row is not None:
                counts[row.kind, row.state] += 1
        if len(due) < _BATCH:
            break
    db.session.rollback()
    return counts


def _due_ids(now: datetime) -> list[int]:
    return list(
        db.session.scalars(
            select(OutboxMessage.id)
            .where(OutboxMessage.state == MessageState.DUE, OutboxMessage.due_at <= now)
            .order_by(OutboxMessage.due_at)
            .limit(_BATCH)
        )
    )


@use_case
def claim(outbox_id: int, *, channel_name: str) -> Claimed | None:
    """Take one due message for this process, or None: taken by another, or not to be sent now.

    The conditional update is the claim; what is checked after it is checked under it.
    """
    now = clock.now()
    if not _changed_state(outbox_id, MessageState.DUE, MessageState.SENDING, claimed_at=now):
        return None
    row = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.id == outbox_id)
        .options(
            joinedload(OutboxMessage.appointment)
            .joinedload(Appointment.slot)
            .joinedload(Slot.session)
            .joinedload(Session.office)
        )
        .execution_options(populate_existing=True)
    ).one()
    rules = row.slot.session.office.rules
    if is_quiet(now, rules):
        row.state, row.claimed_at = MessageState.DUE, None
        row.due_at = end_of_quiet(now, rules)
        return None
    refusal = _why_not_now(row, now)
    if refusal:
        row.state, row.reason = refusal
        row.settled_at = now
        return None
    row.channel, row.sent_to = channel_name, row.claimant.mobile
    fields = fields_of(row)
    try:
        row.body = put_into_words(row, fields, channel=channel_name)
    except WordingError as error:
        row.state, row.reason, row.settled_at = MessageState.FAILED, str(error)[:200], now
        return None
    return Claimed(
        row.id,
        Message(
            reference=row.token,
            to=row.sent_to,
            body=row.body,
            kind=row.kind,
            template=template_name(row.kind),
            fields=fields,
            send_by=row.send_by,
        ),
    )


@use_case
def settle(outbox_id: int, outcome: Outcome) -> None:
    """Record what became of a claimed message; a claim that has been given up is left alone."""
    now = clock.now()
    state, values = _recorded(outcome, now)
    _changed_state(outbox_id, MessageState.SENDING, state, **values)


def _recorded(outcome: Outcome, now: datetime) -> tuple[MessageState, dict[str, object]]:
    match outcome:
        case Accepted(provider_id):
            return MessageState.SENT, {"provider_id": provider_id, "settled_at": now}
        case Refused(code, reason):
            why = f"{code}: {reason}"[:200]
            return MessageState.FAILED, {"reason": why, "settled_at": now}
        case TryLater():
            return MessageState.DUE, {"due_at": now + _TRY_AGAIN_AFTER}
        case Unknown(reason):
            return MessageState.UNKNOWN, {"reason": reason[:200], "settled_at": now}


@use_case
def own_up_to_unfinished() -> int:
    """Claims whose process died become `unknown`: perhaps sent, never sent again by itself."""
    result = db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.state == MessageState.SENDING,
            OutboxMessage.claimed_at < clock.now() - _SURELY_DEAD_AFTER,
        )
        .values(
            state=MessageState.UNKNOWN,
            settled_at=clock.now(),
            reason="The sender stopped before the answer was recorded.",
        )
    )
    return _rows(result)


def _changed_state(
    outbox_id: int, was: MessageState, state: MessageState, **values: object
) -> bool:
    """The conditional update every change of state goes through; True for the one that won."""
    result = db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == outbox_id, OutboxMessage.state == was)
        .values(state=state, **values),
        execution_options={"synchronize_session": False},
    )
    return _rows(result) == 1


def _rows(result: object) -> int:
    assert isinstance(result, CursorResult)
    return int(result.rowcount)


def _why_not_now(row: OutboxMessage, now: datetime) -> tuple[MessageState, str] | None:
    why_not = why_not_text(row.claimant)
    if why_not:
        return MessageState.SUPPRESSED, why_not
    if now >= row.send_by:
        return MessageState.EXPIRED, "It could not be sent in time."
    appointment = row.appointment
    if appointment is None or row.kind == MessageKind.RECEIPT:
        return None
    if row.start_version != appointment.start_version:
        return MessageState.SUPERSEDED, "The appointment was moved."
    told_of_cancelling = row.kind == MessageKind.CANCELLED
    wanted = (Status.CANCELLED,) if told_of_cancelling else STILL_TO_COME
    if appointment.status not in wanted:
        return MessageState.SUPERSEDED, "The appointment changed first."
    return None
