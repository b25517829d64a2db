"""Enter once: referrals of another system in, a district's appointments out."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.database import db
from booking.exchange.csv_files import line
from booking.models import Claimant, Office, Referral
from booking.words import ReferralReason, ReferralState, Role, Stage
from tests.makers import (
    WEDNESDAY,
    at,
    make_adviser,
    make_appointment,
    make_claimant,
    make_district,
    make_office,
    make_referral,
    make_session,
    make_user,
    sign_in,
)

HEADER = "external_reference,name,mobile,office,stage,reason,job_goal"


@pytest.fixture(autouse=True)
def wednesday_at_nine():
    with time_machine.travel(at(WEDNESDAY, 9), tick=False):
        yield


@pytest.fixture
def office(client: FlaskClient) -> Office:
    return make_office(make_district("Invented Vale"), "Thistlewick")


# In ---------------------------------------------------------------------------------------


def row(office: Office, /, **changes: str) -> str:
    cells = {
        "external_reference": "LMS-1",
        "name": "Sam Example",
        "mobile": "07700 900123",
        "office": office.code,
        "stage": "1",
        "reason": "skills_health_check",
        "job_goal": "Bus driver",
        **changes,
    }
    return ",".join(cells.values())


def run(
    app: Flask, office: Office, folder: Path, *rows: str, options: tuple[str, ...] = ()
) -> Result:
    file = folder / "referrals.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    arguments = ["import-referrals", str(file), "--district", office.district.code, *options]
    result = app.test_cli_runner().invoke(args=arguments)
    db.session.rollback()
    return result


def referrals() -> list[Referral]:
    return list(db.session.scalars(select(Referral).order_by(Referral.id)))


def test_a_referral_comes_in_open_and_unbooked(
    sqlite_app: Flask, office: Office, tmp_path: Path
) -> None:
    result = run(sqlite_app, office, tmp_path, row(office))
    assert (result.exit_code, result.stdout) == (0, "Referrals added: 1. Here already: 0.\n")
    [sent] = referrals()
    assert (sent.external_reference, sent.state, sent.stage, sent.reason, sent.job_goal) == (
        "LMS-1",
        ReferralState.OPEN,
        Stage.STAGE_1,
        ReferralReason.SKILLS_HEALTH_CHECK,
        "Bus driver",
    )
    assert (sent.claimant.name, sent.claimant.mobile) == ("Sam Example", "+447700900123")


def test_the_offices_advisers_find_it_waiting_until_it_is_booked(
    client: FlaskClient, sqlite_app: Flask, office: Office, tmp_path: Path
) -> None:
    run(sqlite_app, office, tmp_path, row(office))
    [sent] = referrals()
    sign_in(client, make_user(Role.JOBCENTRE_ADVISER, office))
    page = client.get(f"/offices/{office.code}").text
    assert "Sam Example" in page
    assert f"/find?referral={sent.id}" in page
    client.post("/sign-out")
    near = make_office(office.district, "Old Mill")
    sign_in(client, make_user(Role.JOBCENTRE_ADVISER, near))
    assert "Sam Example" not in client.get(f"/offices/{office.code}").text
    client.post("/sign-out")
    sign_in(client, make_user(Role.RECEPTION, office))
    assert "Sam Example" not in client.get(f"/offices/{office.code}").text


def test_a_second_import_adds_nothing(sqlite_app: Flask, office: Office, tmp_path: Path) -> None:
    run(sqlite_app, office, tmp_path, row(office))
    changed = row(office, name="Somebody Else")
    again = run(sqlite_app, office, tmp_path, changed, row(office, external_reference="LMS-2"))
    assert again.stdout == "Referrals added: 1. Here already: 1.\n"
    assert [sent.claimant.name for sent in referrals()] == ["Sam Example", "Sam Example"]
    assert db.session.scalar(select(func.count()).select_from(Claimant)) == 1


BAD_ROWS = [
    ({"external_reference": ""}, "external_reference is empty."),
    ({"name": ""}, "name is empty."),
    ({"mobile": "12345"}, ""),
    ({"office": "nowhere"}, "office nowhere is not an open office of the district."),
    ({"stage": "9"}, "stage '9' is none of 1, 2, 3."),
    ({"reason": "because"}, "reason 'because' is none of skills_health_check,"),
    ({"job_goal": "x" * 201}, "job_goal is longer than 200 characters."),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD_ROWS)
def test_a_bad_row_is_named_by_its_line_and_skipped_or_stops_a_strict_import(
    sqlite_app: Flask, office: Office, tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    rows = [row(office, external_reference="LMS-0"), row(office, **changes)]
    strict = run(sqlite_app, office, tmp_path, *rows, options=("--strict",))
    assert (strict.exit_code, referrals()) == (2, [])
    assert strict.stderr.startswith(f"referrals.csv, line 3: {sentence.removesuffix('.')}")
    skipped = run(sqlite_app, office, tmp_path, *rows)
    assert skipped.stdout == "Referrals added: 1. Here already: 0. Rows skipped: 1.\n"
    assert skipped.stderr.startswith(f"referrals.csv, line 3: {sentence}")


def test_a_reference_that_stands_twice_in_the_file_is_a_bad_row(
    sqlite_app: Flask, office: Office, tmp_path: Path
) -> None:
    result = run(sqlite_app, office, tmp_path, row(office), row(office, name="Someone Other"))
    assert "line 3: external_reference LMS-1 is there twice." in result.stderr


def test_an_office_of_another_district_is_out_of_reach(
    sqlite_app: Flask, office: Office, tmp_path: Path
) -> None:
    elsewhere = make_office(make_district("Far Away"), "Nettlecombe")
    result = run(sqlite_app, office, tmp_path, row(elsewhere))
    assert "is not an open office of the district" in result.stderr


def test_a_district_that_is_not_there_is_refused(sqlite_app: Flask, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(HEADER)
    arguments = ["import-referrals", str(tmp_path / "r.csv"), "--district", "none"]
    result = sqlite_app.test_cli_runner().invoke(args=arguments)
    assert (result.exit_code, result.stderr) == (2, "--district: there is no district none.\n")


# Out --------------------------------------------------------------------------------------


def exported(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    span = query or f"from={WEDNESDAY}&to={WEDNESDAY}"
    answer = client.get(f"/district/appointments.csv?{span}")
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_an_appointment_goes_out_with_both_references_and_no_name(
    client: FlaskClient, office: Office
) -> None:
    ada = make_adviser(office.district, "Ada Invented")
    booked = make_appointment(
        make_session(office, adviser=ada),
        position=2,
        claimant=make_claimant("Sam Example"),
        referral=make_referral(external_reference="LMS-1"),
        seconds_to_book=41,
    )
    sign_in(client, make_user(Role.DISTRICT_LEAD, office))
    assert exported(client) == [
        {
            "reference": booked.reference,
            "external_reference": "LMS-1",
            "office": office.code,
            "adviser": "Ada Invented",
            "starts_at": "2027-01-20T10:30:00+00:00",
            "status": "booked",
            "kind": "first",
            "channel": "desk",
            "stage": "1",
            "reason": "skills_health_check",
            "booked_at": "2027-01-20T09:00:00+00:00",
            "seconds_to_book": "41",
        }
    ]


def test_both_days_are_included_and_times_are_londons(client: FlaskClient, office: Office) -> None:
    summer = WEDNESDAY + timedelta(days=140)
    for on in (WEDNESDAY, summer):
        make_appointment(make_session(office, on=on), position=1)
    sign_in(client, make_user(Role.DISTRICT_LEAD, office))
    rows = exported(client, f"from={WEDNESDAY}&to={summer}")
    assert [each["starts_at"] for each in rows] == [
        "2027-01-20T09:45:00+00:00",
        "2027-06-09T09:45:00+01:00",
    ]
    assert exported(client, f"from={WEDNESDAY + timedelta(days=1)}&to={summer}") == rows[1:]


def test_another_districts_appointments_stay_there(client: FlaskClient, office: Office) -> None:
    make_appointment(make_session(make_office(make_district("Far Away"))), position=1)
    sign_in(client, make_user(Role.DISTRICT_LEAD, office))
    assert exported(client) == []


BAD_SPANS = [
    ("from=2027-01-20", "Enter the last day."),
    ("from=soon&to=2027-01-20", "From: enter a real date."),
    ("from=2027-01-21&to=2027-01-20", "The last day is before the first."),
]


@pytest.mark.parametrize(("query", "sentence"), BAD_SPANS)
def test_days_that_cannot_be_are_refused_in_one_sentence(
    client: FlaskClient, office: Office, query: str, sentence: str
) -> None:
    sign_in(client, make_user(Role.DISTRICT_LEAD, office))
    answer = client.get(f"/district/appointments.csv?{query}")
    assert answer.status_code == 422
    assert sentence in answer.text


FORMULAS = [
    ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
    ("+44", "'+44"),
    ("-1", "'-1"),
    ("@sum", "'@sum"),
    ("\tx", "'\tx"),
    ("LMS-1", "LMS-1"),
]


@pytest.mark.parametrize(("cell", "written"), FORMULAS)
def test_a_cell_never_runs_as_a_formula(cell: str, written: str) -> None:
    assert next(csv.reader([line([cell, None])])) == [written, ""]
