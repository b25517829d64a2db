"""Sessions by telephone and of groups in a repair: taken over, or emptied with reasons."""

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from booking import advisers, appointments, briefings
from booking.attendance import levels
from booking.boards.repair_plan import in_words
from booking.database import db
from booking.messages import bodies
from booking.models import Appointment, OutboxMessage, RepairPlan, Session
from booking.rotas import adviser_plans, repair_planning, repairs, wishes
from booking.rotas.repair_carrying_out import PlanOutdated
from booking.words import (
    HalfDay,
    Hold,
    LeaveKind,
    MessageKind,
    MessageState,
    MishapKind,
    RoomKind,
    RunState,
    SessionKind,
    SessionState,
    Status,
    WishKind,
)
from tests.makers import (
    at,
    make_adviser,
    make_appointment,
    make_claimant,
    make_room,
    make_session,
)
from tests.rota_makers import MONDAY, Vale, make_vale
from tests.truth import untruths

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
KEPT = "same time, another adviser"


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(at(MONDAY, 8), tick=False):
        yield


def ada_by_telephone(vale: Vale) -> Session:
    """Ada rings claimants on Tuesday morning; Ben, the other adviser, is free then."""
    kind = SessionKind.TELEPHONE
    return make_session(vale.offices[0], on=TUESDAY, adviser=vale.advisers[0], kind=kind)


def ada_with_a_group(vale: Vale) -> Session:
    """Ada has three places in Thistlewick's training room on Tuesday morning."""
    room = make_room(vale.offices[0], name="Training room", seats=6)
    facts = {"adviser": vale.advisers[0], "room": room, "kind": SessionKind.GROUP, "places": 3}
    return make_session(vale.offices[0], on=TUESDAY, **facts)


def all_told() -> None:
    db.session.execute(update(OutboxMessage).values(state=MessageState.DELIVERED))
    db.session.commit()


def ada_off(vale: Vale) -> RepairPlan:
    return planned(vale, MishapKind.ADVISER_OFF, adviser_id=vale.advisers[0].id)


def planned(vale: Vale, kind: MishapKind, **what: object) -> RepairPlan:
    facts = {"first_on": TUESDAY, "last_on": TUESDAY, "reason": "Flu", **what}
    plan = repairs.report(kind=kind, by=vale.lead, **facts)
    assert repair_planning.plan_asked() == 1
    db.session.rollback()
    plan = repairs.reachable(plan.id, vale.lead)
    assert plan.state == RunState.SOLVED, plan.fault
    return plan


def published(vale: Vale, plan: RepairPlan) -> None:
    repairs.apply(plan_id=plan.id, by=vale.lead)
    db.session.rollback()
    assert untruths() == []


def news(appointment: Appointment) -> list[str]:
    """What the claimant was told of the repair."""
    rows = db.session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.appointment_id == appointment.id,
            OutboxMessage.kind.in_([MessageKind.MOVED, MessageKind.CANCELLED]),
        )
    )
    return [bodies.body_of(row) for row in rows]


def test_a_session_by_telephone_is_taken_over_as_it_stands(app: Flask) -> None:
    vale = make_vale()
    lost = ada_by_telephone(vale)
    booked = [make_appointment(lost, position=n) for n in range(3)]
    all_told()
    plan = ada_off(vale)
    assert {tuple(each) for each in plan.plan["placed"].values()} == {
        (str(each.slot_id), KEPT) for each in booked
    }
    assert lost.adviser_id == vale.advisers[0].id  # nothing yet
    words, texts = in_words(plan), dict(plan.texts)

    published(vale, plan)

    assert (lost.adviser_id, lost.state) == (vale.advisers[1].id, SessionState.PUBLISHED)
    assert {each.slot.session_id for each in booked} == {lost.id}
    assert {each.status for each in booked} == {Status.BOOKED}
    for each in booked:
        assert news(each) == [texts[str(each.id)]]
        assert texts[str(each.id)].startswith(
            "Same time, new adviser: Next Step careers adviser Ben Invented, Tue"
        )
    afterwards = in_words(plan)
    assert afterwards.sessions == words.sessions
    assert words.sessions == [
        "Tuesday am, Ada Invented, by telephone: Ben Invented takes it over as it stands"
    ]
    assert [move.was for move in afterwards.moves] == [move.was for move in words.moves]
    assert all("Ada Invented" in move.was and "Ben Invented" in move.to for move in words.moves)


