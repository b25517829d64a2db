"""Appointments: book a place, move it, cancel it; each one transaction with its messages."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import joinedload

from booking import audit, claimants, clock, free_slots, messages, referrals
from booking.claimants import ClaimantDetails
from booking.database import db, refused, use_case
from booking.errors import (
    ClaimantBusy,
    NoPlace,
    NotFound,
    SessionLimitReached,
    SlotNotOpen,
    SlotPast,
    SlotTaken,
    WrongState,
)
from booking.models import Appointment, ClaimantTime, Office, Referral, Session, Slot
from booking.models.diary import HOLDS_A_PLACE
from booking.referrals import ReferralDetails
from booking.rights import Actor, reachable_office
from booking.words import (
    HOLDING_A_PLACE,
    STILL_TO_COME,
    AppointmentKind,
    BookingChannel,
    SessionKind,
    SessionState,
    Status,
)

R = TypeVar("R")

_MARK_SECONDS = 300
_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter or digit that reads as another


def book(
    *,
    slot_id: int,
    claimant: ClaimantDetails,
    referral: ReferralDetails,
    by: Actor,
    channel: BookingChannel = BookingChannel.DESK,
    seconds_to_book: int | None = None,
    override_reason: str = "",
) -> Appointment:
    """Refer a claimant and book a place in one step.

    Raises SlotTaken with the next three free slots, SlotNotOpen, SlotPast, ClaimantBusy,
    SessionLimitReached (unless `override_reason` is given) or BadDetail naming the field.
    """
    with alternatives_when_taken(slot_id):
        return use_case(place_booking)(
            slot_id=slot_id,
            claimant=claimant,
            referral=referral,
            by=by,
            channel=channel,
            seconds_to_book=seconds_to_book,
            override_reason=override_reason,
        )


def book_again(
    *,
    referral_id: int,
    slot_id: int,
    by: Actor,
    channel: BookingChannel = BookingChannel.DESK,
    seconds_to_book: int | None = None,
    override_reason: str = "",
) -> Appointment:
    """Another appointment on a referral already made: a return session, or a new try."""
    with alternatives_when_taken(slot_id):
        return _book_again(
            referral_id,
            slot_id,
            by,
            channel=channel,
            seconds_to_book=seconds_to_book,
            override_reason=override_reason,
        )


def move(*, appointment_id: int, slot_id: int, by: Actor) -> Appointment:
    """Take a place in another slot and give the old one back, in one step."""
    with alternatives_when_taken(slot_id):
        return _move(appointment_id, slot_id, by)


@use_case
def cancel(*, appointment_id: int, reason: str = "", by: Actor) -> Appointment:
    """Give the place back. On the day it becomes a walkover gap at once."""
    by.must("cancel")
    appointment = locked(appointment_id, by)
    _must_be_to_come(appointment)
    was = appointment.status
    appointment.status = Status.CANCELLED
    appointment.cancel_reason = reason
    appointment.cancelled_at = appointment.changed_at = clock.now()
    give_time_back(appointment)
    messages.tell_cancelled(appointment)
    record_change(by, "cancelled", appointment, {"status": was}, {"reason": reason})
    return appointment


@contextmanager
def alternatives_when_taken(slot_id: int) -> Iterator[None]:
    """A refusal of a place carries the next free slots, read after the refused transaction."""
    try:
        yield
    except NoPlace as refusal:
        refusal.alternatives = free_slots.alternatives(slot_id)
        raise


def place_booking(
    *,
    slot_id: int,
    claimant: ClaimantDetails,
    referral: ReferralDetails,
    by: Actor,
    channel: BookingChannel,
    seconds_to_book: int | None = None,
    override_reason: str = "",
) -> Appointment:
    """What `book` does; runs inside a use case."""
    by.must("book")
    referral.must_be_weighed()
    slot = _bookable_slot(slot_id, by)
    office = slot.session.office
    person = claimants.find_or_add(claimant, district_id=office.district_id, by=by)
    referring = db.session.get(Office, by.office_id) if by.office_id else office
    case = referrals.add(referral, claimant=person, office=referring or office, by=by)
    return _take_place(
        slot,
        case,
        by,
        channel=channel,
        seconds_to_book=seconds_to_book,
        override_reason=override_reason,
    )


@use_case
def _book_again(
    referral_id: int,
    slot_id: int,
    by: Actor,
    *,
    channel: BookingChannel,
    seconds_to_book: int | None,
    override_reason: str,
) -> Appointment:
    by.must("book")
    referral = db.session.get(Referral, referral_id)
    if referral is None or not by.reaches_district(referral.district_id):
        raise NotFound
    slot = _bookable_slot(slot_id, by)
    return _take_place(
        slot,
        referral,
        by,
        channel=channel,
        seconds_to_book=seconds_to_book,
        override_reason=override_reason,
    )


@use_case
def _move(appointment_id: int, slot_id: int, by: Actor) -> Appointment:
    by.must("move")
    appointment = locked(appointment_id, by)
    _must_be_to_come(appointment)
    if appointment.slot_id == slot_id:
        raise WrongState("The appointment is in that slot already.")
    slot = _bookable_slot(slot_id, by)
    old = appointment.slot
    give_time_back(appointment)
    _in_a_free_place(slot, partial(_put_into, appointment, slot))
    db.session.refresh(appointment)
    take_time(appointment)
    messages.tell_moved(appointment)
    record_change(by, "moved", appointment, {"starts_at": old.starts_at}, {"slot_id": slot.id})
    return appointment


def _put_into(appointment: Appointment, slot: Slot, place_no: int) -> None:
    db.session.execute(
        update(Appointment)
        .where(Appointment.id == appointment.id)
        .values(
            slot_id=slot.id,
            place_no=place_no,
            kind=_kind_once_moved(appointment.kind, slot),
            status=Status.BOOKED,
            arrived_at=None,
            start_version=Appointment.start_version + 1,
            changed_at=clock.now(),
        ),
        execution_options={"synchronize_session": False},
    )


def _take_place(
    slot: Slot,
    referral: Referral,
    by: Actor,
    *,
    channel: BookingChannel,
    seconds_to_book: int | None,
    override_reason: str,
) -> Appointment:
    now = clock.now()
    used = funded_sessions_used(referral.claimant_id)
    beyond = used >= slot.session.office.rules.funded_sessions
    if beyond and not override_reason.strip():
        raise SessionLimitReached
    details = {
        "slot_id": slot.id,
        "claimant_id": referral.claimant_id,
        "referral_id": referral.id,
        "kind": _kind(slot, used, now),
        "channel": channel,
        "booked_at": now,
        "changed_at": now,
        "booked_by_id": by.user_id,
        "seconds_to_book": seconds_to_book,
        "override_reason": override_reason.strip() if beyond else "",
    }

    def added(place_no: int) -> Appointment:
        appointment = Appointment(reference=_new_reference(), place_no=place_no, **details)
        db.session.add(appointment)
        return appointment

    appointment = _in_a_free_place(slot, added)
    take_time(appointment)
    messages.tell_booked(appointment)
    record_change(by, "booked", appointment, None, {"slot_id": slot.id, "kind": appointment.kind})
    return appointment


def _in_a_free_place(slot: Slot, taken: Callable[[int], R]) -> R:
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


def _kind(slot: Slot, used: int, now: datetime) -> AppointmentKind:
    if slot.session.kind == SessionKind.GROUP:
        return AppointmentKind.GROUP
    if slot.starts_at <= now or _was_given_back_today(slot, now):
        return AppointmentKind.WALKOVER
    return AppointmentKind.RETURN if used else AppointmentKind.FIRST


def _kind_once_moved(kind: AppointmentKind, slot: Slot) -> AppointmentKind:
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


def _bookable_slot(slot_id: int, by: Actor) -> Slot:
    """The slot, held against change until the booking is decided.

    A shared lock: bookings of one slot do not wait for each other here, they meet at the
    unique key; whoever cancels or holds the slot waits for them.
    """
    slot = db.session.scalar(
        select(Slot)
        .where(Slot.id == slot_id)
        .options(joinedload(Slot.session).joinedload(Session.office))
        .with_for_update(read=True, of=Slot)
        .execution_options(populate_existing=True)
    )
    if slot is None:
        raise NotFound("There is no such slot.")
    reachable_office(slot.session.office, by)
    if slot.hold is not None or slot.session.state != SessionState.PUBLISHED:
        raise SlotNotOpen
    worth_it = timedelta(minutes=slot.session.office.rules.walkover_minutes)
    now = clock.now()
    if slot.starts_at <= now and slot.ends_at - now < worth_it:
        raise SlotPast
    return slot


def locked(appointment_id: int, by: Actor) -> Appointment:
    """The appointment, locked until the end of the use case; NotFound when out of reach."""
    appointment = db.session.get(
        Appointment, appointment_id, with_for_update=True, populate_existing=True
    )
    if appointment is None or not by.reaches(appointment):
        raise NotFound
    return appointment


def visible(appointment_id: int, by: Actor) -> Appointment:
    """The appointment for reading; NotFound when out of reach."""
    by.must("see the diary")
    appointment = db.session.get(Appointment, appointment_id)
    if appointment is None or not by.reaches(appointment):
        raise NotFound
    return appointment


def take_time(appointment: Appointment) -> None:
    """Mark the claimant's time as filled; an overlap with another appointment is refused."""
    slot = appointment.slot
    first = int(slot.starts_at.timestamp()) // _MARK_SECONDS
    last = -(-int(slot.ends_at.timestamp()) // _MARK_SECONDS)
    marks = [
        {"claimant_id": appointment.claimant_id, "mark": mark, "appointment_id": appointment.id}
        for mark in range(first, last)
    ]
    with refused(pk_claimant_time=ClaimantBusy):
        db.session.execute(insert(ClaimantTime), marks)


def give_time_back(appointment: Appointment) -> None:
    """Free the claimant's time, which a cancelled or missed appointment no longer fills."""
    db.session.execute(delete(ClaimantTime).where(ClaimantTime.appointment_id == appointment.id))


def funded_sessions_used(claimant_id: int) -> int:
    """One-to-one sessions attended or still to come, of the three that are funded."""
    return funded_sessions_of([claimant_id]).get(claimant_id, 0)


def funded_sessions_of(claimant_ids: Iterable[int]) -> dict[int, int]:
    """`funded_sessions_used` of several claimants at once; one with none is left out."""
    rows = db.session.execute(
        select(Appointment.claimant_id, func.count())
        .where(
            Appointment.claimant_id.in_(set(claimant_ids)),
            Appointment.kind != AppointmentKind.GROUP,
            HOLDS_A_PLACE,
        )
        .group_by(Appointment.claimant_id)
    )
    return dict(rows.tuples().all())


def _must_be_to_come(appointment: Appointment) -> None:
    if appointment.status not in STILL_TO_COME:
        raise WrongState(
            f"The appointment is {appointment.status.replace('_', ' ')}, so it stays as it is."
        )


def record_change(
    by: Actor,
    action: str,
    appointment: Appointment,
    before: dict[str, object] | None,
    after: dict[str, object] | None,
) -> None:
    """The audit row of an appointment, under the office whose diary it is in."""
    office_id = appointment.slot.session.office_id
    audit.record(by, action, appointment, office_id=office_id, before=before, after=after)


def _new_reference() -> str:
    return "".join(secrets.choice(_READABLE) for _ in range(8))
