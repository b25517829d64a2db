"""When an adviser can be planned: working hours, leave, and what the diary holds already."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise

from booking import clock
from booking.models import Adviser
from booking.rotas.half_days import SESSIONS, when
from booking.rotas.standing import Standing
from booking.words import HalfDay, SessionKind


@dataclass(frozen=True)
class Week:
    """A Monday and the sessions that stand published in its week."""

    monday: date
    standing: Sequence[Standing]

    def rooms_of_other_kinds(self) -> set[tuple[int, int]]:
        """Rooms and half-days taken by groups, which the rota does not plan."""
        return {
            (each.session.room_id, each.index)
            for each in self.standing
            if each.session.kind != SessionKind.INTERVIEWS and each.session.room_id is not None
        }

    def rooms_of_interviews(self) -> set[int | None]:
        """Rooms that interviews are published in, whatever kind of room they are."""
        return {
            each.session.room_id
            for each in self.standing
            if each.session.kind == SessionKind.INTERVIEWS
        }


def available(adviser: Adviser, week: Week) -> list[bool]:
    """In which of the ten half-days the adviser can be given interviews."""
    taken = {
        each.index
        for each in week.standing
        if each.session.adviser_id == adviser.id and each.session.kind != SessionKind.INTERVIEWS
    }
    split = _split_days(week).get(adviser.id, set())
    return [
        session not in taken
        and session // 2 not in split
        and _works(adviser, *when(week.monday, session))
        for session in range(SESSIONS)
    ]


def kept_days(week: Week) -> dict[int, dict[int, int]]:
    """By adviser and day, the office where somebody is booked with them, or a group is."""
    kept: dict[int, dict[int, int]] = defaultdict(dict)
    split = _split_days(week)
    for each in week.standing:
        session, day = each.session, each.index // 2
        if session.kind == SessionKind.TELEPHONE or not each.stays:
            continue
        if day in split.get(session.adviser_id, ()):
            continue
        if any(available(session.adviser, week)[2 * day : 2 * day + 2]):
            kept[session.adviser_id][day] = session.office_id
    return kept


def _split_days(week: Week) -> dict[int, set[int]]:
    """Days on which an adviser is booked at two offices: the rota leaves them as they are."""
    offices: dict[tuple[int, int], set[int]] = defaultdict(set)
    for each in week.standing:
        if each.stays and each.session.kind != SessionKind.TELEPHONE:
            offices[each.session.adviser_id, each.index // 2].add(each.session.office_id)
    split: dict[int, set[int]] = defaultdict(set)
    for (adviser_id, day), those in offices.items():
        if len(those) > 1:
            split[adviser_id].add(day)
    return split


def _works(adviser: Adviser, on: date, half_day: HalfDay) -> bool:
    slots = _slots(adviser, half_day)
    starts, ends = slots[0][0], slots[-1][1]
    if clock.instant(on, starts) <= clock.now():
        return False
    if any(each.first_on <= on <= each.last_on for each in adviser.leave):
        return False
    if all(any(each.covers(on, *slot) for each in adviser.briefings) for slot in slots):
        return False  # a briefing leaves no slot of it
    return any(
        hours.weekday == on.weekday() and hours.starts <= starts and ends <= hours.ends
        for hours in adviser.hours
    )


def _slots(adviser: Adviser, half_day: HalfDay) -> list[tuple[time, time]]:
    """The half-day's slots by the district's rules; one without length where it has none."""
    rules = adviser.district.rules
    first, count = {
        HalfDay.AM: (rules.am_starts, rules.am_slots),
        HalfDay.PM: (rules.pm_starts, rules.pm_slots),
    }[half_day]
    begin = first.hour * 60 + first.minute
    marks = [begin + number * rules.slot_minutes for number in range(count + 1)]
    times = [time(mark // 60, mark % 60) for mark in marks]
    return list(pairwise(times)) or [(first, first)]
