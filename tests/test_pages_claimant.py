"""The claimant's pages: from the link in a text to what was said, in English and in Welsh."""

import itertools
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking import appointments, claimant_links
from booking.database import Base, db
from booking.models import Appointment, AuditEntry, ContactNote, Office, Slot
from booking.rights import THE_SERVICE
from booking.words import SessionKind, Status
from tests.conftest import make_app
from tests.makers import (
    WEDNESDAY,
    at,
    make_adviser,
    make_appointment,
    make_claimant,
    make_office,
    make_room,
    make_session,
)

MONDAY = WEDNESDAY - timedelta(days=2)
STATIC = Path(__file__).parent.parent / "static"
PAGES = ("", "/change", "/cancel", "/ill", "/telephone", "/appointment.ics")
MOST_BYTES = 60 * 1024


@pytest.fixture(autouse=True)
def monday_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(MONDAY, 12), tick=False) as traveller:
        yield traveller


@pytest.fixture
def rita(app: Flask) -> Appointment:
    """Wednesday 9am at Thistlewick, with other times that day and the next."""
    office = make_office(name="Thistlewick Jobcentre", address="1 High Street, Thistlewick")
    adviser = make_adviser(office.district)
    session = make_session(office, adviser=adviser)
    make_session(office, adviser=adviser, on=WEDNESDAY + timedelta(days=1))
    return make_appointment(session, claimant=make_claimant("Rita Invented"))


def link(appointment: Appointment, page: str = "") -> str:
    path, _, query = page.partition("?")
    token = claimant_links.token_of(appointment)
    return f"/a/{token}{path}{'?' + query if query else ''}"


def browser(app: Flask) -> FlaskClient:
    """An old phone that keeps no cookies."""
    return app.test_client(use_cookies=False)


