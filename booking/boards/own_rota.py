"""An adviser's own weeks ahead: where they sit, what is not planned yet."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from booking import briefing_time, clock, diaries
from booking.models import Adviser, AdviserLeave, Briefing, Session
from booking.rotas.half_days import DAYS, SESSIONS, day_of, session_of

WEEKS_AHEAD = 8


@dataclass(frozen=True)
class WeekAhead:
    """Ten half-days: the session of each, and the leave of each day."""

    monday: date
    sessions: Sequence[Session | None]
    leave: Mapping[int, AdviserLeave]
    briefings: Sequence[Briefing] = ()

    @property
    def planned(self) -> bool:
        return any(self.sessions)


def weeks_ahead(adviser: Adviser) -> list[WeekAhead]:
    """This week and those to come."""
    monday = clock.monday_of(clock.today())
    end = monday + timedelta(weeks=WEEKS_AHEAD)
    by_week: dict[date, list[Session | None]] = defaultdict(lambda: [None] * SESSIONS)
    for session in diaries.adviser_days(adviser.id, monday, end - timedelta(days=1)):
        index = session_of(session.on_date, session.half_day)
        if index is not None:
            by_week[clock.monday_of(session.on_date)][index] = session
    return [
        WeekAhead(
            week,
            by_week[week],
            _leave(adviser, week),
            briefing_time.of_adviser(adviser.id, week, week + timedelta(days=6)),
        )
        for week in (monday + timedelta(weeks=n) for n in range(WEEKS_AHEAD))
    ]


def _leave(adviser: Adviser, week: date) -> dict[int, AdviserLeave]:
    return {
        day: each
        for day in range(DAYS)
        for each in adviser.leave
        if each.first_on <= day_of(week, day) <= each.last_on
    }
