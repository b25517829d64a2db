"""Least presence: the days on which somebody is at an office, and how many it still lacks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from booking.database import db
from booking.models import Office, Session
from booking.rotas.half_days import DAYS
from booking.rules import Rules
from booking.words import SessionKind, SessionState


def days_covered(
    office_ids: Iterable[int], first_on: date, before: date
) -> Mapping[int, Collection[date]]:
    """By office, the days from one date to another on which somebody is there for interviews."""
    rows = db.session.execute(
        select(Session.office_id, Session.on_date)
        .distinct()
        .where(
            Session.office_id.in_(list(office_ids)),
            Session.on_date >= first_on,
            Session.on_date < before,
            Session.kind == SessionKind.INTERVIEWS,
            Session.state == SessionState.PUBLISHED,
        )
    )
    found: dict[int, set[date]] = defaultdict(set)
    for office_id, on in rows.tuples():
        found[office_id].add(on)
    return found


def counted_from(rules: Rules, week: date) -> date:
    """The Monday from which days count towards what an office must have by the end of a week."""
    return week - timedelta(weeks=rules.coverage_weeks - 1)


def counted_until(week: date) -> date:
    """The first day that no longer counts: the Monday after."""
    return week + timedelta(weeks=1)


def lacking(rules: Rules, covered: Collection[date], week: date) -> int:
    """How many days an office lacks in the weeks that end with this one; 0 when it has enough.

    (Systems table, row 34.)
    """
    first_on, before = counted_from(rules, week), counted_until(week)
    return max(0, rules.coverage_days - sum(first_on <= on < before for on in covered))


def days_wanted(offices: Sequence[Office], week: date) -> Mapping[int, int]:
    """By office, the days somebody should be there in a week that is to be planned.

    More than its rules want in any week where it would lack days otherwise.
    """
    first_on = min((counted_from(office.rules, week) for office in offices), default=week)
    lately = days_covered([office.id for office in offices], first_on, week)
    return {
        office.id: min(
            DAYS,
            max(
                office.rules.days_wanted,
                lacking(office.rules, lately.get(office.id, ()), week),
            ),
        )
        for office in offices
    }
