"""A published week repaired: fewest changes, one text each, all of it or nothing."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from booking import appointments
from booking.boards import call_list
from booking.database import db
from booking.errors import BadDetail, BookingError
from booking.messages import bodies
from booking.models import (
    Appointment,
    AuditEntry,
    Closure,
    LeaveRequest,
    OutboxMessage,
    RepairPlan,
    Session,
    User,
    WaitingEntry,
)
from booking.rights import actor_of
from booking.rotas import leave_requests, repair_planning, repairs
from booking.rotas.repair_carrying_out import PlanOutdated
from booking.rotas.repair_weeks import parts_of
from booking.words import (
    HalfDay,
    LeaveKind,
    MessageKind,
    MessageState,
    MishapKind,
    RequestState,
    Role,
    RunState,
    SessionState,
    Status,
)
from tests.makers import at, make_adviser, make_appointment, make_session, make_user, sign_in
from tests.rota_makers import MONDAY, Vale, make_vale
from tests.truth import untruths

TUESDAY = MONDAY + timedelta(days=1)
THURSDAY, NEXT_TUESDAY = MONDAY + timedelta(days=3), MONDAY + timedelta(days=8)


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(at(MONDAY, 8), tick=False):
        yield


def planned(vale: Vale, kind: MishapKind, **what: object) -> RepairPlan:
    facts = {"first_on": TUESDAY, "last_on": TUESDAY, "reason": "Flu", **what}
    plan = repairs.report(kind=kind, by=vale.lead, **facts)
    assert repair_planning.plan_asked() == 1
    db.session.rollback()
    return repairs.reachable(plan.id, vale.lead)


def moved_texts(appointment: Appointment) -> list[OutboxMessage]:
    return list(
        db.session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.appointment_id == appointment.id,
                OutboxMessage.kind.in_([MessageKind.MOVED, MessageKind.CANCELLED]),
            )
        )
    )


def test_whoever_is_free_covers_at_the_same_time(app: Flask) -> None:
    vale = make_vale()
    lost = make_session(vale.offices[0], on=TUESDAY, adviser=vale.advisers[0], room=vale.rooms[0])
    booked = [make_appointment(lost, position=n) for n in (0, 3)]
    times = [each.slot.starts_at for each in booked]
    plan = planned(vale, MishapKind.ADVISER_OFF, adviser_id=vale.advisers[0].id)
    assert plan.state == RunState.SOLVED, plan.fault
    assert db.session.get(Session, lost.id).state == SessionState.PUBLISHED  # nothing yet
    assert all("Ben Invented" in text or "moved" in text.lower() for text in plan.texts.values())

    repairs.apply(plan_id=plan.id, by=vale.lead)

    db.session.rollback()
    assert [each.slot.starts_at for each in booked] == times
    assert {each.slot.session.adviser_id for each in booked} == {vale.advisers[1].id}
    assert [len(moved_texts(each)) for each in booked] == [1, 1]
    assert untruths() == []
    assert "published repair" in set(db.session.scalars(select(AuditEntry.action)))


def test_the_preview_is_the_text_that_is_sent(sqlite_app: Flask) -> None:
    vale = make_vale()
    lost = make_session(vale.offices[0], on=TUESDAY, adviser=vale.advisers[0], room=vale.rooms[0])
    booked = make_appointment(lost)
    plan = planned(vale, MishapKind.ADVISER_OFF, adviser_id=vale.advisers[0].id)
    shown = plan.texts[str(booked.id)]
    assert moved_texts(booked) == []  # only looked at
    repairs.apply(plan_id=plan.id, by=vale.lead)
    db.session.rollback()
    (row,) = moved_texts(booked)
    assert row.state == MessageState.DUE
    assert bodies.body_of(row).partition(" ref")[0] == shown.partition(" ref")[0]


def test_whoever_keeps_the_time_is_told_of_the_new_adviser_and_of_no_move(
    sqlite_app: Flask,
) -> None:
    vale = make_vale()
    lost = make_session(vale.offices[0], on=TUESDAY, adviser=vale.advisers[0], room=vale.rooms[0])
    told, untold = make_appointment(lost), make_appointment(lost, position=1)
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.appointment_id == told.id)
        .values(state=MessageState.DELIVERED)
    )
    db.session.commit()
    plan = planned(vale, MishapKind.ADVISER_OFF, adviser_id=vale.advisers[0].id)
    shown = plan.texts[str(told.id)]
    assert shown.startswith("Same time, new adviser: Next Step careers adviser Ben Invented, Tue")
    assert plan.texts[str(untold.id)].startswith("Moved: ")  # the time itself is news to them
    repairs.apply(plan_id=plan.id, by=vale.lead)
    db.session.rollback()
    (row,) = moved_texts(told)
    assert row.same_time
    assert bodies.body_of(row) == bodies.wording(row) == shown
    assert untruths() == []


def test_a_lost_room_moves_the_adviser_and_nobody_who_is_booked(app: Flask) -> None:
    vale = make_vale()
    session = make_session(
        vale.offices[0], on=TUESDAY, adviser=vale.advisers[0], room=vale.rooms[0]
    )
    other = make_session(vale.offices[1], on=TUESDAY, adviser=vale.advisers[1], room=vale.rooms[2])
    booked, elsewhere = make_appointment(session), make_appointment(other)
    plan = planned(vale, MishapKind.ROOM_LOST, room_id=vale.rooms[0].id, reason="Leak")
    repairs.apply(plan_id=plan.id, by=vale.lead)
    db.session.rollback()
    assert booked.slot.session_id == session.id
    assert db.session.get(Session, session.id).room_id == vale.rooms[1].id
    assert elsewhere.slot.session_id == other.id
    assert moved_texts(booked) == moved_texts(elsewhere) == []  # the time and the place stand
    assert db.session.scalar(select(Closure.reason)) == "Leak"
    assert untruths() == []


def test_who_cannot_be_placed_is_to_be_rung_and_keeps_their_turn(app: Flask) -> None:
    vale = make_vale(wait_target_days=1)
    lost = make_session(vale.offices[1], on=TUESDAY, adviser=vale.advisers[0], room=vale.rooms[2])
    booked = make_appointment(lost)
    plan = planned(
        vale,
        MishapKind.OFFICE_SHUT,
        office_id=vale.offices[1].id,
        first_on=MONDAY,
        last_on=MONDAY + timedelta(days=4),
        reason="Flood",
    )
    assert list(plan.plan["unplaced"]) == [str(booked.id)]
    repairs.apply(plan_id=plan.id, by=vale.lead)
    db.session.rollback()
    assert booked.status == Status.CANCELLED
    entry = db.session.scalars(select(WaitingEntry)).one()
    assert (entry.referral_id, entry.since) == (booked.referral_id, booked.booked_at)
    (call,) = call_list.calls(by=vale.lead)
    assert call.appointment.id == booked.id
    assert call.reasons == ["The session was lost, and no other place was free"]
    assert untruths() == []


def test_a_booking_made_meanwhile_is_not_lost(app: Flask) -> None:
    vale = make_vale()
    lost = make_session(vale.offices[0], on=TUESDAY, adviser=vale.advisers[0], room=vale.rooms[0])
    make_appointment(lost)
    plan = planned(vale, MishapKind.ADVISER_OFF, adviser_id=vale.advisers[0].id)
    late = make_appointment(lost, position=1)
    with pytest.raises(PlanOutdated):
        repairs.apply(plan_id=plan.id, by=vale.lead)
    db.session.rollback()
    assert late.slot.session_id == lost.id
    assert repairs.reachable(plan.id, vale.lead).applied_at is None
    assert untruths() == []


def test_a_slot_taken_meanwhile_stops_it_whole(app: Flask) -> None:
    """The free slot was the only place; somebody else has it now."""
    vale = make_vale()
    ada, ben = vale.advisers
    lost = make_session(vale.offices[0], on=TUESDAY, adviser=ada, room=vale.rooms[0])
    beside = make_session(vale.offices[0], on=TUESDAY, adviser=ben, room=vale.rooms[1])
    booked = make_appointment(lost)
    plan = planned(vale, MishapKind.ADVISER_OFF, adviser_id=ada.id)
    assert plan.plan["placed"][str(booked.id)][1] == "same time, another adviser"
    make_appointment(beside)
    with pytest.raises(BookingError):
        repairs.apply(plan_id=plan.id, by=vale.lead)
    db.session.rollback()
    assert booked.slot.session_id == lost.id
    assert db.session.get(Session, lost.id).state == SessionState.PUBLISHED
    assert untruths() == []


def test_one_who_has_cancelled_meanwhile_is_left_alone(app: Flask) -> None:
    vale = make_vale()
    lost = make_session(vale.offices[0], on=TUESDAY, adviser=vale.advisers[0], room=vale.rooms[0])
    gone, stays = make_appointment(lost), make_appointment(lost, position=1)
    plan = planned(vale, MishapKind.ADVISER_OFF, adviser_id=vale.advisers[0].id)
    appointments.cancel(appointment_id=gone.id, by=vale.lead)
    repairs.apply(plan_id=plan.id, by=vale.lead)
    db.session.rollback()
    assert gone.status == Status.CANCELLED
    assert stays.slot.session_id != lost.id
    assert untruths() == []


def adas_leave(vale: Vale) -> set[tuple[LeaveKind, date, date]]:
    db.session.refresh(vale.advisers[0])
    leave = [(each.kind, each.first_on, each.last_on) for each in vale.advisers[0].leave]
    assert len(leave) == len(set(leave))
    return set(leave)


def ada_off(vale: Vale, first_on: date, last_on: date) -> None:
    """Reported, planned and published."""
    plan = repairs.report(
        kind=MishapKind.ADVISER_OFF,
        adviser_id=vale.advisers[0].id,
        first_on=first_on,
        last_on=last_on,
        reason="Flu",
        by=vale.lead,
    )
    repair_planning.plan_asked()
    repairs.apply(plan_id=plan.id, by=vale.lead)
    db.session.rollback()


def test_leave_that_stands_already_is_not_recorded_again(app: Flask) -> None:
    vale = make_vale()
    sick, wednesday = LeaveKind.SICK, TUESDAY + timedelta(days=1)
    ada_off(vale, TUESDAY, wednesday)
    ada_off(vale, TUESDAY, wednesday)
    assert adas_leave(vale) == {(sick, TUESDAY, wednesday)}
    ada_off(vale, MONDAY, THURSDAY)
    assert adas_leave(vale) == {
        (sick, MONDAY, MONDAY),
        (sick, TUESDAY, wednesday),
        (sick, THURSDAY, THURSDAY),
    }


@pytest.mark.parametrize("whole_office", [False, True], ids=["a room", "the office"])
def test_what_is_shut_already_is_not_shut_again(app: Flask, whole_office: bool) -> None:
    vale = make_vale()
    lost = {
        "kind": MishapKind.OFFICE_SHUT if whole_office else MishapKind.ROOM_LOST,
        "office_id": vale.offices[0].id,
        "room_id": None if whole_office else vale.rooms[0].id,
        "reason": "A flood",
        "by": vale.lead,
    }
    for days in ((1, 2), (1, 2), (0, 3)):
        first_on, last_on = (MONDAY + timedelta(days=day) for day in days)
        plan = repairs.report(first_on=first_on, last_on=last_on, **lost)
        repair_planning.plan_asked()
        repairs.apply(plan_id=plan.id, by=vale.lead)
        db.session.rollback()
    closures = db.session.scalars(select(Closure).order_by(Closure.first_on))
    spans = [((c.first_on - MONDAY).days, (c.last_on - MONDAY).days) for c in closures]
    assert spans == [(0, 0), (1, 2), (3, 3)]


def asks_for_leave(vale: Vale, first_on: date, last_on: date) -> LeaveRequest:
    user = make_user(Role.NEXT_STEP_ADVISER, vale.offices[0], adviser=vale.advisers[0])
    return leave_requests.ask(
        adviser_id=vale.advisers[0].id,
        kind=LeaveKind.ANNUAL,
        first_on=first_on,
        last_on=last_on,
        by=actor_of(user),
    )


@pytest.mark.parametrize(
    ("asked", "off", "state", "annual"),
    [
        pytest.param((1, 2), (1, 2), RequestState.GRANTED, [(1, 2)], id="the same days"),
        pytest.param((1, 2), (0, 3), RequestState.GRANTED, [(1, 2)], id="some of the days off"),
        pytest.param((3, 8), (3, 8), RequestState.GRANTED, [(3, 6), (7, 8)], id="two weeks"),
        pytest.param((1, 3), (1, 2), RequestState.ASKED, [], id="more days than those off"),
    ],
)
def test_leave_asked_for_is_granted_by_the_repair_and_stays_of_its_kind(
    sqlite_app: Flask,
    asked: tuple[int, int],
    off: tuple[int, int],
    state: RequestState,
    annual: list[tuple[int, int]],
) -> None:
    vale = make_vale()
    request = asks_for_leave(vale, *(MONDAY + timedelta(days=day) for day in asked))
    ada_off(vale, *(MONDAY + timedelta(days=day) for day in off))
    db.session.refresh(request)
    assert request.state == state
    assert (request.answered_at is None) == (state == RequestState.ASKED)
    leave = adas_leave(vale)
    days = sorted(
        ((first - MONDAY).days, (last - MONDAY).days)
        for kind, first, last in leave
        if kind == LeaveKind.ANNUAL
    )
    assert days == annual
    assert sum((last - first).days + 1 for _, first, last in leave) == off[1] - off[0] + 1


def test_it_is_published_once(app: Flask) -> None:
    vale = make_vale()
    make_session(vale.offices[0], on=TUESDAY, adviser=vale.advisers[0], room=vale.rooms[0])
    plan = planned(vale, MishapKind.ADVISER_OFF, adviser_id=vale.advisers[0].id)
    repairs.apply(plan_id=plan.id, by=vale.lead)
    with pytest.raises(BookingError, match="already"):
        repairs.apply(plan_id=plan.id, by=vale.lead)


def test_a_session_under_way_is_left_to_whoever_is_in_it(app: Flask) -> None:
    vale = make_vale()
    now = make_session(vale.offices[0], on=MONDAY, adviser=vale.advisers[0], room=vale.rooms[0])
    later = make_session(
        vale.offices[0],
        on=MONDAY,
        adviser=vale.advisers[0],
        room=vale.rooms[0],
        half_day=HalfDay.PM,
    )
    first, second = make_appointment(now), make_appointment(later)
    with time_machine.travel(at(MONDAY, 9, 20), tick=False):
        plan = planned(
            vale,
            MishapKind.ADVISER_OFF,
            adviser_id=vale.advisers[0].id,
            first_on=MONDAY,
            last_on=TUESDAY,
        )
        repairs.apply(plan_id=plan.id, by=vale.lead)
    db.session.rollback()
    assert first.slot.session_id == now.id
    assert second.slot.session.adviser_id == vale.advisers[1].id
    assert untruths() == []


def test_nobody_is_sent_into_a_half_day_that_has_begun(app: Flask) -> None:
    """On Monday at two only the past has room: Mosswater is shut for the rest of the week."""
    vale = make_vale(wait_target_days=1)
    lost = make_session(vale.offices[1], on=TUESDAY, adviser=vale.advisers[0], room=vale.rooms[2])
    booked = make_appointment(lost)
    with time_machine.travel(at(MONDAY, 14), tick=False):
        plan = planned(
            vale,
            MishapKind.OFFICE_SHUT,
            office_id=vale.offices[1].id,
            last_on=MONDAY + timedelta(days=4),
        )
        assert all(index >= 2 for _, index, *_ in plan.plan["opened"])
        assert list(plan.plan["unplaced"]) == [str(booked.id)]
        repairs.apply(plan_id=plan.id, by=vale.lead)
    assert untruths() == []


def test_nobody_changes_office_in_the_middle_of_a_day(sqlite_app: Flask) -> None:
    """Ben has begun at Thistlewick, so nobody can see whom Ada was to see at Mosswater."""
    vale = make_vale(wait_target_days=1)
    ada, ben = vale.advisers
    make_session(vale.offices[0], on=MONDAY, adviser=ben, room=vale.rooms[0])
    afternoon = {"half_day": HalfDay.PM, "room": vale.rooms[2]}
    make_appointment(make_session(vale.offices[1], on=MONDAY, adviser=ada, **afternoon))
    with time_machine.travel(at(MONDAY, 9, 20), tick=False):
        days = {"first_on": MONDAY, "last_on": MONDAY}
        plan = planned(vale, MishapKind.ADVISER_OFF, adviser_id=ada.id, **days)
    assert all(index >= 2 for _, index, *_ in plan.plan["opened"])


def test_a_place_of_the_plan_is_given_though_it_is_beyond_the_level_of_half_a_day(
    app: Flask,
) -> None:
    """Ada's whole day offers eight, five of them in the morning; a morning alone offers four."""
    vale = make_vale(comfortable_am=4, comfortable_pm=3)
    ada, ben = vale.advisers
    room = vale.rooms[0]
    morning, _ = (
        make_session(vale.offices[0], on=TUESDAY, adviser=ada, room=room, half_day=half_day)
        for half_day in HalfDay
    )
    booked = [make_appointment(morning, position=n) for n in range(5)]
    plan = planned(vale, MishapKind.ADVISER_OFF, adviser_id=ada.id)
    assert {rung for _, rung in plan.plan["placed"].values()} == {"same time, another adviser"}
    repairs.apply(plan_id=plan.id, by=vale.lead)
    db.session.rollback()
    (session,) = {each.slot.session for each in booked}
    assert (session.adviser_id, session.level) == (ben.id, 4)
    assert [slot.beyond_level for slot in session.slots] == [False] * 4 + [True]  # offered no more
    assert untruths() == []


