"""Appointments: book a place, move it, cancel it; each one transaction with its messages."""

from collections.abc import Iterator
from contextlib import contextmanager

from booking import claimants, free_slots, placing, referrals
from booking.claimants import ClaimantDetails
from booking.database import db, use_case
from booking.errors import NoPlace, NotFound
from booking.models import Appointment
from booking.referrals import ReferralDetails
from booking.rights import Actor
from booking.taking import bookable_slot, no_longer_waits
from booking.words import BookingChannel


def book(
    *,
    slot_id: int,
    claimant: ClaimantDetails,
    referral: ReferralDetails,
    by: Actor,
    channel: BookingChannel = BookingChannel.DESK,
    seconds_to_book: int | None = None,
    override_reason: str = "",
    with_handover: bool = False,
) -> Appointment:
    """Refer a claimant and book a place in one step.

    Raises SlotTaken with the next three free slots, SlotNotOpen, SlotPast, ClaimantBusy,
    SessionLimitReached (unless `override_reason` is given) or BadDetail naming the field.
    """
    with alternatives_when_taken(slot_id):
        return use_case(placing.place_booking)(
            slot_id=slot_id,
            claimant=claimant,
            referral=referral,
            by=by,
            channel=channel,
            seconds_to_book=seconds_to_book,
            override_reason=override_reason,
            with_handover=with_handover,
        )


def book_again(
    *,
    referral_id: int,
    slot_id: int,
    by: Actor,
    channel: BookingChannel = BookingChannel.DESK,
    seconds_to_book: int | None = None,
    override_reason: str = "",
    with_handover: bool = False,
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
            with_handover=with_handover,
        )


def move(*, appointment_id: int, slot_id: int, by: Actor) -> Appointment:
    """Take a place in another slot and give the old one back, in one step.

    Raises HandoverRefused when a warm handover could not go with it. Where claimants choose for
    themselves, or a week is repaired, the handover ends instead.
    """
    with alternatives_when_taken(slot_id):
        return use_case(placing.move_within)(
            appointment_id=appointment_id, slot_id=slot_id, by=by, with_handover=True
        )


@use_case
def cancel(*, appointment_id: int, reason: str = "", by: Actor) -> Appointment:
    """Give the place back. On the day it becomes a walkover gap at once."""
    by.must("cancel")
    appointment = placing.locked(appointment_id, by)
    placing.must_be_to_come(appointment)
    placing.give_back(appointment, reason, by)
    return appointment


def visible(appointment_id: int, by: Actor) -> Appointment:
    """The appointment for reading; NotFound when out of reach."""
    by.must("see the diary")
    appointment = db.session.get(Appointment, appointment_id)
    if appointment is None or not by.reaches(appointment):
        raise NotFound
    return appointment


@contextmanager
def alternatives_when_taken(slot_id: int) -> Iterator[None]:
    """A refusal of a place carries the next free slots, read after the refused transaction."""
    try:
        yield
    except NoPlace as refusal:
        refusal.alternatives = free_slots.alternatives(slot_id)
        raise


@use_case
def _book_again(
    referral_id: int,
    slot_id: int,
    by: Actor,
    *,
    channel: BookingChannel,
    seconds_to_book: int | None,
    override_reason: str,
    with_handover: bool = False,
) -> Appointment:
    by.must("book")
    referral = referrals.visible(referral_id, by=by)
    slot = bookable_slot(slot_id, by)
    claimants.lock(referral.claimant_id)
    referrals.reopen(referral, by=by)
    no_longer_waits(referral.id)
    return placing.take_place(
        slot,
        referral,
        by,
        channel=channel,
        seconds_to_book=seconds_to_book,
        override_reason=override_reason,
        with_handover=with_handover,
    )
