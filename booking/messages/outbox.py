"""The outbox: what is to be said, written in the transaction of the change it tells of."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from booking import clock
from booking.database import db
from booking.languages import language_of
from booking.messages import opt_outs
from booking.messages.quiet_hours import end_of_quiet, is_quiet
from booking.models import (
    Appointment,
    Claimant,
    ContactNote,
    Office,
    OutboxMessage,
    Session,
    Slot,
    WaitingOffer,
)
from booking.rules import Rules
from booking.words import MessageKind, MessageState, Nation
from booking.working_days import previous_working_day
from notifications.texts import LONGEST

REMINDERS = (MessageKind.REMINDER, MessageKind.SAME_DAY)
# What is longer makes every text of the office too long to send.
LONGEST_OFFICE_NAME, LONGEST_ARRIVAL = LONGEST["office"], LONGEST["arrival"]
_RECEIPT_WITHIN = timedelta(hours=24)
OPTED_OUT = "The number replied STOP. Texting START to us brings the texts back."


def goes_at(row: OutboxMessage) -> datetime:
    """When a text that is due will go: not before quiet hours are over."""
    due_at = max(row.due_at, clock.now())
    rules = row.slot.session.office.rules
    return end_of_quiet(due_at, rules) if is_quiet(due_at, rules) else due_at


def about(appointment_id: int) -> Sequence[OutboxMessage]:
    """Every text about an appointment, oldest first."""
    return db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.appointment_id == appointment_id)
        .order_by(OutboxMessage.id)
    ).all()


def tell_booked(appointment: Appointment) -> None:
    """A confirmation now, and the reminder on the working day before if that is still ahead."""
    _enqueue_with_reminder(appointment, MessageKind.CONFIRMATION)


def tell_moved(appointment: Appointment, *, same_time: bool = False) -> None:
    """Nothing is said about the old time any more; the new one is told and reminded of.

    With `same_time` only the adviser differs: whoever has been told the time is told just that.
    """
    same_time = same_time and not _is_untold(appointment)
    stop_reminding(appointment)
    _enqueue_with_reminder(appointment, MessageKind.MOVED, same_time=same_time)


def _is_untold(appointment: Appointment) -> bool:
    """Whether the text with the time before this one has still to go, and will not any more."""
    told = (MessageKind.CONFIRMATION, MessageKind.MOVED)
    return any(row.kind in told and row.state == MessageState.DUE for row in about(appointment.id))


def tell_cancelled(appointment: Appointment) -> None:
    stop_reminding(appointment)
    _enqueue(appointment, MessageKind.CANCELLED, why_not_text(appointment.claimant))


def acknowledge(note: ContactNote) -> None:
    """The receipt for an inbound contact, one for each."""
    now = clock.now()
    db.session.flush()
    why_not = why_not_text(note.appointment.claimant)
    _add(
        note.appointment,
        MessageKind.RECEIPT,
        why_not,
        due_at=now,
        send_by=now + _RECEIPT_WITHIN,
        contact_note_id=note.id,
    )


def stop_reminding(appointment: Appointment) -> None:
    """Whatever is still due about the appointment is superseded by what just happened."""
    _supersede(
        appointment, OutboxMessage.kind != MessageKind.RECEIPT, "The appointment changed first."
    )


def stop_reminding_of_what_is_confirmed(appointment: Appointment) -> None:
    """Whoever has said that they come is reminded of this time no more."""
    _supersede(appointment, OutboxMessage.kind.in_(REMINDERS), "The claimant has confirmed.")


def _supersede(appointment: Appointment, which: ColumnElement[bool], reason: str) -> None:
    db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.appointment_id == appointment.id,
            OutboxMessage.state == MessageState.DUE,
            which,
        )
        .values(state=MessageState.SUPERSEDED, settled_at=clock.now(), reason=reason)
    )


def time_reminders_again(offices: Iterable[Office]) -> None:
    """Reminders still due follow the rules and the nation of their office as they are now."""
    rows = db.session.scalars(
        select(OutboxMessage)
        .join(OutboxMessage.appointment)
        .join(Appointment.slot)
        .join(Slot.session)
        .where(
            Session.office_id.in_([office.id for office in offices]),
            OutboxMessage.kind == MessageKind.REMINDER,
            OutboxMessage.state == MessageState.DUE,
        )
        .with_for_update(of=OutboxMessage)
    )
    for row in rows:
        office = row.slot.session.office
        row.due_at = reminder_due_at(row.slot.starts_at, office.rules, office.nation)


def reminder_due_at(starts_at: datetime, rules: Rules, nation: Nation) -> datetime:
    """The working day before, at the hour of the rules, by London's clock."""
    day_before = previous_working_day(clock.london(starts_at).date(), nation)
    return clock.instant(day_before, rules.reminder_at)