@pytest.mark.parametrize(
    ("days", "field"), [((1, 0), "last_on"), ((0, 29), "last_on"), ((-7, -7), "last_on")]
)
def test_days_that_make_no_sense_are_refused(
    sqlite_app: Flask, days: tuple[int, int], field: str
) -> None:
    vale = make_vale()
    first, last = (TUESDAY + timedelta(days=day) for day in days)
    with pytest.raises(BadDetail) as refusal:
        repairs.report(
            kind=MishapKind.ADVISER_OFF,
            adviser_id=vale.advisers[0].id,
            first_on=first,
            last_on=last,
            reason="Flu",
            by=vale.lead,
        )
    assert refusal.value.field == field


def off_over_the_weekend(vale: Vale) -> RepairPlan:
    """Ada is off from Thursday to next Tuesday: one report, a part for each week."""
    plan = repairs.report(
        kind=MishapKind.ADVISER_OFF,
        adviser_id=vale.advisers[0].id,
        first_on=THURSDAY,
        last_on=NEXT_TUESDAY,
        reason="Flu",
        by=vale.lead,
    )
    assert repair_planning.plan_asked() == 2
    db.session.rollback()
    return repairs.reachable(plan.id, vale.lead)


def adas_sessions(vale: Vale) -> list[Session]:
    where = {"adviser": vale.advisers[0], "room": vale.rooms[0]}
    return [make_session(vale.offices[0], on=on, **where) for on in (THURSDAY, NEXT_TUESDAY)]


