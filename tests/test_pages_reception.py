"""Reception's pages over HTTP: who arrives, one press to check in, and the day on paper."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from booking import appointments, outcomes
from booking.database import db
from booking.models import Appointment, Session
from booking.rights import THE_SERVICE
from booking.words import HalfDay, Role, SessionKind, Status
from tests.makers import (
    WEDNESDAY,
    at,
    make_appointment,
    make_claimant,
    make_office,
    make_room,
    make_session,
    make_user,
    sign_in,
)

MONDAY = WEDNESDAY - timedelta(days=2)


def travel(hour: int, minute: int = 0) -> time_machine.travel:
    return time_machine.travel(at(WEDNESDAY, hour, minute), tick=False)


def make_morning(client: FlaskClient) -> Session:
    """A session at the office of a signed-in receptionist."""
    with time_machine.travel(at(MONDAY, 9), tick=False):
        office = make_office()
        session = make_session(office, room=make_room(office, name="Room 2", floor="first floor"))
    with travel(8):
        sign_in(client, make_user(Role.RECEPTION, office))
    return session


def make_expected(session: Session, position: int, name: str, **needs: object) -> int:
    with time_machine.travel(at(MONDAY, 10), tick=False):
        person = make_claimant(name, **needs)
        return make_appointment(session, position=position, claimant=person).id


def row(text: str, name: str) -> str:
    """The words of the table row that holds a name."""
    rows = re.findall(r"<tr.*?</tr>", text, re.S)
    found = [each for each in rows if name in each]
    assert found, f"{name} is in no row"
    return " ".join(re.sub(r"<[^>]*>", " ", found[0]).split())


def test_the_list_says_whom_to_expect_and_where_to_send_them(client: FlaskClient) -> None:
    session = make_morning(client)
    make_expected(session, 1, "Sam Example", needs_step_free=True)
    make_expected(session, 0, "Jo Pretend")
    with travel(8, 30):
        text = client.get("/arrivals").text
    assert row(text, "Sam Example").startswith(
        "9:45am Sam Example step-free Ada Invented Room 2, first floor Booked Here"
    )
    assert text.index("Jo Pretend") < text.index("Sam Example")
    assert "07700" not in text


def test_one_press_checks_in_and_the_wait_is_counted(client: FlaskClient) -> None:
    session = make_morning(client)
    sam = make_expected(session, 1, "Sam Example")
    with travel(9, 40):
        answer = client.post(f"/arrivals/{sam}/here")
        assert answer.location == f"/arrivals#appointment-{sam}"
        again = client.post(f"/arrivals/{sam}/here")
        assert (again.status_code, f'href="#appointment-{sam}"' in again.text) == (409, True)
    with travel(9, 52):
        text = client.get("/arrivals/list").text
        assert "Arrived 12 min ago Not here yet" in row(text, "Sam Example")
        assert "with an adviser, or waiting to be called" in text
        client.post(f"/arrivals/{sam}/not-here")
        assert "7 min late" in row(client.get("/arrivals").text, "Sam Example")
    db.session.rollback()
    assert db.session.get_one(Appointment, sam, populate_existing=True).arrived_at is None


def test_who_is_over_goes_below_and_who_still_waits_stays(client: FlaskClient) -> None:
    session = make_morning(client)
    sam = make_expected(session, 0, "Sam Example")
    make_expected(session, 1, "Jo Pretend")
    with travel(9):
        outcomes.check_in(appointment_id=sam, by=THE_SERVICE)
    with travel(9, 50):
        text = client.get("/arrivals").text
        assert "Earlier today" not in text
        assert "Arrived 50 min ago" in row(text, "Sam Example")
        outcomes.record_outcome(appointment_id=sam, outcome=Status.ATTENDED, by=THE_SERVICE)
        later, _, earlier = client.get("/arrivals").text.partition("Earlier today")
    assert ("Jo Pretend" in later, "Sam Example" in earlier) == (True, True)


def test_who_cancelled_is_listed_in_case_they_come(client: FlaskClient) -> None:
    session = make_morning(client)
    sam = make_expected(session, 1, "Sam Example")
    with travel(9):
        appointments.cancel(appointment_id=sam, by=THE_SERVICE)
        text = client.get("/arrivals").text
        assert "Cancelled nothing to do" in row(text, "Sam Example")
        assert "Sam Example" not in client.get(f"/office/{session.office.code}/day-list").text


def test_nobody_reports_to_reception_for_a_telephone_session(client: FlaskClient) -> None:
    session = make_morning(client)
    with time_machine.travel(at(MONDAY, 9), tick=False):
        rung = make_session(session.office, kind=SessionKind.TELEPHONE, half_day=HalfDay.PM)
    make_expected(rung, 0, "Sam Example")
    with travel(9):
        assert "Nobody is expected today." in client.get("/arrivals").text
        text = client.get(f"/office/{session.office.code}/day-list").text
    assert "by telephone" in text  # who is in today
    assert "Sam Example" not in text


def test_the_paper_list_of_any_day(client: FlaskClient) -> None:
    session = make_morning(client)
    make_expected(session, 1, "Sam Example", language="Welsh")
    with travel(8, 30):
        address = f"/office/{session.office.code}/day-list"
        text = client.get(address).text
        assert row(text, "Sam Example") == (
            "9:45am Sam Example Ada Invented Room 2, first floor speaks Welsh"
        )
        assert "Ada Invented, 9am to 12:45pm, Room 2, first floor" in text
        assert "07700" not in text
        friday = client.get(f"{address}?on=2027-01-22").text
        assert "Nobody is expected on Friday 22 January." in friday
        assert client.get(f"{address}?on=soon").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.RECEPTION, 200),
        (Role.JOBCENTRE_ADVISER, 200),
        (Role.NEXT_STEP_ADVISER, 403),
        (Role.ADMIN, 403),
    ],
)
def test_the_lists_are_for_the_office_of_those_at_its_door(
    client: FlaskClient, role: Role, status: int
) -> None:
    office = make_office()
    sister = make_office(office.district, "Kettlebury")
    sign_in(client, make_user(role, office))
    assert client.get("/arrivals").status_code == status
    assert client.get(f"/office/{office.code}/day-list").status_code == status
    not_theirs = 404 if status == 200 else 403
    assert client.get(f"/office/{sister.code}/day-list").status_code == not_theirs


def test_a_lead_prints_the_list_of_any_office_of_the_district(client: FlaskClient) -> None:
    office = make_office()
    sign_in(client, make_user(Role.DISTRICT_LEAD, office))
    assert client.get(f"/office/{office.code}/day-list").status_code == 200
    assert client.get(f"/office/{make_office().code}/day-list").status_code == 404


def test_another_office_cannot_be_checked_in_from_here(client: FlaskClient) -> None:
    make_morning(client)
    with time_machine.travel(at(MONDAY, 9), tick=False):
        theirs = make_session(make_office())
    sam = make_expected(theirs, 1, "Sam Example")
    with travel(9):
        assert client.post(f"/arrivals/{sam}/here").status_code == 404
