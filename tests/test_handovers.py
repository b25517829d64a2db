"""Warm handovers: a booking of three, kept by keys, that moves and ends with its appointment."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import func, select, text

from booking import appointments, from_claimants, handovers, outcomes, tokens
from booking.database import db
from booking.errors import AdviserAtHandover, HandoverRefused, NotAllowed, NotFound, RoomAtHandover
from booking.models import Appointment, AuditEntry, Handover, HandoverTime, Office, Session, User
from booking.rights import THE_SERVICE, actor_of, the_claimant
from booking.words import ContactWay, ExcusedReason, HalfDay, Role, SessionKind, Status
from tests.makers import (
    WEDNESDAY,
    at,
    make_adviser,
    make_appointment,
    make_claimant,
    make_office,
    make_referral,
    make_room,
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


def make_desk(office: Office, name: str = "Dana Desk") -> User:
    return make_user(Role.JOBCENTRE_ADVISER, office, name=name)


def make_handover(desk: User, session: Session, position: int = 0) -> Appointment:
    appointment = make_appointment(session, position=position)
    handovers.ask(appointment_id=appointment.id, by=actor_of(desk))
    return appointment


def kept(desk: User) -> int:
    """How many five-minute marks of the adviser are taken."""
    db.session.rollback()
    mine = select(func.count()).select_from(HandoverTime).where(HandoverTime.user_id == desk.id)
    return db.session.scalar(mine) or 0


def audit_of(appointment: Appointment) -> list[str]:
    rows = select(AuditEntry.action).where(
        AuditEntry.subject == "appointment", AuditEntry.subject_id == appointment.id
    )
    return list(db.session.scalars(rows.order_by(AuditEntry.id)))


def test_the_adviser_who_asks_is_kept_for_the_first_minutes(app: Flask) -> None:
    session = make_session()
    desk = make_desk(session.office)
    appointment = make_handover(desk, session)
    assert kept(desk) == 2  # ten minutes
    assert appointment.handover is not None
    assert appointment.handover.is_on
    assert audit_of(appointment) == ["booked", "arranged handover"]


def test_it_is_booked_in_the_same_step_or_nothing_is(app: Flask) -> None:
    session, other = (make_session(office) for office in [make_office()] * 2)
    desk = make_desk(session.office)
    first = {"claimant": make_claimant(), "referral": make_referral(), "by": actor_of(desk)}
    appointments.book(slot_id=session.slots[0].id, with_handover=True, **first)
    with pytest.raises(AdviserAtHandover, match=r"^Dana Desk is at another handover then\.$"):
        appointments.book(
            slot_id=other.slots[0].id, with_handover=True, **{**first, "claimant": make_claimant()}
        )
    assert db.session.scalar(select(func.count()).select_from(Appointment)) == 1
    assert untruths() == []


def test_handovers_that_only_touch_are_two(app: Flask) -> None:
    """Ten minutes from 9:00 and ten from 9:10, in another room that starts later."""
    office = make_office()
    desk = make_desk(office)
    make_handover(desk, make_session(office))
    office.rule_overrides = {"am_starts": "09:10"}
    db.session.commit()
    make_handover(desk, make_session(office))
    office.rule_overrides = {"am_starts": "09:05"}
    db.session.commit()
    with pytest.raises(AdviserAtHandover):
        make_handover(desk, make_session(office))


def test_a_room_has_one_handover_at_a_time(app: Flask) -> None:
    """Two claimants may share a start; two introductions in one room may not."""
    session = make_session()
    session.slots[0].places = 2
    db.session.commit()
    make_handover(make_desk(session.office), session)
    with pytest.raises(RoomAtHandover):
        make_handover(make_desk(session.office, "Eli Desk"), session)


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ("another office", "cannot hand over at"),
        ("telephone", "in person"),
        ("group", "in person"),
    ],
)
def test_where_the_three_cannot_meet_there_is_none(
    sqlite_app: Flask, where: str, sentence: str
) -> None:
    office = make_office()
    desk = make_desk(office)
    kind = {"telephone": SessionKind.TELEPHONE, "group": SessionKind.GROUP}.get(where)
    there = make_office(office.district, "Mosswater") if kind is None else office
    session = make_session(there, kind=kind or SessionKind.INTERVIEWS)
    appointment = make_appointment(session, by=actor_of(desk))
    with pytest.raises(HandoverRefused, match=sentence):
        handovers.ask(appointment_id=appointment.id, by=actor_of(desk))
    assert kept(desk) == 0


def test_it_is_asked_before_the_start_and_by_one(
    sqlite_app: Flask, monday_noon: time_machine.Traveller
) -> None:
    session = make_session()
    appointment = make_handover(make_desk(session.office), session)
    second = actor_of(make_desk(session.office, "Eli Desk"))
    with pytest.raises(HandoverRefused, match="Dana Desk hands over"):
        handovers.ask(appointment_id=appointment.id, by=second)
    later = make_appointment(session, position=1)
    monday_noon.move_to(later.slot.starts_at)
    with pytest.raises(HandoverRefused, match="too late"):
        handovers.ask(appointment_id=later.id, by=second)


def test_only_jobcentre_advisers_who_reach_the_appointment_ask(sqlite_app: Flask) -> None:
    session = make_session()
    appointment = make_appointment(session)
    for role in set(Role) - {Role.JOBCENTRE_ADVISER}:
        with pytest.raises(NotAllowed):
            handovers.ask(
                appointment_id=appointment.id, by=actor_of(make_user(role, session.office))
            )
    stranger = make_desk(make_office(session.office.district, "Next door"))
    with pytest.raises(NotFound):
        handovers.ask(appointment_id=appointment.id, by=actor_of(stranger))


def test_it_moves_with_the_appointment(app: Flask) -> None:
    session = make_session()
    desk = make_desk(session.office)
    appointment = make_handover(desk, session)
    appointments.move(appointment_id=appointment.id, slot_id=session.slots[2].id, by=THE_SERVICE)
    marks = db.session.scalars(select(HandoverTime.slot_id)).all()
    assert set(marks) == {session.slots[2].id}
    assert make_handover(desk, session).handover.is_on  # its first time is free again


def test_a_move_by_staff_that_would_leave_the_adviser_behind_is_refused_by_name(
    app: Flask,
) -> None:
    office = make_office()
    session, other = make_session(office), make_session(office)
    desk = make_desk(office)
    make_handover(desk, session, position=1)
    appointment = make_handover(desk, other)
    for slot, why in (
        (other.slots[1], "Dana Desk is at another handover then. End the handover first"),
        (make_session(make_office(office.district, "Mosswater")).slots[0], "cannot hand over at"),
    ):
        with pytest.raises(HandoverRefused, match=why):
            appointments.move(appointment_id=appointment.id, slot_id=slot.id, by=THE_SERVICE)
    db.session.refresh(appointment)
    assert appointment.slot_id == other.slots[0].id
    assert untruths() == []


def test_claimants_choose_their_time_and_the_handover_gives_way(app: Flask) -> None:
    office = make_office()
    session, other = make_session(office), make_session(office)
    desk = make_desk(office)
    make_handover(desk, session, position=1)
    appointment = make_handover(desk, other)
    from_claimants.change(
        appointment_id=appointment.id,
        slot_id=other.slots[1].id,
        way=ContactWay.LINK,
        by=the_claimant(appointment.claimant),
    )
    handover = db.session.scalars(select(Handover).filter_by(appointment_id=appointment.id)).one()
    assert not handover.is_on
    assert handover.ended_because == "Dana Desk is at another handover then."
    assert audit_of(appointment)[-2:] == ["ended handover", "noted contact"]
    assert handover in handovers.of_user(desk.id)  # told on the home page


def test_a_cancelled_or_excused_appointment_frees_the_adviser(sqlite_app: Flask) -> None:
    session = make_session()
    desk = make_desk(session.office)
    one, two = (make_handover(desk, session, position) for position in (0, 1))
    appointments.cancel(appointment_id=one.id, by=THE_SERVICE)
    outcomes.record_outcome(
        appointment_id=two.id,
        outcome=Status.EXCUSED,
        excused_reason=ExcusedReason.MEDICAL,
        by=THE_SERVICE,
    )
    assert kept(desk) == 0
    assert not any(each.is_on for each in handovers.of_user(desk.id))


def test_an_outcome_put_right_has_its_handover_again(
    sqlite_app: Flask, monday_noon: time_machine.Traveller
) -> None:
    session = make_session()
    desk = make_desk(session.office)
    appointment = make_handover(desk, session)
    monday_noon.move_to(at(WEDNESDAY, 9, 20))
    for outcome in (Status.FAILED_TO_ATTEND, Status.ATTENDED):
        outcomes.record_outcome(appointment_id=appointment.id, outcome=outcome, by=THE_SERVICE)
    assert kept(desk) == 2
    assert db.session.get_one(Appointment, appointment.id).handover.is_on


def test_ended_by_hand_the_appointment_stands(sqlite_app: Flask) -> None:
    session = make_session()
    desk = make_desk(session.office)
    appointment = make_handover(desk, session)
    handovers.end(appointment_id=appointment.id, by=actor_of(desk))
    assert kept(desk) == 0
    assert db.session.get_one(Appointment, appointment.id).status == Status.BOOKED
    with pytest.raises(HandoverRefused, match="no handover to end"):
        handovers.end(appointment_id=appointment.id, by=actor_of(desk))
    handovers.ask(appointment_id=appointment.id, by=actor_of(desk))
    assert kept(desk) == 2


def ask_at_once(appointment_id: int, user_id: int) -> str:
    handovers.ask(appointment_id=appointment_id, by=actor_of(db.session.get_one(User, user_id)))
    return "kept"


def ten_at_one_time(office: Office) -> tuple[User, list[int]]:
    desk = make_desk(office)
    return desk, [make_appointment(make_session(office)).id for _ in range(10)]


def test_of_ten_handovers_at_one_time_the_adviser_is_at_one(app: Flask) -> None:
    desk, ids = ten_at_one_time(make_office())
    calls = [(each, desk.id) for each in ids]
    answers = Counter(from_threads(app, ask_at_once, calls))
    assert answers == {"kept": 1, "adviser_at_handover": 9}
    assert kept(desk) == 2


def test_it_is_the_key_that_decides(app: Flask) -> None:
    """Without the keys both could be kept: the marks are all there is to stop it."""
    desk, ids = ten_at_one_time(make_office())
    db.session.execute(text("DROP TABLE handover_time"))
    db.session.execute(
        text("CREATE TABLE handover_time (user_id INT, mark INT, slot_id INT, appointment_id INT)")
    )
    db.session.commit()
    answers = from_threads(app, ask_at_once, [(each, desk.id) for each in ids])
    assert set(answers) == {"kept"}


def events(client: FlaskClient, token: str) -> list[dict[str, str]]:
    answer = client.get(f"/diary/{token}.ics")
    assert answer.status_code == 200
    return [
        {key: str(value) for key, value in event.items()}
        for event in Calendar.from_ical(answer.data).walk("VEVENT")
    ]


def test_both_calendars_have_it_and_hear_of_its_end(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    office = make_office()
    session = make_session(office, room=make_room(office, name="Quiet room"))
    desk = make_desk(office)
    appointment = make_handover(desk, session)
    own = tokens.open_own_feed(by=actor_of(desk))
    theirs = tokens.open_feed(adviser_id=session.adviser_id, by=THE_SERVICE)
    (mine,) = events(client, own)
    assert mine["SUMMARY"] == f"Warm handover to {session.adviser.name}"
    assert mine["LOCATION"].startswith("Quiet room")
    assert appointment.claimant.name not in str(mine)
    assert any("warm handover" in each["SUMMARY"] for each in events(client, theirs))
    handovers.end(appointment_id=appointment.id, by=actor_of(desk))
    (ended,) = events(client, own)
    assert ended["STATUS"] == "CANCELLED"
    assert int(ended["SEQUENCE"]) > int(mine["SEQUENCE"])
    assert not any("warm handover" in each["SUMMARY"] for each in events(client, theirs))


def test_the_calendar_of_handovers_is_ones_own_and_stops(client: FlaskClient) -> None:
    office = make_office()
    desk = make_desk(office)
    sign_in(client, desk)
    assert "no calendar address" in client.get("/handovers/calendar").text
    address = client.post("/handovers/calendar").text.split(".ics")[0].rsplit("/", 1)[-1]
    assert client.get(f"/diary/{address}.ics").status_code == 200
    client.post("/handovers/calendar/stop")
    assert client.get(f"/diary/{address}.ics").status_code == 404
    token = tokens.open_own_feed(by=actor_of(desk))
    desk.active = False
    db.session.commit()
    assert client.get(f"/diary/{token}.ics").status_code == 404


def test_everybody_sees_it_where_they_look(client: FlaskClient) -> None:
    """At the desk, in the adviser's diary, at reception, on paper, and on the appointment."""
    office = make_office()
    adviser = make_adviser(office.district, "Ada Invented")
    session = make_session(office, on=MONDAY, half_day=HalfDay.PM, adviser=adviser)
    desk = make_desk(office)
    appointment = make_handover(desk, session)
    words = "warm handover: begins with Dana Desk of the Jobcentre"
    seen_by = [
        (desk, "/office", "You come along to"),
        (desk, f"/appointments/{appointment.id}", "Dana Desk comes along"),
        (make_user(Role.RECEPTION, office), "/arrivals", words),
        (make_user(Role.RECEPTION, office), f"/office/{office.code}/day-list", words),
        (make_user(Role.NEXT_STEP_ADVISER, office, adviser=adviser), "/diary", words),
        (adviser.user, f"/diary/{MONDAY}/list", words),
    ]
    for user, address, said in seen_by:
        viewer = client.application.test_client()
        sign_in(viewer, user)
        assert said in viewer.get(address).text, address