def test_an_absence_over_two_weeks_is_one_report_one_preview_and_one_press(app: Flask) -> None:
    vale = make_vale()
    sessions = adas_sessions(vale)
    booked = [make_appointment(each) for each in sessions]
    times = [each.slot.starts_at for each in booked]
    plan = off_over_the_weekend(vale)
    parts = parts_of(plan)
    assert [(part.first_on, part.last_on, part.state) for part in parts] == [
        (THURSDAY, MONDAY + timedelta(days=6), RunState.SOLVED),
        (MONDAY + timedelta(days=7), NEXT_TUESDAY, RunState.SOLVED),
    ]
    assert repairs.latest(vale.district.id) == [plan]
    repairs.apply(plan_id=plan.id, by=vale.lead)
    db.session.rollback()
    assert [each.slot.starts_at for each in booked] == times
    assert {each.slot.session.adviser_id for each in booked} == {vale.advisers[1].id}
    assert [len(moved_texts(each)) for each in booked] == [1, 1]
    days = {(leave.first_on, leave.last_on) for leave in vale.advisers[0].leave}
    assert days == {(part.first_on, part.last_on) for part in parts}
    assert untruths() == []


def test_a_later_week_is_planned_upon_the_week_before(sqlite_app: Flask) -> None:
    """One slot is free for two who lost theirs, and Ada's own slots of either week are not."""
    vale = make_vale()
    booked = [make_appointment(each) for each in adas_sessions(vale)]
    cleo = make_adviser(vale.district, "Cleo Invented")
    later = make_session(vale.offices[0], on=NEXT_TUESDAY + timedelta(days=1), adviser=cleo)
    for position in range(1, len(later.slots)):
        make_appointment(later, position=position)
    for adviser in (*vale.advisers, cleo):
        adviser.hours = []  # nobody can cover
    db.session.commit()
    plan = off_over_the_weekend(vale)
    first, second = (part.plan for part in parts_of(plan))
    assert first["placed"][str(booked[0].id)][0] == str(later.slots[0].id)
    assert list(second["unplaced"]) == [str(booked[1].id)]
    repairs.apply(plan_id=plan.id, by=vale.lead)
    db.session.rollback()
    assert [each.status for each in booked] == [Status.BOOKED, Status.CANCELLED]
    assert untruths() == []


