"""Free slots: one query of the diary, ranked for the claimant at the desk."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from math import cos, hypot, radians

from sqlalchemy import Select, and_, func, or_, select

from booking import clock
from booking.availability import FreeSlot, Needs, Ranking, rank
from booking.database import db
from booking.models import Adviser, Appointment, FreedSlot, Office, Room, Session, Slot
from booking.models.diary import HOLDS_A_PLACE
from booking.rights import Actor, reachable_office
from booking.rules import Rules
from booking.words import SessionKind, SessionState

ONE_TO_ONE = (SessionKind.INTERVIEWS, SessionKind.TELEPHONE)
NEAREST = 6
_ALTERNATIVES = 3
_MILES_PER_DEGREE = 69.1

Point = tuple[float, float]  # latitude, longitude in degrees


def find(needs: Needs, *, office_id: int, by: Actor) -> Ranking:
    """Ranked free slots at an office and the nearest ones, for the district's search days."""
    by.must("see the diary")
    office = reachable_office(db.session.get(Office, office_id), by)
    now = clock.now()
    nearest = [other for other, _ in nearest_offices(office)][:NEAREST]
    slots = _looked_for(needs, [office_id, *nearest], office.rules, now)
    return rank(slots, needs, now=now, office_id=office_id, nearest=nearest)


def is_free_for(slot: Slot, needs: Needs, *, after: datetime) -> bool:
    """Whether a slot still has a place that the claimant could use."""
    on = slot.session.on_date
    query = free_places([slot.session.office_id], after, on, on).where(Slot.id == slot.id)
    rows = db.session.execute(_narrowed(query, needs))
    return any(needs.suit(FreeSlot._make(row)) for row in rows)


def put_up_for(
    needs: Needs, office: Office, *, not_before: datetime
) -> Sequence[tuple[FreeSlot, datetime]]:
    """Slots that came free, or were opened, and still suit, within the office's search days; each
    with when it came free."""
    last_on = clock.today() + timedelta(days=office.rules.search_days)
    query = free_places([office.id], not_before, clock.london(not_before).date(), last_on)
    rows = db.session.execute(
        _narrowed(query, needs)
        .join(FreedSlot, FreedSlot.slot_id == Slot.id)
        .where(FreedSlot.settled_at.is_(None))
        .add_columns(FreedSlot.freed_at)
    )
    slots = [(FreeSlot._make(row[:-1]), row.freed_at) for row in rows]
    return [(slot, freed_at) for slot, freed_at in slots if needs.suit(slot)]


def suitable(
    needs: Needs, office_ids: Sequence[int], rules: Rules, *, now: datetime
) -> Sequence[FreeSlot]:
    """Every free slot of some offices that suits, in no order, for the rules' search days."""
    return [slot for slot in _looked_for(needs, office_ids, rules, now) if needs.suit(slot)]


def _looked_for(
    needs: Needs, office_ids: Sequence[int], rules: Rules, now: datetime
) -> Iterator[FreeSlot]:
    first_on = needs.first_on or clock.london(now).date()
    last_on = needs.last_on or first_on + timedelta(days=rules.search_days)
    query = free_places(office_ids, now, first_on, last_on)
    return map(FreeSlot._make, db.session.execute(_narrowed(query, needs)))


def next_free(office_id: int, *, after: datetime, count: int = _ALTERNATIVES) -> Sequence[FreeSlot]:
    """The next free one-to-one slots at an office, soonest first."""
    first_on = clock.london(after).date()
    query = free_places([office_id], after, first_on, first_on + timedelta(days=60))
    rows = db.session.execute(query.order_by(Slot.starts_at, Slot.id).limit(count))
    return [FreeSlot._make(row) for row in rows]


def not_offered(office_id: int, needs: Needs) -> Sequence[FreeSlot]:
    """Today's free slots at an office that suit and are beyond the level, the earliest first."""
    now = clock.now()
    today = clock.london(now).date()
    query = free_places([office_id], now, today, today, beyond_level=True)
    rows = db.session.execute(_narrowed(query, needs).order_by(Slot.starts_at, Slot.id))
    return [slot for slot in map(FreeSlot._make, rows) if needs.suit(slot)]


