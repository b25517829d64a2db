"""Searches that nobody booked, as bookings a week that an office's half-days would have had."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select

from booking import clock
from booking.database import db
from booking.models import Office, UnmetSearch
from booking.rotas.half_days import DAYS, SESSIONS
from booking.searches import SAME_SEARCH

WEEKS_BACK = 8
_NOON, _AFTERNOON = time(12), time(14)


def by_session(
    offices: Sequence[Office], is_open: Mapping[int, Sequence[bool]]
) -> dict[int, list[float]]:
    """By office, unmet searches a week for each of its ten half-days.

    A wish counts in equal parts for every open half-day it would have suited; one by telephone
    needs no half-day at an office.
    """
    ids = [office.id for office in offices]
    now = clock.now()
    since = now - timedelta(weeks=WEEKS_BACK)
    rows = db.session.scalars(
        select(UnmetSearch).where(
            UnmetSearch.office_id.in_(ids),
            UnmetSearch.searched_at >= since,
            UnmetSearch.searched_at < now - SAME_SEARCH,  # until then it may yet be met
            UnmetSearch.telephone.is_not(True),
        )
    ).all()
    weeks = _weeks_noted(ids, since, now)
    found: dict[int, list[float]] = defaultdict(lambda: [0.0] * SESSIONS)
    for row in rows:
        suits = [session for session in _suitable(row) if is_open[row.office_id][session]]
        for session in suits:
            found[row.office_id][session] += 1 / len(suits) / weeks
    return found


def _suitable(row: UnmetSearch) -> Iterator[int]:
    days = set(row.weekdays or range(DAYS)) & _days_between(row.first_on, row.last_on)
    for day in sorted(days):
        if row.not_before is None or row.not_before < _NOON:
            yield 2 * day
        if row.not_after is None or row.not_after >= _AFTERNOON:
            yield 2 * day + 1


def _days_between(first_on: date | None, last_on: date | None) -> set[int]:
    """The weekdays of a wish for certain dates; all of them when it is open or a week long."""
    if first_on is None or last_on is None or (last_on - first_on).days >= DAYS:
        return set(range(DAYS))
    return {(first_on + timedelta(days=n)).weekday() for n in range((last_on - first_on).days + 1)}


def _weeks_noted(ids: Sequence[int], since: datetime, now: datetime) -> int:
    """For how many weeks these offices' searches have been noted, at least one."""
    first = db.session.scalar(
        select(func.min(UnmetSearch.searched_at)).where(
            UnmetSearch.office_id.in_(ids), UnmetSearch.searched_at >= since
        )
    )
    return max(1, math.ceil((now - (first or now)) / timedelta(weeks=1)))
