"""The weekly rota: written from the diary, solved apart, changed by hand, published whole."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from booking import advisers, appointments, closures
from booking.database import db, transaction
from booking.errors import BadDetail, SlotNotOpen
from booking.models import (
    AuditEntry,
    RotaDraft,
    RotaRun,
    Session,
    Slot,
)
from booking.rights import THE_SERVICE
from booking.rotas import (
    demand_entries,
    drafts,
    edits,
    problem,
    publishing,
    reasons,
    solve_apart,
    solving,
    wishes,
)
from booking.rotas.availability import Week, available
from booking.rotas.half_days import WeekOver
from booking.rotas.standing import standing
from booking.words import (
    ClosureKind,
    HalfDay,
    LeaveKind,
    RunState,
    SessionKind,
    SessionState,
    WishKind,
)
from optimizer.rota.rota import OVERFLOW, Assignment, rota_text
from tests.makers import (
    at,
    make_appointment,
    make_claimant,
    make_referral,
    make_session,
)
from tests.rota_makers import MONDAY, NEXT_WEEK, Vale, make_draft, make_vale
from tests.truth import untruths


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(at(MONDAY, 8), tick=False):
        yield


def document(vale: Vale) -> dict:
    return json.loads(problem.build(vale.district, NEXT_WEEK).text)


def published(week=NEXT_WEEK) -> list[Session]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Session).where(
                Session.on_date.between(week, week + timedelta(days=4)),
                Session.state == SessionState.PUBLISHED,
            )
        )
    )


# The problem


def test_the_problem_names_people_and_places_as_people_do(sqlite_app: Flask) -> None:
    vale = make_vale()
    written = document(vale)
    assert [office["id"] for office in written["offices"]] == ["Mosswater", "Thistlewick"]
    assert written["rooms"][0]["id"] == "Quiet room at Mosswater"
    assert written["advisers"][0]["available"] == [True] * 10


def test_two_of_one_name_are_told_apart(sqlite_app: Flask) -> None:
    vale = make_vale()
    vale.advisers[1].name = vale.advisers[0].name
    db.session.commit()
    names = [adviser["id"] for adviser in document(vale)["advisers"]]
    assert names == ["Ada Invented", f"Ada Invented ({vale.advisers[1].id})"]


def test_a_half_day_that_has_begun_is_left_as_it_is(sqlite_app: Flask) -> None:
    """Whoever failed to attend gave their place back; the session is history all the same."""
    vale = make_vale()
    make_session(vale.offices[0], on=MONDAY, adviser=vale.advisers[0], room=vale.rooms[0])
    for minute, begun in ((59, False), (60, True)):
        with time_machine.travel(at(MONDAY, 8 + minute // 60, minute % 60), tick=False):
            (there,) = standing(vale.district.id, MONDAY)
            can = available(vale.advisers[0], Week(MONDAY, []))
            assert (there.stays, can[:2]) == (begun, [not begun, True])


def test_leave_hours_closures_and_holds_are_in_it(sqlite_app: Flask) -> None:
    vale = make_vale()
    ada, ben = vale.advisers
    advisers.record_leave(
        adviser_id=ada.id,
        kind=LeaveKind.ANNUAL,
        first_on=NEXT_WEEK,
        last_on=NEXT_WEEK + timedelta(days=1),
        by=vale.lead,
    )
    advisers.save_adviser(adviser_id=ben.id, hours={0: (time(8), time(13))}, by=vale.lead)
    closures.close(
        office_id=vale.offices[0].id,
        room_id=vale.rooms[0].id,
        kind=ClosureKind.AGENCY,
        reason="Money advice",
        first_on=MONDAY,
        last_on=NEXT_WEEK + timedelta(weeks=4),
        weekday=2,
        starts=time(13),
        ends=time(17),
        by=vale.lead,
    )
    written = document(vale)
    by_name = {each["id"]: each for each in [*written["advisers"], *written["rooms"]]}
    assert by_name["Ada Invented"]["available"] == [False] * 4 + [True] * 6
    assert by_name["Ben Invented"]["available"] == [True] + [False] * 9
    is_open = by_name["Room 1 at Thistlewick"]["open"]
    assert [session for session in range(10) if not is_open[session]] == [5]


def test_a_shut_office_wants_nobody(sqlite_app: Flask) -> None:
    vale = make_vale()
    closures.close(
        office_id=vale.offices[1].id,
        room_id=None,
        kind=ClosureKind.CLOSED,
        reason="Flood",
        first_on=NEXT_WEEK,
        last_on=NEXT_WEEK + timedelta(days=3),
        by=vale.lead,
    )
    mosswater = document(vale)["offices"][0]
    assert mosswater["capacity"] == [0] * 8 + [5, 4]
    assert mosswater["demand"][:8] == [0] * 8
    assert mosswater["days_wanted"] == 1


def test_a_bank_holiday_is_nobodys_day(sqlite_app: Flask) -> None:
    vale = make_vale()
    easter_week = MONDAY.replace(month=3, day=29)  # Easter Monday 2027
    written = json.loads(problem.build(vale.district, easter_week).text)
    assert all(office["capacity"][:2] == [0, 0] for office in written["offices"])


def test_an_office_left_alone_for_weeks_wants_its_days(sqlite_app: Flask) -> None:
    vale = make_vale(days_wanted=0, coverage_weeks=4, coverage_days=2)
    make_session(vale.offices[1], adviser=vale.advisers[0], room=vale.rooms[2])
    wanted = {office["id"]: office["days_wanted"] for office in document(vale)["offices"]}
    assert wanted == {"Mosswater": 1, "Thistlewick": 2}


def test_who_is_booked_with_an_adviser_pins_them(sqlite_app: Flask) -> None:
    vale = make_vale()
    session = make_session(
        vale.offices[1],
        on=NEXT_WEEK + timedelta(days=2),
        adviser=vale.advisers[0],
        room=vale.rooms[2],
    )
    assert document(vale)["pinned"] == []
    make_appointment(session)
    pin = {"adviser": "Ada Invented", "day": 2, "office": "Mosswater"}
    assert document(vale)["pinned"] == [pin]


def test_wishes_of_the_week_and_of_every_week_are_in_it(sqlite_app: Flask) -> None:
    vale = make_vale()
    ada, ben = vale.advisers
    thistlewick, mosswater = vale.offices
    say = {"by": vale.lead, "reason": ""}
    wishes.decide(
        adviser_id=ada.id,
        office_id=thistlewick.id,
        kind=WishKind.DEDICATED,
        week=None,
        weekday=3,
        **say,
    )
    wishes.decide(
        adviser_id=ben.id,
        office_id=thistlewick.id,
        kind=WishKind.FORBIDDEN,
        week=NEXT_WEEK,
        weekday=None,
        **say,
    )
    for office in (thistlewick, mosswater):  # the second word on that day replaces the first
        wishes.decide(
            adviser_id=ada.id,
            office_id=office.id,
            kind=WishKind.PINNED,
            week=NEXT_WEEK,
            weekday=0,
            **say,
        )
    written = document(vale)
    assert written["advisers"][0]["dedicated"] == [["Thistlewick", 3]]
    assert written["forbidden"] == [{"adviser": "Ben Invented", "office": "Thistlewick"}]
    assert written["pinned"] == [{"adviser": "Ada Invented", "day": 0, "office": "Mosswater"}]


# Solving


def test_a_rota_is_asked_for_found_and_proved(app: Flask) -> None:
    vale = make_vale()
    draft = make_draft(vale)
    assert draft.run.state == RunState.SOLVED
    assert draft.run.objective == draft.run.bound
    assert drafts.solved(draft.id, vale.lead).rota.status == "optimal"


def test_what_contradicts_itself_is_said_by_name(sqlite_app: Flask) -> None:
    vale = make_vale()
    ada = vale.advisers[0]
    wishes.decide(
        adviser_id=ada.id,
        office_id=vale.offices[0].id,
        kind=WishKind.PINNED,
        week=NEXT_WEEK,
        weekday=0,
        by=vale.lead,
    )
    advisers.record_leave(
        adviser_id=ada.id,
        kind=LeaveKind.ANNUAL,
        first_on=NEXT_WEEK,
        last_on=NEXT_WEEK,
        by=vale.lead,
    )
    draft = make_draft(vale)
    assert draft.run.state == RunState.INFEASIBLE
    assert "Ada Invented is pinned to Thistlewick on Monday" in draft.run.fault


def test_two_workers_share_no_run(app: Flask) -> None:
    vale = make_vale()
    draft = drafts.propose(district_id=vale.district.id, week=NEXT_WEEK, by=vale.lead)
    assert solving._claim(draft.id)
    assert not solving._claim(draft.id)
    assert solving.solve_asked() == 0


def test_a_dead_workers_run_is_taken_up_again(app: Flask) -> None:
    vale = make_vale()
    draft = drafts.propose(district_id=vale.district.id, week=NEXT_WEEK, by=vale.lead)
    assert solving._claim(draft.id)
    with transaction():
        db.session.execute(update(RotaRun).values(claimed_by="a worker that was killed"))
    with time_machine.travel(at(MONDAY, 8, 1), tick=False):
        assert solving.solve_asked() == 1
    db.session.rollback()
    assert drafts.reachable(draft.id, vale.lead).run.state == RunState.SOLVED


def test_a_worker_that_was_thought_dead_changes_nothing_any_more(app: Flask) -> None:
    vale = make_vale()
    draft = drafts.propose(district_id=vale.district.id, week=NEXT_WEEK, by=vale.lead)
    assert solving._claim(draft.id)
    with transaction():
        db.session.execute(update(RotaRun).values(claimed_by="the one who took it over"))
    found = {"status": "optimal", "objective": 1, "bound": 1.0, "seconds": 0.1}
    assert not solving._keep(draft.id, json.dumps(found))
    assert drafts.reachable(draft.id, vale.lead).rota is None


def test_only_mondays_that_are_not_over_can_be_planned(sqlite_app: Flask) -> None:
    vale = make_vale()
    last_week = MONDAY - timedelta(weeks=1)
    for week, refusal in ((NEXT_WEEK + timedelta(days=1), BadDetail), (last_week, WeekOver)):
        with pytest.raises(refusal):
            drafts.propose(district_id=vale.district.id, week=week, by=vale.lead)
    late = {"office_id": vale.offices[0].id, "wanted": {0: 3}, "reason": "Late", "by": vale.lead}
    with pytest.raises(WeekOver):
        demand_entries.save_week(week=last_week, **late)


def test_a_draft_left_until_its_week_is_over_is_not_published(sqlite_app: Flask) -> None:
    vale = make_vale()
    draft = make_draft(vale)
    too_late = time_machine.travel(at(NEXT_WEEK + timedelta(weeks=1), 9), tick=False)
    with too_late, pytest.raises(WeekOver):
        publishing.publish(draft_id=draft.id, version=draft.version, by=vale.lead)


# Changing by hand


def test_every_choice_has_its_price_and_the_price_is_what_is_paid(sqlite_app: Flask) -> None:
    vale = make_vale()
    draft = make_draft(vale)
    solved = drafts.solved(draft.id, vale.lead)
    before = solved.rota.objective
    choices = edits.options(solved, "Ada Invented", 1)
    assert min(choice.rise for choice in choices) == 0  # it was proved: no edit is cheaper
    other = next(choice for choice in choices if not choice.is_now)
    edits.choose(
        draft_id=draft.id,
        version=draft.version,
        adviser_id=vale.advisers[0].id,
        day=1,
        key=other.key,
        by=vale.lead,
    )
    assert drafts.solved(draft.id, vale.lead).rota.objective == before + other.rise


def test_two_leads_cannot_overwrite_each_other(app: Flask) -> None:
    vale = make_vale()
    draft = make_draft(vale)
    seen = draft.version
    off = {"draft_id": draft.id, "day": 1, "key": edits.OFF, "by": vale.lead}
    edits.choose(version=seen, adviser_id=vale.advisers[0].id, **off)
    with pytest.raises(drafts.DraftChanged):
        edits.choose(version=seen, adviser_id=vale.advisers[1].id, **off)
    with pytest.raises(drafts.DraftChanged):
        publishing.publish(draft_id=draft.id, version=seen, by=vale.lead)
    with pytest.raises(drafts.DraftChanged):
        drafts.throw_away(draft_id=draft.id, version=seen, by=vale.lead)


def test_a_published_rota_is_published_once_and_not_edited(app: Flask) -> None:
    vale = make_vale()
    draft = make_draft(vale)
    with time_machine.travel(at(MONDAY, 9), tick=False):
        publishing.publish(draft_id=draft.id, version=draft.version, by=vale.lead)
        version = drafts.reachable(draft.id, vale.lead).version
        edit = {"adviser_id": vale.advisers[0].id, "day": 1, "key": edits.OFF}
        with pytest.raises(drafts.AlreadyPublished):
            publishing.publish(draft_id=draft.id, version=version, by=vale.lead)
        with pytest.raises(drafts.AlreadyPublished):
            edits.choose(draft_id=draft.id, version=version, by=vale.lead, **edit)


def test_a_forged_choice_is_refused(sqlite_app: Flask) -> None:
    vale = make_vale()
    draft = make_draft(vale)
    with pytest.raises(edits.EditRefused):
        edits.choose(
            draft_id=draft.id,
            version=draft.version,
            adviser_id=vale.advisers[0].id,
            day=1,
            key='["Nowhere", 2]',
            by=vale.lead,
        )


def told_why(vale: Vale, draft: RotaDraft) -> list[reasons.Why]:
    solved = drafts.solved(draft.id, vale.lead)
    told = [
        reasons.why(solved, office.id, session) for office in vale.offices for session in range(10)
    ]
    return [each for each in told if each is not None]


def test_unmet_demand_is_explained_and_priced(sqlite_app: Flask) -> None:
    vale = make_vale(claims_stage_1=1200)  # a hundred referrals a week at each of two offices
    draft = make_draft(vale)
    short = told_why(vale, draft)
    assert any(each.price for each in short)
    assert all(each.obstacle or each.price or each.question for each in short)
    edits.choose(
        draft_id=draft.id,
        version=draft.version,
        adviser_id=vale.advisers[0].id,
        day=1,
        key=edits.OFF,
        by=vale.lead,
    )
    by_hand = [each for each in told_why(vale, draft) if not each.obstacle]
    assert by_hand
    assert all(each.question and not each.price for each in by_hand)  # of the rota as it is now


def test_with_time_enough_every_price_is_worked_out(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    vale = make_vale(claims_stage_1=1200)
    draft = make_draft(vale)
    may_come = [each.session for each in told_why(vale, draft) if not each.obstacle]
    solved = drafts.solved(draft.id, vale.lead)
    monkeypatch.setattr(solve_apart, "SECONDS_FOR_PRICES", 3_600.0)
    prices = solve_apart._priced(solved.problem, solved.rota, threading.Event())
    assert len(prices) == len(may_come) > 0
    assert all(price["words"] and price["exact"] for price in prices.values())


# Publishing


def test_publishing_makes_the_sessions_and_their_slots(app: Flask) -> None:
    vale = make_vale()
    draft = make_draft(vale)
    rota = drafts.solved(draft.id, vale.lead).rota
    publishing.publish(draft_id=draft.id, version=draft.version, by=vale.lead)
    made = published()
    assert len(made) == sum(len(entry.places) for entry in rota.assignments)
    assert all(session.slots for session in made)
    assert untruths() == []
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"proposed rota", "found rota", "opened session", "published rota"} <= actions


def test_who_is_booked_stays_where_they_are(app: Flask) -> None:
    vale = make_vale()
    on = NEXT_WEEK + timedelta(days=2)
    kept = make_session(vale.offices[1], on=on, adviser=vale.advisers[0], room=vale.rooms[2])
    empty = make_session(
        vale.offices[0], on=on, adviser=vale.advisers[1], room=vale.rooms[0], half_day=HalfDay.PM
    )
    booked = make_appointment(kept)
    draft = make_draft(vale)
    for version in (draft.version,):
        publishing.publish(draft_id=draft.id, version=version, by=vale.lead)
    db.session.rollback()
    assert db.session.get(Session, kept.id).state == SessionState.PUBLISHED
    assert booked.slot.session_id == kept.id
    assert booked.start_version == 1
    still = {(s.adviser_id, s.half_day) for s in published() if s.on_date == on}
    assert (empty.adviser_id, empty.half_day) in still or empty.state == SessionState.CANCELLED
    assert untruths() == []


def test_a_booking_made_after_the_rota_was_proposed_is_not_harmed(app: Flask) -> None:
    """The session is not in the rota; it stays, because somebody has been booked in it."""
    vale = make_vale(days_wanted=0, coverage_days=0)
    monday = make_session(vale.offices[0], on=NEXT_WEEK, adviser=vale.advisers[0])
    draft = make_draft(vale)
    assert drafts.solved(draft.id, vale.lead).rota.assignments == () or draft.rota
    booked = make_appointment(monday)
    publishing.publish(draft_id=draft.id, version=draft.version, by=vale.lead)
    db.session.rollback()
    assert booked.slot.session.state == SessionState.PUBLISHED
    assert untruths() == []


def test_what_the_diary_refuses_is_named_and_nothing_is_changed(app: Flask) -> None:
    vale = make_vale()
    draft = make_draft(vale)
    worked = {entry.adviser for entry in drafts.solved(draft.id, vale.lead).rota.assignments}
    away = next(a for a in vale.advisers if a.name in worked)
    advisers.record_leave(
        adviser_id=away.id,
        kind=LeaveKind.SICK,
        first_on=NEXT_WEEK,
        last_on=NEXT_WEEK + timedelta(days=4),
        by=vale.lead,
    )
    with pytest.raises(publishing.RotaRefused, match=f"{away.name} is on leave that day"):
        publishing.publish(draft_id=draft.id, version=draft.version, by=vale.lead)
    assert published() == []
    assert drafts.reachable(draft.id, vale.lead).published_at is None


def test_a_rota_of_before_another_was_published_is_out_of_date(app: Flask) -> None:
    vale = make_vale()
    first, second = make_draft(vale), make_draft(vale)
    with time_machine.travel(at(MONDAY, 9), tick=False):
        publishing.publish(draft_id=first.id, version=first.version, by=vale.lead)
        with pytest.raises(drafts.DraftOutdated):
            publishing.publish(draft_id=second.id, version=second.version, by=vale.lead)


def test_groups_and_telephone_sessions_are_left_alone(app: Flask) -> None:
    vale = make_vale()
    on = NEXT_WEEK + timedelta(days=1)
    telephone = make_session(
        vale.offices[0], on=on, adviser=vale.advisers[0], kind=SessionKind.TELEPHONE
    )
    group = make_session(
        vale.offices[1], on=on, adviser=vale.advisers[1], kind=SessionKind.GROUP, places=4
    )
    draft = make_draft(vale)
    publishing.publish(draft_id=draft.id, version=draft.version, by=vale.lead)
    assert {telephone.id, group.id} <= {session.id for session in published()}
    assert untruths() == []


def test_the_rota_gives_way_to_a_booking_made_since_it_was_found(app: Flask) -> None:
    """Dropped in the draft, then booked: the session stays, and its adviser goes nowhere else."""
    vale = make_vale(days_wanted=0, coverage_days=0)
    dropped = make_session(
        vale.offices[0], on=NEXT_WEEK, adviser=vale.advisers[1], room=vale.rooms[1]
    )
    draft = make_draft(vale)
    name, office = vale.advisers[1].name, vale.offices[1]
    elsewhere = [Assignment(name, 0, office.name, {0: "Quiet room at Mosswater", 1: OVERFLOW})]
    solved = drafts.Solved(draft)
    others = [e for e in solved.rota.assignments if (e.adviser, e.day) != (name, 0)]
    draft.rota = rota_text(replace(solved.rota, assignments=(*others, *elsewhere)))
    db.session.commit()
    appointments.book(
        slot_id=dropped.slots[0].id,
        claimant=make_claimant(),
        referral=make_referral(),
        by=THE_SERVICE,
    )
    lines = publishing.in_words(drafts.Solved(draft)).gave_way
    assert [line.partition(":")[0] for line in lines] == ["Monday am", "Monday pm"]
    assert "stays at Thistlewick, where somebody is booked that day" in lines[0]
    publishing.publish(draft_id=draft.id, version=draft.version, by=vale.lead)
    that_day = [s for s in published() if (s.adviser.name, s.on_date) == (name, NEXT_WEEK)]
    assert [session.id for session in that_day] == [dropped.id]
    assert untruths() == []


def test_whoever_books_while_the_rota_is_published_is_booked_or_told(app: Flask) -> None:
    """Bookings in sessions that the rota drops: each is kept, or refused; none is stranded."""
    vale = make_vale(days_wanted=0, coverage_days=0)
    dropped = [
        make_session(vale.offices[0], on=NEXT_WEEK, adviser=vale.advisers[n], room=vale.rooms[n])
        for n in range(2)
    ]
    draft = make_draft(vale)
    version, lead, draft_id = draft.version, vale.lead, draft.id
    slots = [slot.id for session in dropped for slot in session.slots]
    db.session.rollback()
    refusals: list[Exception] = []

    def book(slot_id: int) -> None:
        with app.app_context():
            try:
                appointments.book(
                    slot_id=slot_id,
                    claimant=make_claimant(),
                    referral=make_referral(),
                    by=THE_SERVICE,
                )
            except SlotNotOpen as refusal:
                refusals.append(refusal)
            finally:
                db.session.remove()

    def publish() -> None:
        with app.app_context():
            try:
                publishing.publish(draft_id=draft_id, version=version, by=lead)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=book, args=[slot_id]) for slot_id in slots]
    threads.insert(len(threads) // 2, threading.Thread(target=publish))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert untruths() == []
    booked = [slot for slot in db.session.scalars(select(Slot)) if slot.appointments]
    assert len(booked) + len(refusals) == len(slots)
    assert db.session.get_one(RotaDraft, draft_id).published_at is not None
