"""What booking, moving and cancelling do inside a use case: place, time, texts and audit row."""

import secrets
from functools import partial

from sqlalchemy import update

from booking import audit, claimants, clock, funded_sessions, handing_over, referrals, squeezing_in
from booking.claimants import ClaimantDetails
from booking.database import db
from booking.errors import NotFound, SessionLimitReached, WrongState
from booking.messages import outbox
from booking.models import Appointment, Office, Referral, Slot
from booking.referrals import ReferralDetails
from booking.rights import Actor
from booking.taking import (
    bookable_slot,
    give_time_back,
    in_a_free_place,
    kind_of,
    kind_once_moved,
    take_time,
)
from booking.words import STILL_TO_COME, AppointmentKind, BookingChannel, Status

_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter or digit that reads as another


def place_booking(
    *,
    slot_id: int,
    claimant: ClaimantDetails,
    referral: ReferralDetails,
    by: Actor,
    channel: BookingChannel,
    seconds_to_book: int | None = None,
    override_reason: str = "",
    with_handover: bool = False,
) -> Appointment:
    """What `book` does; runs inside a use case."""
    by.must("book")
    referral.must_be_weighed()
    slot = bookable_slot(slot_id, by)
    office = slot.session.office
    person = claimants.find_or_add(claimant, district_id=office.district_id, by=by)
    referring = db.session.get(Office, by.office_id) if by.office_id else office
    case = referrals.add(referral, claimant=person, office=referring or office, by=by)
    return take_place(
        slot,
        case,
        by,
        channel=channel,
        seconds_to_book=seconds_to_book,
        override_reason=override_reason,
        with_handover=with_handover,
    )


def take_place(
    slot: Slot,
    referral: Referral,
    by: Actor,
    *,
    channel: BookingChannel,
    seconds_to_book: int | None,
    override_reason: str,
    with_handover: bool = False,
) -> Appointment:
    """What `book_again` does once it may; runs inside a use case, the claimant locked."""
    now = clock.now()
    used = funded_sessions.used_by(referral.claimant_id)
    beyond = used >= slot.session.office.rules.funded_sessions
    if beyond and not override_reason.strip():
        raise SessionLimitReached
    details = {
        "slot_id": slot.id,
        "claimant_id": referral.claimant_id,
        "referral_id": referral.id,
        "kind": kind_of(slot, used, now),
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

    appointment = in_a_free_place(slot, added)
    take_time(appointment)
    outbox.tell_booked(appointment)
    record_change(by, "booked", appointment, None, {"slot_id": slot.id, "kind": appointment.kind})
    if slot.beyond_level:
        squeezing_in.settle(slot)
    if with_handover:
        handing_over.arrange(appointment, by)
    return appointment


def move_within(
    *, appointment_id: int, slot_id: int, by: Actor, with_handover: bool = False
) -> Appointment:
    """What `move` does; runs inside a use case."""
    by.must("move")
    appointment = locked(appointment_id, by)
    if appointment.slot_id == slot_id:
        raise WrongState("The appointment is in that slot already.")
    slot = bookable_slot(slot_id, by)
    must_be_to_come(appointment)
    put_into(appointment, slot, by, with_handover=with_handover)
    return appointment


def put_into(
    appointment: Appointment, slot: Slot, by: Actor, *, with_handover: bool = False
) -> None:
    """What `move` does once it may; runs inside a use case."""
    old = appointment.slot
    give_time_back(appointment)
    in_a_free_place(slot, partial(_put_into_place, appointment, slot))
    db.session.refresh(appointment)
    take_time(appointment)
    outbox.tell_moved(appointment, same_time=_only_adviser_differs(old, slot))
    record_change(by, "moved", appointment, {"starts_at": old.starts_at}, {"slot_id": slot.id})
    if slot.beyond_level:
        squeezing_in.settle(slot)
    handing_over.follow(appointment, by, must=with_handover)


def _only_adviser_differs(was: Slot, now: Slot) -> bool:
    old, new = was.session, now.session
    return (
        was.starts_at == now.starts_at
        and (old.office_id, old.kind) == (new.office_id, new.kind)
        and old.adviser_id != new.adviser_id
    )


def stay_with_another(appointment: Appointment, by: Actor, *, was: str) -> None:
    """Time and place stand, and another adviser than `was` has the session: the claimant is told.

    Runs inside a use case, the appointment locked.
    """
    appointment.start_version += 1
    appointment.changed_at = clock.now()
    outbox.tell_moved(appointment, same_time=True)
    name = appointment.slot.session.adviser.name
    record_change(by, "changed adviser", appointment, {"adviser": was}, {"adviser": name})


def _put_into_place(appointment: Appointment, slot: Slot, place_no: int) -> None:
    db.session.execute(
        update(Appointment)
        .where(Appointment.id == appointment.id)
        .values(
            slot_id=slot.id,
            place_no=place_no,
            kind=kind_once_moved(appointment.kind, slot),
            status=Status.BOOKED,
            arrived_at=None,
            confirmed_at=None,  # said of the time that was, not of this one
            start_version=Appointment.start_version + 1,
            changed_at=clock.now(),
        ),
        execution_options={"synchronize_session": False},
    )


def give_back(appointment: Appointment, reason: str, by: Actor) -> None:
    """What `cancel` does once it may; runs inside a use case."""
    was = appointment.status
    appointment.status = Status.CANCELLED
    appointment.cancel_reason = reason
    appointment.cancelled_at = appointment.changed_at = clock.now()
    give_time_back(appointment)
    outbox.tell_cancelled(appointment)
    record_change(by, "cancelled", appointment, {"status": was}, {"cancel_reason": reason})


def locked(appointment_id: int, by: Actor) -> Appointment:
    """The appointment, locked until the end of the use case; NotFound when out of reach."""
    appointment = db.session.get(
        Appointment, appointment_id, with_for_update=True, populate_existing=True
    )
    if appointment is None or not by.reaches(appointment):
        raise NotFound
    return appointment


def must_be_to_come(appointment: Appointment) -> None:
    if appointment.status not in STILL_TO_COME:
        raise WrongState(
            f"The appointment is {appointment.status.replace('_', ' ')}, so it stays as it is."
        )
    # Whoever did not come is not made to vanish; a walkover taken by mistake can be.
    slot, walkover = appointment.slot, appointment.kind == AppointmentKind.WALKOVER
    if (slot.ends_at if walkover else slot.starts_at) <= clock.now():
        raise WrongState("The appointment has started: say what became of it instead.")


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
