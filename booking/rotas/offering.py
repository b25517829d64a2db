"""What an office could offer in a week: its half-days, its rooms, when each may be used."""

from collections.abc import Mapping, Sequence
from datetime import date

from booking import day_shape
from booking.attendance.chances import chances, most_to_offer
from booking.models import Office, Room
from booking.rotas.half_days import SESSIONS, when
from booking.words import HalfDay, RoomKind
from booking.working_days import bank_holidays
from optimizer.attendance.forecast import Forecast


def offered(office: Office, on: date, attendance: Forecast | None) -> Mapping[HalfDay, int]:
    """How many appointments one adviser offers there in each half of a whole day.

    The level that the forecast of `attendance` allows, as the sessions will have once published;
    an adviser there for a half-day only may get one more or fewer. 0 when the office is shut.
    """
    times = {half_day: slot_times(office, on, half_day) for half_day in HalfDay}
    numbers = {half_day: len(those) for half_day, those in times.items()}
    slots = sum(numbers.values())
    if not slots:
        return numbers
    rules = office.rules
    comfortable = {HalfDay.AM: rules.comfortable_am, HalfDay.PM: rules.comfortable_pm}
    starts = [slot.instants(on)[0] for those in times.values() for slot in those]
    odds = chances(attendance, office=office.code, starts=starts, rules=rules)
    level = most_to_offer(
        odds,
        slots=slots,
        comfortable=sum(comfortable[half_day] for half_day, n in numbers.items() if n),
        rules=rules,
    ).level
    for _ in range(slots - min(level, rules.daily_cap)):
        beyond = {half_day: n - comfortable[half_day] for half_day, n in numbers.items() if n}
        numbers[max(beyond, key=lambda half_day: (beyond[half_day], half_day))] -= 1
    return numbers


def slot_times(office: Office, on: date, half_day: HalfDay) -> Sequence[day_shape.SlotTime]:
    """The slots the office's own day allows; none when it is shut."""
    hours = next((each for each in office.hours if each.weekday == on.weekday()), None)
    if hours is None or on in bank_holidays(office.nation):
        return ()
    if office.closed_on is not None and office.closed_on <= on:
        return ()
    times = day_shape.slot_times(
        office.rules,
        half_day,
        opens=hours.opens,
        closes=hours.closes,
        first_start=office.first_start,
    )
    if not times or _is_covered(office, None, on, times):
        return ()
    return times


def interview_rooms(office: Office) -> list[Room]:
    """The rooms one adviser can see one claimant in; workshop rooms are left to groups."""
    return [
        room
        for room in office.rooms
        if room.in_use
        and room.has_internet
        and room.seats >= 2
        and room.kind != RoomKind.WORKSHOP_ROOM
    ]


def open_sessions(room: Room, week: date) -> list[bool]:
    """In which of the ten half-days the room may be used."""
    return [_is_open(room, *when(week, session)) for session in range(SESSIONS)]


def _is_open(room: Room, on: date, half_day: HalfDay) -> bool:
    times = slot_times(room.office, on, half_day)
    return bool(times) and not _is_covered(room.office, room, on, times)


def _is_covered(
    office: Office, room: Room | None, on: date, times: Sequence[day_shape.SlotTime]
) -> bool:
    room_id = room.id if room is not None else None
    return any(
        closure.covers(on, times[0].starts, times[-1].ends, room_id) for closure in office.closures
    )
