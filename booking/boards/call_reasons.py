"""Why to ring a claimant: no text reaches them, or one went wrong and nobody was heard since."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from booking import clock
from booking.calls import attempts_about
from booking.database import db
from booking.models import (
    Appointment,
    Claimant,
    ContactAttempt,
    ContactNote,
    OptOut,
    OutboxMessage,
)
from booking.words import REACHED, MessageKind, MessageState, Status
from booking.working_days import next_working_day

# A text that ended so may not have reached anybody, so somebody rings.
NOT_ARRIVED = (
    MessageState.UNKNOWN,
    MessageState.FAILED,
    MessageState.UNDELIVERED,
    MessageState.NOT_SENT,
    MessageState.EXPIRED,
)
_WENT_WRONG = {
    MessageState.UNKNOWN: "may not have arrived",
    MessageState.FAILED: "could not be sent",
    MessageState.UNDELIVERED: "did not arrive",
    MessageState.NOT_SENT: "was not sent",
    MessageState.EXPIRED: "could not be sent in time",
}
_CHANGES = {MessageKind.MOVED: "the move", MessageKind.CANCELLED: "the cancellation"}
# Whoever was in touch as the change was made asked for it, and knows.
_ASKED_FOR_IT = timedelta(minutes=5)


@dataclass(frozen=True)
class Heard:
    """What is known of some appointments: calls, texts that went wrong, contacts; by id."""

    attempts: Mapping[int, Sequence[ContactAttempt]]
    texts: Mapping[int, Sequence[OutboxMessage]]
    notes: Mapping[int, Sequence[datetime]]
    opted_out: Collection[str]


def went_wrong() -> ColumnElement[bool]:
    suppressed = OutboxMessage.state == MessageState.SUPPRESSED
    return OutboxMessage.state.in_(NOT_ARRIVED) | (suppressed & OutboxMessage.kind.in_(_CHANGES))


def heard_of(appointments: Sequence[Appointment]) -> Heard:
    ids = [each.id for each in appointments]
    texts: dict[int, list[OutboxMessage]] = {each: [] for each in ids}
    rows = select(OutboxMessage).where(OutboxMessage.appointment_id.in_(ids), went_wrong())
    for row in db.session.scalars(rows.order_by(OutboxMessage.id)):
        if row.appointment_id is not None:
            texts[row.appointment_id].append(row)
    notes: dict[int, list[datetime]] = {each: [] for each in ids}
    times = select(ContactNote.appointment_id, ContactNote.at)
    for appointment_id, at in db.session.execute(times.where(ContactNote.appointment_id.in_(ids))):
        notes[appointment_id].append(at)
    standing = select(OptOut.mobile).where(
        OptOut.cleared_at.is_(None),
        OptOut.mobile.in_({each.claimant.mobile for each in appointments}),
    )
    return Heard(attempts_about(ids), texts, notes, set(db.session.scalars(standing)))


def reasons(appointment: Appointment, heard: Heard) -> Iterator[str]:
    """Why to ring, in the office's words; nothing when the claimant has been heard since."""
    reached_at = _reached_at(appointment, heard)
    if appointment.status == Status.BOOKED and reached_at is None and _is_near(appointment):
        yield from _why_untextable(appointment.claimant, heard)
    cancelled = appointment.status == Status.CANCELLED
    if appointment.ring_because and cancelled and reached_at is None:
        yield appointment.ring_because
    yield from map(_in_words, _untold(appointment, heard))


def untold_move(appointment: Appointment, heard: Heard) -> OutboxMessage | None:
    """The last move they may not have heard of: whoever rings says what has changed."""
    texts = _untold(appointment, heard)
    moves = [text for text in texts if text.kind == MessageKind.MOVED]
    return moves[-1] if moves else None


def _untold(appointment: Appointment, heard: Heard) -> Iterator[OutboxMessage]:
    """The texts that went wrong about what stands now, and were not made up for since."""
    cancelled = appointment.status == Status.CANCELLED
    reached_at = _reached_at(appointment, heard)
    for text in heard.texts[appointment.id]:
        happened_at = text.settled_at or text.created_at
        told_of_cancelling = text.kind == MessageKind.CANCELLED
        if told_of_cancelling != cancelled or (reached_at and reached_at >= happened_at):
            continue
        if text.state in NOT_ARRIVED or not _asked_for(text, heard.notes[appointment.id]):
            yield text


def _in_words(text: OutboxMessage) -> str:
    change = "the new adviser" if text.same_time else _CHANGES.get(text.kind)
    if text.state == MessageState.SUPPRESSED:
        return f"Not told yet of {change}"
    which = f"text about {change}" if change else f"{text.kind.replace('_', ' ')} text"
    return f"The {which} {_WENT_WRONG[text.state]}"


def _reached_at(appointment: Appointment, heard: Heard) -> datetime | None:
    """When the claimant was last spoken to, or confirmed, about the time that stands."""
    spoken_to = [
        attempt.at
        for attempt in heard.attempts.get(appointment.id, ())
        if attempt.outcome in REACHED and attempt.start_version == appointment.start_version
    ]
    return max([*spoken_to, *filter(None, [appointment.confirmed_at])], default=None)


def _is_near(appointment: Appointment) -> bool:
    session = appointment.slot.session
    today = clock.today()
    return today < session.on_date <= next_working_day(today, session.office.nation)


def _why_untextable(claimant: Claimant, heard: Heard) -> Iterator[str]:
    if not claimant.mobile:
        yield "No mobile number"
    elif not claimant.may_text:
        yield "Does not want texts"
    elif claimant.mobile in heard.opted_out:
        yield "Replied STOP to our texts"
    if claimant.prefers_telephone:
        yield "Prefers the telephone"


def _asked_for(text: OutboxMessage, notes: Sequence[datetime]) -> bool:
    return any(abs(text.created_at - at) <= _ASKED_FOR_IT for at in notes)
