"""What a lead asks of a draft: one answer for whoever asks, of the rota as it stands."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import time, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from booking import advisers, closures
from booking.database import db, transaction
from booking.errors import NotAllowed, NotFound
from booking.models import AuditEntry, RotaDraft, RotaQuestion, User
from booking.rights import Actor
from booking.rotas import answering, apart, drafts, edits, publishing, questions, reasons, unmoved
from booking.words import ClosureKind, QuestionKind, Role, RunState
from tests.makers import at, make_actor, make_office, make_session, sign_in
from tests.rota_makers import MONDAY, NEXT_WEEK, Vale, make_draft, make_vale
from tests.storms.processes import from_threads

ADVISER, ROOM = QuestionKind.ONE_MORE_ADVISER, QuestionKind.ONE_MORE_ROOM


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(at(MONDAY, 8), tick=False):
        yield


def without_prices(draft: RotaDraft) -> RotaDraft:
    """As after a search that was stopped: everything can still be asked."""
    draft.run.prices = None
    db.session.commit()
    return draft


def a_busy_vale() -> tuple[Vale, RotaDraft]:
    """Both offices want far more than two advisers can offer."""
    vale = make_vale(claims_stage_1=1200)
    return vale, without_prices(make_draft(vale))


def a_vale_short_of_rooms() -> tuple[Vale, RotaDraft]:
    """One office with one room, which one of two advisers has."""
    vale = make_vale(claims_stage_1=1200, overflow_places=0)
    for room in vale.rooms[1:]:
        closures.close(
            office_id=room.office_id,
            room_id=room.id,
            kind=ClosureKind.AGENCY,
            reason="Money advice",
            first_on=NEXT_WEEK,
            last_on=NEXT_WEEK + timedelta(days=4),
            by=vale.lead,
        )
    return vale, without_prices(make_draft(vale))


def short_of(vale: Vale, draft: RotaDraft, kind: QuestionKind) -> dict[str, int]:
    """The first half-day of which this can be asked, as the use case is told it."""
    solved = drafts.solved(draft.id, vale.lead)
    for office in vale.offices:
        for half in range(10):
            told = reasons.why(solved, office.id, half)
            if told is not None and told.question == kind:
                return {"draft_id": draft.id, "office_id": office.id, "half": half}
    pytest.fail(f"nothing to ask: {kind}")


def a_question(kind: QuestionKind = ADVISER) -> tuple[Vale, RotaDraft, RotaQuestion]:
    vale, draft = a_busy_vale() if kind == ADVISER else a_vale_short_of_rooms()
    asked = questions.ask_of_office(**short_of(vale, draft, kind), by=vale.lead)
    return vale, draft, asked


def ada_was_at_mosswater() -> tuple[Vale, RotaDraft]:
    """Last Monday; next Monday she could be there again, but somebody gave her the day off."""
    vale = make_vale()
    make_session(vale.offices[1], on=MONDAY, adviser=vale.advisers[0])
    draft = make_draft(vale)
    edits.choose(**adas_monday(vale, draft), version=draft.version, key=edits.OFF, by=vale.lead)
    return vale, draft


def adas_monday(vale: Vale, draft: RotaDraft) -> dict[str, int]:
    return {"draft_id": draft.id, "adviser_id": vale.advisers[0].id, "day": 0}


def moves_of_ada(vale: Vale, draft: RotaDraft) -> list[reasons.Move]:
    """What is said of her Monday."""
    solved = drafts.solved(draft.id, vale.lead)
    return [each for each, _ in questions.moves(solved, "Ada Invented") if each.day == 0]


def as_it_is_now(question: RotaQuestion) -> RotaQuestion:
    db.session.rollback()
    return db.session.get_one(RotaQuestion, question.id)


def changed_by_hand(vale: Vale, draft: RotaDraft, adviser: int = 0, day: int = 1) -> None:
    """The adviser's day becomes what it was not."""
    solved = drafts.solved(draft.id, vale.lead)
    options = edits.options(solved, vale.advisers[adviser].name, day)
    edits.choose(
        draft_id=draft.id,
        version=draft.version,
        adviser_id=vale.advisers[adviser].id,
        day=day,
        key=next(option.key for option in options if not option.is_now),
        by=vale.lead,
    )


# Asking and answering


