"""Diaries: what a day holds, and the time an adviser keeps in it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from booking import audit
from booking.attendance import levels
from booking.database import db, use_case
from booking.errors import BadDetail, HasAppointments, NotFound
from booking.freed_slots import put_up
from booking.models import Appointment, Handover, Session, Slot
from booking.rights import Actor, reachable_office
from booking.sessions import live_appointments
from booking.words import HOLDING_A_PLACE, Hold, SessionState


@use_case
def hold_slots(
    *, slot_ids: Sequence[int], hold: Hold | None, reason: str = "", by: Actor
) -> Sequence[Slot]:
    """Keep free slots from ordinary booking, or with `hold` None open them again.

    What is kept or opened by hand is no briefing's any more.
    """
    by.must("hold a slot")
    slots = db.session.scalars(
        select(Slot).where(Slot.id.in_(slot_ids)).order_by(Slot.id).with_for_update(of=Slot)
    ).all()
    if not slots or len(slots) != len(set(slot_ids)):
        raise NotFound
    offices = [reachable_office(slot.session.office, by) for slot in slots]
    if hold is not None and not reason.strip():
        raise BadDetail("reason", "Say what the time is kept for.")
    if hold is not None and live_appointments([slot.id for slot in slots]):
        raise HasAppointments("Somebody is booked in that time: move them first.")
    for slot, office in zip(slots, offices, strict=True):
        why = reason.strip() if hold is not None else ""
        before, after = audit.change(slot, hold=hold, hold_reason=why, briefing_id=None)
        audit.record(by, "held slot", slot, office_id=office.id, before=before, after=after)
    for adviser_id, on in {(slot.session.adviser_id, slot.session.on_date) for slot in slots}:
        levels.settle_now(adviser_id, on)
    if hold is None:
        put_up(slot_ids)
    return slots


def booked(session: Session) -> tuple[int, int]:
    """How many places of a session are held, and how many there are to hold."""
    held = sum(
        appointment.status in HOLDING_A_PLACE
        for slot in session.slots
        for appointment in slot.appointments
    )
    return held, sum(slot.places for slot in session.slots if is_offered(slot))


def is_offered(slot: Slot) -> bool:
    """Whether a slot counts among those that can be had or are: not kept, not beyond the level."""
    taken = any(appointment.status in HOLDING_A_PLACE for appointment in slot.appointments)
    return slot.hold is None and (taken or not slot.beyond_level)


def office_day(office_id: int, on: date) -> Sequence[Session]:
    """An office's sessions of a day with slots, appointments and claimants, in order."""
    return _whole_sessions(Session.office_id == office_id, on, on)


def adviser_days(adviser_id: int, first_on: date, last_on: date) -> Sequence[Session]:
    """An adviser's sessions from one date to another, loaded alike."""
    return _whole_sessions(Session.adviser_id == adviser_id, first_on, last_on)


def _whole_sessions(where: object, first_on: date, last_on: date) -> Sequence[Session]:
    appointments = selectinload(Session.slots).selectinload(Slot.appointments)
    return db.session.scalars(
        select(Session)
        .where(
            where,  # type: ignore[arg-type]
            Session.on_date.between(first_on, last_on),
            Session.state == SessionState.PUBLISHED,
        )
        .options(
            joinedload(Session.adviser),
            joinedload(Session.office),
            joinedload(Session.room),
            appointments.joinedload(Appointment.claimant),
            appointments.joinedload(Appointment.referral),
            appointments.joinedload(Appointment.handover).joinedload(Handover.user),
        )
        .order_by(Session.on_date, Session.starts, Session.id)
    ).all()
