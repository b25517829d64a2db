"""The ten half-days of a rota's week, as the problem counts them: 0 is Monday morning."""

from datetime import date, timedelta

from booking.words import HalfDay

DAYS = 5
SESSIONS = 10


def when(week: date, session: int) -> tuple[date, HalfDay]:
    """The date and half-day of a session of the week that starts on that Monday."""
    return day_of(week, session // 2), HalfDay.PM if session % 2 else HalfDay.AM


def day_of(week: date, day: int) -> date:
    return week + timedelta(days=day)


def session_of(on: date, half_day: HalfDay) -> int | None:
    """Which of the ten it is; None at a weekend."""
    if on.weekday() >= DAYS:
        return None
    return 2 * on.weekday() + (half_day == HalfDay.PM)
