"""The ten half-days of a rota's week, as the problem counts them: 0 is Monday morning."""

from datetime import date, timedelta

from booking import clock
from booking.errors import BookingError
from booking.words import HalfDay

DAYS = 5
SESSIONS = 10


def when(week: date, session: int) -> tuple[date, HalfDay]:
    """The date and half-day of a session of the week that starts on that Monday."""
    return day_of(week, session // 2), HalfDay.PM if session % 2 else HalfDay.AM


def day_of(week: date, day: int) -> date:
    return week + timedelta(days=day)


class WeekOver(BookingError):
    code = "week_over"
    sentence = "That week is over."


def is_over(week: date) -> bool:
    """Whether the week that starts on that Monday is past: nothing in it can be planned."""
    return week < clock.monday_of(clock.today())


def must_not_be_over(week: date) -> None:
    if is_over(week):
        raise WeekOver


def session_of(on: date, half_day: HalfDay) -> int | None:
    """Which of the ten it is; None at a weekend."""
    if on.weekday() >= DAYS:
        return None
    return 2 * on.weekday() + (half_day == HalfDay.PM)
