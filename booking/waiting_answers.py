"""What those who wait say to an offer: the first yes has the place, by the key of every booking."""

from sqlalchemy import select

from booking import audit, claimants, clock
from booking.database import db, use_case
from booking.errors import (
    ClaimantBusy,
    NoPlace,
    NotFound,
    SessionLimitReached,
    WrongState,
)
from booking.models import Appointment, Slot, WaitingOffer
from booking.placing import locked, put_into, take_place
from booking.rights import Actor
from booking.taking import bookable_slot, no_longer_waits
from booking.waiting_list import entry_in_reach
from booking.words import BookingChannel, OfferState, Status

_CANNOT_BE_HAD = (NoPlace, ClaimantBusy, SessionLimitReached, WrongState)


@use_case
def answer(*, offer_id: int, wants: bool, by: Actor) -> OfferState:
    """`settle` as a use case of its own: for staff who key it in and for the claimant's page."""
    by.must("answer an offer")
    return settle(offer_id=offer_id, wants=wants, by=by)


def standing(offer: WaitingOffer) -> OfferState:
    """What the offer has come to by now, whether or not anybody has written it down."""
    over = offer.state == OfferState.OPEN and clock.now() >= offer.lapses_at
    return OfferState.LAPSED if over else offer.state


def settle(*, offer_id: int, wants: bool, by: Actor) -> OfferState:
    """What the offer has come to: TAKEN (theirs), REFUSED, LAPSED, or GONE to somebody else.

    Runs inside a use case. Said again, it is as it was. A place that cannot be had undoes
    nothing but the attempt: the offer is GONE, and whatever else they have booked stands.
    """
    offer = db.session.get(WaitingOffer, offer_id, with_for_update=True, populate_existing=True)
    if offer is None:
        raise NotFound
    entry = entry_in_reach(offer.entry_id, by=by)
    if by.claimant_id not in (None, entry.claimant_id):
        raise NotFound
    if offer.state != OfferState.OPEN:
        return offer.state
    state = standing(offer)
    if state == OfferState.OPEN:
        state = _taken(offer, by) if wants else OfferState.REFUSED
    offer.state, offer.settled_at = state, clock.now()
    after = {"state": state}
    audit.record(by, "answered an offer", offer, office_id=entry.office_id, after=after)
    return state


def _taken(offer: WaitingOffer, by: Actor) -> OfferState:
    """The place by the unique key that every booking meets, or GONE."""
    offer_id = offer.id
    try:
        with db.session.begin_nested():
            _place(offer, by)
    except _CANNOT_BE_HAD:
        db.session.refresh(db.session.get_one(WaitingOffer, offer_id))
        return OfferState.GONE
    return OfferState.TAKEN


def _place(offer: WaitingOffer, by: Actor) -> None:
    entry = offer.entry
    claimants.lock(entry.claimant_id)
    slot = bookable_slot(offer.slot_id, by)
    later = db.session.scalar(
        select(Appointment.id).where(
            Appointment.referral_id == entry.referral_id,
            Appointment.status.in_((Status.BOOKED, Status.ARRIVED)),
        )
    )
    if later is None:
        channel = BookingChannel.PHONE if by.user_id else BookingChannel.CLAIMANT
        take_place(
            slot, entry.referral, by, channel=channel, seconds_to_book=None, override_reason=""
        )
    else:
        _brought_forward(locked(later, by), slot, by)
    no_longer_waits(entry.referral_id)


def _brought_forward(appointment: Appointment, slot: Slot, by: Actor) -> None:
    if appointment.status != Status.BOOKED or appointment.slot.starts_at <= slot.starts_at:
        raise WrongState
    put_into(appointment, slot, by)
