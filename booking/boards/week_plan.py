"""The week's sessions of a district, as the lead plans them: who sits where, how full."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from booking import clock
from booking.database import db
from booking.models import Appointment, Office, Session, Slot
from booking.models.diary import HOLDS_A_PLACE
from booking.places import offices_in_reach
from booking.rights import Actor
from booking.words import HalfDay, SessionState

WORKING_DAYS = 5


@dataclass(frozen=True)
class Planned:
    """A published session with how many of its places are held.

    `overbooked` of its slots go beyond the comfortable number.
    """

    session: Session
    booked: int
    places: int
    overbooked: int

    @property
    def may_be_cancelled(self) -> bool:
        """Whether nobody holds a place and it is not over yet."""
        ends_at = clock.instant(self.session.on_date, self.session.ends)
        return not self.booked and ends_at > clock.now()


@dataclass(frozen=True)
class Week:
    """Five days of a district; `offices` are those with access, or with sessions all the same."""

    monday: date
    offices: Sequence[Office]
    _at: Mapping[tuple[int, date, HalfDay], Sequence[Planned]]

    @property
    def days(self) -> Sequence[date]:
        return [self.monday + timedelta(days=day) for day in range(WORKING_DAYS)]

    def at(self, office: Office, on: date, half_day: str) -> Sequence[Planned]:
        """The sessions of one office in one half-day."""
        return self._at.get((office.id, on, HalfDay(half_day)), ())

    def of(self, office: Office) -> Sequence[Planned]:
        """The sessions of one office, in order of time."""
        return [
            planned
            for day in self.days
            for half_day in HalfDay
            for planned in self.at(office, day, half_day)
        ]


def week(monday: date, *, by: Actor) -> Week:
    """The week's published sessions in the actor's district."""
    by.must("see the diary")
    offices = offices_in_reach(by)
    return _week(monday, offices)


def week_of(office: Office, monday: date) -> Week:
    """The week's sessions of one office: who is in, and nothing about claimants."""
    return _week(monday, [office])


def _week(monday: date, offices: Sequence[Office]) -> Week:
    planned = _planned([office.id for office in offices], monday)
    at: dict[tuple[int, date, HalfDay], list[Planned]] = defaultdict(list)
    for each in planned:
        session = each.session
        at[session.office_id, session.on_date, session.half_day].append(each)
    used = {office_id for office_id, _, _ in at}
    return Week(
        monday,
        [office for office in offices if office.allows_access or office.id in used],
        at,
    )


def _planned(office_ids: Sequence[int], monday: date) -> Sequence[Planned]:
    held = (
        select(func.count())
        .select_from(Appointment)
        .join(Slot, Appointment.slot_id == Slot.id)
        .where(Slot.session_id == Session.id, HOLDS_A_PLACE)
        .scalar_subquery()
    )
    taken = select(Appointment.id).where(Appointment.slot_id == Slot.id, HOLDS_A_PLACE)
    offered = (
        *(Slot.session_id == Session.id, Slot.hold.is_(None)),
        or_(Slot.beyond_level.is_(False), taken.exists()),
    )
    places = select(func.coalesce(func.sum(Slot.places), 0)).where(*offered).scalar_subquery()
    overbooked = select(func.count()).where(*offered, Slot.overbooked).scalar_subquery()
    rows = db.session.execute(
        select(Session, held, places, overbooked)
        .where(
            Session.office_id.in_(office_ids),
            Session.on_date.between(monday, monday + timedelta(days=WORKING_DAYS - 1)),
            Session.state == SessionState.PUBLISHED,
        )
        .options(joinedload(Session.adviser), joinedload(Session.room))
        .order_by(Session.on_date, Session.starts, Session.id)
    )
    return [
        Planned(session, booked, int(places), beyond)
        for session, booked, places, beyond in rows.tuples()
    ]
