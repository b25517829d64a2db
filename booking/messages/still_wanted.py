"""Whether a text that is due is still true and still wanted, asked under its claim."""

from datetime import datetime

from booking.messages.outbox import REMINDERS, why_not_text
from booking.models import Appointment, OutboxMessage
from booking.words import STILL_TO_COME, MessageKind, MessageState, OfferState, Status

Refusal = tuple[MessageState, str]

TOO_LATE = (MessageState.EXPIRED, "It could not be sent in time.")


def why_not_now(row: OutboxMessage, now: datetime) -> Refusal | None:
    """The state in which a text that must not go ends, and why; None when it may go."""
    why_not = why_not_text(row.claimant)
    if why_not:
        return MessageState.SUPPRESSED, why_not
    if now >= row.send_by:
        return TOO_LATE
    if row.appointment is not None:
        return _untrue_of(row.appointment, row)
    if row.waiting_offer is not None and row.waiting_offer.state != OfferState.OPEN:
        return MessageState.SUPERSEDED, "The offer is over."
    return None


def _untrue_of(appointment: Appointment, row: OutboxMessage) -> Refusal | None:
    if row.kind == MessageKind.RECEIPT:  # what the claimant said stays said
        return None
    if row.start_version != appointment.start_version:
        return MessageState.SUPERSEDED, "The appointment was moved."
    told_of_cancelling = row.kind == MessageKind.CANCELLED
    wanted = (Status.CANCELLED,) if told_of_cancelling else STILL_TO_COME
    if appointment.status not in wanted:
        return MessageState.SUPERSEDED, "The appointment changed first."
    if row.kind in REMINDERS and appointment.confirmed_at is not None:
        return MessageState.SUPERSEDED, "The claimant has said they will come."
    return None