def test_what_no_longer_fits_in_one_week_changes_nothing_in_the_other(sqlite_app: Flask) -> None:
    vale = make_vale()
    sessions = adas_sessions(vale)
    booked = make_appointment(sessions[0])
    plan = off_over_the_weekend(vale)
    make_appointment(sessions[1])
    with pytest.raises(PlanOutdated):
        repairs.apply(plan_id=plan.id, by=vale.lead)
    db.session.rollback()
    assert booked.slot.session_id == sessions[0].id
    assert sessions[0].state == SessionState.PUBLISHED
    assert moved_texts(booked) == []
    assert all(part.applied_at is None for part in parts_of(plan))


def test_the_page_shows_both_weeks(client: FlaskClient) -> None:
    vale = make_vale()
    for each in adas_sessions(vale):
        make_appointment(each)
    plan = off_over_the_weekend(vale)
    sign_in(client, db.session.get_one(User, vale.lead.user_id))
    page = client.get(f"/rota/repairs/{plan.id}").text
    assert "Week of Monday 18 January" in page
    assert "Week of Monday 25 January" in page
    assert page.count("Publish the repair") == 1
    later = parts_of(plan)[1]
    assert client.get(f"/rota/repairs/{later.id}").text.count("Publish the repair") == 1


def test_old_plans_of_several_weeks_are_forgotten_together(sqlite_app: Flask) -> None:
    vale = make_vale()
    off_over_the_weekend(vale)
    with time_machine.travel(at(MONDAY + timedelta(days=60), 8), tick=False):
        assert repairs.forget_old_plans() == 2
