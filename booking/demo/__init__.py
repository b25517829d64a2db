"""The demo district: invented offices, people and weeks, the same for the same day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from sqlalchemy import Table, exists, inspect, select

from booking import clock
from booking.database import Base, db, refused, use_case
from booking.demo import desk, inbound, names, past
from booking.demo.at_once import nothing_thrown_away
from booking.demo.cases import Cases
from booking.demo.history import add_history, settle_levels
from booking.demo.people import PASSWORD, SIGN_INS, add_staff
from booking.demo.places import DISTRICT_CODE, DISTRICT_NAME, add_places
from booking.demo.rota import add_rota
from booking.demo.story import Story
from booking.errors import BookingError
from booking.models import District, Slot, User
from booking.rights import actor_of
from booking.words import Role, SessionKind

__all__ = [
    "PASSWORD",
    "DatabaseInUse",
    "DemoIsThere",
    "Loaded",
    "NoTables",
    "is_empty",
    "load",
    "sign_ins",
]

# Tables that the worker and the sign-in page write to by themselves.
_OF_THE_MACHINE = frozenset({"heartbeat", "job_run", "sign_in_failure"})


class DatabaseInUse(BookingError):
    """Something is there already, so nothing invented is mixed into it."""

    code = "database_in_use"
    sentence = "The database holds other data; the demo district goes into an empty one only."


class DemoIsThere(BookingError):
    code = "demo_is_there"
    sentence = "The demo district is there already."


class NoTables(BookingError):
    code = "no_tables"
    sentence = "The database has no tables yet: run `flask db upgrade` first."


@dataclass(frozen=True)
class Loaded:
    """How much was made up."""

    offices: int
    sessions: int
    appointments: int


@use_case
def load(*, watch: Callable[[str], None] = lambda step: None) -> Loaded:
    """Make up the district round today, in one transaction; `watch` is told each step.

    Raises DemoIsThere when it is there, DatabaseInUse when anything else is.
    """
    if _is_there():
        raise DemoIsThere
    if _holds_anything():
        raise DatabaseInUse
    with nothing_thrown_away():
        return _made_up(clock.now(), watch)


def _made_up(now: datetime, watch: Callable[[str], None]) -> Loaded:
    today = clock.london(now).date()
    monday = clock.monday_of(today)
    random = Random(f"demo district of {today}")
    invented = names.invented(random)
    watch("offices and people")
    district = District(code=DISTRICT_CODE, name=DISTRICT_NAME)
    with refused(uq_district_code=DemoIsThere):
        db.session.add(district)
    offices = add_places(district, monday)
    staff = add_staff(district, offices, monday, invented)
    watch("the rota")
    slots = add_rota(staff, offices, monday, actor_of(staff.lead))
    watch("bookings and texts")
    cases = Cases(district, offices, staff, invented, today, random)
    bookings = list(Story(cases, staff, today, random).bookings(slots))
    made = past.write_down(bookings, now=now, random=random)
    inbound.add_answers(made, staff, now=now)
    never_booked = _to_come(slots, today, booked={booking.slot.id for booking in bookings})
    at_desks = desk.book_some(never_booked, staff, invented, random)
    desk.come_along(at_desks, staff)
    desk.let_wait(at_desks, staff, invented, random)
    made += at_desks
    watch("attendance and levels")
    add_history(offices, slots[0].session.on_date, Random(f"history before {monday}"))
    settle_levels(slots, staff)
    return Loaded(len(offices), len({slot.session_id for slot in slots}), len(made))


def _to_come(slots: Sequence[Slot], today: date, *, booked: set[int]) -> list[Slot]:
    return [
        slot
        for slot in slots
        if not (slot.hold or slot.beyond_level)
        and slot.session.on_date > today
        and slot.session.kind != SessionKind.GROUP
        and slot.id not in booked
    ]


def is_empty() -> bool:
    """Whether nobody has put anything into the database yet."""
    return not (_is_there() or _holds_anything())


def sign_ins() -> list[tuple[Role, User]]:
    """One account of each role to look round with; none when this is not the demo."""
    if not _is_there():
        return []
    users = db.session.scalars(select(User).where(User.email.in_(SIGN_INS.values()), User.active))
    by_email = {user.email: user for user in users}
    return [(role, by_email[email]) for role, email in SIGN_INS.items() if email in by_email]


def _is_there() -> bool:
    if not inspect(db.session.connection()).has_table(District.__tablename__):
        raise NoTables
    district = select(District.id).filter_by(code=DISTRICT_CODE, name=DISTRICT_NAME)
    return db.session.scalar(district) is not None


def _holds_anything() -> bool:
    tables = [t for t in Base.metadata.sorted_tables if t.name not in _OF_THE_MACHINE]
    return any(_has_rows(table) for table in tables)


def _has_rows(table: Table) -> bool:
    return bool(db.session.scalar(select(exists().select_from(table))))
