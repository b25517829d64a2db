"""Taking a place in a slot and the claimant's time, and giving them back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import contains_eager

from booking import briefing_time, clock, handing_over, squeezing_in
from booking.database import db, refused
from booking.errors import ClaimantBusy, NotFound, SlotNotOpen, SlotPast, SlotTaken
from booking.freed_slots import put_up
from booking.models import (
    Appointment,
    ClaimantTime,
    Office,
    Session,
    Slot,
    WaitingEntry,
)
from booking.models.diary import HOLDS_A_PLACE
from booking.rights import Actor, reachable_office
from booking.words import (
    HOLDING_A_PLACE,
    AppointmentKind,
    SessionKind,
    SessionState,
    WaitingState,
)

R = TypeVar("R")


def bookable_slot(slot_id: int, by: Actor) -> Slot:
    """The slot, held against change until the booking is decided.

    Shared locks: bookings of one slot do not wait for each other here, they meet at the
    unique key; whoever holds the slot or cancels its session waits for them, and they for it.
    The session is locked too, and first, as whoever cancels it does: a row that is only joined
    would be read as it was before the wait.
    """
    slot = db.session.scalar(
        select(Slot)
        .where(Slot.id == slot_id)
        .join(Slot.session)
        .join(Session.office)
        .join(Office.district)
        .options(
            contains_eager(Slot.session)
            .contains_eager(Session.office)
            .contains_eager(Office.district)
        )
        .with_for_update(read=True, of=(Session, Slot))
        .execution_options(populate_existing=True)
    )
    if slot is None:
        raise NotFound("There is no such slot.")
    reachable_office(slot.session.office, by)
    if slot.hold is not None or slot.session.state != SessionState.PUBLISHED:
        raise SlotNotOpen
    if slot.beyond_level:
        squeezing_in.take_beyond_level(slot, by)
    worth_it = timedelta(minutes=slot.session.office.rules.walkover_minutes)
    now = clock.now()
    if slot.starts_at <= now and slot.ends_at - now < worth_it:
        raise SlotPast
    return slot


def in_a_free_place(slot: Slot, taken: Callable[[int], R]) -> R:
    """Try one place after another; each time the unique key over live appointments decides."""
    *earlier, last = _places_to_try(slot)
    for place_no in earlier:
        try:
            with db.session.begin_nested(), refused(uq_appointment_place=SlotTaken):
                return taken(place_no)
        except SlotTaken:
            continue
    with refused(uq_appointment_place=SlotTaken):
        return taken(last)


def _places_to_try(slot: Slot) -> list[int]:
    """Place numbers of a slot; in a group the likely free ones come first."""
    if slot.places == 1:
        return [1]
    taken = set(
        db.session.scalars(
            select(Appointment.place_no).where(Appointment.slot_id == slot.id, HOLDS_A_PLACE)
        )
    )
    return sorted(range(1, slot.places + 1), key=lambda place_no: place_no in taken)


def take_time(appointment: Appointment) -> None:
    """Mark the claimant's time as filled; an overlap with another appointment is refused."""
    slot = appointment.slot
    marks = [
        {"claimant_id": appointment.claimant_id, "mark": mark, "appointment_id": appointment.id}
        for mark in clock.marks(slot.starts_at, slot.ends_at)
    ]
    with refused(pk_claimant_time=ClaimantBusy):
        db.session.execute(insert(ClaimantTime), marks)


def give_time_back(appointment: Appointment) -> None:
    """Free the claimant's time, which a cancelled or missed appointment no longer fills.

    The slot is put up for whoever waits in the same transaction, so that none is forgotten.
    """
    db.session.execute(delete(ClaimantTime).where(ClaimantTime.appointment_id == appointment.id))
    handing_over.give_back(appointment.id)
    _keep_for_a_briefing(appointment)
    put_up([appointment.slot_id])


def _keep_for_a_briefing(appointment: Appointment) -> None:
    """A slot that was booked when a briefing was put is blocked once nobody is in it.

    The shared lock meets whoever puts a briefing at this moment, who sees the slot free, or waits.
    """
    slot = db.session.get_one(
        Slot, appointment.slot_id, with_for_update={"read": True}, populate_existing=True
    )
    others = select(Appointment.id).where(
        Appointment.slot_id == slot.id, Appointment.id != appointment.id, HOLDS_A_PLACE
    )
    if db.session.scalar(others.limit(1)) is None:
        briefing_time.keep([slot])


def no_longer_waits(referral_id: int) -> None:
    """Whoever has been given a place has left the waiting list with it."""
    db.session.execute(
        update(WaitingEntry)
        .where(WaitingEntry.referral_id == referral_id, WaitingEntry.state == WaitingState.WAITING)
        .values(state=WaitingState.PLACED, left_at=clock.now())
    )


def kind_of(slot: Slot, used: int, now: datetime) -> AppointmentKind:
    if slot.session.kind == SessionKind.GROUP:
        return AppointmentKind.GROUP
    if slot.starts_at <= now or _was_given_back_today(slot, now):
        return AppointmentKind.WALKOVER
    return AppointmentKind.RETURN if used else AppointmentKind.FIRST


def kind_once_moved(kind: AppointmentKind, slot: Slot) -> AppointmentKind:
    if slot.session.kind == SessionKind.GROUP:
        return AppointmentKind.GROUP
    return AppointmentKind.FIRST if kind == AppointmentKind.GROUP else kind


def _was_given_back_today(slot: Slot, now: datetime) -> bool:
    """Whether today's slot is a gap that an FTA or a cancellation left (000:2928-2931)."""
    if slot.session.on_date != clock.london(now).date():
        return False
    given_back = select(Appointment.id).where(
        Appointment.slot_id == slot.id, Appointment.status.not_in(HOLDING_A_PLACE)
    )
    return db.session.scalar(given_back.limit(1)) is not None
