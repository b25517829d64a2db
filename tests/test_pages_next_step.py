"""The Next Step adviser's pages over HTTP: the day, what is said of it, the week, time kept."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from booking import advisers, appointments, walkovers
from booking.database import db
from booking.models import Adviser, Appointment, Session, Slot
from booking.rights import THE_SERVICE
from booking.words import Hold, LeaveKind, Role, SessionKind, Status
from tests.makers import (
    WEDNESDAY,
    at,
    make_actor,
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


def make_diary(client: FlaskClient, *, sign: bool = True) -> Session:
    """A signed-in adviser with a morning at Thistlewick, opened two days before."""
    with time_machine.travel(at(MONDAY, 9), tick=False):
        office = make_office()
        user = make_user(Role.NEXT_STEP_ADVISER, office, name="Ada Invented")
        room = make_room(office, name="Room 2", floor="first floor")
        session = make_session(office, adviser=user.adviser, room=room)
    if sign:
        with time_machine.travel(at(WEDNESDAY, 8), tick=False):
            sign_in(client, user)
    return session


def make_booked(session: Session, *positions: int, **details: object) -> list[int]:
    with time_machine.travel(at(MONDAY, 10), tick=False):
        return [make_appointment(session, position=each, **details).id for each in positions]


def travel(hour: int, minute: int = 0, *, on: date = WEDNESDAY) -> time_machine.travel:
    return time_machine.travel(at(on, hour, minute), tick=False)


def page(client: FlaskClient, path: str = "/diary") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def line(text: str, name: str) -> str:
    """The diary line that holds a name."""
    lines = re.findall(
        r'<li[^>]*class="ld-timeline__entry.*?</li>\s*(?=<li[^>]*class="ld-t|</ol>)', text, re.S
    )
    found = [each for each in lines if name in each]
    assert found, f"{name} is in no line"
    return found[0]


def buttons(text: str) -> list[str]:
    return re.findall(
        r"(Arrived|Attended|Failed to attend|Not here yet|Excused|Release)<span", text
    )


def say(client: FlaskClient, appointment_id: int, outcome: str, **more: str) -> int:
    address = f"/diary/appointments/{appointment_id}/outcome"
    return client.post(address, data={"outcome": outcome, **more}).status_code


def status(appointment_id: int) -> Status:
    db.session.rollback()
    return db.session.get_one(Appointment, appointment_id, populate_existing=True).status


def test_the_day_says_where_one_sits_who_comes_and_what_is_free(client: FlaskClient) -> None:
    session = make_diary(client)
    person = make_claimant("Sam Example", needs_step_free=True, language="Polish")
    make_booked(session, 0, claimant=person)
    with travel(8, 30):
        text = page(client)
        leads_to = re.search(r'href="([^"]*)">Sam Example', text)
        assert leads_to is not None
        assert client.get(leads_to[1]).status_code == 200
    assert "Thistlewick, Room 2, first floor" in text
    assert "1 of 5 booked" in text
    assert "step-free, speaks Polish" in line(text, "Sam Example")
    assert "9am" in line(text, "Sam Example")
    assert text.count("ld-timeline__entry--free") == 4
    assert f"/book/{session.slots[1].id}" in text
    assert "07700" not in text  # a number is not needed where the claimant comes in person


# (minutes after the start, the buttons a booked line offers)
MOMENTS = [
    (-10, ["Arrived", "Excused"]),
    (0, ["Arrived", "Attended", "Excused"]),
    (9, ["Arrived", "Attended", "Excused"]),
    (10, ["Arrived", "Attended", "Failed to attend", "Excused"]),
    (300, ["Arrived", "Attended", "Failed to attend", "Excused"]),
    (24 * 60, ["Attended", "Failed to attend", "Excused"]),
]


@pytest.mark.parametrize(("minutes", "offered"), MOMENTS)
def test_a_button_is_there_only_when_it_may_be_pressed(
    client: FlaskClient, minutes: int, offered: list[str]
) -> None:
    session = make_diary(client, sign=False)
    make_booked(session, 1, claimant=make_claimant("Sam Example"))
    with time_machine.travel(at(WEDNESDAY, 9, 45) + timedelta(minutes=minutes), tick=False):
        sign_in(client, session.adviser.user)
        text = line(page(client, f"/diary/{WEDNESDAY}"), "Sam Example")
    assert buttons(text) == offered
    assert ("Failed to attend can be said from 9:55am" in text) == (0 <= minutes < 10)


def test_an_arrival_shows_how_late_it_was_and_can_be_taken_back(client: FlaskClient) -> None:
    session = make_diary(client)
    (sam,) = make_booked(session, 1, claimant=make_claimant("Sam Example"))
    with travel(9, 52):
        answer = client.post(f"/diary/appointments/{sam}/arrived")
        assert answer.location == f"/diary/{WEDNESDAY}#slot-{session.slots[1].id}"
        text = page(client)
        assert "arrived 7 min late" in line(text, "Sam Example")
        assert "Sam Example, arrived 7 min late" in text[: text.index("ld-timeline")]
        client.post(f"/diary/appointments/{sam}/not-here")
    assert status(sam) == Status.BOOKED
    assert db.session.get_one(Appointment, sam).arrived_at is None


def test_a_failure_to_attend_frees_the_slot_at_once_for_the_jobcentre(client: FlaskClient) -> None:
    session = make_diary(client)
    (sam,) = make_booked(session, 1, claimant=make_claimant("Sam Example"))
    with travel(9, 55):
        assert say(client, sam, "failed_to_attend") == 302
        text = page(client)
        assert "9:45am is free again: Jobcentre advisers at Thistlewick see it now." in text
        gap = line(text, "Free now")
        assert "35 minutes left: nobody came" in gap
        assert f"/book/{session.slots[1].id}" in gap
        assert "Failed to attend" in line(text, "Sam Example")
        jobcentre = make_actor(Role.JOBCENTRE_ADVISER, session.office)
        board = walkovers.given_back(session.office_id, by=jobcentre)
        assert [each.slot.id for each in board] == [session.slots[1].id]
        walkover = make_appointment(session, position=1, by=jobcentre)
        assert walkover.kind == "walkover"
        assert say(client, sam, "attended") == 409  # somebody else sits there now
    assert status(sam) == Status.FAILED_TO_ATTEND


def test_what_is_refused_is_said_on_the_day_and_nothing_is_recorded(client: FlaskClient) -> None:
    session = make_diary(client)
    (sam,) = make_booked(session, 1)
    with travel(9, 54):
        answer = client.post(
            f"/diary/appointments/{sam}/outcome", data={"outcome": "failed_to_attend"}
        )
        assert answer.status_code == 409
        assert "Wait until 10 minutes after the start to say so." in answer.text
        assert f'href="#slot-{session.slots[1].id}"' in answer.text
        assert "<title>Error: " in answer.text
        assert say(client, sam, "excused") == 422
        assert say(client, sam, "invented") == 400
        assert say(client, sam, "excused", excused_reason="invented") == 400
    assert status(sam) == Status.BOOKED


def test_an_excuse_keeps_its_reason_and_is_not_a_failure(client: FlaskClient) -> None:
    session = make_diary(client)
    (sam,) = make_booked(session, 1, claimant=make_claimant("Sam Example"))
    with travel(9, 50):
        assert say(client, sam, "excused", excused_reason="sick child") == 302
        assert "sick child" in line(page(client), "Sam Example")
    assert status(sam) == Status.EXCUSED


def test_an_outcome_can_be_changed_for_48_hours_and_is_then_locked(client: FlaskClient) -> None:
    session = make_diary(client, sign=False)
    (sam,) = make_booked(session, 1, claimant=make_claimant("Sam Example"))
    with travel(10):
        sign_in(client, session.adviser.user)
        say(client, sam, "failed_to_attend")
    friday = WEDNESDAY + timedelta(days=2)
    with travel(9, 59, on=friday):
        sign_in(client, session.adviser.user)
        assert buttons(line(page(client, f"/diary/{WEDNESDAY}"), "Sam Example")) == [
            "Attended",
            "Excused",
        ]
        assert say(client, sam, "attended") == 302
    with travel(10, 1, on=friday):
        text = line(page(client, f"/diary/{WEDNESDAY}"), "Sam Example")
        assert (buttons(text), "Locked" in text) == ([], True)
        assert say(client, sam, "failed_to_attend") == 409
    assert status(sam) == Status.ATTENDED


def test_after_attending_the_return_session_is_one_link_away(client: FlaskClient) -> None:
    session = make_diary(client)
    person = make_claimant("Sam Example")
    for position in (0, 1, 2):
        (sam,) = make_booked(session, position, claimant=person)
        with travel(9 + position):
            assert say(client, sam, "attended") == 302
            text = line(page(client), "Sam Example")
        used = f"{position + 1} of 3 funded sessions used or booked"
        last = "All 3 funded sessions used or booked: another needs a reason"
        assert (used if position < 2 else last) in text
    referral = db.session.scalars(db.select(Appointment)).first().referral_id
    assert f"/find?referral={referral}&amp;office={session.office.code}" in text


def test_the_number_is_shown_for_those_who_are_rung(client: FlaskClient) -> None:
    session = make_diary(client)
    with travel(9, on=MONDAY):
        rung = make_session(
            session.office,
            adviser=session.adviser,
            on=WEDNESDAY + timedelta(days=1),
            kind=SessionKind.TELEPHONE,
        )
    make_booked(rung, 0, claimant=make_claimant("Sam Example", "07700 900123"))
    with travel(8, 30):
        for path in (f"/diary/{rung.on_date}", f"/diary/{rung.on_date}/list"):
            assert "07700 900123" in page(client, path)


def test_an_empty_day_says_when_the_next_one_is(client: FlaskClient) -> None:
    session = make_diary(client)
    with travel(8, 30):
        text = page(client, f"/diary/{MONDAY}")
        assert "The next session is on Wednesday 20 January at Thistlewick." in text
        assert "No later session is planned yet." in page(client, "/diary/2027-01-21")
    with travel(9, on=MONDAY):
        advisers.record_leave(
            adviser_id=session.adviser_id,
            kind=LeaveKind.TRAINING,
            first_on=date(2027, 1, 21),
            last_on=date(2027, 1, 21),
            by=THE_SERVICE,
        )
    with travel(8, 30):
        assert "You are away: training." in page(client, "/diary/2027-01-21")
        for wrong in ("2027-13-45", "soon", "0001-01-01", "9999-12-31"):
            assert client.get(f"/diary/{wrong}").status_code == 404


def test_today_says_where_one_sits_next_and_what_was_left_unsaid(client: FlaskClient) -> None:
    session = make_diary(client)
    with travel(8, on=MONDAY):
        yesterday = make_session(
            session.office, adviser=session.adviser, on=WEDNESDAY - timedelta(days=1)
        )
        make_session(session.office, adviser=session.adviser, on=WEDNESDAY + timedelta(days=1))
    (left,) = make_booked(yesterday, 1, claimant=make_claimant("Left Unsaid"))
    with travel(8, 30):
        text = page(client)
        assert "Tue 19 Jan, 9:45am, Left Unsaid" in text
        assert "Thursday 21 January</a>" in text[text.index("Where you sit next") :]
        say(client, left, "attended")
        assert "Left Unsaid" not in page(client)


def test_the_week_counts_each_half_day_and_leads_to_the_days(client: FlaskClient) -> None:
    session = make_diary(client)
    make_booked(session, 0, 2)
    with travel(8, 30):
        text = page(client, "/diary/week")
        assert "Week of Monday 18 January" in text
        assert f'href="/diary/{WEDNESDAY}">Thistlewick, Room 2, first floor</a>' in text
        assert "2 of 5 booked" in text
        assert 'href="/diary/week/2027-01-11"' in text
        assert "There is no session in this week." in page(client, "/diary/week/2027-01-30")


def test_time_is_kept_with_a_reason_and_released(client: FlaskClient) -> None:
    session = make_diary(client)
    make_booked(session, 0)
    slots = [slot.id for slot in session.slots]
    address = f"/diary/{WEDNESDAY}/keep"
    with travel(8, 30):
        answer = client.post(address, data={"slot_ids": slots[1:3], "hold": "blocked"})
        assert "Say what the time is kept for." in answer.text
        asked = {"slot_ids": slots[1:3], "hold": "blocked", "reason": "Team meeting"}
        assert client.post(address, data=asked).status_code == 302
        text = page(client)
        assert text.count("Blocked: Team meeting") == 2
        assert "1 of 3 booked" in text
        asked = {"slot_ids": [slots[3]], "hold": "protected", "reason": "Caseload"}
        client.post(address, data=asked)
        assert "Protected: Caseload" in page(client)
        taken = {"slot_ids": [slots[0]], "hold": "blocked", "reason": "Team meeting"}
        assert client.post(address, data=taken).status_code == 200  # not a time on offer
        client.post(f"/diary/{WEDNESDAY}/release/{slots[1]}")
    db.session.rollback()
    held = [db.session.get_one(Slot, each, populate_existing=True).hold for each in slots]
    assert held == [None, None, Hold.BLOCKED, Hold.PROTECTED, None]


def test_the_printed_list_has_every_line_of_the_day(client: FlaskClient) -> None:
    session = make_diary(client)
    make_booked(session, 0, claimant=make_claimant("Sam Example", needs_private=True))
    with travel(8, 30):
        text = page(client, f"/diary/{WEDNESDAY}/list")
    assert "9am to 9:45am" in text
    assert "private room" in text
    assert text.count(">Free<") == 4
    assert "07700" not in text


def test_a_lead_looks_at_a_diary_of_the_district_and_may_record_in_it(client: FlaskClient) -> None:
    session = make_diary(client, sign=False)
    elsewhere = make_adviser(make_office().district)
    (sam,) = make_booked(session, 1)
    with travel(10):
        sign_in(client, make_user(Role.DISTRICT_LEAD, session.office))
        assert "Ada Invented" in page(client)  # to choose from
        text = page(client, f"/diary?adviser={session.adviser_id}")
        assert f"/diary/week/{WEDNESDAY}?adviser={session.adviser_id}" in text
        answer = client.post(
            f"/diary/appointments/{sam}/outcome?adviser={session.adviser_id}",
            data={"outcome": "attended"},
        )
        assert f"adviser={session.adviser_id}" in answer.location
        assert client.get(f"/diary?adviser={elsewhere.id}").status_code == 404
        assert "Whose diary?" in page(client, f"/diary?adviser={10**20}")
    assert status(sam) == Status.ATTENDED


def test_an_adviser_sees_the_own_diary_alone(client: FlaskClient) -> None:
    session = make_diary(client)
    other = make_adviser(session.office.district, "Bob Invented")
    with travel(8, 30):
        assert "Bob Invented" not in page(client, f"/diary?adviser={other.id}")


def test_without_a_diary_there_is_a_plain_sentence(client: FlaskClient) -> None:
    user = make_user(Role.NEXT_STEP_ADVISER, make_office())
    db.session.get_one(Adviser, user.adviser.id).user_id = None
    db.session.commit()
    sign_in(client, user)
    for path in ("/diary", "/diary/week", "/diary/feed"):
        assert "Your account has no diary of its own." in page(client, path)


def test_another_district_looks_like_nothing(client: FlaskClient) -> None:
    make_diary(client)
    with travel(9, on=MONDAY):
        theirs = make_session(make_office())
    (sam,) = make_booked(theirs, 1)
    with travel(10):
        assert client.post(f"/diary/appointments/{sam}/arrived").status_code == 404
        assert say(client, sam, "attended") == 404
        assert client.post(f"/diary/{WEDNESDAY}/release/{theirs.slots[0].id}").status_code == 404
    assert status(sam) == Status.BOOKED


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.JOBCENTRE_ADVISER, Role.ADMIN])
def test_the_diary_is_not_for_others(client: FlaskClient, role: Role) -> None:
    office = make_office()
    sign_in(client, make_user(role, office))
    assert client.get("/diary").status_code == 403


def test_a_group_has_a_line_for_each_claimant(client: FlaskClient) -> None:
    session = make_diary(client)
    with travel(9, on=MONDAY):
        group = make_session(
            session.office,
            adviser=session.adviser,
            on=WEDNESDAY + timedelta(days=1),
            kind=SessionKind.GROUP,
            places=3,
        )
    make_booked(group, 0, claimant=make_claimant("Sam Example"))
    make_booked(group, 0, claimant=make_claimant("Jo Pretend"))
    with travel(8, 30):
        text = page(client, f"/diary/{group.on_date}")
    assert line(text, "Sam Example")
    assert line(text, "Jo Pretend")
    assert "2 of 15 booked" in text


def test_a_late_cancellation_leaves_a_gap_that_says_so(client: FlaskClient) -> None:
    session = make_diary(client)
    (sam,) = make_booked(session, 1)
    with travel(9, 30):
        jobcentre = make_actor(Role.JOBCENTRE_ADVISER, session.office)
        appointments.cancel(appointment_id=sam, by=jobcentre)
        assert "Take a walkover" in line(page(client), "Free: cancelled")
