"""Weekly hours as people say them: `Mon to Thu 9am to 5pm`, `Fri 9am to 1pm`."""

from collections.abc import Iterable
from datetime import time
from itertools import groupby

from booking.particulars import clock_words

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Day = tuple[int, time, time]  # weekday (Monday is 0), from, until


def hours_in_words(hours: Iterable[Day]) -> list[str]:
    """One line for each run of days with the same hours."""
    runs = groupby(enumerate(sorted(hours)), key=lambda day: (day[1][0] - day[0], *day[1][1:]))
    return [
        f"{_days([weekday for _, (weekday, *_) in run])} {_times(starts, ends)}"
        for (_, starts, ends), run in runs
    ]


def _days(weekdays: list[int]) -> str:
    first, last = _DAYS[weekdays[0]], _DAYS[weekdays[-1]]
    return first if first == last else f"{first} to {last}"


def _times(starts: time, ends: time) -> str:
    return f"{clock_words(starts)} to {clock_words(ends)}"
