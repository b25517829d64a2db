"""Briefings: many diaries at once, nobody booked is moved, and nothing is booked in their time."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from booking import appointments, briefings, diaries, tokens
from booking.database import db
from booking.errors import BadDetail, NotAllowed, NotFound, SlotNotOpen
from booking.models import Adviser, AuditEntry, Briefing, FreedSlot, Session, Slot
from booking.rights import THE_SERVICE, Actor
from booking.rotas.availability import Week, available
from booking.words import HalfDay, Hold, Role, SessionKind
from tests.makers import (
    WEDNESDAY,
    at,
    make_actor,
    make_adviser,
    make_appointment,
    make_office,
    make_session,
    make_user,
    sign_in,
)
from tests.storms.processes import from_threads
from tests.truth import untruths

MONDAY = WEDNESDAY - timedelta(days=2)


@pytest.fixture(autouse=True)
def monday_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(MONDAY, 12), tick=False) as hands:
        yield hands


def put(
    session: Session, starts: time = time(9, 30), ends: time = time(10, 30), **whom
) -> Briefing:
    """A team meeting over the second slot of the morning and half of two others."""
    by = whom.pop("by", None) or make_actor(Role.DISTRICT_LEAD, session.office)
    facts = {"title": "Team meeting", "on": session.on_date, "starts": starts, "ends": ends}
    return briefings.put(**{**facts, **whom}, by=by)


def holds(session: Session) -> list[str]:
    db.session.rollback()  # what other threads have written since is read too
    return [slot.hold_reason if slot.hold else "" for slot in session.slots]


def test_the_free_slots_it_touches_are_blocked(app: Flask) -> None:
    session = make_session()
    put(session)
    assert holds(session) == ["Team meeting"] * 2 + [""] * 3
    with pytest.raises(SlotNotOpen):
        make_appointment(session, position=1)
    assert untruths() == []


def test_whoever_is_booked_stays_and_is_listed_and_then_the_slot_is_kept(app: Flask) -> None:
    session = make_session()
    booked, later = make_appointment(session), make_appointment(session, position=4)
    briefing = put(session)
    assert holds(session) == ["", "Team meeting", "", "", ""]
    assert briefings.in_the_way(briefing) == [booked]
    appointments.move(appointment_id=booked.id, slot_id=session.slots[3].id, by=THE_SERVICE)
    assert briefings.in_the_way(briefing) == []
    assert holds(session)[:3] == ["Team meeting", "Team meeting", ""]
    appointments.cancel(appointment_id=later.id, by=THE_SERVICE)
    assert holds(session)[4] == ""
    assert untruths() == []


def test_a_session_opened_later_is_blocked_too(app: Flask) -> None:
    session = make_session()
    put(session)
    room = session.room
    make_session(session.office, adviser=session.adviser, half_day=HalfDay.PM, room=room)
    other = make_session(session.office, on=WEDNESDAY + timedelta(days=1), adviser=session.adviser)
    assert holds(other) == [""] * 5
    put(other, starts=time(13), ends=time(17))
    pm = make_session(
        session.office, on=other.on_date, adviser=session.adviser, half_day=HalfDay.PM, room=room
    )
    assert holds(pm) == ["Team meeting"] * 4
    put_up = set(db.session.scalars(select(FreedSlot.slot_id)))
    assert {slot.id for slot in other.slots} <= put_up, "whoever waits is asked"
    assert not put_up & {slot.id for slot in pm.slots}


def test_called_off_the_time_is_booked_again_but_not_what_was_kept_before(app: Flask) -> None:
    session = make_session()
    session.slots[0].hold, session.slots[0].hold_reason = Hold.PROTECTED, "Notes"
    db.session.commit()
    lead = make_actor(Role.DISTRICT_LEAD, session.office)
    first, second = put(session, by=lead), put(session, ends=time(9, 50), title="Huddle", by=lead)
    assert holds(session)[:2] == ["Notes", "Team meeting"]
    briefings.call_off(briefing_id=first.id, by=lead)
    assert holds(session)[:2] == ["Notes", "Huddle"]  # the other meeting still takes the slot
    briefings.call_off(briefing_id=second.id, by=lead)
    assert holds(session) == ["Notes"] + [""] * 4
    actions = db.session.query(AuditEntry.action).filter_by(subject="briefing").all()
    assert sorted(action for (action,) in actions) == [
        *["called briefing off"] * 2,
        *["put briefing"] * 2,
    ]


@pytest.mark.parametrize("first", ["by hand", "briefing"])
def test_what_an_adviser_keeps_under_the_same_title_stays_kept(app: Flask, first: str) -> None:
    session = make_session()
    lead = make_actor(Role.DISTRICT_LEAD, session.office)
    by_hand = {"slot_ids": [session.slots[1].id], "hold": Hold.BLOCKED, "reason": "Team meeting"}
    if first == "by hand":
        diaries.hold_slots(**by_hand, by=lead)
    briefing = put(session, by=lead)
    if first == "briefing":
        diaries.hold_slots(**by_hand, by=lead)
    briefings.call_off(briefing_id=briefing.id, by=lead)
    assert holds(session) == ["", "Team meeting", "", "", ""]


@pytest.mark.parametrize("whom", ["everybody", "some", "office"])
def test_it_is_for_all_for_some_or_for_one_office(sqlite_app: Flask, whom: str) -> None:
    session = make_session()
    away = make_session(make_office(session.office.district, "Mosswater"))
    make_adviser(session.office.district, "Cleo Invented", active=False)
    asked = {
        "some": {"adviser_ids": [session.adviser_id]},
        "office": {"office_id": session.office_id},
    }
    invited = put(session, **asked.get(whom, {})).advisers
    both = [session.adviser, away.adviser]
    assert set(invited) == set(both if whom == "everybody" else both[:1])
    assert (holds(away)[0] == "Team meeting") is (whom == "everybody")


WRONG = [
    ({"title": " "}, "title"),
    ({"starts": time(10), "ends": time(10)}, "ends"),
    ({"on": MONDAY - timedelta(days=1)}, "on"),
    ({"adviser_ids": []}, "who"),
    ({"office_id": 0}, "office"),
]


@pytest.mark.parametrize(("facts", "field"), WRONG)
def test_what_makes_no_sense_is_said_beside_its_field(
    sqlite_app: Flask, facts: dict, field: str
) -> None:
    session = make_session()
    if "office_id" in facts:  # nobody sits there that day
        facts = {"office_id": make_office(session.office.district).id}
    with pytest.raises(BadDetail) as refused:
        put(session, **facts)
    assert refused.value.field == field


def test_a_lead_briefs_the_own_district(sqlite_app: Flask) -> None:
    session = make_session()
    stranger = make_actor(Role.DISTRICT_LEAD, make_office(name="Far away"))
    for whom in ({"adviser_ids": [session.adviser_id]}, {"office_id": session.office_id}):
        with pytest.raises(NotFound):
            put(session, by=stranger, **whom)
    briefing = put(session)
    with pytest.raises(NotFound):
        briefings.call_off(briefing_id=briefing.id, by=stranger)
    for role in set(Role) - {Role.DISTRICT_LEAD}:
        with pytest.raises(NotAllowed):
            put(session, by=make_actor(role, session.office))


def half_days(adviser: Adviser, monday: date) -> list[bool]:
    return available(db.session.get_one(Adviser, adviser.id), Week(monday, ()))


def test_the_rota_leaves_a_half_day_alone_that_has_no_slot_left(sqlite_app: Flask) -> None:
    session = make_session()
    adviser, index = session.adviser, 4  # Wednesday morning
    put(session, ends=time(11))
    assert half_days(adviser, MONDAY)[index]  # two slots are left of it
    lead = make_actor(Role.DISTRICT_LEAD, session.office)
    whole = put(session, starts=time(9), ends=time(12, 30), by=lead)
    db.session.expire_all()
    lost = [n for n, free in enumerate(half_days(adviser, MONDAY)) if not free]
    assert lost == [0, index]  # Monday morning has begun
    briefings.call_off(briefing_id=whole.id, by=lead)
    db.session.expire_all()
    assert half_days(adviser, MONDAY)[index]


def test_the_calendar_has_it_and_hears_that_it_is_off(client: FlaskClient) -> None:
    session = make_session(kind=SessionKind.INTERVIEWS)
    lead = make_actor(Role.DISTRICT_LEAD, session.office)
    briefing = put(session, by=lead)
    token = tokens.open_feed(adviser_id=session.adviser_id, by=THE_SERVICE)

    def event() -> dict:
        events = Calendar.from_ical(client.get(f"/diary/{token}.ics").data).walk("VEVENT")
        return next(each for each in events if str(each["UID"]).startswith("briefing-"))

    assert str(event()["SUMMARY"]) == "Team meeting"
    assert event().decoded("DTSTART") == at(WEDNESDAY, 9, 30)
    briefings.call_off(briefing_id=briefing.id, by=lead)
    db.session.expire_all()
    assert str(event()["STATUS"]) == "CANCELLED"


def book_or_brief(slot_id: int, lead: Actor | None) -> str:
    slot = db.session.get_one(Slot, slot_id)
    if lead is None:
        make_appointment(slot.session, position=slot.position)
        return "booked"
    put(slot.session, by=lead)
    return "put"


def test_booking_and_briefing_at_once_leave_no_slot_both_free_and_in_its_time(app: Flask) -> None:
    """Each slot ends booked and listed, or blocked: never open to the next who searches."""
    session = make_session()
    lead = make_actor(Role.DISTRICT_LEAD, session.office)
    ids = [slot.id for slot in session.slots[:2]]
    calls = [(ids[0], None), (ids[0], lead), (ids[1], None)]
    answers = from_threads(app, book_or_brief, calls, count=3)
    assert answers[1] == "put"
    db.session.rollback()
    held = [slot.hold is not None for slot in session.slots[:2]]
    assert held == [answer != "booked" for answer in (answers[0], answers[2])]
    assert untruths() == []


def cancel_or_brief(appointment_id: int, session_id: int, lead: Actor | None) -> str:
    if lead is None:
        appointments.cancel(appointment_id=appointment_id, by=THE_SERVICE)
        return "cancelled"
    put(db.session.get_one(Session, session_id), by=lead)
    return "put"


def test_cancelling_while_the_briefing_is_put_leaves_the_slot_blocked(app: Flask) -> None:
    session = make_session()
    lead = make_actor(Role.DISTRICT_LEAD, session.office)
    booked = [make_appointment(session, position=n).id for n in range(2)]
    calls = [(booked[0], session.id, None), (0, session.id, lead), (booked[1], session.id, None)]
    assert from_threads(app, cancel_or_brief, calls, count=3) == ["cancelled", "put", "cancelled"]
    assert holds(session)[:2] == ["Team meeting"] * 2
    assert untruths() == []


def test_a_lead_puts_one_and_sees_who_is_in_the_way(client: FlaskClient) -> None:
    session = make_session()
    appointment = make_appointment(session)
    lead = make_user(Role.DISTRICT_LEAD, session.office)
    sign_in(client, lead)
    typed = {"title": "Team meeting", "on": "2027-01-20", "starts": "9:30", "ends": "10:30"}
    assert client.post("/district/briefings", data={**typed, "who": "everybody"}).status_code == 302
    page = client.get("/district/briefings").text
    assert f"move {appointment.claimant.called}" in page
    viewer = client.application.test_client()
    sign_in(viewer, make_user(Role.NEXT_STEP_ADVISER, session.office, adviser=session.adviser))
    for address in ("/diary/2027-01-20", "/diary/2027-01-20/list", "/diary/week/2027-01-20"):
        assert "9:30am to 10:30am: Team meeting" in viewer.get(address).text, address
    assert "Team meeting" in viewer.get("/diary/rota").text
    sign_in(client, lead)
    client.post(f"/district/briefings/{db.session.query(Briefing.id).scalar()}/call-off")
    assert "No briefing is to come" in client.get("/district/briefings").text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"ends": "late"}, "Type a time like 10:30 or 2pm."),
        ({"ends": ""}, "Enter when it ends."),
        ({"who": "some"}, "Choose at least one adviser."),
        ({"title": ""}, "Say what the meeting is."),
    ],
)
def test_a_form_that_makes_no_sense_keeps_what_was_typed(
    client: FlaskClient, typed: dict, sentence: str
) -> None:
    sign_in(client, make_user(Role.DISTRICT_LEAD, make_session().office))
    good = {
        "title": "Away day",
        "on": "2027-01-20",
        "starts": "9:30",
        "ends": "11",
        "who": "everybody",
    }
    answer = client.post("/district/briefings", data={**good, **typed})
    assert sentence in answer.text
    assert 'value="2027-01-20"' in answer.text
