"""The shape of a half-day: which slot starts an office can offer in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from booking import clock
from booking.rules import Rules
from booking.words import HalfDay


@dataclass(frozen=True)
class SlotTime:
    """One slot of a half-day: its place in the unshortened shape and its wall-clock span."""

    position: int
    starts: time
    ends: time

    def instants(self, on: date) -> tuple[datetime, datetime]:
        return clock.instant(on, self.starts), clock.instant(on, self.ends)


def slot_times(
    rules: Rules,
    half_day: HalfDay,
    *,
    opens: time,
    closes: time,
    first_start: time | None = None,
) -> Sequence[SlotTime]:
    """The slots of a half-day that fit between opening and closing, in order.

    An office with a 9am limit (003:251) loses the starts before `first_start`; the others
    stay where they were, so that a day looks the same at every office.
    """
    first, count = {
        HalfDay.AM: (rules.am_starts, rules.am_slots),
        HalfDay.PM: (rules.pm_starts, rules.pm_slots),
    }[half_day]
    earliest = max(opens, first_start or opens)
    shape = [_slot_time(first, position, rules.slot_minutes) for position in range(count)]
    return [slot for slot in shape if slot.starts >= earliest and slot.ends <= closes]


def _slot_time(first: time, position: int, minutes: int) -> SlotTime:
    start = first.hour * 60 + first.minute + position * minutes
    return SlotTime(position, _wall(start), _wall(start + minutes))


def _wall(minutes_since_midnight: int) -> time:
    return time(minutes_since_midnight // 60, minutes_since_midnight % 60)
