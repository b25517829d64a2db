"""The calendar feed of a diary: right in winter and summer, 304 when unchanged, revocable."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from icalendar import Calendar, Component
from werkzeug.serving import make_server

from booking import appointments, clock, outcomes, tokens
from booking.database import db
from booking.models import Adviser, Appointment, Office, Session
from booking.rights import THE_SERVICE
from booking.sessions import cancel_session
from booking.words import ExcusedReason, HalfDay, Role, SessionKind, Status
from tests.makers import (
    WEDNESDAY,
    at,
    make_adviser,
    make_appointment,
    make_claimant,
    make_office,
    make_room,
    make_session,
    make_user,
    sign_in,
)

MONDAY = WEDNESDAY - timedelta(days=2)


@pytest.fixture(autouse=True)
def clock_hands() -> Iterator[time_machine.Traveller]:
    """Monday at nine; tests move it on."""
    with time_machine.travel(at(MONDAY, 9), tick=False) as hands:
        yield hands


def make_morning(on: date = WEDNESDAY, adviser: Adviser | None = None) -> Session:
    office = make_office() if adviser is None else adviser_office(adviser)
    room = make_room(office, name=f"Room of {on}", floor="first floor")
    return make_session(office, on=on, adviser=adviser, room=room)


def adviser_office(adviser: Adviser) -> Office:
    return adviser.district.offices[0]


def make_address(session: Session) -> str:
    token = tokens.open_feed(adviser_id=session.adviser_id, by=THE_SERVICE)
    return f"/diary/{token}.ics"


def fetched(client: FlaskClient, address: str) -> dict[str, Component]:
    """The events of the feed by UID."""
    answer = client.get(address)
    assert answer.status_code == 200
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert len({str(event["UID"]) for event in events}) == len(events)
    return {str(event["UID"]): event for event in events}


def bookings(client: FlaskClient, address: str) -> list[Component]:
    found = fetched(client, address)
    return [event for uid, event in found.items() if not uid.startswith("session-")]


def sessions(client: FlaskClient, address: str) -> list[Component]:
    return [event for uid, event in fetched(client, address).items() if uid.startswith("session-")]


def test_an_appointment_and_its_session_without_a_name(client: FlaskClient) -> None:
    session = make_morning()
    appointment = make_appointment(session, claimant=make_claimant("Sam Example"))
    address = make_address(session)
    answer = client.get(address)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    text = answer.text.replace("\r\n ", "")
    assert "Sam" not in text
    assert "07700" not in text
    assert "METHOD" not in text
    (booked,) = bookings(client, address)
    assert str(booked["SUMMARY"]) == "First session, Room of 2027-01-20, Thistlewick"
    assert str(booked["DESCRIPTION"]) == f"Reference {appointment.reference}"
    assert (booked["SEQUENCE"], str(booked["TRANSP"])) == (0, "OPAQUE")
    (sitting,) = sessions(client, address)
    assert str(sitting["SUMMARY"]) == "Next Step session, Thistlewick (1 of 5 booked)"
    assert str(sitting["TRANSP"]) == "TRANSPARENT"
    assert sitting["DTSTART"].dt == datetime(2027, 1, 20, 9, tzinfo=UTC)
    assert sitting["DTEND"].dt == datetime(2027, 1, 20, 12, 45, tzinfo=UTC)


# (day, 9am on London's wall, in UTC): the last working day before and the first after each
# clock change, midwinter and midsummer
WALL_AND_UTC = [
    (date(2027, 1, 20), 9),
    (date(2027, 3, 25), 9),
    (date(2027, 3, 30), 8),
    (date(2027, 7, 7), 8),
    (date(2027, 10, 29), 8),
    (date(2027, 11, 1), 9),
]


@pytest.mark.parametrize(("on", "hour"), WALL_AND_UTC)
def test_nine_on_the_wall_is_nine_on_the_phone(
    client: FlaskClient, clock_hands: time_machine.Traveller, on: date, hour: int
) -> None:
    clock_hands.move_to(at(on - timedelta(days=7), 9))
    session = make_morning(on)
    make_appointment(session)
    (booked,) = bookings(client, make_address(session))
    assert booked["DTSTART"].dt == datetime(on.year, on.month, on.day, hour, tzinfo=UTC)
    assert booked["DTEND"].dt - booked["DTSTART"].dt == timedelta(minutes=45)
    assert clock.london(booked["DTSTART"].dt).hour == 9


def test_one_feed_over_both_sides_of_a_clock_change(
    client: FlaskClient, clock_hands: time_machine.Traveller
) -> None:
    clock_hands.move_to(at(date(2027, 3, 20), 9))
    before = make_morning(date(2027, 3, 24))
    after = make_morning(date(2027, 3, 31), adviser=before.adviser)
    for session in (before, after):
        make_appointment(session)
    hours = [event["DTSTART"].dt.hour for event in bookings(client, make_address(before))]
    assert sorted(hours) == [8, 9]


def test_an_unchanged_feed_is_answered_by_its_tag_alone(
    client: FlaskClient, clock_hands: time_machine.Traveller
) -> None:
    session = make_morning()
    make_appointment(session)
    address = make_address(session)
    first = client.get(address)
    clock_hands.move_to(at(MONDAY, 17))
    again = client.get(address)
    assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])
    known = {"If-None-Match": first.headers["ETag"]}
    unchanged = client.get(address, headers=known)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert unchanged.headers["ETag"] == first.headers["ETag"]
    assert client.head(address).headers["ETag"] == first.headers["ETag"]
    make_appointment(session, position=1)
    assert client.get(address, headers=known).status_code == 200


def test_a_move_keeps_the_entry_and_raises_its_sequence(client: FlaskClient) -> None:
    session = make_morning()
    appointment = make_appointment(session)
    address = make_address(session)
    (was,) = bookings(client, address)
    appointments.move(appointment_id=appointment.id, slot_id=session.slots[3].id, by=THE_SERVICE)
    (moved,) = bookings(client, address)
    assert (moved["UID"], moved["SEQUENCE"]) == (was["UID"], 1)
    assert moved["DTSTART"].dt == session.slots[3].starts_at
    assert str(moved["STATUS"]) == "CONFIRMED"


def test_moving_to_a_colleague_moves_the_entry_between_the_feeds(client: FlaskClient) -> None:
    session = make_morning()
    theirs = make_session(session.office, adviser=make_adviser(session.office.district, "Bob"))
    appointment = make_appointment(session)
    addresses = make_address(session), make_address(theirs)
    appointments.move(appointment_id=appointment.id, slot_id=theirs.slots[0].id, by=THE_SERVICE)
    assert [len(bookings(client, address)) for address in addresses] == [0, 1]


def test_a_cancelled_appointment_stays_for_four_weeks_as_cancelled(
    client: FlaskClient, clock_hands: time_machine.Traveller
) -> None:
    session = make_morning(date(2027, 3, 10))
    appointment = make_appointment(session)
    address = make_address(session)
    appointments.cancel(appointment_id=appointment.id, by=THE_SERVICE)
    (gone,) = bookings(client, address)
    assert (str(gone["STATUS"]), gone["SEQUENCE"]) == ("CANCELLED", 1)
    assert str(gone["TRANSP"]) == "TRANSPARENT"
    assert str(gone["SUMMARY"]).startswith("Cancelled: ")
    (sitting,) = sessions(client, address)
    assert "(0 of 5 booked)" in sitting["SUMMARY"]
    clock_hands.move_to(at(MONDAY + timedelta(weeks=4), 9))
    assert len(bookings(client, address)) == 1
    clock_hands.move_to(at(MONDAY + timedelta(weeks=4), 9) + timedelta(seconds=1))
    assert bookings(client, address) == []


def test_a_gap_and_its_walkover_are_told_apart(
    client: FlaskClient, clock_hands: time_machine.Traveller
) -> None:
    session = make_morning()
    missed = make_appointment(session)
    excused = make_appointment(session, position=1)
    clock_hands.move_to(at(WEDNESDAY, 9, 10))
    say = {"by": THE_SERVICE, "excused_reason": ExcusedReason.WEATHER}
    outcomes.record_outcome(appointment_id=missed.id, outcome=Status.FAILED_TO_ATTEND, **say)
    outcomes.record_outcome(appointment_id=excused.id, outcome=Status.EXCUSED, **say)
    make_appointment(session)
    shown = {
        str(event["SUMMARY"]).split(",")[0]: event
        for event in bookings(client, make_address(session))
    }
    assert {words: str(event["STATUS"]) for words, event in shown.items()} == {
        "Failed to attend: First session": "CANCELLED",
        "Excused: First session": "CANCELLED",
        "Walkover": "CONFIRMED",
    }


def test_the_sequence_only_rises_when_an_outcome_is_corrected(
    client: FlaskClient, clock_hands: time_machine.Traveller
) -> None:
    session = make_morning()
    appointment = make_appointment(session)
    address = make_address(session)
    clock_hands.move_to(at(session.on_date, 9, 30))
    seen = [bookings(client, address)[0]]
    for outcome in (Status.FAILED_TO_ATTEND, Status.ATTENDED):
        outcomes.record_outcome(appointment_id=appointment.id, outcome=outcome, by=THE_SERVICE)
        seen += bookings(client, address)
    assert [str(each["STATUS"]) for each in seen] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [each["SEQUENCE"] for each in seen] == [0, 1, 2]


def test_a_cancelled_session_is_told_too(
    client: FlaskClient, clock_hands: time_machine.Traveller
) -> None:
    session = make_morning()
    address = make_address(session)
    (planned,) = sessions(client, address)
    clock_hands.move_to(at(MONDAY, 10))
    cancel_session(session_id=session.id, by=THE_SERVICE)
    (gone,) = sessions(client, address)
    assert (gone["UID"], gone["SEQUENCE"]) == (planned["UID"], planned["SEQUENCE"] + 1)
    assert (str(planned["STATUS"]), str(gone["STATUS"])) == ("CONFIRMED", "CANCELLED")
    assert gone["LAST-MODIFIED"].dt == at(MONDAY, 10)


def test_a_group_is_one_entry_that_takes_its_time(client: FlaskClient) -> None:
    office = make_office()
    group = make_session(office, kind=SessionKind.GROUP, places=4)
    rung = make_session(
        office, adviser=group.adviser, half_day=HalfDay.PM, kind=SessionKind.TELEPHONE
    )
    make_appointment(group)
    make_appointment(group)
    make_appointment(rung)
    address = make_address(group)
    (by_phone,) = bookings(client, address)
    assert str(by_phone["LOCATION"]) == "By telephone"
    assert sorted(
        str(each["SUMMARY"]) + " " + str(each["TRANSP"]) for each in sessions(client, address)
    ) == [
        "Next Step group session, Thistlewick (2 of 20 booked) OPAQUE",
        "Next Step telephone session, Thistlewick (1 of 4 booked) TRANSPARENT",
    ]


def test_the_window_is_four_weeks_back_and_twelve_ahead(
    client: FlaskClient, clock_hands: time_machine.Traveller
) -> None:
    first = make_morning()
    for weeks in (4, 12, 16):
        make_morning(WEDNESDAY + timedelta(weeks=weeks), adviser=first.adviser)
    address = make_address(first)
    clock_hands.move_to(at(WEDNESDAY + timedelta(weeks=4), 9))
    days = [event["DTSTART"].dt.date() for event in sessions(client, address)]
    assert days == [WEDNESDAY + timedelta(weeks=weeks) for weeks in (0, 4, 12, 16)]
    clock_hands.move_to(at(WEDNESDAY + timedelta(weeks=4, days=1), 9))
    assert len(sessions(client, address)) == 3


def test_the_address_is_shown_once_replaced_and_stopped(client: FlaskClient) -> None:
    office = make_office()
    user = make_user(Role.NEXT_STEP_ADVISER, office)
    sign_in(client, user)
    assert "There is no calendar address yet." in client.get("/diary/feed").text

    def new_address() -> str:
        text = client.post("/diary/feed").text
        shown = text[text.index("http://127.0.0.1:5000/diary/") :].split("<")[0]
        return shown.removeprefix("http://127.0.0.1:5000")

    first = new_address()
    assert client.get(first).status_code == 200
    assert first not in client.get("/diary/feed").text
    second = new_address()
    assert [client.get(each).status_code for each in (first, second)] == [404, 200]
    client.post("/diary/feed/stop")
    assert client.get(second).status_code == 404
    assert client.get(second, headers={"If-None-Match": "*"}).status_code == 404
    assert client.get("/diary/nobody-has-this.ics").status_code == 404


def test_the_feed_stops_with_the_account(client: FlaskClient) -> None:
    user = make_user(Role.NEXT_STEP_ADVISER, make_office())
    token = tokens.open_feed(adviser_id=user.adviser.id, by=THE_SERVICE)
    assert client.get(f"/diary/{token}.ics").status_code == 200
    user.active = False
    db.session.commit()
    assert client.get(f"/diary/{token}.ics").status_code == 404


def test_an_adviser_opens_no_feed_on_a_colleague(client: FlaskClient) -> None:
    office = make_office()
    other = make_adviser(office.district, "Bob Invented")
    sign_in(client, make_user(Role.NEXT_STEP_ADVISER, office))
    client.post(f"/diary/feed?adviser={other.id}")
    assert not tokens.has_feed(other.id)


@pytest.mark.skipif(not shutil.which("vdirsyncer"), reason="vdirsyncer is not installed")
def test_vdirsyncer_follows_bookings_moves_and_cancellations(
    client: FlaskClient, tmp_path: Path
) -> None:
    session = make_morning()
    one, other = make_appointment(session), make_appointment(session, position=1)
    address = make_address(session)
    server = make_server("127.0.0.1", 0, client.application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "config").write_text(
        f'[general]\nstatus_path = "{tmp_path}/status"\n'
        '[pair diary]\na = "feed"\nb = "phone"\ncollections = null\n'
        'conflict_resolution = "a wins"\n'
        f'[storage feed]\ntype = "http"\nurl = "http://127.0.0.1:{server.server_port}{address}"\n'
        f'[storage phone]\ntype = "filesystem"\npath = "{tmp_path}/phone/"\nfileext = ".ics"\n'
    )

    def vdirsyncer(*asked: str) -> None:
        done = subprocess.run(
            ["vdirsyncer", "--config", str(tmp_path / "config"), *asked],
            input="y\n" * 4,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def phone(appointment: Appointment) -> str:
        vdirsyncer("sync")
        texts = [path.read_text() for path in (tmp_path / "phone").glob("*.ics")]
        assert len(texts) == 3  # two bookings and the session
        (found,) = [each for each in texts if f"Reference {appointment.reference}" in each]
        return found

    try:
        vdirsyncer("discover")
        assert "DTSTART:20270120T090000Z" in phone(one)
        appointments.move(appointment_id=one.id, slot_id=session.slots[4].id, by=THE_SERVICE)
        appointments.cancel(appointment_id=other.id, by=THE_SERVICE)
        assert "DTSTART:20270120T120000Z" in phone(one)
        assert "STATUS:CANCELLED" in phone(other)
    finally:
        server.shutdown()