def read(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return plain(answer.text)


def plain(page: str) -> str:
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    return words.replace("&#39;", "'").replace(" .", ".")


def say(client: FlaskClient, address: str, **typed: str) -> str:
    """Send a form and read the page it leads to."""
    answer = client.post(address, data=typed)
    assert answer.status_code == 303, answer.text
    return read(client, answer.location)


def fresh(appointment: Appointment) -> Appointment:
    db.session.rollback()
    return db.session.get_one(Appointment, appointment.id, populate_existing=True)


def standing(appointment: Appointment) -> tuple[object, ...]:
    """Every column of the appointment and its claimant."""
    appointment = fresh(appointment)
    tables = (appointment, appointment.claimant)
    return tuple(getattr(row, column.key) for row in tables for column in row.__table__.columns)


def rows() -> dict[str, int]:
    db.session.rollback()
    return {
        name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
    }


# Looking -------------------------------------------------------------------


def test_the_page_says_when_where_whom_why_and_what_to_bring(app: Flask, rita: Appointment) -> None:
    page = read(browser(app), link(rita))
    for words in (
        "Rita, your appointment",
        "Wednesday 20 January 2027 9am to 9:45am",
        "Thistlewick Jobcentre 1 High Street, Thistlewick",
        f"{rita.slot.session.room.name}, ground floor Report to reception.",
        "Ada Invented Next Step careers adviser",
        "to talk about your skills, and the work and training that would suit you",
        "your CV, if you have one",
        "Ring 01632 960000",
    ):
        assert words in page


def test_no_more_of_the_claimant_than_the_first_name(app: Flask, rita: Appointment) -> None:
    for page in PAGES:
        text = browser(app).get(link(rita, page)).text
        assert "Invented" not in text.replace("Ada Invented", "")
        assert rita.claimant.mobile[-6:] not in text


def test_a_telephone_appointment_has_no_reception_and_nothing_to_bring(app: Flask) -> None:
    page = read(browser(app), link(make_appointment(make_session(kind=SessionKind.TELEPHONE))))
    assert "On the telephone We will ring you." in page
    assert "reception" not in page
    assert "What to bring" not in page


def test_looking_changes_nothing(app: Flask, rita: Appointment) -> None:
    """Phones and messengers open links by themselves to show a preview."""
    before, stood = rows(), standing(rita)
    for page in PAGES:
        for address in (link(rita, page), link(rita, f"{page}?lang=cy&slot=1&done=coming&near=1")):
            assert browser(app).get(address).status_code == 200
            assert browser(app).head(address).status_code == 200
    assert browser(app).get(link(rita, "/coming")).status_code == 405
    assert rows() == before
    assert standing(rita) == stood


def test_every_page_is_light_and_needs_nothing_from_elsewhere(
    app: Flask, rita: Appointment
) -> None:
    office = rita.slot.session.office
    for number in range(1, 9):  # many advisers, so that days have many times
        on = WEDNESDAY + timedelta(days=number)
        if on.weekday() < 5:
            for _ in range(6):
                make_session(office, on=on, adviser=make_adviser(office.district, "N" * 60))
    for page in (*PAGES, "/change?on=2027-01-21", "/change?near=1"):
        check_light(browser(app).get(link(rita, page)).text)


def check_light(html: str) -> None:
    """Under 60 KB with its style, without a script, with nothing from elsewhere."""
    style = len((STATIC / "claimant.css").read_bytes()) + len((STATIC / "favicon.svg").read_bytes())
    assert len(html.encode()) + style < MOST_BYTES
    assert set(re.findall(r'rel="stylesheet" href="([^"?]*)', html)) <= {"/static/claimant.css"}
    assert "<script" not in html
    assert "style=" not in html
    assert set(re.findall(r'(?:href|src|action)="(\w+:[^"]*)"', html)) <= {"tel:01632960000"}


@pytest.mark.parametrize("page", [*PAGES, "/nothing"])
def test_no_cookie_no_cache_no_index_no_referrer(app: Flask, rita: Appointment, page: str) -> None:
    address = link(rita, page) if page != "/nothing" else "/a/nothing"
    answer = app.test_client().get(address)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_map_is_linked_only_where_the_operator_names_one(sqlite_url: str) -> None:
    for pattern, seen in (("", False), ("https://maps.example/?q={place}", True)):
        with make_app(sqlite_url, MAP_LINK=pattern).app_context():
            office = make_office(name="Thistlewick", address="1 High Street & Co")
            address = link(make_appointment(make_session(office)))
            html = make_app(sqlite_url, MAP_LINK=pattern).test_client().get(address).text
        assert ("https://maps.example/?q=1%20High%20Street%20%26%20Co" in html) is seen
        assert ("See it on a map" in html) is seen


@pytest.mark.parametrize(
    ("lang", "summary", "ring"),
    [
        ("en", "Next Step careers adviser: appointment", "To change it\\, ring 01632 960000."),
        ("cy", "Cynghorydd gyrfaoedd Next Step: apwyntiad", "I'w newid\\, ffoniwch 01632 960000."),
    ],
)
def test_the_calendar_file_is_in_the_language_of_the_page(
    app: Flask, rita: Appointment, lang: str, summary: str, ring: str
) -> None:
    answer = browser(app).get(link(rita, f"/appointment.ics?lang={lang}"))
    unfolded = answer.text.replace("\r\n ", "")
    assert f"SUMMARY:{summary} {rita.reference}" in unfolded
    assert ring in unfolded


def test_the_calendar_file_is_the_appointment(app: Flask, rita: Appointment) -> None:
    answer = browser(app).get(link(rita, "/appointment.ics"))
    assert answer.mimetype == "text/calendar"
    assert "DTSTART:20270120T090000Z" in answer.text
    assert "Rita" not in answer.text


# Saying --------------------------------------------------------------------


def test_coming_is_noted_with_its_time(app: Flask, rita: Appointment) -> None:
    phone = browser(app)
    page = say(phone, link(rita, "/coming"))
    assert "Thank you. We have noted that you are coming." in page
    assert "Monday 18 January 2027, midday: you used your link" in page
    assert "I am coming" not in page
    assert "You told us that you are coming." in read(phone, link(rita))
    assert fresh(rita).confirmed_at == at(MONDAY, 12)


def test_cancelling_with_a_reason_or_without(app: Flask, rita: Appointment) -> None:
    for reason in ("", "I have found work"):
        other = make_appointment(rita.slot.session, position=3)
        page = say(browser(app), link(other, "/cancel"), reason=reason)
        assert "Your appointment is cancelled" in page
        assert "To book again: Ring 01632 960000." in page
        assert fresh(other).cancel_reason == reason


def test_a_reason_that_is_too_long_is_said_beside_the_field(app: Flask, rita: Appointment) -> None:
    answer = browser(app).post(link(rita, "/cancel"), data={"reason": "x" * 201})
    assert "Use at most 200 characters." in answer.text
    assert "x" * 201 in answer.text
    assert fresh(rita).status == Status.BOOKED


def first_slot(page: str) -> str:
    found = re.search(r'name="slot" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_changing_to_another_time(app: Flask, rita: Appointment) -> None:
    phone = browser(app)
    chosen = first_slot(phone.get(link(rita, "/change?after=2027-01-20")).text)
    page = say(phone, link(rita, "/change"), slot=chosen)
    assert "Your appointment is changed. This is the new time." in page
    assert "Thursday 21 January 2027 9am to 9:45am" in page
    assert fresh(rita).slot_id == int(chosen)
    assert "Thursday 21 January 2027" in read(phone, link(rita))  # the old link still leads there


def test_a_few_times_a_day_and_more_when_asked(app: Flask, rita: Appointment) -> None:
    phone = browser(app)
    page = phone.get(link(rita, "/change")).text
    assert page.count('name="slot"') == 6
    assert "More times on Thursday 21 January 2027" in page
    day = phone.get(link(rita, "/change?on=2027-01-21")).text
    assert day.count('name="slot"') == 5
    assert "Wednesday 20 January 2027</h2>" not in day


def test_the_same_adviser_comes_first_and_other_offices_when_asked(
    app: Flask, rita: Appointment
) -> None:
    session = rita.slot.session
    on = WEDNESDAY + timedelta(days=1)
    make_session(session.office, on=on, adviser=make_adviser(session.office.district, "Zed New"))
    library = make_office(session.office.district, name="Elm Library")
    make_session(library, on=on)
    phone = browser(app)
    page = read(phone, link(rita, "/change"))
    assert "Zed New" not in page
    assert "Elm Library" not in page
    assert "Zed New" in read(phone, link(rita, "/change?on=2027-01-21"))
    assert "Elm Library" in read(phone, link(rita, "/change?near=1"))


def test_who_prefers_the_telephone_is_offered_it_first(app: Flask, rita: Appointment) -> None:
    session = rita.slot.session
    on = WEDNESDAY + timedelta(days=1)
    make_session(session.office, on=on, kind=SessionKind.TELEPHONE)
    phone = browser(app)
    assert "by telephone" not in read(phone, link(rita, "/change"))
    page = say(phone, link(rita, "/telephone"))
    assert "We have noted that you would rather talk by telephone." in page
    assert "by telephone" in read(phone, link(rita, "/change"))


def test_only_rooms_that_suit_are_offered(app: Flask) -> None:
    office = make_office()
    up = make_room(office, step_free=False)
    session = make_session(office)
    make_session(office, on=WEDNESDAY + timedelta(days=1), room=up)
    person = make_claimant(needs_step_free=True)
    page = read(browser(app), link(make_appointment(session, claimant=person), "/change"))
    assert "Thursday" not in page
    assert "Wednesday 20 January 2027" in page


def test_a_time_that_was_just_taken_loses_nothing_and_offers_others(
    app: Flask, rita: Appointment
) -> None:
    session = rita.slot.session
    taken = session.slots[1].id
    make_appointment(session, position=1)
    answer = browser(app).post(link(rita, "/change"), data={"slot": str(taken)})
    assert answer.status_code == 409
    assert "Somebody has just taken that time. Your appointment has not changed." in answer.text
    assert f'value="{taken}"' not in answer.text
    assert f'value="{session.slots[2].id}"' in answer.text
    assert fresh(rita).slot_id == session.slots[0].id


def test_nothing_free_says_whom_to_ring(app: Flask) -> None:
    page = read(browser(app), link(full_session(), "/change"))
    assert "No other time is free here. Ring 01632 960000." in page


def full_session() -> Appointment:
    session = make_session()
    booked = [make_appointment(session, position=number) for number in range(len(session.slots))]
    return booked[0]


def test_ill_on_the_day(app: Flask, rita: Appointment, monday_noon: time_machine.Traveller) -> None:
    phone = browser(app)
    assert "I am ill today" not in read(phone, link(rita))
    monday_noon.move_to(at(WEDNESDAY, 8))
    assert "I am ill today" in read(phone, link(rita))
    page = say(phone, link(rita, "/ill"), reason="sick child")
    assert "Thank you for telling us You do not need to come." in page
    assert "Wednesday 20 January 2027, 8am: you used your link" in page
    assert fresh(rita).status == Status.EXCUSED


@pytest.mark.parametrize("reason", ["", "just because"])
def test_why_one_cannot_come_is_one_of_the_list(
    app: Flask, rita: Appointment, monday_noon: time_machine.Traveller, reason: str
) -> None:
    monday_noon.move_to(at(WEDNESDAY, 8))
    answer = browser(app).post(link(rita, "/ill"), data={"reason": reason})
    assert "Choose why you cannot come." in answer.text
    assert fresh(rita).status == Status.BOOKED


@pytest.mark.parametrize(
    ("page", "minutes"),
    list(itertools.product(("/coming", "/cancel", "/change", "/ill", "/telephone"), (0, 1440))),
)
def test_once_it_has_started_a_page_says_whom_to_ring(
    app: Flask,
    rita: Appointment,
    monday_noon: time_machine.Traveller,
    page: str,
    minutes: int,
) -> None:
    typed = {"reason": "medical", "slot": str(db.session.scalar(select(func.max(Slot.id))))}
    monday_noon.move_to(at(WEDNESDAY, 9) + timedelta(minutes=minutes))
    answer = browser(app).post(link(rita, page), data=typed)
    assert answer.status_code == 409
    assert "This appointment can no longer be changed here." in answer.text
    assert "Ring <a" in answer.text
    assert fresh(rita).status == Status.BOOKED
    assert db.session.scalar(select(func.count()).select_from(ContactNote)) == 0


def test_two_presses_at_once_count_once(database_url: str) -> None:
    """Two phones of one family, or one impatient thumb: one note, one move, one place kept."""
    app = make_app(database_url)
    with app.app_context():
        session = make_session()
        appointment = make_appointment(session)
        address, slot_id = link(appointment, "/change"), session.slots[2].id
        appointment_id = appointment.id
    together = threading.Barrier(4)
    answers: list[int] = []

    def press() -> None:
        together.wait()
        answers.append(browser(app).post(address, data={"slot": str(slot_id)}).status_code)

    presses = [threading.Thread(target=press) for _ in range(4)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    with app.app_context():
        moved = db.session.get_one(Appointment, appointment_id)
        assert answers == [303] * 4
        assert (moved.slot_id, moved.start_version) == (slot_id, 2)
        assert db.session.scalar(select(func.count()).select_from(ContactNote)) == 1
        db.session.remove()
        db.engine.dispose()


# Links ---------------------------------------------------------------------


@pytest.mark.parametrize("token", ["x", "1" * 13, "1" * 31, "%F0%9F%98%80"])
def test_a_link_that_is_not_right_gets_a_plain_page(
    app: Flask, rita: Appointment, token: str
) -> None:
    page = read(browser(app), f"/a/{token}", status=404)
    assert "This link is not right" in page
    assert "ring the number on your appointment card or in your text" in page
    assert "Rita" not in page


def test_an_expired_link_says_whom_to_ring(
    app: Flask, rita: Appointment, monday_noon: time_machine.Traveller
) -> None:
    monday_noon.move_to(at(WEDNESDAY + timedelta(days=2), 12))
    for page in PAGES:
        text = read(browser(app), link(rita, page), status=410)
        assert "This appointment is over" in text
        assert "Ring 01632 960000." in text
        assert "Rita" not in text
    assert browser(app).post(link(rita, "/cancel"), data={}).status_code == 410


def test_a_forged_link_does_nothing(app: Flask, rita: Appointment) -> None:
    forged = link(rita)[:-1] + ("2" if link(rita)[-1] != "2" else "3")
    before = db.session.scalar(select(func.count()).select_from(AuditEntry))
    for page in ("/coming", "/cancel", "/change", "/ill", "/telephone"):
        answer = browser(app).post(forged + page, data={"reason": "medical", "slot": "1"})
        assert answer.status_code == 404
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_guessing_ends_in_a_pause(app: Flask, rita: Appointment) -> None:
    for number in range(60):
        browser(app).get(f"/a/1{number:012}")
    page = read(browser(app), link(rita), status=429)
    assert "Wait a quarter of an hour and open your link again" in page


@pytest.mark.parametrize(
    "query",
    ["?on=0001-01-01", "?on=9999-12-31", "?after=9999-12-31", "?on=soon", "?lang=xx&near=2"],
)
def test_a_broken_address_still_shows_times(app: Flask, rita: Appointment, query: str) -> None:
    assert "Choose another time" in read(browser(app), link(rita, "/change" + query))


# Welsh ---------------------------------------------------------------------


@pytest.fixture
def carys(app: Flask, rita: Appointment) -> Appointment:
    welsh = make_claimant("Carys Invented", language="Welsh")
    return make_appointment(rita.slot.session, position=1, claimant=welsh)


def test_who_speaks_welsh_reads_welsh(app: Flask, carys: Appointment) -> None:
    html = browser(app).get(link(carys)).text
    assert '<html lang="cy">' in html
    page = plain(html)
    for words in (
        "Carys, eich apwyntiad",
        "Dydd Mercher 20 Ionawr 2027 9:45am i 10:30am",
        "Ewch i'r dderbynfa.",
        "Cynghorydd gyrfaoedd Next Step",
        "Rwy'n dod",
        "English",
    ):
        assert words in page


def test_either_language_can_be_chosen_and_is_kept(
    app: Flask, rita: Appointment, carys: Appointment
) -> None:
    phone = browser(app)
    page = phone.get(link(rita, "?lang=cy")).text
    assert "Rita, eich apwyntiad" in page
    assert f'href="{link(rita, "/cancel?lang=cy")}"' in page
    assert "Diolch. Rydym wedi nodi eich bod yn dod." in say(phone, link(rita, "/coming?lang=cy"))
    assert "Carys, your appointment" in read(phone, link(carys, "?lang=en"))
    assert "Eich apwyntiad" not in read(phone, link(carys, "/change?lang=en"))


def test_errors_are_in_welsh_too(
    app: Flask, carys: Appointment, monday_noon: time_machine.Traveller
) -> None:
    answer = browser(app).post(link(carys, "/cancel"), data={"reason": "x" * 201})
    assert "Defnyddiwch 200 nod ar y mwyaf." in answer.text
    assert "<title>Gwall: Canslo" in answer.text
    assert "Nid yw'r ddolen hon yn gywir" in read(browser(app), "/a/x?lang=cy", status=404)
    monday_noon.move_to(at(WEDNESDAY + timedelta(days=2), 12))
    assert "Mae'r apwyntiad hwn ar ben" in read(browser(app), link(carys), status=410)


def test_what_is_moved_by_staff_is_seen_by_the_link(app: Flask, carys: Appointment) -> None:
    to = carys.slot.session.slots[4].id
    appointments.move(appointment_id=carys.id, slot_id=to, by=THE_SERVICE)
    assert "midday" not in read(browser(app), link(carys))
    assert "canol dydd i 12:45pm" in read(browser(app), link(carys))


def test_a_name_is_words_and_not_a_page(app: Flask, rita: Appointment) -> None:
    person = make_claimant("<b>%(x)s</b> Invented")
    page = browser(app).get(link(make_appointment(rita.slot.session, position=2, claimant=person)))
    assert "&lt;b&gt;%(x)s&lt;/b&gt;, your appointment" in page.text


def test_an_office_without_a_telephone_is_asked_at(app: Flask, rita: Appointment) -> None:
    office = db.session.get_one(Office, rita.slot.session.office_id)
    office.phone = ""
    db.session.commit()
    assert "Ask at Thistlewick Jobcentre" in read(browser(app), link(rita))
