"""What a day would bring at every number booked, and when not to book more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from booking.attendance import forecasting, levels
from booking.attendance.chances import Chances, chances, most_to_offer
from booking.attendance.shared_starts import best, day_of, shape_of, within_cap
from booking.models import Session
from booking.rules import Rules
from optimizer.overbooking.break_even import break_even_curve, break_even_wait_weight
from optimizer.overbooking.day import Day
from optimizer.overbooking.level import Level, explain_level
from optimizer.overbooking.plan import Plan, explain_plan

RATES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
FILLS = (0.0, 0.5)  # of the gaps, by walkovers
_BREAK_EVEN_MOST_SLOTS = 9


@dataclass(frozen=True)
class DayOutlook:
    """An adviser's day at every number booked; `offered` are the appointments it offers now.

    `level` is the computed one; `words` say what the number offered means. `comfortable` and the
    risk are the day's.
    """

    chances: Chances
    level: Level
    offered: int
    words: str
    rules: Rules
    sessions: Sequence[Session]


@dataclass(frozen=True)
class BreakEven:
    """When one booking a slot is best: wait weights by FTA rate, without and with walkovers.

    `here` is the weight at the day's own rate, None when one a slot makes people wait already.
    """

    by_rate: Sequence[tuple[float, Sequence[float | None]]]
    here: float | None
    day: Day


@dataclass(frozen=True)
class Sharing:
    """What sharing starts would bring: the best plan, or where they are shared the one in use.

    `beyond_cap`: the best plan books more than the day's cap allows.
    """

    plan: Plan
    beyond_cap: bool
    words: str


def outlook(session: Session) -> DayOutlook | None:
    """The day of a session with slots that are not all kept; None for one without."""
    day = levels.day_of(session.adviser_id, session.on_date)
    slots = [slot for each in day.sessions for slot in levels.usable(each)]
    if session not in day.sessions or not slots:
        return None
    rules = day.rules
    starts = [slot.starts_at for slot in slots]
    odds = chances(forecasting.current(), office=session.office.code, starts=starts, rules=rules)
    comfortable = sum(levels.comfortable(each) for each in day.sessions)
    level = most_to_offer(odds, slots=len(slots), comfortable=comfortable, rules=rules)
    offered = sum(each.level or 0 for each in day.sessions)
    words = explain_level(replace(level, level=min(offered, len(level.table))))
    return DayOutlook(odds, level, offered, words, rules, day.sessions)


def break_even(outlook: DayOutlook) -> BreakEven | None:
    """The curve that says when not to share starts; None for a day of irregular slots."""
    shape = shape_of(outlook.sessions)
    if shape is None or shape[0] > _BREAK_EVEN_MOST_SLOTS:
        return None
    day = day_of(shape, outlook.chances)
    overtime = outlook.rules.overtime_weight
    curves = [_curve(shape, fill, overtime) for fill in FILLS]
    by_rate = [(rate, [curve[n][1] for curve in curves]) for n, rate in enumerate(RATES)]
    here, _ = _here(day, overtime)
    return BreakEven(by_rate, here, day)


def sharing(outlook: DayOutlook) -> Sharing | None:
    """What sharing starts would bring on the day, and what of it the day's cap allows."""
    shape = shape_of(outlook.sessions)
    if shape is None or shape[0] > _BREAK_EVEN_MOST_SLOTS:
        return None
    day = day_of(shape, outlook.chances)
    free, allowed = best(day, outlook.rules), within_cap(day, outlook.rules)
    words = _in_words(free, allowed, outlook.rules.daily_cap)
    return Sharing(allowed if outlook.rules.shared_starts else free, free != allowed, words)


def _in_words(free: Plan, allowed: Plan, cap: int) -> str:
    if free.chosen.bookings == free.one_each.bookings:
        return "Nobody: the best plan has one booking a slot here."
    words = explain_plan(free)
    if free == allowed:
        return words
    if allowed.chosen.bookings == allowed.one_each.bookings:
        return f"{words} The rules allow {cap} a day, and of {cap} one booking a slot is best."
    return f"{words} The rules allow {cap} a day. {explain_plan(allowed)}"


@lru_cache(maxsize=64)
def _curve(
    shape: tuple[int, float, int | None, float], fill: float, overtime: float
) -> Sequence[tuple[float, float | None]]:
    slots, minutes, after, break_minutes = shape
    day = Day(slots, minutes, RATES[0], (), after, break_minutes, walkover_fill=fill)
    return break_even_curve(day, rates=RATES, idle=1.0, overtime=overtime)


@lru_cache(maxsize=256)
def _here(day: Day, overtime: float) -> tuple[float | None, bool]:
    return break_even_wait_weight(day, idle=1.0, overtime=overtime)
