"""Least presence: the days an office was covered in a month, what is missing, what is possible."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from booking import sessions
from booking.boards import coverage
from booking.boards.least_presence import OfficeCoverage
from booking.database import db
from booking.models import User
from booking.rights import THE_SERVICE
from booking.rotas.coverage import days_wanted, lacking
from booking.rotas.problem import offices_of
from booking.rules import Rules
from booking.words import HalfDay, SessionKind
from tests.makers import at, make_adviser, make_office, make_session, sign_in
from tests.rota_makers import MONDAY, NEXT_WEEK, Vale, make_vale

NEW_YEAR = date(2027, 1, 4)  # the first Monday of the month; MONDAY is the third
JANUARY = NEW_YEAR.replace(day=1)
LONG_AGO = at(date(2026, 9, 1), 8)


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(at(MONDAY, 8), tick=False):
        yield


def open_on(vale: Vale, office: int, *days: date) -> None:
    """Interviews of the office's own adviser on those days, whether over by now or to come."""
    with time_machine.travel(LONG_AGO, tick=False):
        for on in days:
            place = vale.offices[office]
            make_session(place, on=on, adviser=vale.advisers[office], room=place.rooms[0])


def of_january(vale: Vale, office: int = 0) -> OfficeCoverage:
    shown = coverage.month_of(JANUARY, by=vale.lead)
    return next(each for each in shown.offices if each.office == vale.offices[office])


def on(week: int, *weekdays: int) -> list[date]:
    """Days of January's first, second, third or fourth week."""
    return [NEW_YEAR + timedelta(weeks=week - 1, days=day) for day in weekdays]


LEAST = Rules(coverage_days=2, coverage_weeks=4)


@pytest.mark.parametrize(
    ("rules", "covered", "missing"),
    [
        (LEAST, [], 2),
        (LEAST, on(4, 0), 1),
        (LEAST, on(1, 0) + on(4, 4), 0),
        (LEAST, on(1, 0, 1, 2) + on(2, 3), 0),  # more than enough is no less than nothing
        (LEAST, on(0, 3, 4), 2),  # the week before the four does not count
        (LEAST, on(5, 0, 1), 2),  # nor does the week after
        (Rules(coverage_days=2, coverage_weeks=1), on(3, 4) + on(4, 0), 1),
        (Rules(coverage_days=0, coverage_weeks=4), [], 0),
    ],
)
def test_days_count_in_the_weeks_that_end_with_one(
    rules: Rules, covered: list[date], missing: int
) -> None:
    assert lacking(rules, covered, NEW_YEAR + timedelta(weeks=3)) == missing


# Four days in four weeks; the weeks are January's, of which the third is this one. On a Tuesday of
# each week of December somebody was there, and Mosswater is covered in every week that is planned.
# What is planned, the office's days, and what is said of it: together, in brief, in words.
CASES = {
    "in every week": (4, on(1, 0) + on(2, 0) + on(3, 0) + on(4, 0), (4, "", "Enough.")),
    "one week is not planned yet": (
        *(3, on(1, 0) + on(2, 0) + on(3, 4)),
        (
            *(3, "1 day to plan"),
            "3 of at least 4 in the 4 weeks to Fri 29 Jan; one week is not planned yet.",
        ),
    ),
    "two weeks are not planned yet": (
        *(2, on(1, 0)),
        (
            *(1, "3 days to plan"),
            "1 of at least 4 in the 4 weeks to Fri 29 Jan; 2 weeks are not planned yet.",
        ),
    ),
    "every week is planned, and what is due first is said": (
        *(4, on(1, 0) + on(2, 0) + on(4, 0)),
        (
            *(3, "1 day missing"),
            "3 of at least 4 in the 4 weeks to Fri 22 Jan; "
            "every week is planned, so only a session opened by hand can add a day.",
        ),
    ),
}


