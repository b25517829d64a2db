"""FTA figures and the joint report: counted alike for both organisations, and nobody named."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from math import isclose

import pytest
import time_machine
from flask.testing import FlaskClient

from booking import appointments, outcomes
from booking.boards import joint_report
from booking.boards.attendance_counts import Counts, counted, lead_band, over
from booking.database import db
from booking.models import Office, PastOutcome
from booking.rights import THE_SERVICE
from booking.words import AppointmentKind, ExcusedReason, ReminderFate, Role, Status
from tests.makers import (
    WEDNESDAY,
    at,
    make_actor,
    make_appointment,
    make_district,
    make_office,
    make_session,
    make_user,
    sign_in,
)

MONDAY = WEDNESDAY - timedelta(days=2)
FATES = [Status.ATTENDED, Status.ATTENDED, Status.FAILED_TO_ATTEND]


@pytest.fixture(autouse=True)
def the_week_after() -> Iterator[None]:
    with time_machine.travel(at(MONDAY + timedelta(days=9), 9), tick=False):
        yield


@pytest.fixture
def office(client: FlaskClient) -> Office:
    """Wednesday: two attended, one failed, one cancelled, one excused for the weather."""
    office = make_office(make_district(), "Thistlewick")
    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        session = make_session(office)
        booked = [make_appointment(session, position=position) for position in range(5)]
        appointments.cancel(appointment_id=booked[3].id, by=THE_SERVICE)
    with time_machine.travel(at(WEDNESDAY, 13), tick=False):
        for appointment, outcome in zip(booked, FATES, strict=False):
            outcomes.record_outcome(appointment_id=appointment.id, outcome=outcome, by=THE_SERVICE)
        outcomes.record_outcome(
            appointment_id=booked[4].id,
            outcome=Status.EXCUSED,
            excused_reason=ExcusedReason.WEATHER,
            by=THE_SERVICE,
        )
    return office


def brought_in(office: Office, weeks_ago: int, outcome: Status, many: int) -> None:
    starts_at = at(WEDNESDAY - timedelta(weeks=weeks_ago), 10)
    for nth in range(many):
        db.session.add(
            PastOutcome(
                office=office.code,
                adviser="",
                booked_at=starts_at - timedelta(days=10),
                starts_at=starts_at,
                kind=AppointmentKind.FIRST,
                reminder=ReminderFate.SENT,
                outcome=outcome,
                nth=nth + (100 if outcome == Status.ATTENDED else 0),
            )
        )
    db.session.commit()


# failed, counted -> Wilson's interval, worked by hand
INTERVALS = [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (375, 1000, 0.3455, 0.4054)]


@pytest.mark.parametrize(("failed", "n", "low", "high"), INTERVALS)
def test_the_interval_is_wilsons(failed: int, n: int, low: float, high: float) -> None:
    found = Counts(attended=n - failed, failed_to_attend=failed).interval
    assert isclose(found[0], low, abs_tol=5e-4)
    assert isclose(found[1], high, abs_tol=5e-4)


def test_nobody_due_has_no_rate_and_every_rate(office: Office) -> None:
    assert Counts(cancelled=3).fta_rate is None
    assert Counts(cancelled=3).interval == (0.0, 1.0)


def test_history_brought_in_counts_beside_the_diary_by_lead_time(office: Office) -> None:
    brought_in(office, 3, Status.FAILED_TO_ATTEND, 4)
    rows = over(MONDAY - timedelta(weeks=4), MONDAY + timedelta(days=6), office_id=office.id)
    by_lead = {joint_report.lead_words(band): c for band, c in counted(rows, lead_band).items()}
    assert by_lead["8 to 14 days"].failed_to_attend == 4
    assert by_lead["Same day"].denominator == 3


def test_the_week_is_beside_the_weeks_before_with_what_was_left_out_named(office: Office) -> None:
    brought_in(office, 2, Status.ATTENDED, 30)
    brought_in(office, 2, Status.FAILED_TO_ATTEND, 20)
    report = joint_report.weekly(office, MONDAY, by=THE_SERVICE)
    assert (report.week.denominator, report.week.failed_to_attend) == (3, 1)
    assert (report.week.cancelled, report.week.excused) == (1, 1)
    assert report.excused == {ExcusedReason.WEATHER: 1}
    assert (report.before.denominator, report.before.fta_rate) == (50, 0.4)
    assert report.words.endswith("no change is shown.")
    assert [counts.denominator for _, counts in report.by_week][-3:] == [50, 0, 3]


def test_a_week_that_differs_more_than_chance_allows_says_so(office: Office) -> None:
    brought_in(office, 2, Status.ATTENDED, 60)
    report = joint_report.weekly(office, MONDAY, by=THE_SERVICE)
    assert report.words.endswith("worth asking why.")


@pytest.mark.parametrize(
    "role", [Role.JOBCENTRE_ADVISER, Role.NEXT_STEP_ADVISER, Role.DISTRICT_LEAD]
)
def test_both_organisations_read_the_same_page_and_nobodys_name(
    client: FlaskClient, office: Office, role: Role
) -> None:
    sign_in(client, make_user(role, office))
    page = client.get("/reports/attendance").text
    assert "1 of 3 failed to attend, 33%." in page
    assert "1 weather" in page
    assert "Invented Person" not in page


def test_reception_and_administrators_do_not_read_it(client: FlaskClient, office: Office) -> None:
    for role in (Role.RECEPTION, Role.ADMIN):
        sign_in(client, make_user(role, office))
        assert client.get("/reports/attendance").status_code == 403


def test_a_jobcentre_adviser_reads_the_own_office_alone(
    client: FlaskClient, office: Office
) -> None:
    other = make_office(office.district, "Nettlecombe")
    abroad = make_office(make_district("Far Away"), "Farcombe")
    sign_in(client, make_user(Role.JOBCENTRE_ADVISER, office))
    assert client.get(f"/reports/attendance?office={other.code}").status_code == 404
    sign_in(client, make_user(Role.NEXT_STEP_ADVISER, office))
    assert client.get(f"/reports/attendance?office={other.code}").status_code == 200
    assert client.get(f"/reports/attendance?office={abroad.code}").status_code == 404
    assert client.get(f"/reports/attendance.csv?office={abroad.code}").status_code == 404


def test_the_files_say_what_the_page_says(client: FlaskClient, office: Office) -> None:
    sign_in(client, make_user(Role.DISTRICT_LEAD, office))
    weeks = table(client.get(f"/reports/attendance.csv?office={office.code}&week={MONDAY}").text)
    assert len(weeks) == 13
    last = weeks[-1]
    assert (last["from"], last["counted"], last["failed_to_attend"]) == (str(MONDAY), "3", "1")
    assert (last["fta_rate"], last["excused"], last["cancelled"]) == ("0.3333", "1", "1")
    make_office(office.district, "Nettlecombe")
    month = table(client.get("/reports/month.csv?month=2027-01").text)
    assert [row["counted"] for row in month] == ["0", "3"]
    assert month[1]["to"] == "2027-01-31"
    assert client.get("/reports/month.csv?month=soon").status_code == 422


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_an_office_nobody_can_read_says_what_to_do(client: FlaskClient) -> None:
    shut = make_office(make_district(), allows_access=False)
    sign_in(client, make_user(Role.JOBCENTRE_ADVISER, shut))
    assert "There is no office yet" in client.get("/reports/attendance").text
    assert joint_report.offices(make_actor(Role.JOBCENTRE_ADVISER, shut)) == []
