"""Shared starts, where a district has turned them on: how many claimants into each slot."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from booking.attendance.chances import Chances
from booking.models import Session
from booking.rules import Rules
from optimizer.overbooking.day import Day, Weights
from optimizer.overbooking.plan import Plan, plan

Starts = Mapping[int, int]  # slot id -> places


def planned(sessions: Sequence[Session], chances: Chances, rules: Rules) -> Starts | None:
    """The certified plan of the adviser's day, slot by slot, never beyond the daily cap.

    None where none fits: time is kept inside the day, or its slots do not follow on each other.
    """
    shape = shape_of(sessions)
    if shape is None:
        return None
    found = within_cap(day_of(shape, chances), rules)
    if not found.certified:
        return None
    slots = [slot for session in sessions for slot in session.slots]
    return {slot.id: many for slot, many in zip(slots, found.chosen.bookings, strict=True)}


def shape_of(sessions: Sequence[Session]) -> tuple[int, float, int | None, float] | None:
    """(slots, minutes, break after which, break minutes), or None when it is not that regular."""
    slots = [slot for session in sessions for slot in session.slots]
    lengths = {(slot.ends_at - slot.starts_at).total_seconds() / 60 for slot in slots}
    if not slots or len(lengths) != 1 or any(slot.hold is not None for slot in slots):
        return None
    gaps = [
        (number, (later.starts_at - earlier.ends_at).total_seconds() / 60)
        for number, (earlier, later) in enumerate(pairwise(slots), 1)
        if later.starts_at != earlier.ends_at
    ]
    if len(gaps) > 1 or any(gap < 0 for _, gap in gaps):
        return None
    after, minutes = gaps[0] if gaps else (None, 0.0)
    return len(slots), lengths.pop(), after, minutes


def day_of(shape: tuple[int, float, int | None, float], chances: Chances) -> Day:
    """The optimizer's day; what is uncertain about the rate is shared by the day's claimants."""
    slots, minutes, after, break_minutes = shape
    certainty = chances.strength / (chances.strength + 1.0) * (1.0 - chances.dispersion)
    return Day(
        slots=slots,
        minutes=minutes,
        rate=round(chances.rate, 3),
        break_after=after,
        break_minutes=break_minutes,
        dispersion=round(1.0 - certainty, 3),
    )


def weights_of(rules: Rules) -> Weights:
    """A minute of an adviser's idle time weighs 1."""
    return Weights(wait=rules.wait_weight, idle=1.0, overtime=rules.overtime_weight)


def best(day: Day, rules: Rules) -> Plan:
    """The best plan, however many it books."""
    return _best(day, weights_of(rules), None)


def within_cap(day: Day, rules: Rules) -> Plan:
    """The best plan, or when it would book more than the daily cap the best of that many."""
    free = best(day, rules)
    if free.chosen.total <= rules.daily_cap:
        return free
    return _best(day, weights_of(rules), rules.daily_cap)


@lru_cache(maxsize=512)
def _best(day: Day, weights: Weights, total: int | None) -> Plan:
    return plan(day, weights, total=total)
