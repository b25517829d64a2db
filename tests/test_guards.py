"""What the database refuses by itself, whatever the code above it says."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DatabaseError

from booking import contacts
from booking.database import db, transaction, use_case
from booking.models import Appointment, AuditEntry, Office
from booking.rights import THE_SERVICE
from tests.audit_watch import Unaudited
from tests.makers import WEDNESDAY, at, make_appointment, make_office, make_room, make_session


@pytest.fixture(autouse=True)
def two_days_before() -> Iterator[None]:
    with time_machine.travel(at(WEDNESDAY - timedelta(days=2), 8), tick=False):
        yield


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_the_record_is_only_ever_added_to(app: Flask, change: str) -> None:
    make_appointment()
    with pytest.raises(DatabaseError, match="only ever added to"):
        db.session.execute(text(change))
    db.session.rollback()
    assert db.session.query(AuditEntry).count() > 0


def test_a_use_case_that_changes_records_and_says_nothing_of_it_is_caught(app: Flask) -> None:
    office_id = make_office().id
    rename = update(Office).where(Office.id == office_id).values(name="Elsewhere")
    with pytest.raises(Unaudited, match="office changed without an audit row"):
        use_case(lambda: db.session.execute(rename))()


@pytest.mark.parametrize("change", ["UPDATE notice SET start_version = 9", "DELETE FROM notice"])
def test_a_written_notice_stays_as_it_was_given(app: Flask, change: str) -> None:
    contacts.issue_notice(appointment_id=make_appointment().id, by=THE_SERVICE)
    with pytest.raises(DatabaseError, match="only ever added to"):
        db.session.execute(text(change))


@pytest.mark.parametrize("place_no", [0, 2])
def test_a_place_is_one_of_the_slots_places(app: Flask, place_no: int) -> None:
    appointment = make_appointment()
    facts = {
        column.name: getattr(appointment, column.name)
        for column in Appointment.__table__.columns
        if column.name not in ("id", "reference", "place_no", "slot_id")
    }
    free = appointment.slot.session.slots[1].id
    with pytest.raises(DatabaseError):
        db.session.execute(
            insert(Appointment).values(**facts, reference="OTHER", slot_id=free, place_no=place_no)
        )


@pytest.mark.parametrize(
    "times",
    ["starts = '12:30:00.000000', ends = '13:30:00.000000'", "half_day = 'pm'"],
)
def test_a_session_stays_within_its_half_day(app: Flask, times: str) -> None:
    make_session()
    with pytest.raises(DatabaseError, match="within_half_day"):
        db.session.execute(text(f"UPDATE session SET {times}"))


def test_a_use_case_inside_a_use_case_is_refused(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="half of it"), transaction():
        use_case(lambda: None)()


def test_a_failed_use_case_leaves_nothing(app: Flask) -> None:
    office = make_office()

    @use_case
    def half_done() -> None:
        db.session.add(type(office)(code="X", district_id=office.district_id, name="Half"))
        db.session.flush()
        raise KeyError

    with pytest.raises(KeyError):
        half_done()
    assert db.session.query(type(office)).count() == 1
    assert make_room(office).office_id == office.id