@pytest.mark.parametrize(("planned", "days", "said"), CASES.values(), ids=CASES)
def test_an_office_of_the_month_in_words(
    sqlite_app: Flask, planned: int, days: list[date], said: tuple[int, str, str]
) -> None:
    vale = make_vale(days_wanted=0, coverage_weeks=4, coverage_days=4)
    december = [NEW_YEAR - timedelta(weeks=n, days=-1) for n in range(1, 5)]
    open_on(vale, 0, *december, *days)
    open_on(vale, 1, *(day for week in range(1, planned + 1) for day in on(week, 0, 1)))
    row = of_january(vale)
    assert (row.days, row.in_brief.replace("\xa0", " "), row.in_words) == said
    assert row.weeks[planned:] == [None] * (4 - planned)
    assert row.is_below is ("missing" in row.in_brief)


def test_what_is_over_is_said_and_no_longer_asked_for(sqlite_app: Flask) -> None:
    vale = make_vale(coverage_weeks=1, coverage_days=2)
    open_on(vale, 0, *on(1, 0, 1), *on(2, 3), *on(3, 0, 1), *on(4, 0, 1))
    row = of_january(vale)
    assert row.in_words == "1 of at least 2 in the week to Fri 15 Jan; these weeks are over."
    assert (row.in_brief.replace("\xa0", " "), row.is_below) == ("Was 1 day short", False)
    assert row.lacking == [0, 1, 0, 0]


def test_a_minimum_out_of_reach_says_how_many_days_are_left(sqlite_app: Flask) -> None:
    """Of its last week two days are left on a Thursday, and a bank holiday leaves one of them."""
    vale = make_vale(coverage_weeks=1, coverage_days=3)
    maundy_thursday = date(2027, 3, 25)
    open_on(vale, 1, maundy_thursday - timedelta(weeks=2), maundy_thursday)
    with time_machine.travel(at(maundy_thursday, 8), tick=False):
        shown = coverage.month_of(None, by=vale.lead)
    said = {each.office.name: each.in_words.partition("; ")[2] for each in shown.offices}
    assert (shown.month, shown.mondays[-1]) == (date(2027, 3, 1), date(2027, 3, 29))
    assert said["Thistlewick"] == "only 1 open day is left for it."
    assert said["Mosswater"] == "no open day is left for it."


def test_a_week_still_to_be_planned_helps_only_where_it_has_days_enough(sqlite_app: Flask) -> None:
    vale = make_vale(coverage_weeks=1, coverage_days=6)
    open_on(vale, 0, *on(3, 0, 1, 2, 3, 4))
    row = of_january(vale)
    assert row.in_words.endswith("to Fri 29 Jan; only 5 open days are left for it.")
    assert row.is_below


def test_only_published_interviews_cover_a_day_and_a_day_only_once(app: Flask) -> None:
    vale = make_vale(coverage_weeks=4, coverage_days=2)
    place, adviser = vale.offices[0], vale.advisers[0]
    tuesday, wednesday, thursday, friday = (MONDAY + timedelta(days=n) for n in range(1, 5))
    say = {"adviser": adviser, "room": vale.rooms[0]}
    make_session(place, on=tuesday, **say)
    make_session(place, on=tuesday, half_day=HalfDay.PM, **say)
    make_session(place, on=tuesday, adviser=vale.advisers[1], room=vale.rooms[1])
    make_session(place, on=wednesday, kind=SessionKind.GROUP, places=6)
    make_session(place, on=thursday, kind=SessionKind.TELEPHONE)
    called_off = make_session(place, on=friday, **say)
    sessions.cancel_session(session_id=called_off.id, by=THE_SERVICE)
    row = of_january(vale)
    assert (row.days, row.lacking[2]) == (1, 1)


def test_the_page_and_the_rota_mean_the_same_days(app: Flask) -> None:
    """What the page says is lacking is what the next rota is asked for."""
    vale = make_vale(days_wanted=0, coverage_weeks=3, coverage_days=4)
    open_on(vale, 0, *on(1, 0, 1), *on(2, 3), *on(3, 0))
    open_on(vale, 1, *on(2, 3, 4))
    wanted = days_wanted(offices_of(vale.district, NEXT_WEEK), NEXT_WEEK)
    for number, office in enumerate(vale.offices):
        assert of_january(vale, number).lacking[3] == wanted[office.id] == [2, 2][number]