def test_one_more_adviser_is_asked_for_and_answered(app: Flask) -> None:
    _, _, asked = a_question()
    assert asked.state == RunState.ASKED
    assert answering.answer_asked() == 1
    answered = as_it_is_now(asked)
    assert answered.state == RunState.SOLVED, answered.fault
    assert answered.answer.startswith("One more adviser there ")
    actions = Counter(db.session.scalars(select(AuditEntry.action)))
    assert (actions["asked of rota"], actions["answered of rota"]) == (1, 1)
    assert answering.answer_asked() == 0


def test_where_every_room_is_taken_one_more_room_is_asked_for(sqlite_app: Flask) -> None:
    _, _, asked = a_question(ROOM)
    answering.answer_asked()
    answered = as_it_is_now(asked)
    assert answered.answer.startswith("One more bookable room on Monday am would seat 5 more ")


def test_whoever_moved_is_told_what_staying_would_cost(sqlite_app: Flask) -> None:
    vale, draft = ada_was_at_mosswater()
    (move,) = moves_of_ada(vale, draft)
    assert (move.before, move.can_stay) == ("Mosswater", True)
    asked = questions.ask_of_day(**adas_monday(vale, draft), by=vale.lead)
    answering.answer_asked()
    assert "Staying at Mosswater would cost " in as_it_is_now(asked).answer


def test_what_was_changed_by_hand_stays_as_it_is_in_the_answer(sqlite_app: Flask) -> None:
    """Both are off by hand on Tuesday: nobody is left who could come."""
    vale, draft = a_busy_vale()
    ben_is_off = {"draft_id": draft.id, "adviser_id": vale.advisers[1].id, "day": 1}
    edits.choose(**ben_is_off, version=draft.version, key=edits.OFF, by=vale.lead)
    ada_is_off = {**ben_is_off, "adviser_id": vale.advisers[0].id}
    edits.choose(**ada_is_off, version=draft.version, key=edits.OFF, by=vale.lead)
    tuesday = {"draft_id": draft.id, "office_id": vale.offices[0].id, "half": 2}
    asked = questions.ask_of_office(**tuesday, by=vale.lead)
    answering.answer_asked()
    answer = as_it_is_now(asked).answer
    assert answer.startswith("One more adviser there is impossible")
    assert answer.endswith("In this, the days changed by hand stay as they are.")


def test_what_stood_in_the_way_is_said_at_once(sqlite_app: Flask) -> None:
    vale = make_vale()
    make_session(vale.offices[1], on=MONDAY, adviser=vale.advisers[0])
    hours = {day: (time(8), time(17)) for day in range(1, 5)}
    advisers.save_adviser(adviser_id=vale.advisers[0].id, hours=hours, by=vale.lead)
    draft = make_draft(vale)
    (move,) = moves_of_ada(vale, draft)
    assert move.words.endswith("Mosswater → off, because not available that day.")
    with pytest.raises(questions.NothingToAsk):
        questions.ask_of_day(**adas_monday(vale, draft), by=vale.lead)


def why_on_tuesday(vale: Vale, draft: RotaDraft) -> reasons.Why:
    told = reasons.why(drafts.solved(draft.id, vale.lead), vale.offices[0].id, 2)
    assert told is not None
    return told


def test_why_is_said_no_more_surely_than_it_is_known(sqlite_app: Flask) -> None:
    vale, draft = a_vale_short_of_rooms()
    assert why_on_tuesday(vale, draft).cause == "no room is free, there or at a venue nearby"
    ada_is_off = {"draft_id": draft.id, "adviser_id": vale.advisers[0].id, "day": 1}
    edits.choose(**ada_is_off, version=draft.version, key=edits.OFF, by=vale.lead)
    ben_is_off = {**ada_is_off, "adviser_id": vale.advisers[1].id}
    edits.choose(**ben_is_off, version=draft.version, key=edits.OFF, by=vale.lead)
    could_come = why_on_tuesday(vale, draft).cause
    assert could_come.startswith("somebody could come; that it would cost more than it brings is")


def test_of_a_half_day_that_has_enough_nothing_is_asked(sqlite_app: Flask) -> None:
    vale = make_vale(claims_stage_1=0, claims_stage_2=0)
    half = {"draft_id": make_draft(vale).id, "office_id": vale.offices[0].id, "half": 0}
    with pytest.raises(questions.NothingToAsk):
        questions.ask_of_office(**half, by=vale.lead)


# Which rota the answer is of


