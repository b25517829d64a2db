"""Attendance and booking counted for a district: what came of appointments, and how booked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Any, TypeVar

from sqlalchemy import func, select

from booking import clock
from booking.database import db
from booking.models import Appointment, Office, Session, Slot
from booking.rights import Actor
from booking.words import ENDED, AppointmentKind, BookingChannel, HalfDay, Status

K = TypeVar("K")


@dataclass
class Counts:
    """How many appointments ended how. `open` are over without an outcome on record."""

    attended: int = 0
    failed_to_attend: int = 0
    cancelled: int = 0
    excused: int = 0
    open: int = 0

    @property
    def denominator(self) -> int:
        """Attended and failed to attend; cancelled and excused are nobody's failure."""
        return self.attended + self.failed_to_attend

    @property
    def fta_rate(self) -> float | None:
        """The share that failed to attend, or None when nobody was due."""
        return self.failed_to_attend / self.denominator if self.denominator else None

    def add(self, status: Status, count: int) -> None:
        name = str(status) if status in ENDED else "open"
        setattr(self, name, getattr(self, name) + count)


@dataclass(frozen=True)
class Attendance:
    """Counts of appointments that are over, from the first day to today."""

    first_on: date
    last_on: date
    total: Counts
    by_office: Mapping[str, Counts]
    by_half_day: Mapping[tuple[int, HalfDay], Counts]
    by_kind: Mapping[AppointmentKind, Counts]
    by_week: Mapping[date, Counts]


@dataclass(frozen=True)
class Booked:
    """How many appointments were booked one way, and how long it took where that was timed."""

    bookings: int = 0
    seconds: Sequence[int] = field(default_factory=list)

    @property
    def median_seconds(self) -> float | None:
        return median(self.seconds) if self.seconds else None


@dataclass(frozen=True)
class _Tally:
    office: str
    on: date
    half_day: HalfDay
    kind: AppointmentKind
    status: Status
    count: int


def attendance(*, weeks: int, by: Actor) -> Attendance:
    """Attendance over the last weeks, counted by office, half-day, kind and week.

    Counting only: no model, no person. A row is an appointment, so one that was missed and
    booked again counts as two.
    """
    by.must("see district figures")
    today = clock.today()
    first_on = clock.monday_of(today) - timedelta(weeks=weeks)
    tallies = _tallies(first_on, by)
    return Attendance(
        first_on=first_on,
        last_on=today,
        total=_counted(tallies, lambda _: "all").get("all", Counts()),
        by_office=_counted(tallies, lambda tally: tally.office),
        by_half_day=_counted(tallies, lambda tally: (tally.on.weekday(), tally.half_day)),
        by_kind=_counted(tallies, lambda tally: tally.kind),
        by_week=_counted(tallies, lambda tally: clock.monday_of(tally.on)),
    )


def bookings(*, weeks: int, by: Actor) -> Mapping[BookingChannel, Booked]:
    """Bookings made in the last weeks by channel, with the seconds each took where known."""
    by.must("see district figures")
    since, _ = clock.day_bounds(clock.monday_of(clock.today()) - timedelta(weeks=weeks))
    rows = db.session.execute(
        select(Appointment.channel, Appointment.seconds_to_book)
        .join(Slot, Appointment.slot_id == Slot.id)
        .join(Session, Slot.session_id == Session.id)
        .join(Office, Session.office_id == Office.id)
        .where(Appointment.booked_at >= since, *_of_district(by))
    ).all()
    return {
        channel: Booked(
            bookings=sum(each == channel for each, _ in rows),
            seconds=[s for each, s in rows if each == channel and s is not None],
        )
        for channel in BookingChannel
    }


def _tallies(first_on: date, by: Actor) -> Sequence[_Tally]:
    columns: tuple[Any, ...] = (
        Office.name,
        Session.on_date,
        Session.half_day,
        Appointment.kind,
        Appointment.status,
    )
    rows = db.session.execute(
        select(*columns, func.count())
        .join(Session, Session.office_id == Office.id)
        .join(Slot, Slot.session_id == Session.id)
        .join(Appointment, Appointment.slot_id == Slot.id)
        .where(
            Session.on_date >= first_on,
            Slot.ends_at <= clock.now(),
            *_of_district(by),
        )
        .group_by(*columns)
        .order_by(*columns)
    )
    return [_Tally(*row) for row in rows]


def _of_district(by: Actor) -> list[Any]:
    return [] if by.district_id is None else [Office.district_id == by.district_id]


def _counted(tallies: Sequence[_Tally], key: Callable[[_Tally], K]) -> dict[K, Counts]:
    counts: dict[K, Counts] = {}
    for tally in tallies:
        counts.setdefault(key(tally), Counts()).add(tally.status, tally.count)
    return counts