def tell_offered(offer: WaitingOffer) -> None:
    """A freed slot is offered; who cannot be texted is on the waiting list's page to be rung."""
    claimant, now = offer.entry.claimant, clock.now()
    why_not = why_not_text(claimant)
    db.session.add(
        OutboxMessage(
            token=secrets.token_hex(16),
            claimant_id=claimant.id,
            waiting_offer_id=offer.id,
            kind=MessageKind.OFFER,
            language=language_of(claimant),
            start_version=1,
            state=MessageState.SUPPRESSED if why_not else MessageState.DUE,
            code=new_code(),
            reason=why_not,
            due_at=now,
            send_by=offer.lapses_at,
            created_at=now,
        )
    )


def _enqueue_with_reminder(
    appointment: Appointment, kind: MessageKind, *, same_time: bool = False
) -> None:
    _enqueue(appointment, kind, why_not_text(appointment.claimant), same_time=same_time)
    office = appointment.slot.session.office
    due_at = reminder_due_at(appointment.slot.starts_at, office.rules, office.nation)
    if due_at > clock.now():  # later than that the text now has just said the same
        # Whether the person is texted is decided then: the number may be put right meanwhile.
        _enqueue(appointment, MessageKind.REMINDER, "", due_at)
    _enqueue_same_day(appointment, office.rules)


def _enqueue_same_day(appointment: Appointment, rules: Rules) -> None:
    """On the day itself, where the rules want it and nothing was said that day already."""
    starts_at = appointment.slot.starts_at
    on = clock.london(starts_at).date()
    due_at = clock.instant(on, rules.same_day_reminder_at)
    if rules.same_day_reminder and on > clock.today() and due_at < starts_at:
        _enqueue(appointment, MessageKind.SAME_DAY, "", due_at)


def _enqueue(
    appointment: Appointment,
    kind: MessageKind,
    why_not: str,
    due_at: datetime | None = None,
    *,
    same_time: bool = False,
) -> None:
    now = clock.now()
    # A walkover is told at the desk; its text is worth having until the session is over.
    starts_at, ends_at = appointment.slot.starts_at, appointment.slot.ends_at
    send_by = starts_at if starts_at > now else ends_at
    _add(appointment, kind, why_not, due_at=due_at or now, send_by=send_by, same_time=same_time)


def _add(
    appointment: Appointment,
    kind: MessageKind,
    why_not: str,
    *,
    due_at: datetime,
    send_by: datetime,
    contact_note_id: int | None = None,
    same_time: bool = False,
) -> None:
    db.session.add(
        OutboxMessage(
            token=secrets.token_hex(16),
            claimant_id=appointment.claimant_id,
            appointment_id=appointment.id,
            contact_note_id=contact_note_id,
            kind=kind,
            same_time=same_time,
            language=language_of(appointment.claimant),
            start_version=appointment.start_version,
            state=MessageState.SUPPRESSED if why_not else MessageState.DUE,
            code=new_code(),
            reason=why_not,
            due_at=due_at,
            send_by=send_by,
            created_at=clock.now(),
        )
    )


def new_code() -> str:
    """Four digits that a reply carries; whoever gets two texts can say which one is meant."""
    return str(1000 + secrets.randbelow(9000))


def why_not_text(claimant: Claimant) -> str:
    """Why this person is not texted, or nothing."""
    if not claimant.mobile:
        return "There is no mobile number."
    if not claimant.may_text:
        return "The claimant does not want texts."
    if opt_outs.is_opted_out(claimant.mobile):
        return OPTED_OUT
    return ""