def test_the_answer_belongs_to_the_rota_it_was_asked_of(sqlite_app: Flask) -> None:
    vale, draft, asked = a_question()
    answering.answer_asked()
    key = (asked.kind, asked.about, asked.half)
    assert key in questions.of_rota(drafts.solved(draft.id, vale.lead))
    changed_by_hand(vale, draft, day=4)
    assert questions.of_rota(drafts.solved(draft.id, vale.lead)) == {}
    again = questions.ask_of_office(**short_of(vale, draft, ADVISER), by=vale.lead)
    assert again.id != asked.id


def test_what_was_asked_of_a_rota_that_is_no_more_is_not_worked_out(sqlite_app: Flask) -> None:
    vale, draft, asked = a_question()
    changed_by_hand(vale, draft)
    answering.answer_asked()
    ended = as_it_is_now(asked)
    assert (ended.state, ended.answer) == (RunState.FAILED, "")
    assert ended.fault == "The draft was changed before this was worked out."


def test_a_question_is_of_its_own_draft_though_another_has_the_same_rota(
    sqlite_app: Flask,
) -> None:
    vale, draft, asked = a_question()
    twin = drafts.propose(district_id=vale.district.id, week=NEXT_WEEK, by=vale.lead)
    twin.problem, twin.rota = draft.problem, draft.rota
    db.session.commit()
    solved = drafts.solved(twin.id, vale.lead)
    assert solved.rota_sha256 == asked.rota_sha256
    assert questions.of_rota(solved) == {}


def test_the_adviser_days_changed_by_hand_are_known(sqlite_app: Flask) -> None:
    vale, draft = a_busy_vale()
    assert drafts.solved(draft.id, vale.lead).by_hand == frozenset()
    changed_by_hand(vale, draft, adviser=1, day=3)
    assert drafts.solved(draft.id, vale.lead).by_hand == {("Ben Invented", 3)}


def test_questions_go_with_their_draft(app: Flask) -> None:
    vale, draft, _ = a_question()
    drafts.throw_away(draft_id=draft.id, version=draft.version, by=vale.lead)
    assert db.session.scalar(select(func.count()).select_from(RotaQuestion)) == 0


# Two at once, and workers that come and go


def ask(where: dict[str, int], lead: Actor) -> int:
    return questions.ask_of_office(**where, by=lead).id


def test_two_leads_who_ask_the_same_get_one_answer(app: Flask) -> None:
    vale, draft = a_busy_vale()
    where = short_of(vale, draft, ADVISER)
    asked = from_threads(app, ask, [(where, vale.lead)] * 8)
    db.session.rollback()
    assert set(asked) == {db.session.scalars(select(RotaQuestion.id)).one()}
    actions = Counter(db.session.scalars(select(AuditEntry.action)))
    assert actions["asked of rota"] == 1