def test_both_days_are_offered_anew(sqlite_app: Flask) -> None:
    vale = make_vale(comfortable_am=4, comfortable_pm=3)
    lost = ada_by_telephone(vale)
    make_appointment(lost)
    busy = make_session(
        vale.offices[0],
        on=TUESDAY,
        adviser=vale.advisers[1],
        half_day=HalfDay.PM,
        kind=SessionKind.TELEPHONE,
    )
    assert (lost.level, busy.level) == (4, 3)  # each adviser by themselves
    published(vale, ada_off(vale))
    assert (lost.level, busy.level) == (5, 3)  # eight of Ben's nine are no greater risk
    assert [levels.settle_now(each.id, TUESDAY) for each in vale.advisers] == [0, 0]


def test_a_confirmed_time_stays_confirmed(sqlite_app: Flask) -> None:
    vale = make_vale()
    booked = make_appointment(ada_by_telephone(vale))
    booked.confirmed_at = at(MONDAY, 7)
    db.session.commit()
    published(vale, ada_off(vale))
    assert booked.confirmed_at == at(MONDAY, 7)


def test_whoever_needs_the_language_of_the_last_adviser_is_not_kept(sqlite_app: Flask) -> None:
    vale = make_vale(wait_target_days=1)
    vale.advisers[0].languages = ["Welsh"]
    db.session.commit()
    lost = ada_by_telephone(vale)
    welsh = make_appointment(lost, claimant=make_claimant("Carys Invented", language="Welsh"))
    others = [make_appointment(lost, position=n) for n in (1, 2)]
    plan = ada_off(vale)
    assert plan.plan["unplaced"] == {str(welsh.id): "no slot is free at Thistlewick"}
    published(vale, plan)
    assert welsh.status == Status.CANCELLED
    assert welsh.ring_because
    assert {each.slot.session.adviser_id for each in others} == {vale.advisers[1].id}


def test_the_briefings_are_those_of_whoever_takes_over(sqlite_app: Flask) -> None:
    vale = make_vale()
    lost = ada_by_telephone(vale)
    first, in_bens_briefing, last = (make_appointment(lost, position=n) for n in (0, 1, 3))
    for adviser, starts, ends in zip(
        vale.advisers, (time(10, 30), time(9, 45)), (time(11, 15), time(10, 30)), strict=True
    ):
        briefings.put(
            title="Team",
            on=TUESDAY,
            starts=starts,
            ends=ends,
            adviser_ids=[adviser.id],
            by=vale.lead,
        )
    assert [slot.hold for slot in lost.slots] == [None, None, Hold.BLOCKED, None, None]
    published(vale, ada_off(vale))
    assert [slot.hold for slot in lost.slots] == [None, Hold.BLOCKED, None, None, None]
    assert {first.slot.session_id, last.slot.session_id} == {lost.id}
    assert in_bens_briefing.status == Status.CANCELLED  # rung, as there is no other place


def test_a_briefing_put_meanwhile_leaves_whoever_is_booked(sqlite_app: Flask) -> None:
    vale = make_vale()
    lost = ada_by_telephone(vale)
    booked = make_appointment(lost)
    plan = ada_off(vale)
    briefings.put(
        title="Team",
        on=TUESDAY,
        starts=time(9),
        ends=time(10, 30),
        adviser_ids=[vale.advisers[1].id],
        by=vale.lead,
    )
    published(vale, plan)
    assert (booked.slot.position, booked.slot.session_id) == (0, lost.id)
    assert [slot.hold for slot in lost.slots] == [None, Hold.BLOCKED, None, None, None]