def test_nobody_is_short_of_days_before_the_diary_began_or_after_the_office_closed(
    sqlite_app: Flask,
) -> None:
    vale = make_vale(coverage_weeks=2, coverage_days=1)
    open_on(vale, 0, *on(2, 0))
    vale.offices[1].closed_on = MONDAY + timedelta(days=2)
    db.session.commit()
    assert of_january(vale).weeks == [None, 1, None, None]
    closed = of_january(vale, 1)
    assert closed.lacking == [None, None, 1, None]


def test_months_reach_from_the_first_day_of_the_diary_to_the_last_week_to_plan(
    sqlite_app: Flask,
) -> None:
    vale = make_vale()
    open_on(vale, 0, date(2026, 12, 1))  # in a week that starts in November
    months = []
    month = coverage.month_of(date(2026, 11, 1), by=vale.lead)
    while month.later:
        months.append(month.month.month)
        month = coverage.month_of(month.later, by=vale.lead)
    assert [*months, month.month.month] == [11, 12, 1, 2, 3]
    assert coverage.month_of(date(2026, 11, 1), by=vale.lead).earlier is None
    for beyond in (date(2026, 10, 1), date(2027, 4, 1), None):
        assert coverage.month_of(beyond, by=vale.lead).month == JANUARY


def test_the_page_puts_first_who_is_short_and_says_where_to_go(client: FlaskClient) -> None:
    vale = make_vale(coverage_weeks=4, coverage_days=1)
    sign_in(client, db.session.get_one(User, vale.lead.user_id))
    open_on(vale, 1, *on(1, 0), *on(2, 0), *on(3, 0), *on(4, 0))
    assert 'href="/rota/coverage"' in client.get("/rota").text
    page = client.get("/rota/coverage?month=2027-01").text
    assert page.index("Thistlewick") < page.index("Mosswater")
    assert "1\xa0day missing" in page
    assert f"/district/sessions/open/{vale.offices[0].id}" in page
    assert 'href="/rota/coverage?month=2027-02"' in page
    assert "Plan the week of 1 February" in client.get("/rota/coverage?month=2027-02").text
    for nonsense in ("soon", "2027-13", "1999-01", "9999-12"):
        assert "January 2027" in client.get(f"/rota/coverage?month={nonsense}").text


def test_the_file_has_a_line_for_each_office_and_week(client: FlaskClient) -> None:
    vale = make_vale(coverage_weeks=4, coverage_days=2)
    sign_in(client, db.session.get_one(User, vale.lead.user_id))
    open_on(vale, 0, *on(1, 0), *on(3, 0, 1))
    answer = client.get("/rota/coverage.csv?month=2027-01")
    assert answer.mimetype == "text/csv"
    assert "coverage-2027-01.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(answer.text.splitlines()))
    code = vale.offices[0].code
    assert [row["week"] for row in rows if row["office"] == code] == [
        str(NEW_YEAR + timedelta(weeks=n)) for n in range(4)
    ]
    assert [(r["days_covered"], r["at_least"], r["in_weeks"], r["lacking"]) for r in rows][4:] == [
        *(("1", "2", "4", ""), ("0", "2", "4", "")),
        *(("2", "2", "4", "0"), ("", "2", "4", "0")),
    ]


def test_a_month_is_read_at_once_however_many_offices_there_are(sqlite_app: Flask) -> None:
    vale = make_vale(coverage_days=5)
    open_on(vale, 0, *on(1, 0), *on(3, 0))
    few = queries(vale)
    for number in range(5):
        office = make_office(vale.district, f"Office {number}")
        make_session(office, adviser=make_adviser(vale.district))
    assert queries(vale) == few


def queries(vale: Vale) -> int:
    asked = []

    def counted(*args: object) -> None:
        asked.append(args)

    db.session.expire_all()
    event.listen(db.engine, "before_cursor_execute", counted)
    shown = coverage.month_of(JANUARY, by=vale.lead)
    assert all(each.in_words for each in shown.offices)
    event.remove(db.engine, "before_cursor_execute", counted)
    return len(asked)
