"""Attendance counted: what became of appointments, the FTA rate, and how sure it is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import sqrt
from typing import Any, TypeVar

from sqlalchemy import Select, or_, select

from booking import clock
from booking.attendance import history
from booking.database import db
from booking.models import Appointment, Office, Session, Slot
from booking.words import ENDED, AppointmentKind, ExcusedReason, HalfDay, Status

K = TypeVar("K")
_Z = 1.959964  # 95 per cent
_AFTERNOON = 13  # a morning is over by one

# First lead in days of each band, and its words; those of the forecast (formats.md §3).
LEADS = (
    *((0, "Same day"), (1, "1 day"), (2, "2 to 3 days"), (4, "4 to 7 days"), (8, "8 to 14 days")),
    *((15, "15 to 21 days"), (22, "22 to 28 days"), (29, "29 to 60 days"), (61, "61 days or more")),
)


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

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 per cent interval of the rate; from 0 to 1 when nobody was due."""
        n, rate = self.denominator, self.fta_rate
        if rate is None:
            return 0.0, 1.0
        middle = (rate + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * sqrt(rate * (1 - rate) / n + _Z**2 / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)

    def add(self, status: Status) -> None:
        name = str(status) if status in ENDED else "open"
        setattr(self, name, getattr(self, name) + 1)


@dataclass(frozen=True)
class Over:
    """One appointment that is over: where, when, what it was, what became of it."""

    office: str
    on: date
    half_day: HalfDay
    kind: AppointmentKind
    lead_days: int
    status: Status
    excused_reason: ExcusedReason | None = None


def over(
    first_on: date,
    last_on: date,
    *,
    district_id: int | None = None,
    office_id: int | None = None,
) -> list[Over]:
    """What is over of these London days, both included: the diary's, and the history before it.

    Of every district when none is given; a row is an appointment, never a person.
    """
    where = [
        *([Office.district_id == district_id] if district_id is not None else []),
        *([Office.id == office_id] if office_id is not None else []),
    ]
    starts, _ = clock.day_bounds(first_on)
    _, ends = clock.day_bounds(last_on)
    before = history.before_the_diary().subquery()
    brought_in = (
        select(Office.name, before.c.starts_at, before.c.booked_at, before.c.kind, before.c.outcome)
        .join(Office, Office.code == before.c.office)
        .where(before.c.starts_at >= starts, before.c.starts_at < ends, *where)
    )
    return [_over(row) for query in (_own(starts, ends, where), brought_in) for row in _rows(query)]


def counted(rows: Iterable[Over], key: Callable[[Over], K]) -> dict[K, Counts]:
    """Counts by key, in the order of the keys."""
    counts: dict[Any, Counts] = {}
    for row in rows:
        counts.setdefault(key(row), Counts()).add(row.status)
    return dict(sorted(counts.items()))


def lead_band(row: Over) -> int:
    """Index into LEADS."""
    return max(n for n, (first, _) in enumerate(LEADS) if first <= max(row.lead_days, 0))


def _own(starts: datetime, ends: datetime, where: list[Any]) -> Select[Any]:
    return (
        select(
            Office.name,
            Slot.starts_at,
            Appointment.booked_at,
            Appointment.kind,
            Appointment.status,
            Appointment.excused_reason,
        )
        .join(Slot, Appointment.slot_id == Slot.id)
        .join(Session, Slot.session_id == Session.id)
        .join(Office, Session.office_id == Office.id)
        .where(
            Slot.starts_at >= starts,
            Slot.starts_at < ends,
            or_(Slot.ends_at <= clock.now(), Appointment.status.in_(ENDED)),
            Slot.starts_at <= clock.now(),
            *where,
        )
    )


def _rows(query: Select[Any]) -> Iterable[Any]:
    return db.session.execute(query).tuples()


def _over(row: Sequence[Any]) -> Over:
    office, starts_at, booked_at, kind, status, *reason = row
    starts, booked = clock.london(starts_at), clock.london(booked_at)
    return Over(
        office,
        starts.date(),
        HalfDay.AM if starts.hour < _AFTERNOON else HalfDay.PM,
        kind,
        (starts.date() - booked.date()).days,
        status,
        *reason,
    )
