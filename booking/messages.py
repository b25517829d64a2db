"""The outbox: what is to be said, claimed before it is said, and what became of it.

Every row is written in the transaction of the change it tells of. Between a claim and its
outcome the row is `sending`: whoever finds it there later cannot know, and never sends again.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import joinedload

from booking import clock, particulars
from booking.database import db, use_case
from booking.errors import BadDetail
from booking.models import Appointment, ContactNote, OutboxMessage, Session, Slot
from booking.quiet_hours import end_of_quiet, is_quiet
from booking.rules import Rules
from booking.words import STILL_TO_COME, MessageKind, MessageState, Nation, Status
from booking.working_days import previous_working_day
from notifications.message import Accepted, Channel, Message, Outcome, Refused, TryLater, Unknown
from notifications.phones import PhoneError, display, mobile_pattern, normalise_mobile
from notifications.texts import render, template_name, when_fields
from notifications.wording import WordingError

MOBILE_PATTERN = mobile_pattern()
_RECEIPT_WITHIN = timedelta(hours=24)
_TRY_AGAIN_AFTER = timedelta(minutes=2)
_SURELY_DEAD_AFTER = timedelta(minutes=5)
_BATCH = 200


def mobile_of(text: str) -> str:
    """The number in E.164, or BadDetail with the sentence for the form."""
    try:
        return normalise_mobile(text)
    except PhoneError as error:
        raise BadDetail("mobile", str(error)) from None


def body_of(row: OutboxMessage) -> str:
    """The text as it was sent, or as it would read if it went now."""
    return row.body or wording(row)


def goes_at(row: OutboxMessage) -> datetime:
    """When a text that is due will go: not before quiet hours are over."""
    due_at = max(row.due_at, clock.now())
    rules = row.appointment.slot.session.office.rules
    return end_of_quiet(due_at, rules) if is_quiet(due_at, rules) else due_at


def about(appointment_id: int) -> Sequence[OutboxMessage]:
    """Every text about an appointment, oldest first."""
    return db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.appointment_id == appointment_id)
        .order_by(OutboxMessage.id)
    ).all()


def mobile_in_words(e164: str) -> str:
    """`07700 900123`, or nothing."""
    return display(e164) if e164 else ""


def tell_booked(appointment: Appointment) -> None:
    """A confirmation now, and the reminder on the working day before if that is still ahead."""
    _enqueue(appointment, MessageKind.CONFIRMATION)
    _enqueue_reminder(appointment)


def tell_moved(appointment: Appointment) -> None:
    """Nothing is said about the old time any more; the new time is told and reminded of."""
    stop_reminding(appointment)
    _enqueue(appointment, MessageKind.MOVED)
    _enqueue_reminder(appointment)


def tell_cancelled(appointment: Appointment) -> None:
    stop_reminding(appointment)
    _enqueue(appointment, MessageKind.CANCELLED)


def acknowledge(note: ContactNote) -> None:
    """The receipt for an inbound contact, one for each."""
    now = clock.now()
    db.session.flush()
    _add(note.appointment, MessageKind.RECEIPT, now, now + _RECEIPT_WITHIN, note.id)


def stop_reminding(appointment: Appointment) -> None:
    """Whatever is still due about the appointment is superseded by what just happened."""
    db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.appointment_id == appointment.id,
            OutboxMessage.state == MessageState.DUE,
            OutboxMessage.kind != MessageKind.RECEIPT,
        )
        .values(
            state=MessageState.SUPERSEDED,
            settled_at=clock.now(),
            reason="The appointment changed first.",
        )
    )


def reminder_due_at(starts_at: datetime, rules: Rules, nation: Nation) -> datetime:
    """The working day before, at the hour of the rules, by London's clock."""
    day_before = previous_working_day(clock.london(starts_at).date(), nation)
    return clock.instant(day_before, rules.reminder_at)


def _enqueue_reminder(appointment: Appointment) -> None:
    office = appointment.slot.session.office
    due_at = reminder_due_at(appointment.slot.starts_at, office.rules, office.nation)
    if due_at > clock.now():  # later than that the confirmation has just said the same
        _enqueue(appointment, MessageKind.REMINDER, due_at)


def _enqueue(appointment: Appointment, kind: MessageKind, due_at: datetime | None = None) -> None:
    now = clock.now()
    # A walkover is told at the desk; its text is worth having until the session is over.
    starts_at, ends_at = appointment.slot.starts_at, appointment.slot.ends_at
    _add(appointment, kind, due_at or now, starts_at if starts_at > now else ends_at)


def _add(
    appointment: Appointment,
    kind: MessageKind,
    due_at: datetime,
    send_by: datetime,
    contact_note_id: int | None = None,
) -> None:
    why_not = _why_not_text(appointment)
    db.session.add(
        OutboxMessage(
            token=secrets.token_hex(16),
            appointment_id=appointment.id,
            contact_note_id=contact_note_id,
            kind=kind,
            start_version=appointment.start_version,
            state=MessageState.SUPPRESSED if why_not else MessageState.DUE,
            reason=why_not,
            due_at=due_at,
            send_by=send_by,
            created_at=clock.now(),
        )
    )


def _why_not_text(appointment: Appointment) -> str:
    if not appointment.claimant.mobile:
        return "There is no mobile number."
    if not appointment.claimant.may_text:
        return "The claimant does not want texts."
    return ""


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
    rules = row.appointment.slot.session.office.rules
    if is_quiet(now, rules):
        row.state, row.claimed_at = MessageState.DUE, None
        row.due_at = end_of_quiet(now, rules)
        return None
    refusal = _why_not_now(row, now)
    if refusal:
        row.state, row.reason = refusal
        row.settled_at = now
        return None
    row.channel, row.sent_to = channel_name, row.appointment.claimant.mobile
    fields = _fields(row)
    try:
        row.body = render(row.kind, fields)
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
    appointment = row.appointment
    why_not = _why_not_text(appointment)
    if why_not:
        return MessageState.SUPPRESSED, why_not
    if now >= row.send_by:
        return MessageState.EXPIRED, "It could not be sent in time."
    if row.kind == MessageKind.RECEIPT:
        return None
    if row.start_version != appointment.start_version:
        return MessageState.SUPERSEDED, "The appointment was moved."
    told_of_cancelling = row.kind == MessageKind.CANCELLED
    wanted = (Status.CANCELLED,) if told_of_cancelling else STILL_TO_COME
    if appointment.status not in wanted:
        return MessageState.SUPERSEDED, "The appointment changed first."
    return None


def wording(row: OutboxMessage) -> str:
    """The words of a message, from the appointment as it is at this moment."""
    return render(row.kind, _fields(row))


def _fields(row: OutboxMessage) -> dict[str, str]:
    """The fields of the text, from the appointment as it is at this moment."""
    facts = particulars.of(row.appointment)
    fields = {
        **when_fields(facts.starts_at),
        "office": facts.office,
        "adviser": facts.adviser,
        "phone": facts.phone,
    }
    if row.contact_note is not None:
        return fields | when_fields(row.contact_note.at, prefix="rang_")
    if row.kind == MessageKind.CANCELLED:
        return fields
    return fields | {"arrival": facts.arrival, "bring": particulars.WHAT_TO_BRING[0]}