def test_what_was_asked_first_is_answered_first(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    vale, draft = a_busy_vale()
    where = short_of(vale, draft, ADVISER)
    solved = drafts.solved(draft.id, vale.lead)
    later = next(
        half
        for half in range(9, where["half"], -1)
        if (told := reasons.why(solved, where["office_id"], half)) and told.question
    )
    for half in (later, where["half"]):
        questions.ask_of_office(**{**where, "half": half}, by=vale.lead)
    answered: list[object] = []

    def at_once(module: str, asked: dict[str, object], **_: object) -> dict[str, object]:
        answered.append(asked["half"])
        return {"answer": "Nothing more."}

    monkeypatch.setattr(answering, "answer_of", at_once)
    assert answering.answer_asked() == 2
    assert answered == [later, where["half"]]


def test_two_workers_share_no_question(app: Flask) -> None:
    _, _, asked = a_question()
    taken = from_threads(app, answering._claim, [(asked.id,)] * 8)
    assert Counter(taken) == {True: 1, False: 7}
    assert answering.answer_asked() == 0


def test_a_dead_workers_question_is_taken_up_again_and_its_answer_not_taken(app: Flask) -> None:
    vale, _, asked = a_question()
    assert answering._claim(asked.id)
    with transaction():
        dead = {"claimed_by": "a worker that was killed"}
        db.session.execute(update(RotaQuestion).values(**dead))
        drafts.audit.record(vale.lead, "killed a worker", asked)
    assert not answering._keep(asked.id, {"answer": "Too late"})
    assert not answering._beat(asked.id)
    assert not answering._hand_back(asked.id)
    with time_machine.travel(at(MONDAY, 8, 1), tick=False):
        assert answering.answer_asked() == 1
    assert as_it_is_now(asked).answer.startswith("One more adviser")


def test_a_worker_told_to_stop_hands_its_question_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, asked = a_question()
    monkeypatch.setattr(answering, "answer_of", told_to_stop_during_it)
    try:
        assert answering.answer_asked() == 0
    finally:
        apart.told_to_stop.clear()
    assert as_it_is_now(asked).state == RunState.ASKED
    monkeypatch.undo()
    assert answering.answer_asked() == 1


def told_to_stop_during_it(
    module: str, asked: object, *, beat: Callable[[], bool], seconds: float
) -> dict[str, object] | None:
    def beat_and_stop() -> bool:
        apart.stop_soon()
        return beat()

    return apart.answer_of("tests.sleeper", {}, beat=beat_and_stop, seconds=seconds)


def test_an_answer_that_failed_is_asked_for_again(sqlite_app: Flask) -> None:
    vale, draft, asked = a_question()
    assert answering._claim(asked.id)
    answering._keep(asked.id, {"fault": "The search ended without an answer."})
    again = questions.ask_of_office(**short_of(vale, draft, ADVISER), by=vale.lead)
    assert (again.id, again.state, again.fault) == (asked.id, RunState.ASKED, "")


# The process apart


def test_a_process_that_dies_gives_no_answer(tmp_path: object) -> None:
    said = apart.answer_of("booking.rotas.no_such_module", {}, beat=lambda: True, seconds=60)
    assert said == {"fault": "The search ended without an answer."}


def test_a_process_that_takes_too_long_is_ended() -> None:
    said = apart.answer_of("tests.sleeper", {}, beat=lambda: True, seconds=0)
    assert said == {"fault": "No answer was found in time."}


def test_a_process_whose_asker_is_gone_ends() -> None:
    with apart.at_work("tests.sleeper", b"{}\n") as sleeper:
        sleeper.stop()
        while (said := sleeper.said()) is not None:
            assert said == {}


def test_a_search_that_is_stopped_still_says_what_moves_nobody(sqlite_app: Flask) -> None:
    vale = make_vale()
    draft = drafts.propose(district_id=vale.district.id, week=NEXT_WEEK, by=vale.lead)
    data = draft.problem.encode()
    settings = {"length": len(data), "seconds": 60, "workers": 1}
    said: dict[str, object] = {}
    with apart.at_work(
        "booking.rotas.solve_apart", json.dumps(settings).encode() + b"\n"
    ) as solver:
        solver.tell(data)
        solver.stop()
        while (more := solver.said()) is not None:
            said |= more
    assert {"rota", "unmoved"} <= said.keys()


# Whose it is


def test_only_a_lead_asks_and_of_their_own_district(sqlite_app: Flask) -> None:
    vale, draft, asked = a_question()
    where = short_of(vale, draft, ADVISER)
    with pytest.raises(NotAllowed):
        ask(where, make_actor(Role.NEXT_STEP_ADVISER, vale.offices[0]))
    stranger = make_actor(Role.DISTRICT_LEAD, make_office(name="Far away"))
    for refused in (lambda: ask(where, stranger), lambda: questions.reachable(asked.id, stranger)):
        with pytest.raises(NotFound):
            refused()


# The pages


def test_the_page_asks_waits_and_answers(client: FlaskClient) -> None:
    vale, draft = a_busy_vale()
    sign_in(client, db.session.get_one(User, vale.lead.user_id))
    where = short_of(vale, draft, ADVISER)
    page = "/rota/drafts/{draft_id}/offices/{office_id}/{half}".format(**where)
    button = "Work out exactly what one more adviser here would cost"
    assert button in client.get(page).text

    waiting = client.post(page, follow_redirects=True).text
    assert "a worker takes it up as soon as one is free" in waiting
    assert 'http-equiv="refresh"' in waiting
    assert button not in waiting
    asked = db.session.scalars(select(RotaQuestion)).one()
    assert answering._claim(asked.id)
    assert "Being worked out" in client.get(f"/rota/questions/{asked.id}/progress").text
    answering._hand_back(asked.id)
    answering.answer_asked()
    for place in (page, f"/rota/questions/{asked.id}/progress"):
        answered = client.get(place).text
        assert "One more adviser there" in answered
        assert 'http-equiv="refresh"' not in answered

    changed_by_hand(vale, draft, day=4)
    assert button in client.get(page).text


def test_the_day_of_whoever_moved_asks_and_answers(client: FlaskClient) -> None:
    vale, draft = ada_was_at_mosswater()
    sign_in(client, db.session.get_one(User, vale.lead.user_id))
    page = f"/rota/drafts/{draft.id}/advisers/{vale.advisers[0].id}/0"
    assert "Work out what staying would cost" in client.get(page).text
    assert (
        "takes it up as soon as one is free"
        in client.post(f"{page}/staying", follow_redirects=True).text
    )
    answering.answer_asked()
    assert "Staying at Mosswater would cost" in client.get(page).text


def test_what_there_is_no_more_to_ask_is_said(client: FlaskClient) -> None:
    vale = make_vale(claims_stage_1=0, claims_stage_2=0)
    sign_in(client, db.session.get_one(User, vale.lead.user_id))
    hours = {day: (time(8), time(17)) for day in range(1, 5)}
    advisers.save_adviser(adviser_id=vale.advisers[0].id, hours=hours, by=vale.lead)
    draft = make_draft(vale)
    for page in (
        f"/rota/drafts/{draft.id}/offices/{vale.offices[0].id}/0",
        f"/rota/drafts/{draft.id}/advisers/{vale.advisers[0].id}/0/staying",
    ):
        late = client.post(page)
        assert late.status_code == 409, page
        assert "There is nothing to work out here any more" in late.text


def test_a_draft_stands_beside_last_week_and_beside_moving_nobody(client: FlaskClient) -> None:
    vale = make_vale()
    make_session(vale.offices[1], on=MONDAY, adviser=vale.advisers[0], room=vale.rooms[2])
    sign_in(client, db.session.get_one(User, vale.lead.user_id))
    draft = make_draft(vale)
    unmoved = json.loads(draft.run.unmoved)
    assert {(e["adviser"], e["day"]) for e in unmoved["assignments"]} <= {("Ada Invented", 0)}
    page = client.get(f"/rota/drafts/{draft.id}").text
    assert "Moving nobody" in page
    assert str(unmoved["objective"]) in page
    draft.run.unmoved = None
    db.session.commit()
    assert "none stands beside this one yet" in client.get(f"/rota/drafts/{draft.id}").text


def test_the_rota_that_moves_nobody_can_be_had_as_a_draft_and_published(
    client: FlaskClient,
) -> None:
    vale = make_vale()
    make_session(vale.offices[1], on=MONDAY, adviser=vale.advisers[0], room=vale.rooms[2])
    sign_in(client, db.session.get_one(User, vale.lead.user_id))
    draft = make_draft(vale, name="First try")
    offered = "Make a draft that moves nobody"
    assert offered in client.get(f"/rota/drafts/{draft.id}").text

    page = client.post(f"/rota/drafts/{draft.id}/unmoved", follow_redirects=True).text
    assert "Nobody moved: First try" in page
    assert offered not in page
    taken = db.session.scalars(select(RotaDraft).where(RotaDraft.id != draft.id)).one()
    rota, beside = json.loads(taken.rota), json.loads(draft.run.unmoved)
    assert (rota["assignments"], rota["objective"]) == (beside["assignments"], beside["objective"])
    assert rota["bound"] == json.loads(draft.rota)["bound"]  # of the same problem
    again = client.post(f"/rota/drafts/{draft.id}/unmoved")
    assert again.location == f"/rota/drafts/{taken.id}"  # made once, however often it is pressed
    taken.rota = draft.rota  # changed by hand since
    db.session.commit()
    refused = client.post(f"/rota/drafts/{draft.id}/unmoved")
    assert (refused.status_code, "There is a draft of that name" in refused.text) == (409, True)
    taken.rota = taken.proposed_rota
    db.session.commit()

    with time_machine.travel(at(MONDAY, 9), tick=False):
        assert publishing.why_not(taken) is None
        published = publishing.publish(draft_id=taken.id, version=1, by=vale.lead)
        assert published.name == "Nobody moved: First try"
    with time_machine.travel(at(MONDAY, 10), tick=False):
        drafts.rename(draft_id=draft.id, name="Out of date", by=vale.lead)
        late = unmoved.take(draft_id=draft.id, by=vale.lead)
        assert isinstance(publishing.why_not(late), drafts.DraftOutdated)
    draft.run.unmoved = None
    db.session.commit()
    assert client.post(f"/rota/drafts/{draft.id}/unmoved").status_code == 409
