"""What the demo's claimants texted back, and whom no text of ours reached."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import update

from booking import clock
from booking.database import db
from booking.demo.people import Staff
from booking.models import (
    Appointment,
    Claimant,
    ContactAttempt,
    ContactNote,
    InboundText,
    OptOut,
    OutboxMessage,
)
from booking.words import (
    AppointmentKind,
    CallOutcome,
    ContactWay,
    MessageKind,
    MessageState,
    Nation,
    OptOutSource,
    Reading,
    Status,
)
from booking.working_days import next_working_day

_OURS, _STRANGERS = "+447700900999", "+447700900998"  # numbers that no demo claimant has
_NOTED = "Thank you. We have your message and somebody will read it."
_HOSTEL = "by post, at the hostel in Kiln Lane"


def add_answers(made: Sequence[Appointment], staff: Staff, *, now: datetime) -> None:
    """At the office to look at: texts to read, one who replied STOP, three to ring or write to.

    They all come on the next working day where so many are booked, and the rest soon after.
    """
    at_hostel, stops, late, later, asks, lost, unreached = _expected(made, staff, now)[:7]
    _wrote(late, now - timedelta(minutes=25), "Can I come 10 minutes later?", answer=_NOTED)
    _wrote(later, now - timedelta(minutes=70), "Yes but could it be after 2?", answer=_NOTED)
    _wrote(asks, now - timedelta(minutes=115), "please stop texting me", Reading.PLEASE_STOP)
    who = _text(_STRANGERS, now - timedelta(minutes=205), "Who is this?", answer=_NOTED)
    stop = _wrote(stops, now - timedelta(minutes=160), "STOP", Reading.STOP)
    stop.handled_at = stop.received_at
    opt_out = OptOut(mobile=stop.sent_from, source=OptOutSource.REPLY, at=stop.received_at)
    db.session.add_all([who, opt_out])
    _went_wrong(lost, MessageState.UNKNOWN, "The sender's answer was lost.", provider_id=None)
    _went_wrong(unreached, MessageState.UNDELIVERED, "The phone could not be reached.")
    mine = staff.jobcentre["T"][0]
    for each in (lost, unreached):
        each.referral.referred_by = mine
    db.session.add(
        ContactAttempt(
            appointment=unreached,
            start_version=unreached.start_version,
            outcome=CallOutcome.NO_ANSWER,
            at=now - timedelta(minutes=45),
            by=mine,
        )
    )
    never = {"body": "", "sent_to": "", "channel": "", "provider_id": None, "claimed_at": None}
    _went_wrong(at_hostel, MessageState.SUPPRESSED, "There is no mobile number.", **never)
    at_hostel.claimant.mobile, at_hostel.claimant.other_contact = "", _HOSTEL


def _expected(made: Sequence[Appointment], staff: Staff, now: datetime) -> list[Appointment]:
    """Whoever is booked at the office and has a phone and an appointment to themselves."""
    office = staff.receptions["T"].office
    phones = Counter(claimant.mobile for claimant in _claimants(made))
    today = clock.london(now).date()
    tomorrow = next_working_day(today, Nation.ENGLAND)
    live = Counter(each.claimant for each in made if each.status == Status.BOOKED)
    theirs = [
        each
        for each in made
        if each.status == Status.BOOKED
        and each.kind != AppointmentKind.GROUP
        and each.slot.session.office is office
        and each.slot.session.on_date > today
        and each.booked_at < now - timedelta(hours=4)
        and phones[each.claimant.mobile] == live[each.claimant] == 1
    ]
    return sorted(
        theirs, key=lambda each: (each.slot.session.on_date != tomorrow, each.slot.starts_at)
    )


def _claimants(made: Sequence[Appointment]) -> Sequence[Claimant]:
    return list({each.claimant.id: each.claimant for each in made}.values())


def _wrote(
    appointment: Appointment,
    at: datetime,
    body: str,
    reading: Reading = Reading.UNCLEAR,
    *,
    answer: str = "",
) -> InboundText:
    """A text on record with the one appointment that it can be about."""
    row = _text(appointment.claimant.mobile, at, body, reading, answer=answer)
    row.appointment = appointment
    row.contact_note = ContactNote(
        appointment=appointment, way=ContactWay.TEXT, said=body, at=row.received_at
    )
    db.session.add(row)
    return row


def _text(
    number: str, at: datetime, body: str, reading: Reading = Reading.UNCLEAR, *, answer: str
) -> InboundText:
    return InboundText(
        provider_id=f"console-in-{at:%H%M%S}",
        sent_from=number,
        sent_to=_OURS,
        body=body,
        received_at=at,
        reading=reading,
        answer=answer,
        answered_on=clock.london(at).date() if answer else None,
        answer_no=0 if answer else None,
    )


def _went_wrong(appointment: Appointment, state: MessageState, why: str, **lost: object) -> None:
    """Its confirmation did not get there, so that somebody rings or writes."""
    db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.appointment_id == appointment.id,
            OutboxMessage.kind == MessageKind.CONFIRMATION,
        )
        .values(state=state, reason=why, **lost)
    )