def has_telephone(office_id: int) -> bool:
    """Whether a slot by telephone can be had at an office within its search days."""
    now = clock.now()
    first_on = clock.london(now).date()
    last_on = first_on + timedelta(days=db.session.get_one(Office, office_id).rules.search_days)
    query = free_places([office_id], now, first_on, last_on, [SessionKind.TELEPHONE])
    return db.session.execute(query.limit(1)).first() is not None


def alternatives(slot_id: int) -> Sequence[FreeSlot]:
    """What to offer instead of a slot that was taken: the next three in its office."""
    slot = db.session.get(Slot, slot_id)
    if slot is None:
        return ()
    return next_free(slot.session.office_id, after=clock.now())


def nearest_offices(office: Office) -> Sequence[tuple[int, float | None]]:
    """(office id, miles) of the district's other open offices, nearest first.

    Coordinates are town-level guesses at best; an office without any comes last, miles None.
    """
    others = db.session.execute(
        select(Office.id, Office.latitude, Office.longitude, Office.name).where(
            Office.district_id == office.district_id,
            Office.id != office.id,
            Office.closed_on.is_(None),
            Office.allows_access,
        )
    )
    here = _point(office.latitude, office.longitude)
    known = [
        (_miles(here, _point(latitude, longitude)), name, office_id)
        for office_id, latitude, longitude, name in others
    ]
    known.sort(key=lambda row: (row[0] is None, row[0] or 0.0, row[1]))
    return [(office_id, miles) for miles, _, office_id in known]


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else (latitude, longitude)


def _miles(here: Point | None, there: Point | None) -> float | None:
    """On a flat map of one district, which is near enough for an order."""
    if here is None or there is None:
        return None
    east = (there[1] - here[1]) * cos(radians(here[0]))
    return hypot(east, there[0] - here[0]) * _MILES_PER_DEGREE


def free_places(
    office_ids: Sequence[int],
    after: datetime,
    first_on: date,
    last_on: date,
    kinds: Sequence[SessionKind] = ONE_TO_ONE,
    *,
    beyond_level: bool = False,
) -> Select[tuple[int, datetime, datetime, date, int, int, int | None, SessionKind, int]]:
    """The query for every bookable slot of these kinds, in the columns of FreeSlot.

    Or, with `beyond_level`, for those that are free and not offered.
    """
    taken = (
        select(func.count()).where(Appointment.slot_id == Slot.id, HOLDS_A_PLACE).scalar_subquery()
    )
    places_left = (Slot.places - taken).label("places_left")
    return (
        select(
            Slot.id,
            Slot.starts_at,
            Slot.ends_at,
            Session.on_date,
            Session.office_id,
            Session.adviser_id,
            Session.room_id,
            Session.kind,
            places_left,
        )
        .join(Session, Slot.session_id == Session.id)
        .where(
            Session.office_id.in_(office_ids),
            Session.on_date.between(first_on, last_on),
            Session.state == SessionState.PUBLISHED,
            Session.kind.in_(kinds),
            Slot.hold.is_(None),
            Slot.beyond_level.is_(beyond_level),
            Slot.starts_at >= after,
            taken < Slot.places,
        )
    )


def _narrowed(query: Select, needs: Needs) -> Select:  # type: ignore[type-arg]
    by_phone = Session.kind == SessionKind.TELEPHONE
    if needs.telephone is not None:
        query = query.where(by_phone if needs.telephone else ~by_phone)
    if needs.step_free or needs.private:
        wanted = [Room.step_free] * needs.step_free + [Room.private] * needs.private
        query = query.outerjoin(Room, Session.room_id == Room.id)
        query = query.where(or_(by_phone, and_(*wanted)))
    if needs.language:
        query = query.where(Session.adviser_id.in_(_speakers(needs.language)))
    return query


def _speakers(language: str) -> Sequence[int]:
    advisers = db.session.execute(select(Adviser.id, Adviser.languages).where(Adviser.active))
    wanted = language.casefold()
    return [
        adviser_id
        for adviser_id, languages in advisers
        if wanted in (spoken.casefold() for spoken in languages)
    ]


def languages_spoken(district_id: int) -> Sequence[str]:
    """The languages beside English that the district's advisers speak."""
    spoken = db.session.scalars(
        select(Adviser.languages).where(Adviser.district_id == district_id, Adviser.active)
    )
    return sorted({language for languages in spoken for language in languages})