@pytest.mark.parametrize("busy", ["gone", "elsewhere", "at the office", "a full day"])
def test_who_cannot_hold_it_is_not_asked_to(sqlite_app: Flask, busy: str) -> None:
    vale = make_vale(wait_target_days=1, daily_cap=8 if busy == "a full day" else 16)
    booked = make_appointment(ada_by_telephone(vale))
    ben = vale.advisers[1]
    if busy == "a full day":
        make_session(vale.offices[1], on=TUESDAY, adviser=ben, half_day=HalfDay.PM)
    elif busy == "gone":
        ben.active = False
        db.session.commit()
    else:
        office = vale.offices[busy == "elsewhere"]
        make_session(
            office, on=TUESDAY, adviser=ben, room=vale.rooms[2 if busy == "elsewhere" else 1]
        )
    plan = ada_off(vale)
    assert plan.plan["covered"] == {}
    (why,) = plan.plan["unplaced"].values()
    assert why.startswith("nobody else could hold the session, and no")
    assert list(plan.plan["unplaced"]) == [str(booked.id)]


def test_one_call_is_not_moved_to_another_day_where_somebody_is_free_at_the_time(
    sqlite_app: Flask,
) -> None:
    vale = make_vale()
    booked = make_appointment(ada_by_telephone(vale))
    kind = SessionKind.TELEPHONE
    make_session(vale.offices[0], on=WEDNESDAY, adviser=vale.advisers[1], kind=kind)
    assert ada_off(vale).plan["placed"][str(booked.id)][1] == KEPT


@pytest.mark.parametrize(("daily_cap", "kept"), [(9, True), (8, False)])
def test_one_adviser_covers_interviews_and_calls_of_one_day_within_the_cap(
    sqlite_app: Flask, daily_cap: int, kept: bool
) -> None:
    vale = make_vale(wait_target_days=1)
    ada = vale.advisers[0]
    morning = make_session(vale.offices[0], on=TUESDAY, adviser=ada, room=vale.rooms[0])
    seen = [make_appointment(morning, position=n) for n in range(3)]
    kind, half_day = SessionKind.TELEPHONE, HalfDay.PM
    afternoon = make_session(vale.offices[0], on=TUESDAY, adviser=ada, kind=kind, half_day=half_day)
    rung = make_appointment(afternoon)
    rules = {**vale.district.rule_overrides, "daily_cap": daily_cap}
    vale.district.rule_overrides = rules
    db.session.commit()
    plan = ada_off(vale)
    assert (str(rung.id) in plan.plan["placed"]) is kept
    published(vale, plan)
    assert {each.slot.session.adviser_id for each in seen} == {vale.advisers[1].id}
    assert afternoon.adviser_id == vale.advisers[1 if kept else 0].id


def test_a_group_is_taken_over_in_its_room(app: Flask) -> None:
    vale = make_vale()
    lost = ada_with_a_group(vale)
    booked = [make_appointment(lost) for _ in range(3)]
    room_id = lost.room_id
    published(vale, ada_off(vale))
    assert (lost.adviser_id, lost.room_id) == (vale.advisers[1].id, room_id)
    assert {each.slot.session_id for each in booked} == {lost.id}
    assert [len(news(each)) for each in booked] == [1, 1, 1]


def test_nobody_crosses_the_district_for_a_group(sqlite_app: Flask) -> None:
    """Ben sees people at Mosswater in the afternoon."""
    vale = make_vale(wait_target_days=1)
    booked = make_appointment(ada_with_a_group(vale))
    afternoon = {"adviser": vale.advisers[1], "room": vale.rooms[2], "half_day": HalfDay.PM}
    make_session(vale.offices[1], on=TUESDAY, **afternoon)
    assert list(ada_off(vale).plan["unplaced"]) == [str(booked.id)]


