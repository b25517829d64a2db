"""Free slots with the names a person needs to choose: adviser, room, office, how far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from booking import clock, free_slots, squeezing_in
from booking.availability import FreeSlot, Needs, Offer, Rank
from booking.database import db
from booking.errors import NotFound, RoomDoesNotSuit
from booking.models import Adviser, Appointment, Office, Room, Session, Slot
from booking.models.diary import HOLDS_A_PLACE
from booking.rights import Actor, reachable_office
from booking.words import SessionKind

M = TypeVar("M", Office, Adviser, Room)

_LOOK_AHEAD_DAYS = 60


@dataclass(frozen=True)
class NamedOffer:
    """An offer and the rows behind its ids."""

    slot: FreeSlot
    rank: Rank
    reasons: Sequence[str]
    office: Office
    adviser: Adviser
    room: Room | None

    @property
    def where(self) -> str:
        """`Room 2, first floor`, or that it is by telephone."""
        if self.slot.kind == SessionKind.TELEPHONE:
            return "by telephone"
        return f"{self.room.name}, {self.room.floor}" if self.room else ""


@dataclass(frozen=True)
class OfficeOffers:
    """The offers of one office; `miles` are a guide only, None when nobody knows."""

    office: Office
    miles: float | None
    offers: Sequence[NamedOffer]


@dataclass(frozen=True)
class Found:
    """What a search at an office comes to: its offers, what `by` may squeeze in, then others'."""

    here: OfficeOffers
    squeeze_ins: Sequence[NamedOffer]
    elsewhere: Sequence[OfficeOffers]


@dataclass(frozen=True)
class Wait:
    """How long until an office's next free slot; `days` None when there is none to be had."""

    office: Office
    miles: float | None
    next_at: datetime | None
    days: int | None

    @property
    def beyond_target(self) -> bool:
        """Whether somebody should be told: the target is two weeks (000:2282-2283)."""
        return self.days is None or self.days > self.office.rules.wait_target_days


def search(needs: Needs, *, office_id: int, by: Actor) -> Found:
    """Ranked offers at an office, and those of the nearest others in order of distance."""
    ranking = free_slots.find(needs, office_id=office_id, by=by)
    office = db.session.get_one(Office, office_id)
    miles = dict(free_slots.nearest_offices(office))
    offers = named(ranking.best)
    here = OfficeOffers(office, 0.0, offers[: len(ranking.here)])
    elsewhere = [
        OfficeOffers(theirs[0].office, miles.get(other), theirs)
        for other in ranking.elsewhere
        for theirs in [[offer for offer in offers if offer.slot.office_id == other]]
    ]
    return Found(here, _squeeze_ins(needs, office_id, by), elsewhere)


def _squeeze_ins(needs: Needs, office_id: int, by: Actor) -> Sequence[NamedOffer]:
    """Today's slots beyond the level that this person may give to a claimant who is here."""
    if not by.may("squeeze in"):
        return ()
    mine = [
        slot
        for slot in free_slots.not_offered(office_id, needs)
        if squeezing_in.may_give(db.session.get_one(Slot, slot.slot_id).session, by)
    ]
    return named(Offer(slot, Rank.TODAY, ["not offered to others"]) for slot in mine)


def instead_of(slot_id: int, needs: Needs, *, by: Actor, count: int = 3) -> Sequence[NamedOffer]:
    """What suits the same claimant when that slot cannot be had; the office's next if nothing."""
    office_id = db.session.get_one(Slot, slot_id).session.office_id
    best = free_slots.find(needs, office_id=office_id, by=by).best
    if best:
        return named(best[:count])
    return named(
        Offer(each, Rank.SOONEST, ["soonest"]) for each in free_slots.alternatives(slot_id)
    )


def named(offers: Iterable[Offer]) -> list[NamedOffer]:
    """The offers with their offices, advisers and rooms: one query of each, however many."""
    offers = list(offers)
    offices = _by_id(Office, {offer.slot.office_id for offer in offers})
    advisers = _by_id(Adviser, {offer.slot.adviser_id for offer in offers})
    rooms = _by_id(Room, {offer.slot.room_id for offer in offers})
    return [
        NamedOffer(
            offer.slot,
            offer.rank,
            offer.reasons,
            offices[offer.slot.office_id],
            advisers[offer.slot.adviser_id],
            rooms.get(offer.slot.room_id or 0),  # nobody sits anywhere by telephone
        )
        for offer in offers
    ]


def waits(office_id: int, *, by: Actor) -> Sequence[Wait]:
    """The next free slot of an office and of every other it can send to, nearest first."""
    office = reachable_office(db.session.get(Office, office_id), by)
    miles: dict[int, float | None] = {office.id: 0.0, **dict(free_slots.nearest_offices(office))}
    offices = _by_id(Office, set(miles))
    soonest = _soonest(list(miles))
    today = clock.today()
    return [
        Wait(
            offices[each],
            miles[each],
            next_at,
            (clock.london(next_at).date() - today).days if next_at else None,
        )
        for each in miles
        for next_at in [soonest.get(each)]
    ]


def slot_to_book(slot_id: int, *, by: Actor) -> tuple[Slot, bool]:
    """A slot with its session, office, adviser and room, and whether a place is left in it."""
    slot = db.session.scalar(
        select(Slot)
        .where(Slot.id == slot_id)
        .options(
            joinedload(Slot.session).joinedload(Session.office),
            joinedload(Slot.session).joinedload(Session.adviser),
            joinedload(Slot.session).joinedload(Session.room),
        )
    )
    if slot is None:
        raise NotFound("There is no such slot.")
    reachable_office(slot.session.office, by)
    taken = db.session.scalar(
        select(func.count())
        .select_from(Appointment)
        .where(Appointment.slot_id == slot.id, HOLDS_A_PLACE)
    )
    return slot, (taken or 0) < slot.places


def check_room(slot: Slot, needs: Needs) -> None:
    """Raise RoomDoesNotSuit when the claimant needs what the slot's room is not.

    A search never offers such a slot; a walkover gap, or a need first said on the form, may.
    """
    room = slot.session.room
    if room is None:
        return
    if needs.step_free and not room.step_free:
        raise RoomDoesNotSuit(f"{room.name} has no step-free access, which the claimant needs.")
    if needs.private and not room.private:
        raise RoomDoesNotSuit(f"{room.name} is not private, which the claimant needs.")


def advisers_of(district_id: int) -> Sequence[tuple[int, str]]:
    """(id, name) of the district's active advisers, by name."""
    rows = db.session.execute(
        select(Adviser.id, Adviser.name)
        .where(Adviser.district_id == district_id, Adviser.active)
        .order_by(Adviser.name)
    )
    return [(adviser_id, name) for adviser_id, name in rows]


def _soonest(office_ids: Sequence[int]) -> dict[int, datetime]:
    now = clock.now()
    first_on = clock.london(now).date()
    last_on = first_on + timedelta(days=_LOOK_AHEAD_DAYS)
    free = free_slots.free_places(office_ids, now, first_on, last_on).subquery()
    rows = db.session.execute(
        select(free.c.office_id, func.min(free.c.starts_at)).group_by(free.c.office_id)
    )
    return dict(rows.tuples().all())


def _by_id(model: type[M], ids: Iterable[int | None]) -> dict[int, M]:
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids)))}
