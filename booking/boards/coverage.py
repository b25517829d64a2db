"""How a district's offices were covered in a month, as a page and as a file."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from booking import clock
from booking.boards.least_presence import Diary, OfficeCoverage, of_office
from booking.boards.rota_week import WEEKS_AHEAD, the_district
from booking.database import db
from booking.exchange.csv_files import line
from booking.models import District, Office, Session
from booking.rights import Actor
from booking.rotas.problem import offices_of
from booking.words import SessionKind, SessionState

COLUMNS = ("office", "name", "week", "days_covered", "at_least", "in_weeks", "lacking")


@dataclass(frozen=True)
class MonthOfCoverage:
    """The weeks that start in a month, office by office, those that lack days first."""

    month: date
    mondays: Sequence[date]
    offices: Sequence[OfficeCoverage]
    not_planned: Collection[date]
    earlier: date | None
    later: date | None


def month_of(month: date | None, *, by: Actor) -> MonthOfCoverage:
    """The month asked for; this one for none, and beyond what the diary holds or can be planned.

    A week belongs to the month that it starts in.
    """
    district = the_district(by)
    begun = _begun(district)
    first, last = _month(begun), _month(_this_week() + timedelta(weeks=WEEKS_AHEAD - 1))
    if month is None or not first <= month <= last:
        month = _month(_this_week())
    mondays = _mondays(month)
    diary = Diary(offices_of(district, mondays[0]), mondays, begun)
    return MonthOfCoverage(
        month=month,
        mondays=mondays,
        offices=sorted(
            (of_office(office, diary) for office in diary.offices), key=_what_to_read_first
        ),
        not_planned=[each for each in mondays if not diary.is_planned(each)],
        earlier=_month(month - timedelta(days=1)) if month > first else None,
        later=_month(month + timedelta(days=31)) if month < last else None,
    )


def lines(shown: MonthOfCoverage) -> Iterator[str]:
    """The same weeks as CSV, one line for each office and week: what it lacks by then."""
    yield line(COLUMNS)
    for each in sorted(shown.offices, key=lambda row: (row.office.name, row.office.id)):
        office, rules = each.office, each.office.rules
        least = (rules.coverage_days, rules.coverage_weeks)
        for week, days, missing in zip(shown.mondays, each.weeks, each.lacking, strict=True):
            yield line([office.code, office.name, week, days, *least, missing])


def _what_to_read_first(row: OfficeCoverage) -> int:
    return row.short.rank if row.short else 3


def _begun(district: District) -> date:
    """The week of the first interviews in the diary; this one until there are any."""
    first = db.session.scalar(
        select(func.min(Session.on_date)).where(
            Session.office_id.in_(select(Office.id).where(Office.district_id == district.id)),
            Session.kind == SessionKind.INTERVIEWS,
            Session.state == SessionState.PUBLISHED,
        )
    )
    return min(_this_week(), clock.monday_of(first)) if first else _this_week()


def _this_week() -> date:
    return clock.monday_of(clock.today())


def _month(on: date) -> date:
    return on.replace(day=1)


def _mondays(month: date) -> list[date]:
    """The Mondays of the month."""
    first = clock.monday_of(month + timedelta(days=6))
    weeks = [first + timedelta(weeks=n) for n in range(5)]
    return [week for week in weeks if week.month == month.month]
