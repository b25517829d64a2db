"""Every way a day can go, played out on a clock: the slow, independent truth for small days."""

import itertools
from dataclasses import dataclass
from math import prod

from optimizer.overbooking.day import Day


@dataclass
class Played:
    """Expectations, or one day's outcome."""

    wait: float = 0.0
    overtime: float = 0.0
    walkovers: float = 0.0
    work: float = 0.0


def expected(day: Day, bookings: tuple[int, ...]) -> Played:
    """Sum over all patterns of who attends and how long each session lasts."""
    total = Played()
    services = day.service or ((day.minutes, 1.0),)
    outcomes = [(None, 1.0), *services]
    for pattern in itertools.product(outcomes, repeat=sum(bookings)):
        attended = sum(minutes is not None for minutes, _ in pattern)
        chance = chance_of_pattern(day, attended, len(pattern))
        chance *= prod(share for _, share in pattern)
        played = play(day, bookings, [minutes for minutes, _ in pattern])
        for name in vars(total):
            setattr(total, name, getattr(total, name) + chance * getattr(played, name))
    return total


def chance_of_pattern(day: Day, attended: int, booked: int) -> float:
    """Chance of one given set of attenders; with dispersion by the urn of the Beta-binomial."""
    p = 1.0 - day.rate
    if day.dispersion == 0.0 or p in (0.0, 1.0):
        return p**attended * day.rate ** (booked - attended)
    certainty = 1.0 / day.dispersion - 1.0
    up = prod(p * certainty + i for i in range(attended))
    down = prod(day.rate * certainty + i for i in range(booked - attended))
    return up * down / prod(certainty + i for i in range(booked))


def play(day: Day, bookings: tuple[int, ...], sessions: list[float | None]) -> Played:
    """One day on the clock; `sessions` gives each booking's minutes, None for a no-show."""
    result = Played()
    free_at = 0.0
    remaining = iter(sessions)
    lunch_from = None if day.break_after is None else day.break_after * day.minutes
    for slot, booked in enumerate(bookings):
        starts_at = slot * day.minutes
        if day.break_after is not None and slot >= day.break_after:
            starts_at += day.break_minutes
        here = [minutes for minutes in itertools.islice(remaining, booked) if minutes is not None]
        if not here and free_at <= starts_at + 1e-9:
            result.walkovers += day.walkover_fill
        for minutes in here:
            begins_at = max(free_at, starts_at)
            if lunch_from is not None and starts_at < lunch_from:
                free_at, begins_at = _around_lunch(day, begins_at, minutes, lunch_from)
            else:
                free_at = begins_at + minutes
            result.wait += begins_at - starts_at
            result.work += minutes
    ends_at = day.slots * day.minutes + (day.break_minutes if lunch_from is not None else 0.0)
    result.overtime = max(0.0, free_at - ends_at)
    return result


def _around_lunch(day: Day, begins_at: float, minutes: float, lunch_from: float):
    """(end, start) of a session of a morning slot."""
    lunch_to = lunch_from + day.break_minutes
    if lunch_from - 1e-9 <= begins_at < lunch_to:
        begins_at = lunch_to
    ends_at = begins_at + minutes
    if begins_at < lunch_from - 1e-9 and ends_at > lunch_from + 1e-9:
        ends_at += day.break_minutes
    return ends_at, begins_at
