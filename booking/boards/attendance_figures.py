"""Attendance and booking of a district: FTA by office, day, lead and kind; how it was booked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import fmean, median

from sqlalchemy import select

from booking import clock
from booking.attendance import forecasting
from booking.boards.attendance_counts import Counts, counted, lead_band, over
from booking.database import db
from booking.models import Appointment, Office, Session, Slot
from booking.rights import Actor
from booking.words import AppointmentKind, BookingChannel, HalfDay

_HOURS = {HalfDay.AM: (9, 10, 11), HalfDay.PM: (13, 14, 15)}


@dataclass(frozen=True)
class Attendance:
    """Counts of appointments that are over, from the first day to today.

    `forecast_of` is the shrunken rate for bookings made ahead, by office and by half-day; empty
    while there is no forecast.
    """

    first_on: date
    last_on: date
    total: Counts
    by_office: Mapping[str, Counts]
    by_half_day: Mapping[tuple[int, HalfDay], Counts]
    by_lead: Mapping[int, Counts]
    by_kind: Mapping[AppointmentKind, Counts]
    by_week: Mapping[date, Counts]
    forecast_of: Mapping[object, float]


@dataclass(frozen=True)
class Booked:
    """How many appointments were booked one way, and how long it took where that was timed."""

    bookings: int = 0
    seconds: Sequence[int] = field(default_factory=list)

    @property
    def median_seconds(self) -> float | None:
        return median(self.seconds) if self.seconds else None


def attendance(*, weeks: int, by: Actor) -> Attendance:
    """Attendance over the last weeks, counted by office, half-day, lead, kind and week.

    A row is an appointment, so one that was missed and booked again counts as two.
    """
    by.must("see district figures")
    today = clock.today()
    first_on = clock.monday_of(today) - timedelta(weeks=weeks)
    rows = over(first_on, today, district_id=by.district_id)
    return Attendance(
        first_on=first_on,
        last_on=today,
        total=counted(rows, lambda _: "all").get("all", Counts()),
        by_office=counted(rows, lambda row: row.office),
        by_half_day=counted(rows, lambda row: (row.on.weekday(), row.half_day)),
        by_lead=counted(rows, lead_band),
        by_kind=counted(rows, lambda row: row.kind),
        by_week=counted(rows, lambda row: clock.monday_of(row.on)),
        forecast_of=_forecast_of(by),
    )


def _forecast_of(by: Actor) -> Mapping[object, float]:
    """The forecast rate of each office and each half-day, of bookings made ahead as usual."""
    forecast = forecasting.current()
    if forecast is None:
        return {}
    offices = select(Office.code, Office.name).where(
        Office.closed_on.is_(None), Office.allows_access
    )
    if by.district_id is not None:
        offices = offices.where(Office.district_id == by.district_id)
    monday = clock.monday_of(clock.today())
    halves = [(day, half) for day in range(5) for half in HalfDay]
    starts = [
        datetime.combine(monday + timedelta(days=day), time(hour))
        for day, half in halves
        for hour in _HOURS[half]
    ]
    rates = {
        name: [rate.mean for rate in forecast.usual_rates(code, starts)]
        for code, name in db.session.execute(offices).tuples()
    }
    by_half: dict[object, float] = {
        half: fmean(fmean(each[3 * n : 3 * n + 3]) for each in rates.values())
        for n, half in enumerate(halves)
        if rates
    }
    return by_half | {name: fmean(each) for name, each in rates.items()}


def bookings(*, weeks: int, by: Actor) -> Mapping[BookingChannel, Booked]:
    """Bookings made in the last weeks by channel, with the seconds each took where known."""
    by.must("see district figures")
    since, _ = clock.day_bounds(clock.monday_of(clock.today()) - timedelta(weeks=weeks))
    district = [] if by.district_id is None else [Office.district_id == by.district_id]
    rows = db.session.execute(
        select(Appointment.channel, Appointment.seconds_to_book)
        .join(Slot, Appointment.slot_id == Slot.id)
        .join(Session, Slot.session_id == Session.id)
        .join(Office, Session.office_id == Office.id)
        .where(Appointment.booked_at >= since, *district)
    ).all()
    return {
        channel: Booked(
            bookings=sum(each == channel for each, _ in rows),
            seconds=[s for each, s in rows if each == channel and s is not None],
        )
        for channel in BookingChannel
    }
