"""The waiting list of an office: who joined, in which order, and who left."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from booking import audit, claimants, clock, referrals
from booking.claimants import ClaimantDetails
from booking.database import db, refused, use_case
from booking.errors import BookingError, NotFound
from booking.models import Office, Referral, WaitingEntry, WaitingOffer
from booking.referrals import ReferralDetails
from booking.rights import Actor, reachable_office
from booking.words import OfferState, ReferralState, WaitingState


class WaitsAlready(BookingError):
    code = "waits_already"
    sentence = "The claimant is on a waiting list for this referral already."


class ReferralOver(BookingError):
    code = "referral_over"
    sentence = "The referral is closed, so nobody waits on it."


@use_case
def join(*, referral_id: int, office_id: int, by: Actor) -> WaitingEntry:
    """Wait for a freed place at an office; with an appointment, for one that is sooner."""
    by.must("keep the waiting list")
    referral = referrals.visible(referral_id, by=by)
    office = _office(office_id, by)
    if office.district_id != referral.district_id:
        raise NotFound
    return add(referral, office, by)


@use_case
def refer_and_wait(
    *, office_id: int, claimant: ClaimantDetails, referral: ReferralDetails, by: Actor
) -> WaitingEntry:
    """Refer a claimant for whom no slot suits, and have them wait: one short form."""
    by.must("keep the waiting list")
    referral.must_be_weighed()
    office = _office(office_id, by)
    person = claimants.find_or_add(claimant, district_id=office.district_id, by=by)
    case = referrals.add(referral, claimant=person, office=office, by=by)
    return add(case, office, by)


@use_case
def leave(*, entry_id: int, by: Actor) -> WaitingEntry:
    """The claimant asked not to wait any longer; what was offered to them is withdrawn."""
    by.must("keep the waiting list")
    entry = entry_in_reach(entry_id, by=by)
    now = clock.now()
    left = db.session.execute(
        update(WaitingEntry)
        .where(WaitingEntry.id == entry.id, WaitingEntry.state == WaitingState.WAITING)
        .values(state=WaitingState.LEFT, left_at=now)
        .returning(WaitingEntry.id)
    ).first()
    if left:
        db.session.execute(
            update(WaitingOffer)
            .where(WaitingOffer.entry_id == entry.id, WaitingOffer.state == OfferState.OPEN)
            .values(state=OfferState.REFUSED, settled_at=now)
        )
        audit.record(by, "left waiting list", entry, office_id=entry.office_id)
    return entry


def entry_in_reach(entry_id: int, *, by: Actor) -> WaitingEntry:
    """An entry of an office in reach; staff of one office see its list and their referrals'."""
    entry = db.session.get(WaitingEntry, entry_id)
    if entry is None or not by.reaches_district(entry.office.district_id):
        raise NotFound
    if by.office_id not in (None, entry.office_id, entry.referral.office_id):
        raise NotFound
    return entry


def of_office(office_id: int, *, by: Actor) -> Sequence[tuple[WaitingEntry, WaitingOffer | None]]:
    """Who waits at an office, in turn, each with the offer they have not answered yet."""
    by.must("keep the waiting list")
    office = _office(office_id, by)
    if by.office_id not in (None, office.id):
        raise NotFound
    entries = db.session.scalars(
        select(WaitingEntry)
        .where(WaitingEntry.office_id == office.id, WaitingEntry.state == WaitingState.WAITING)
        .options(
            joinedload(WaitingEntry.claimant),
            joinedload(WaitingEntry.referral).joinedload(Referral.referred_by),
        )
        .order_by(WaitingEntry.since, WaitingEntry.id)
    ).all()
    offers = db.session.scalars(
        select(WaitingOffer)
        .where(
            WaitingOffer.entry_id.in_([entry.id for entry in entries]),
            WaitingOffer.state == OfferState.OPEN,
            WaitingOffer.lapses_at > clock.now(),
        )
        .options(joinedload(WaitingOffer.slot))
    )
    by_entry = {offer.entry_id: offer for offer in offers}
    return [(entry, by_entry.get(entry.id)) for entry in entries]


def office_of(offer_id: int) -> Office:
    """The office whose list an offer was made from."""
    return db.session.get_one(WaitingOffer, offer_id).entry.office


def waiting_on(referral_ids: Iterable[int]) -> Mapping[int, WaitingEntry]:
    """The entries under which referrals wait now, by referral."""
    entries = db.session.scalars(
        select(WaitingEntry).where(
            WaitingEntry.referral_id.in_(list(referral_ids)),
            WaitingEntry.state == WaitingState.WAITING,
        )
    )
    return {entry.referral_id: entry for entry in entries}


def numbers_waiting(office_ids: Iterable[int]) -> Mapping[int, int]:
    """How many wait at each office; one where nobody does is left out."""
    rows = db.session.execute(
        select(WaitingEntry.office_id, func.count())
        .where(
            WaitingEntry.office_id.in_(list(office_ids)),
            WaitingEntry.state == WaitingState.WAITING,
        )
        .group_by(WaitingEntry.office_id)
    )
    return dict(rows.tuples().all())


def _office(office_id: int, by: Actor) -> Office:
    return reachable_office(db.session.get(Office, office_id), by)


def add(referral: Referral, office: Office, by: Actor) -> WaitingEntry:
    """What `join` does once it may; runs inside a use case."""
    if referral.state != ReferralState.OPEN:
        raise ReferralOver
    entry = WaitingEntry(
        office_id=office.id,
        claimant_id=referral.claimant_id,
        referral_id=referral.id,
        since=clock.now(),
    )
    with refused(uq_waiting_entry_referral=WaitsAlready):
        db.session.add(entry)
    audit.record(by, "joined waiting list", entry, office_id=office.id)
    return entry
