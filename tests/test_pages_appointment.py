"""One appointment on the pages every staff role shares: its card, moving, cancelling, contacts."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from booking import appointments, jobs, outcomes
from booking.calendars import event_of
from booking.claimants import ClaimantDetails
from booking.database import db
from booking.models import (
    Appointment,
    AuditEntry,
    ContactNote,
    Notice,
    Office,
    OutboxMessage,
    Session,
)
from booking.rights import THE_SERVICE
from booking.words import MessageKind, MessageState, Role, SessionKind, Status
from notifications.channels.console import ConsoleChannel
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

TOMORROW = WEDNESDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def nine_on_wednesday(sqlite_app):
    with time_machine.travel(at(WEDNESDAY, 9), tick=False) as clock:
        yield clock


@pytest.fixture
def office(sqlite_app) -> Office:
    return make_office(name="Thistlewick", address="1 Example Street")


@pytest.fixture
def session(office: Office) -> Session:
    """Tomorrow morning with Ada in Room 2."""
    return make_session(office, on=TOMORROW, room=make_room(office, name="Room 2", floor="floor 1"))


@pytest.fixture
def booked(session: Session) -> Appointment:
    return make_appointment(session, claimant=make_claimant("Sam Example", "07700 900123"))


@pytest.fixture
def staff(client: FlaskClient, office: Office, booked: Appointment) -> FlaskClient:
    sign_in(client, make_user(Role.RECEPTION, office))
    return client


def address(appointment: Appointment, page: str = "") -> str:
    return f"/appointments/{appointment.id}{page}"


def words_of(html: str) -> str:
    """What a reader sees, in one line."""
    body = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


# The card


def test_the_card_says_when_where_whom_why_what_to_bring_and_whom_to_ring(staff, booked) -> None:
    card = words_of(staff.get(address(booked, "/card")).text)

    for words in (
        "Thursday 21 January 2027, 9am to 9:45am",
        "Thistlewick 1 Example Street Room 2, floor 1 Report to reception.",
        "Ada Invented Next Step careers adviser",
        "to talk about your skills",
        "your CV, if you have one",
        "Ring 01632 960000",
        booked.reference,
        "Given to you on Wednesday 20 January 2027.",
    ):
        assert words in card


def test_a_card_printed_again_shows_the_day_it_was_first_given(
    staff, booked, nine_on_wednesday
) -> None:
    staff.get(address(booked, "/card"))
    nine_on_wednesday.shift(timedelta(hours=20))

    again = words_of(staff.get(address(booked, "/card")).text)

    assert "Given to you on Wednesday 20 January 2027." in again
    assert len(db.session.scalars(select(Notice)).all()) == 1


def test_the_card_of_a_moved_appointment_says_which_card_to_throw_away(
    staff, booked, session
) -> None:
    staff.get(address(booked, "/card"))
    appointments.move(appointment_id=booked.id, slot_id=session.slots[2].id, by=THE_SERVICE)

    card = words_of(staff.get(address(booked, "/card")).text)

    assert "Your appointment was moved." in card
    assert "the earlier card for Thursday 21 January 2027, 9am to 9:45am." in card
    assert "Thursday 21 January 2027, 10:30am to 11:15am" in card


def test_the_card_of_a_cancelled_appointment_says_not_to_come(staff, booked) -> None:
    appointments.cancel(appointment_id=booked.id, by=THE_SERVICE)

    card = words_of(staff.get(address(booked, "/card")).text)

    assert "Your appointment is cancelled" in card
    assert "You do not need to come." in card
    assert "Please bring" not in card
    assert db.session.scalars(select(Notice)).all() == []


def test_the_card_of_a_telephone_appointment_says_that_we_ring(client, office) -> None:
    by_phone = make_session(office, on=TOMORROW, kind=SessionKind.TELEPHONE)
    booked = make_appointment(by_phone, claimant=make_claimant("Sam Example", "07700 900123"))
    sign_in(client, make_user(Role.RECEPTION, office))

    card = words_of(client.get(address(booked, "/card")).text)

    assert "On the telephone We will ring you on 07700 900123." in card
    assert "Please bring" not in card


# The calendar file


def test_the_calendar_file_names_no_claimant_and_counts_its_changes(staff, booked, session) -> None:
    def event():
        answer = staff.get(address(booked, "/card.ics"))
        assert answer.mimetype == "text/calendar"
        assert "Sam" not in answer.text
        return Calendar.from_ical(answer.data).events[0]

    first = event()
    assert (first["sequence"], first["status"]) == (0, "CONFIRMED")
    assert booked.reference in first["uid"]
    appointments.move(appointment_id=booked.id, slot_id=session.slots[1].id, by=THE_SERVICE)
    moved = event()
    assert (moved["sequence"], moved["uid"]) == (1, first["uid"])
    appointments.cancel(appointment_id=booked.id, by=THE_SERVICE)
    assert (event()["sequence"], event()["status"]) == (2, "CANCELLED")


def test_the_event_is_at_the_hour_of_the_appointment(booked) -> None:
    event = event_of(booked, sequence=0)
    assert (event.starts_at, event.ends_at) == (
        at(TOMORROW, 9),
        at(TOMORROW, 9, 45),
    )


# What it is, and the texts about it


def test_the_page_says_what_was_booked_how_and_what_will_be_texted(client, office, session) -> None:
    adviser = make_user(Role.JOBCENTRE_ADVISER, office, name="Joe Specimen")
    sign_in(client, adviser)
    data = {"name": "Sam Example", "mobile": "07700 900123", "stage": "1", "may_text": "y"}
    data |= {"reason": "skills_health_check", "channel": "phone"}
    client.post(
        f"/book/{make_session(office, on=TOMORROW + timedelta(days=4)).slots[0].id}", data=data
    )

    page = words_of(client.get("/appointments/1").text)

    assert "Wed 20 Jan, 9am by Joe Specimen, on the phone" in page
    assert "10am on Fri 22 Jan · To be sent · Reminder" in page
    assert "first, 1 of 3 funded sessions" in page


def test_a_text_booked_at_night_goes_when_the_quiet_hours_are_over(
    staff, session, nine_on_wednesday
) -> None:
    nine_on_wednesday.move_to(at(WEDNESDAY, 20))
    late = make_appointment(session, position=3)

    page = words_of(staff.get(address(late)).text)

    assert "9am on Thu 21 Jan · To be sent · Confirmation" in page


def test_without_a_mobile_the_page_says_that_no_text_goes(staff, session) -> None:
    quiet = make_appointment(session, position=2, claimant=make_claimant(may_text=False))

    page = words_of(staff.get(address(quiet)).text)

    assert "Confirmation not sent. The claimant does not want texts." in page


# I rang ahead


def test_an_inbound_call_is_noted_with_its_time_and_a_receipt(staff, booked) -> None:
    data = {"way": "phone", "said": "Bus is late, will be there by quarter past"}
    page = staff.post(address(booked, "/contact"), data=data, follow_redirects=True)

    note = db.session.scalars(select(ContactNote)).one()
    kinds = db.session.scalars(select(OutboxMessage.kind)).all()
    assert note.said == "Bus is late, will be there by quarter past"
    assert MessageKind.RECEIPT in kinds
    assert "Wed 20 Jan, 9am Rang Bus is late" in words_of(page.text)


def test_a_call_without_words_is_not_noted(staff, booked) -> None:
    page = staff.post(address(booked, "/contact"), data={"way": "phone", "said": "  "})

    assert "Write down what the claimant said." in page.text
    assert db.session.scalars(select(ContactNote)).all() == []


# Moving and cancelling


def test_moving_shows_free_slots_as_buttons_and_takes_the_pressed_one(
    staff, booked, session
) -> None:
    page = staff.get(address(booked, "/move"))
    offered = [int(slot_id) for slot_id in re.findall(r'name="slot" value="(\d+)"', page.text)]
    assert offered == [slot.id for slot in session.slots[1:]]

    moved = staff.post(address(booked, "/move"), data={"slot": offered[1]}, follow_redirects=True)

    assert "Moved to Thursday 21 January 2027, 10:30am to 11:15am." in moved.text
    assert "an earlier card no longer holds" in moved.text


def test_moving_to_a_slot_just_taken_offers_the_others(staff, booked, session) -> None:
    taken = make_appointment(session, position=1)

    page = staff.post(address(booked, "/move"), data={"slot": taken.slot_id})

    assert page.status_code == 409
    assert "Somebody has just taken that slot. Choose another." in page.text
    assert f'name="slot" value="{session.slots[2].id}"' in page.text
    assert f'name="slot" value="{taken.slot_id}"' not in page.text


def test_moving_keeps_to_what_the_claimant_can_manage(client, office) -> None:
    stairs = make_session(office, on=TOMORROW, room=make_room(office, step_free=False))
    level = make_session(office, on=TOMORROW + timedelta(days=1))
    booked = make_appointment(level, claimant=make_claimant(needs_step_free=True))
    sign_in(client, make_user(Role.RECEPTION, office))

    page = client.get(address(booked, "/move"))

    offered = {int(slot_id) for slot_id in re.findall(r'name="slot" value="(\d+)"', page.text)}
    assert offered == {slot.id for slot in level.slots[1:]}
    assert not offered & {slot.id for slot in stairs.slots}


def test_a_language_that_nobody_speaks_does_not_hide_every_slot(client, office, session) -> None:
    booked = make_appointment(session, claimant=make_claimant(language="Esperanto"))
    sign_in(client, make_user(Role.RECEPTION, office))

    page = client.get(address(booked, "/move"))

    assert f'name="slot" value="{session.slots[1].id}"' in page.text


def test_cancelling_gives_the_slot_back_and_says_why(staff, booked) -> None:
    asked = staff.get(address(booked, "/cancel"))
    assert "Thursday 21 January 2027" in asked.text
    assert booked.status == Status.BOOKED

    page = staff.post(
        address(booked, "/cancel"), data={"reason": "Has started work"}, follow_redirects=True
    )

    assert "Cancelled. The slot is free for somebody else." in page.text
    assert "Has started work" in page.text


def test_what_is_over_is_neither_moved_nor_cancelled(staff, booked, session, nine_on_wednesday):
    nine_on_wednesday.move_to(at(TOMORROW, 10))
    outcomes.record_outcome(appointment_id=booked.id, outcome=Status.ATTENDED, by=THE_SERVICE)

    page = staff.get(address(booked))

    assert "/move" not in page.text
    assert staff.post(address(booked, "/cancel"), data={}).status_code == 409
    move = staff.post(address(booked, "/move"), data={"slot": session.slots[3].id})
    assert (move.status_code, booked.slot_id) == (409, session.slots[0].id)


# Who may


@pytest.mark.parametrize("page", ["", "/card", "/card.ics", "/move", "/cancel"])
def test_the_diary_of_another_office_is_not_found(client, office, booked, page) -> None:
    other = make_office(office.district, name="Brackenford")
    sign_in(client, make_user(Role.RECEPTION, other))

    assert client.get(address(booked, page)).status_code == 404


def test_without_signing_in_nothing_is_shown(client, booked) -> None:
    assert client.get(address(booked)).location.startswith("/sign-in")


# The claimant's details


def details(**changed: str) -> dict[str, str]:
    return {"name": "Sam Example", "mobile": "07700 900123", "may_text": "y"} | changed


def test_a_number_put_right_is_the_one_that_texts_go_to(staff, booked) -> None:
    page = staff.post(address(booked, "/claimant"), data=details(mobile="07700 900456"))

    assert page.status_code == 302
    jobs.tick(ConsoleChannel(), channel_name="console")
    assert {row.sent_to for row in db.session.scalars(select(OutboxMessage))} == {
        "+447700900456",
        "",
    }


def test_a_reminder_still_to_come_goes_to_the_number_given_later(
    staff, session, nine_on_wednesday
) -> None:
    slot = make_session(session.office, on=TOMORROW + timedelta(days=1)).slots[0]
    alone = make_appointment(
        slot.session, claimant=ClaimantDetails(name="Nola Number", other_contact="at home")
    )
    staff.post(address(alone, "/claimant"), data=details(name="Nola Number"))
    nine_on_wednesday.move_to(at(TOMORROW, 10, 30))

    jobs.tick(ConsoleChannel(), channel_name="console")

    texts = db.session.scalars(select(OutboxMessage).filter_by(appointment_id=alone.id)).all()
    assert {row.kind: row.state for row in texts} == {
        MessageKind.CONFIRMATION: MessageState.SUPPRESSED,
        MessageKind.REMINDER: MessageState.SENT,
    }


def test_two_records_of_one_person_are_refused_and_what_was_typed_stays(
    staff, session, booked
) -> None:
    other = make_appointment(
        session, position=2, claimant=make_claimant("Sam Example", "07700 900789")
    )

    page = staff.post(address(other, "/claimant"), data=details(language="Welsh"))

    assert "There is a record of that name with that number already." in page.text
    assert 'value="Welsh"' in page.text


def test_a_number_that_is_none_is_named(staff, booked) -> None:
    page = staff.post(address(booked, "/claimant"), data=details(mobile="12"))

    assert page.status_code == 200
    assert 'href="#mobile"' in page.text


def test_a_box_left_ticked_at_booking_does_not_undo_a_no_to_texts(staff, booked, session) -> None:
    staff.post(address(booked, "/claimant"), data={"name": "Sam Example", "mobile": "07700 900123"})
    assert not db.session.get_one(Appointment, booked.id).claimant.may_text

    again = make_session(session.office, on=TOMORROW + timedelta(days=5))
    make_appointment(again, claimant=make_claimant("Sam Example", "07700 900123", may_text=True))

    assert not db.session.get_one(Appointment, booked.id).claimant.may_text


def test_the_record_of_a_change_does_not_hold_the_number(staff, booked) -> None:
    staff.post(address(booked, "/claimant"), data=details(mobile="07700 900456"))

    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.before["mobile"], entry.after["mobile"]) == (
        "changed claimant",
        "(changed)",
        "(changed)",
    )
