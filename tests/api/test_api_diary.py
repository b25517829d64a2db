"""Offices and free slots as another system sees them."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from booking import diaries
from booking.database import db
from booking.rights import THE_SERVICE
from booking.words import HalfDay, Hold, SessionKind
from tests.makers import WEDNESDAY, at, make_appointment, make_office, make_session


def test_offices_are_those_of_the_district_with_codes_as_ids(caller) -> None:
    office = make_office(name="Thistlewick", address="1 Invented Street")
    make_office(name="Another district's")
    answer = caller(office).get("/offices")
    assert answer.status_code == 200
    assert answer.json == [
        {
            "id": office.code,
            "name": "Thistlewick",
            "kind": "jobcentre",
            "address": "1 Invented Street",
            "phone": "01632 960000",
        }
    ]


def test_a_free_slot_says_where_who_when_and_how_many(caller) -> None:
    session = make_session()
    first, *_ = caller(session.office).get(f"/slots?office={session.office.code}").json
    assert first == {
        "id": str(session.slots[0].id),
        "office": session.office.code,
        "office_name": "Thistlewick",
        "adviser": str(session.adviser_id),
        "adviser_name": "Ada Invented",
        "kind": "interviews",
        "starts_at": "2027-01-20T09:00:00+00:00",
        "ends_at": "2027-01-20T09:45:00+00:00",
        "places_left": 1,
    }


def test_taken_held_and_past_slots_are_not_listed(caller, two_days_before) -> None:
    session = make_session()
    make_appointment(session, position=4)
    diaries.hold_slots(
        slot_ids=[session.slots[3].id], hold=Hold.PROTECTED, reason="caseload", by=THE_SERVICE
    )
    two_days_before.move_to(at(WEDNESDAY, 9, 1))
    listed = caller(session.office).get(f"/slots?office={session.office.code}").json
    assert [slot["id"] for slot in listed] == [str(session.slots[n].id) for n in (1, 2)]


def test_group_and_telephone_slots_are_listed_by_their_kind(caller) -> None:
    office = make_office()
    make_session(office, kind=SessionKind.GROUP, places=6)
    make_session(office, kind=SessionKind.TELEPHONE, half_day=HalfDay.PM)
    listed = caller(office).get(f"/slots?office={office.code}").json
    assert {(slot["kind"], slot["places_left"]) for slot in listed} == {
        ("group", 6),
        ("telephone", 1),
    }


def _days_listed(caller, office, query: str) -> list[str]:
    listed = caller(office).get(f"/slots?office={office.code}{query}").json
    return sorted({slot["starts_at"][:10] for slot in listed})


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("", ["2027-01-20", "2027-01-27"]),  # two weeks from today, the 18th
        ("&from=2027-01-20&to=2027-01-20", ["2027-01-20"]),  # both ends count
        ("&from=2027-01-21", ["2027-01-27", "2027-02-03"]),
        ("&to=2027-01-26", ["2027-01-20"]),
        ("&from=2027-01-01&to=2027-02-28", ["2027-01-20", "2027-01-27", "2027-02-03"]),
        ("&from=2027-01-28&to=2027-02-02", []),
        ("&from=2027-02-01&to=2027-01-31", []),
        ("&from=9999-12-31", []),
        ("&from=0001-01-01&to=0001-01-02", []),
    ],
)
def test_dates_bound_the_list(caller, query: str, listed: list[str]) -> None:
    office = make_office()
    for week in range(3):
        make_session(office, on=WEDNESDAY + timedelta(weeks=week))
    assert _days_listed(caller, office, query) == listed


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("&from=2027-02-30", "from"),
        ("&from=20270201", "from"),
        ("&to=tomorrow", "to"),
        ("&to=", "to"),
        ("&form=2027-02-01", "form"),
        ("&from=2027-02-01&from=2027-02-02", "from"),
        ("%00", "office"),
    ],
)
def test_a_date_that_cannot_be_used_is_named(caller, query: str, field: str) -> None:
    office = make_office()
    answer = caller(office).get(f"/slots?office={office.code}{query}")
    assert (answer.status_code, answer.json["field"]) == (422, field)
    assert answer.json["detail"].startswith(f"{field}: ")


def test_no_more_than_sixty_two_days_are_listed(caller) -> None:
    office = make_office()
    for days in (61, 62):
        make_session(office, on=WEDNESDAY + timedelta(days=days))
    query = f"&from={WEDNESDAY}&to=2029-01-01"
    assert _days_listed(caller, office, query) == [str(WEDNESDAY + timedelta(days=61))]


def test_a_full_diary_takes_no_more_statements_than_a_short_one(caller, sqlite_app: Flask) -> None:
    office = make_office()
    system, path = caller(office), f"/slots?office={office.code}"
    run: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def note(_connection, _cursor, statement: str, *_: object) -> None:
        run.append(statement)

    def statements() -> int:
        db.session.rollback()
        run.clear()
        assert system.get(path).status_code == 200
        return sum(statement.startswith("SELECT") for statement in run)

    make_session(office)
    few = statements()
    for days in range(3):
        make_session(office, on=WEDNESDAY + timedelta(days=days))
        make_session(office, on=WEDNESDAY + timedelta(days=days), half_day=HalfDay.PM)
    assert statements() == few <= 5  # the token, the office, the slots, two kinds of name