@pytest.mark.parametrize("why", ["kept away", "out of reach", "days used up"])
def test_nobody_is_sent_to_a_group_where_they_may_not_be(sqlite_app: Flask, why: str) -> None:
    vale = make_vale(wait_target_days=1)
    thistlewick, ben = vale.offices[0], vale.advisers[1]
    booked = make_appointment(ada_with_a_group(vale))
    if why == "kept away":
        wishes.decide(
            adviser_id=ben.id,
            office_id=thistlewick.id,
            kind=WishKind.FORBIDDEN,
            week=MONDAY,
            weekday=None,
            by=vale.lead,
        )
    else:
        minutes = 60 * (23 if why == "out of reach" else 0)
        adviser_plans.save_plan(
            adviser_id=ben.id,
            base_office_id=None,
            max_days=1,
            minutes={thistlewick.id: minutes},
            by=vale.lead,
        )
    if why == "days used up":
        make_session(thistlewick, on=WEDNESDAY, adviser=ben, room=vale.rooms[1])
    assert list(ada_off(vale).plan["unplaced"]) == [str(booked.id)]


def test_who_loses_a_group_is_put_into_another_with_free_places(app: Flask) -> None:
    """Two places are free on Wednesday, and nobody can hold Tuesday's group."""
    vale = make_vale()
    lost = ada_with_a_group(vale)
    booked = [make_appointment(lost) for _ in range(3)]
    cara = make_adviser(vale.district, "Cara Invented")
    facts = {"adviser": cara, "kind": SessionKind.GROUP, "places": 3}
    other = make_session(vale.offices[0], on=WEDNESDAY, **facts)
    make_appointment(other)
    for slot in other.slots[1:]:
        slot.hold = Hold.BLOCKED
    db.session.commit()
    for each in (vale.advisers[1], cara):
        make_session(vale.offices[1], on=TUESDAY, adviser=each)
    plan = ada_off(vale)
    assert len(plan.plan["unplaced"]) == 1
    published(vale, plan)
    assert sorted(each.slot.session_id == other.id for each in booked) == [False, True, True]


def test_a_group_that_loses_its_room_goes_into_another_and_nobody_moves(app: Flask) -> None:
    """The smallest that seats them and holds no interviews."""
    vale = make_vale()
    lost = ada_with_a_group(vale)
    booked = [make_appointment(lost) for _ in range(3)]
    make_room(vale.offices[0], name="Interview room", seats=6)
    for name, seats in (("Hall", 30), ("Library", 8), ("Cupboard", 3)):
        make_room(vale.offices[0], name=name, seats=seats, kind=RoomKind.WORKSHOP_ROOM)
    plan = planned(vale, MishapKind.ROOM_LOST, room_id=lost.room_id, reason="Leak")
    assert plan.plan["stranded"] == {}
    published(vale, plan)
    assert lost.room.name == "Library"
    assert [news(each) for each in booked] == [[], [], []]


@pytest.mark.parametrize(
    "meanwhile", ["somebody is booked", "Ben is busy", "Ben is off", "Ben's day is full"]
)
def test_what_changes_meanwhile_stops_it_whole(app: Flask, meanwhile: str) -> None:
    vale = make_vale(daily_cap=8)
    lost = ada_by_telephone(vale)
    booked = make_appointment(lost)
    plan = ada_off(vale)
    if meanwhile == "somebody is booked":
        make_appointment(lost, position=1)
    elif meanwhile == "Ben is off":
        facts = {"kind": LeaveKind.ANNUAL, "first_on": TUESDAY, "last_on": TUESDAY}
        advisers.record_leave(adviser_id=vale.advisers[1].id, by=vale.lead, **facts)
    else:
        half_day = HalfDay.PM if meanwhile == "Ben's day is full" else HalfDay.AM
        make_session(vale.offices[1], on=TUESDAY, adviser=vale.advisers[1], half_day=half_day)
    with pytest.raises(PlanOutdated):
        repairs.apply(plan_id=plan.id, by=vale.lead)
    db.session.rollback()
    assert lost.adviser_id == vale.advisers[0].id
    assert news(booked) == []
    assert untruths() == []


def test_who_has_cancelled_meanwhile_is_told_nothing(sqlite_app: Flask) -> None:
    vale = make_vale()
    lost = ada_by_telephone(vale)
    gone, stays = make_appointment(lost), make_appointment(lost, position=1)
    plan = ada_off(vale)
    appointments.cancel(appointment_id=gone.id, reason="Has a job", by=vale.lead)
    published(vale, plan)
    assert [text.partition(":")[0] for text in news(gone)] == ["Cancelled"]
    assert len(news(stays)) == 1
