"""What was looked for and not booked is demand: of no person, once, and not when it was met."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking import searches
from booking.availability import Needs
from booking.database import db
from booking.errors import NotFound
from booking.models import Office, UnmetSearch
from booking.rights import Actor
from booking.rotas.expected import expected
from booking.words import Role
from tests.makers import (
    WEDNESDAY,
    at,
    make_actor,
    make_office,
    make_session,
    make_user,
    sign_in,
)

NEXT_MONDAY = WEDNESDAY + timedelta(days=5)


@pytest.fixture(autouse=True)
def wednesday_nine() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(WEDNESDAY, 9), tick=False) as hands:
        yield hands


def noted() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(UnmetSearch)) or 0


def look(office: Office, by: Actor, times: int = 1, **needs: object) -> None:
    for _ in range(times):
        searches.note(Needs(**needs), office_id=office.id, offered=0, by=by)


def unmet(office: Office) -> list[float]:
    return [each.forecast.unmet for each in expected([office], NEXT_MONDAY)[office.id]]


def mean(office: Office) -> float:
    return sum(each.forecast.mean for each in expected([office], NEXT_MONDAY)[office.id])


def test_searches_nobody_booked_raise_the_demand(
    app: Flask, wednesday_nine: time_machine.Traveller
) -> None:
    office = make_office()
    before = mean(office)
    look(office, make_actor(Role.JOBCENTRE_ADVISER, office), times=6)
    assert mean(office) == pytest.approx(before)  # they may yet be booked
    wednesday_nine.shift(timedelta(minutes=16))
    assert mean(office) == pytest.approx(before + 6)
    assert unmet(office) == pytest.approx([0.6] * 10)


WISHES = [
    ({"weekdays": frozenset({1})}, {2, 3}),
    ({"not_after": time(12)}, {0, 2, 4, 6, 8}),
    ({"not_before": time(13)}, {1, 3, 5, 7, 9}),
    ({"weekdays": frozenset({4}), "not_before": time(14)}, {9}),
    ({"first_on": date(2027, 1, 27), "last_on": date(2027, 1, 27)}, {4, 5}),
    ({"first_on": date(2027, 1, 27), "last_on": date(2027, 2, 27)}, set(range(10))),
    ({"telephone": True}, set()),
    ({"telephone": False}, set(range(10))),
]


@pytest.mark.parametrize(("wish", "half_days"), WISHES)
def test_a_wish_counts_for_the_half_days_it_would_have_suited(
    sqlite_app: Flask,
    wednesday_nine: time_machine.Traveller,
    wish: dict[str, object],
    half_days: set[int],
) -> None:
    office = make_office()
    look(office, make_actor(Role.JOBCENTRE_ADVISER, office), **wish)
    wednesday_nine.shift(timedelta(hours=1))
    found = unmet(office)
    assert {number for number, share in enumerate(found) if share} == half_days
    assert sum(found) == pytest.approx(1 if half_days else 0)


def test_it_is_a_weekly_rate_of_the_last_eight_weeks(
    sqlite_app: Flask, wednesday_nine: time_machine.Traveller
) -> None:
    office = make_office()
    by = make_actor(Role.JOBCENTRE_ADVISER, office)
    for _ in range(10):  # two a week for ten weeks
        look(office, by, times=2)
        wednesday_nine.shift(timedelta(weeks=1))
    assert sum(unmet(office)) == pytest.approx(2)


def test_searches_leave_after_twelve_weeks(
    sqlite_app: Flask, wednesday_nine: time_machine.Traveller
) -> None:
    office = make_office()
    look(office, make_actor(Role.JOBCENTRE_ADVISER, office))
    wednesday_nine.shift(timedelta(weeks=11))
    assert searches.forget_old() == 0
    wednesday_nine.shift(timedelta(weeks=2))
    assert searches.forget_old() == 1
    assert noted() == 0


def test_no_column_can_hold_a_person() -> None:
    columns = {column.name for column in UnmetSearch.__table__.columns}
    assert columns == {
        *("id", "office_id", "searched_at", "first_on", "last_on"),
        *("not_before", "not_after", "weekdays", "telephone", "offered"),
    }


def test_another_districts_office_is_not_there(sqlite_app: Flask) -> None:
    with pytest.raises(NotFound):
        look(make_office(), make_actor(Role.JOBCENTRE_ADVISER, make_office(name="Far away")))


TYPED = {"stage": "1", "reason": "skills_health_check", "channel": "desk", "name": "Sam Example"}
TYPED |= {"mobile": "07700 900123"}


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    """A Jobcentre adviser at an office with a morning free tomorrow."""
    session = make_session(on=WEDNESDAY + timedelta(days=1))
    sign_in(client, make_user(Role.JOBCENTRE_ADVISER, session.office))
    return client


def test_opening_the_page_is_no_search(desk: FlaskClient) -> None:
    desk.get("/find")
    desk.get("/office")
    assert noted() == 0
    desk.get("/find?ends=&signing=")
    assert noted() == 1


def test_asked_again_within_minutes_it_is_one_wish(
    desk: FlaskClient, wednesday_nine: time_machine.Traveller
) -> None:
    desk.get("/find?ends=10:30")
    desk.get("/find?ends=10:30&days=2")
    assert noted() == 1
    assert db.session.scalars(select(UnmetSearch)).one().weekdays == [2]
    wednesday_nine.shift(timedelta(minutes=20))
    desk.get("/find?ends=11:30")
    assert noted() == 2


@pytest.mark.parametrize("ending", ["booked", "waits", "signposted"])
def test_a_search_that_was_met_is_not_counted(desk: FlaskClient, ending: str) -> None:
    page = desk.get("/find?ends=9:30&not_before=9:00").text
    assert noted() == 1
    slot = page.split("/book/")[1].split("?")[0]
    address = {"booked": f"/book/{slot}", "waits": "/wait", "signposted": "/signpost"}[ending]
    assert desk.post(address, data=TYPED).status_code == 302
    assert noted() == 0


def test_a_booking_an_hour_later_is_another_matter(
    desk: FlaskClient, wednesday_nine: time_machine.Traveller
) -> None:
    page = desk.get("/find?ends=9:30").text
    slot = page.split("/book/")[1].split("?")[0]
    wednesday_nine.shift(timedelta(hours=1))
    assert desk.post(f"/book/{slot}", data=TYPED).status_code == 302
    assert noted() == 1


def test_the_lead_reads_how_much_of_the_figure_comes_from_it(
    desk: FlaskClient, wednesday_nine: time_machine.Traveller
) -> None:
    desk.get("/find?days=0&not_after=12:00")
    wednesday_nine.shift(timedelta(hours=1))
    office = db.session.scalars(select(Office)).one()
    sign_in(desk, make_user(Role.DISTRICT_LEAD, office))
    week = desk.get(f"/rota/{NEXT_MONDAY}").text
    assert "Of it, 1.0 bookings a week were looked for at a desk and not booked" in week
    assert (
        "of them 1.0 looked for and not booked"
        in desk.get(f"/rota/{NEXT_MONDAY}/demand/{office.id}").text
    )
