"""The texts about a demo booking, as the outbox would hold them by now."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from booking.languages import language_of
from booking.messages import bodies, outbox
from booking.models import Appointment, ContactNote, OutboxMessage
from booking.words import MessageKind, MessageState

_A_MOMENT = timedelta(seconds=20)
_TO_REACH = timedelta(minutes=2)
_RECEIPT_WITHIN = timedelta(hours=24)


def about(
    appointment: Appointment, note: ContactNote | None, *, now: datetime, reached: bool
) -> Iterator[OutboxMessage]:
    """Confirmation, reminder, cancellation and receipt: sent if their time has come."""
    slot = appointment.slot
    office = slot.session.office
    booked_at, starts_at = appointment.booked_at, slot.starts_at
    send_by = starts_at if starts_at > booked_at else slot.ends_at
    confirmation = _row(appointment, MessageKind.CONFIRMATION, booked_at, booked_at, send_by)
    yield _sent(confirmation, now, reached)
    due_at = outbox.reminder_due_at(starts_at, office.rules, office.nation)
    if due_at > booked_at:
        reminder = _row(appointment, MessageKind.REMINDER, booked_at, due_at, starts_at)
        too_late = _changed_by(appointment, due_at)
        yield _superseded(reminder, appointment) if too_late else _sent(reminder, now, reached)
    if appointment.cancelled_at is not None:
        told_at = appointment.cancelled_at
        send_by = starts_at if starts_at > told_at else slot.ends_at
        cancelled = _row(appointment, MessageKind.CANCELLED, told_at, told_at, send_by)
        yield _sent(cancelled, now, reached)
    if note is not None:
        receipt = _row(
            appointment, MessageKind.RECEIPT, note.at, note.at, note.at + _RECEIPT_WITHIN
        )
        receipt.contact_note, receipt.contact_note_id = note, note.id
        yield _sent(receipt, now, reached)


def _row(
    appointment: Appointment,
    kind: MessageKind,
    created_at: datetime,
    due_at: datetime,
    send_by: datetime,
) -> OutboxMessage:
    return OutboxMessage(
        token=secrets.token_hex(16),
        claimant=appointment.claimant,
        claimant_id=appointment.claimant_id,
        appointment=appointment,
        appointment_id=appointment.id,
        kind=kind,
        language=language_of(appointment.claimant),
        start_version=appointment.start_version,
        code=outbox.new_code(),
        state=MessageState.DUE,
        due_at=due_at,
        send_by=send_by,
        created_at=created_at,
    )


def _changed_by(appointment: Appointment, at: datetime) -> bool:
    settled_at = appointment.cancelled_at or appointment.outcome_at
    return settled_at is not None and settled_at < at


def _superseded(row: OutboxMessage, appointment: Appointment) -> OutboxMessage:
    row.state = MessageState.SUPERSEDED
    row.settled_at = appointment.cancelled_at or appointment.outcome_at
    row.reason = "The appointment changed first."
    return row


def _sent(row: OutboxMessage, now: datetime, reached: bool) -> OutboxMessage:
    """The row as the worker left it; still due when its time has not come."""
    if row.due_at + _A_MOMENT > now:
        return row
    row.claimed_at = row.due_at + _A_MOMENT
    row.attempts = 1
    row.channel, row.sent_to = "console", row.claimant.mobile
    row.body = bodies.wording(row)
    row.provider_id = f"console-{row.token}"
    row.state = MessageState.DELIVERED if reached else MessageState.UNDELIVERED
    row.settled_at = min(row.claimed_at + _TO_REACH, now)
    row.reason = "" if reached else "The phone could not be reached."
    return row