def test_at_the_desk_it_is_one_tick_and_one_press(client: FlaskClient) -> None:
    session = make_session()
    desk = make_desk(session.office)
    sign_in(client, desk)
    address = f"/book/{session.slots[0].id}"
    assert 'name="with_handover"' in client.get(address).text
    typed = {"name": "Sam Example", "mobile": "07700 900123", "stage": "1"}
    typed |= {"reason": "skills_health_check", "channel": "desk", "with_handover": "y"}
    assert client.post(address, data=typed).status_code == 302
    other = make_session(session.office).slots[0]
    refused = client.post(f"/book/{other.id}", data={**typed, "name": "Kim Example"})
    assert refused.status_code == 409
    assert "Dana Desk is at another handover then." in refused.text
    assert "Kim Example" in refused.text
    appointment = db.session.scalars(select(Appointment)).one()
    client.post(f"/appointments/{appointment.id}/handover/end")
    assert kept(desk) == 0
    client.post(f"/appointments/{appointment.id}/handover")
    assert kept(desk) == 2


def test_nobody_is_offered_what_they_cannot_do(client: FlaskClient) -> None:
    session = make_session()
    for role in (Role.RECEPTION, Role.NEXT_STEP_ADVISER):
        viewer = client.application.test_client()
        sign_in(viewer, make_user(role, session.office))
        assert "with_handover" not in viewer.get(f"/book/{session.slots[0].id}").text
