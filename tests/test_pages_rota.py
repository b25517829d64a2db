"""The rota's pages: a lead's week from demand to publication, and what advisers see and ask."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import closures
from booking.boards import rota_week
from booking.database import db
from booking.models import (
    Adviser,
    AdviserLeave,
    DemandEntry,
    LeaveRequest,
    RotaDraft,
    RotaRun,
    RotaWish,
    User,
)
from booking.rotas import drafts, edits, grid, problem, publishing, solving, terms
from booking.words import ClosureKind, HalfDay, RequestState, Role, RunState, WishKind
from optimizer.rota import objective
from tests.makers import at, make_appointment, make_claimant, make_session, make_user, sign_in
from tests.rota_makers import MONDAY, NEXT_WEEK, Vale, make_draft, make_vale


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(at(MONDAY, 8), tick=False):
        yield


@pytest.fixture
def vale(client: FlaskClient) -> Vale:
    """A vale whose lead is signed in."""
    vale = make_vale()
    sign_in(client, db.session.get_one(User, vale.lead.user_id))
    return vale


def see(client: FlaskClient, path: str) -> str:
    """The page as whoever this client is signed in as sees it."""
    g.pop("_login_user", None)  # the tests' own context outlives a request, and so its user
    return client.get(path).text


def press(client: FlaskClient, path: str, **typed: object) -> str:
    """What stands on the page after the form was sent."""
    g.pop("_login_user", None)
    answer = client.post(path, data=typed, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_week_from_the_list_to_the_diary(client: FlaskClient, vale: Vale) -> None:
    weeks = client.get("/rota").text
    assert "No rota yet" in weeks
    assert f'href="/rota/{MONDAY}"' in weeks.partition("Plan the week of Monday 18 January")[0]
    page = client.get(f"/rota/{NEXT_WEEK}").text
    assert "What this week is made from" in page

    page = press(client, f"/rota/{NEXT_WEEK}", seconds=30, name="First try")
    assert "Waiting" in page
    solving.solve_asked()
    draft = db.session.scalars(select(RotaDraft)).one()
    page = client.get(f"/rota/drafts/{draft.id}").text
    assert "proved best" in page
    assert "Ada Invented" in page
    assert "Ada Invented" in client.get(f"/rota/drafts/{draft.id}?view=advisers").text

    page = client.get(f"/rota/drafts/{draft.id}/publish").text
    assert "Publish this rota?" in page
    press(client, f"/rota/drafts/{draft.id}/publish", version=draft.version)
    assert "First try, published" in client.get("/rota").text
    assert "Ada I" in client.get(f"/district/sessions?week={NEXT_WEEK}").text


def test_a_draft_that_cannot_be_published_says_so_before_anybody_presses(
    client: FlaskClient, vale: Vale
) -> None:
    older, draft = make_draft(vale), make_draft(vale)
    with time_machine.travel(at(MONDAY, 9), tick=False):
        publishing.publish(draft_id=draft.id, version=draft.version, by=vale.lead)
        again = client.get(f"/rota/drafts/{draft.id}/publish").text
        assert "This rota is published." in again
        stale = client.get(f"/rota/drafts/{older.id}/publish").text
        assert "Another rota of this week has been published" in stale
        assert "Publish the week" not in again + stale
        told = client.get(f"/rota/drafts/{older.id}").text
        assert "This draft cannot be published." in told
        assert "Publish …" not in told
        assert "Published Mon 18 Jan by" in see(client, f"/rota/{NEXT_WEEK}")
        late = client.post(f"/rota/drafts/{older.id}/publish", data={"version": older.version})
        assert (late.status_code, "Another rota of this week" in late.text) == (409, True)


def test_the_week_says_on_which_day_a_room_is_held(client: FlaskClient, vale: Vale) -> None:
    hold = {"kind": ClosureKind.AGENCY, "reason": "Money advice", "room_id": vale.rooms[0].id}
    dates = {"first_on": MONDAY, "last_on": NEXT_WEEK + timedelta(days=2)}
    times = {"weekday": 2, "starts": time(13), "ends": time(17)}
    closures.close(office_id=vale.offices[0].id, by=vale.lead, **hold, **dates, **times)
    page = client.get(f"/rota/{NEXT_WEEK}").text
    assert "Wed 27 Jan" in page
    assert "1pm to 5pm" in page
    assert "Money advice" not in client.get(f"/rota/{NEXT_WEEK + timedelta(weeks=1)}").text


def test_nobody_counts_as_there_on_a_bank_holiday(client: FlaskClient, vale: Vale) -> None:
    easter_week = MONDAY.replace(month=3, day=29)  # Easter Monday 2027
    with client.application.test_request_context():
        people = rota_week.prepare(easter_week, by=vale.lead).people
    assert [each.half_days for each in people] == [8, 8]
    make_session(vale.offices[0], on=easter_week - timedelta(weeks=1), adviser=vale.advisers[0])
    draft = make_draft(vale, week=easter_week)
    for each in grid.by_adviser(drafts.solved(draft.id, vale.lead)):
        assert [half.shut for half in each.halves] == [True] * 2 + [False] * 8
        assert not any(half.changed for half in each.halves[:2])


def test_the_search_survives_a_reload_and_stops_when_asked(client: FlaskClient, vale: Vale) -> None:
    press(client, f"/rota/{NEXT_WEEK}", seconds=30)
    draft = db.session.scalars(select(RotaDraft)).one()
    assert 'http-equiv="refresh"' in client.get(f"/rota/drafts/{draft.id}").text
    press(client, f"/rota/drafts/{draft.id}/stop")
    assert db.session.scalars(select(RotaRun)).one().stop_asked
    solving.solve_asked()
    db.session.rollback()
    assert db.session.scalars(select(RotaRun)).one().state == RunState.SOLVED
    page = client.get(f"/rota/drafts/{draft.id}").text
    assert "Ada Invented" in page
    assert "Moving nobody" in page


def test_a_search_nobody_takes_up_says_whom_to_ask(client: FlaskClient, vale: Vale) -> None:
    draft = drafts.propose(district_id=vale.district.id, week=NEXT_WEEK, by=vale.lead)
    path = f"/rota/drafts/{draft.id}"
    assert "a worker takes it up in a moment" in client.get(path).text
    with time_machine.travel(at(MONDAY, 8, 5), tick=False):
        assert "whether the worker is running" in client.get(f"{path}/progress").text


def test_a_day_is_changed_by_hand_and_a_late_hand_is_told(client: FlaskClient, vale: Vale) -> None:
    draft = make_draft(vale)
    path = f"/rota/drafts/{draft.id}/advisers/{vale.advisers[0].id}/1"
    assert "As it is now" in client.get(path).text
    press(client, path, version=draft.version, key="off")
    late = client.post(path, data={"version": draft.version - 1, "key": "off"})
    assert late.status_code == 409
    assert "Somebody has changed this draft" in late.text


def test_a_pin_holds_in_the_next_rota_until_it_is_taken_back(
    client: FlaskClient, vale: Vale
) -> None:
    draft = make_draft(vale)
    path = f"/rota/drafts/{draft.id}/advisers/{vale.advisers[0].id}/4/wish"
    press(client, path, kind="pinned", office_id=vale.offices[1].id)
    again = drafts.solved(make_draft(vale).id, vale.lead).rota
    friday = [e for e in again.assignments if (e.adviser, e.day) == ("Ada Invented", 4)]
    assert [entry.office for entry in friday] == ["Mosswater"]
    assert "Pinned to Mosswater, Friday" in client.get(f"/rota/{NEXT_WEEK}").text
    wish = db.session.scalars(select(RotaWish)).one()
    press(client, f"/rota/wishes/{wish.id}/take-back")
    assert db.session.scalars(select(RotaWish)).all() == []


def test_two_drafts_are_compared_term_by_term(client: FlaskClient, vale: Vale) -> None:
    one, other = make_draft(vale, name="Best"), make_draft(vale, name="By hand")
    press(
        client,
        f"/rota/drafts/{other.id}/advisers/{vale.advisers[0].id}/1",
        version=other.version,
        key="off",
    )
    page = client.get(f"/rota/drafts/{one.id}/compare/{other.id}").text
    assert "Best beside By hand" in page
    assert "Together" in page
    for shown in (page, client.get(f"/rota/drafts/{one.id}").text):
        assert "in points: fewer is better" in shown
        assert "One counts" in shown


def test_each_row_of_the_costs_is_a_number_of_times_what_one_counts(vale: Vale) -> None:
    make_session(vale.offices[0], on=MONDAY, adviser=vale.advisers[0], room=vale.rooms[0])
    solved = drafts.Solved(make_draft(vale))
    empty = replace(solved.rota, assignments=())
    rows = {term.name: term for term in terms.side_by_side(solved, empty)}
    for name in set(rows) - {"unmet_week", "fairness"}:
        times = [getattr(objective, name)(solved.problem, rota) for rota in (solved.rota, empty)]
        assert rows[name].costs == [int(rows[name].one_counts) * number for number in times]
    assert rows["continuity"].costs[1] == 8
    assert rows["unmet_week"].one_counts == "4; 8 above half of the office’s week"
    assert rows["fairness"].one_counts == "5 a day away, 1 a half-hour"


def test_an_infeasible_week_says_why(client: FlaskClient, vale: Vale) -> None:
    db.session.add(
        AdviserLeave(adviser_id=vale.advisers[0].id, first_on=NEXT_WEEK, last_on=NEXT_WEEK)
    )
    db.session.commit()
    draft = make_draft(vale)
    path = f"/rota/drafts/{draft.id}/advisers/{vale.advisers[0].id}/0/wish"
    press(client, path, kind="pinned", office_id=vale.offices[0].id)
    page = client.get(f"/rota/drafts/{make_draft(vale).id}").text
    assert "Ada Invented is pinned to Thistlewick on Monday" in page


def test_demand_is_entered_with_its_reason(client: FlaskClient, vale: Vale) -> None:
    path = f"/rota/{NEXT_WEEK}/demand/{vale.offices[0].id}"
    refused = client.post(path, data={"s3": "12"}).text
    assert "Say why you expect something else" in refused
    assert 'value="12"' in refused
    press(client, path, s3="12", reason="Jobs fair")
    entry = db.session.scalars(select(DemandEntry)).one()
    assert (entry.wanted, entry.reason) == (12, "Jobs fair")
    assert "entered: Jobs fair" in client.get(f"/rota/{NEXT_WEEK}").text
    press(client, path, s3="", reason="Jobs fair")  # emptied again
    assert db.session.scalars(select(DemandEntry)).all() == []
    easter_monday = MONDAY.replace(month=3, day=29)
    shut = f"/rota/{easter_monday}/demand/{vale.offices[0].id}"
    refused = client.post(shut, data={"s0": "3", "reason": "Jobs fair"}).text
    assert "Thistlewick is shut on Monday am: leave it empty." in refused


def test_a_number_entered_before_the_office_was_shut_is_kept_and_not_used(
    client: FlaskClient, vale: Vale
) -> None:
    path = f"/rota/{NEXT_WEEK}/demand/{vale.offices[0].id}"
    not_used = "The office is shut then, so the number entered is not used."
    press(client, path, s0="9", s3="12", reason="Jobs fair")
    assert not_used not in client.get(path).text
    days = {"first_on": NEXT_WEEK, "last_on": NEXT_WEEK}
    shut = {"room_id": None, "kind": ClosureKind.CLOSED, "reason": "Flood", **days}
    closure = closures.close(office_id=vale.offices[0].id, **shut, by=vale.lead)
    assert [demand_of_thistlewick(vale)[session] for session in (0, 1, 3)] == [0, 0, 12]
    page = client.get(path).text
    assert page.count(not_used) == 1
    assert 'value="9"' in page
    assert "9 not used" in client.get(f"/rota/{NEXT_WEEK}").text

    press(client, path, s0="9", s3="14", reason="Jobs fair")  # what stands may be sent again
    refused = client.post(path, data={"s0": "8", "s3": "14", "reason": "Jobs fair"}).text
    assert "Thistlewick is shut on Monday am: leave it empty." in refused
    closures.reopen(office_id=vale.offices[0].id, closure_id=closure.id, by=vale.lead)
    assert [demand_of_thistlewick(vale)[session] for session in (0, 3)] == [9, 14]


def test_what_is_booked_in_hours_that_were_cut_is_not_wanted_of_the_rota(
    client: FlaskClient, vale: Vale
) -> None:
    """Nobody can be sent there at that time; the appointment stays until somebody moves it."""
    office = vale.offices[0]
    make_appointment(make_session(office, on=NEXT_WEEK, adviser=vale.advisers[0]))
    assert demand_of_thistlewick(vale)[0] == 1
    office.hours = [each for each in office.hours if each.weekday]
    db.session.commit()
    assert demand_of_thistlewick(vale)[:2] == [0, 0]


def demand_of_thistlewick(vale: Vale) -> list[int]:
    db.session.expire_all()
    written = json.loads(problem.build(vale.district, NEXT_WEEK).text)
    return next(each["demand"] for each in written["offices"] if each["id"] == "Thistlewick")


def test_demand_comes_in_from_a_file(sqlite_app: Flask, tmp_path: Path) -> None:
    vale = make_vale()
    code = vale.offices[0].code
    file = tmp_path / "demand.csv"
    file.write_text(
        "office,date,half_day,wanted,reason\n"
        f"{code},{NEXT_WEEK},am,7,Jobs fair\n"
        f"{code},{NEXT_WEEK},noon,7,Jobs fair\n"
        f"nowhere,{NEXT_WEEK},am,7,Jobs fair\n"
    )
    runner = sqlite_app.test_cli_runner()
    command = ["rota", "import-demand", str(file), "--district", vale.district.code]
    strict = runner.invoke(args=[*command, "--strict"])
    assert (strict.exit_code, "line 3" in strict.stderr) == (2, True)
    done = runner.invoke(args=command)
    assert "Numbers entered: 1. Rows skipped: 2." in done.output
    assert db.session.scalars(select(DemandEntry.wanted)).all() == [7]


def send_file(client: FlaskClient, content: str) -> str:
    file = (BytesIO(content.encode()), "demand.csv")
    return client.post("/rota/demand-file", data={"file": file}, follow_redirects=True).text


def test_a_file_of_demand_is_entered_whole_or_not_at_all(client: FlaskClient, vale: Vale) -> None:
    first_line, code = "office,date,half_day,wanted,reason\n", vale.offices[0].code
    good = f"{code},{NEXT_WEEK},am,7,Jobs fair\n"
    assert code in client.get("/rota/demand-file").text
    refused = send_file(client, first_line + good + f"nowhere,{NEXT_WEEK},am,7,Jobs fair\n")
    assert "One row cannot be used, so nothing was entered." in refused
    assert "demand.csv, line 3: office nowhere is not in the district." in refused
    for content, sentence in [
        ("", "demand.csv is empty."),
        (first_line, "demand.csv holds no row below its first line."),
        ("office;date\n", "the first line has no column"),
    ]:
        assert sentence in send_file(client, content)
    assert "Choose a file." in client.post("/rota/demand-file").text
    assert db.session.scalars(select(DemandEntry.wanted)).all() == []
    assert "Numbers entered: 1." in send_file(client, first_line + good)
    assert db.session.scalars(select(DemandEntry.wanted)).all() == [7]


def test_the_commands_do_what_the_pages_do(sqlite_app: Flask) -> None:
    vale = make_vale()
    runner = sqlite_app.test_cli_runner()
    where = ["--district", vale.district.code, "--week", str(NEXT_WEEK)]
    nothing = runner.invoke(args=["rota", "publish", *where])
    assert nothing.exit_code == 2
    proposed = runner.invoke(args=["rota", "propose", *where])
    assert "proved optimal" in proposed.output, proposed.output + proposed.stderr
    assert "Published" in runner.invoke(args=["rota", "publish", *where]).output
    tuesday = ["--district", vale.district.code, "--week", str(NEXT_WEEK + timedelta(days=1))]
    wrong = runner.invoke(args=["rota", "propose", *tuesday])
    assert (wrong.exit_code, "Monday" in wrong.stderr) == (2, True)


@pytest.mark.parametrize(
    ("address", "typed", "status"),
    [
        ("advisers/{adviser}/5", {"version": 1, "key": "off"}, 404),
        ("advisers/{adviser}/0", {"version": 10**30, "key": "off"}, 409),
        ("advisers/{adviser}/0/wish", {"kind": "pinned", "office_id": 10**30}, 404),
        ("advisers/{adviser}/5/wish", {"kind": "pinned", "office_id": 1}, 404),
        ("offices/{office}/10", {}, 404),
    ],
)
def test_a_day_or_an_office_that_no_week_has_is_refused(
    client: FlaskClient, vale: Vale, address: str, typed: dict[str, object], status: int
) -> None:
    at = address.format(adviser=vale.advisers[0].id, office=vale.offices[0].id)
    answer = client.post(f"/rota/drafts/{make_draft(vale).id}/{at}", data=typed)
    assert answer.status_code == status, answer.text


def test_a_half_day_less_than_last_week_is_told_of(client: FlaskClient, vale: Vale) -> None:
    """At the same office, so that nobody moved."""
    for half_day in HalfDay:
        make_session(
            vale.offices[0],
            on=MONDAY,
            half_day=half_day,
            adviser=vale.advisers[0],
            room=vale.rooms[0],
        )
    draft = make_draft(vale)
    day = f"/rota/drafts/{draft.id}/advisers/{vale.advisers[0].id}/0"
    solved = drafts.solved(draft.id, vale.lead)
    keys = {each.key for each in edits.options(solved, "Ada Invented", 0) if each.assignment}
    (morning,) = [key for key in keys if json.loads(key) == ["Thistlewick", 0]]
    press(client, day, version=draft.version, key=morning)
    assert "Monday afternoon: off, was Thistlewick." in client.get(day).text


# Advisers


@pytest.fixture
def adviser(vale: Vale) -> Adviser:
    """The first adviser, with an account of their own."""
    office = vale.offices[0]
    make_user(Role.NEXT_STEP_ADVISER, office, adviser=vale.advisers[0])
    return vale.advisers[0]


def test_an_adviser_sees_the_weeks_ahead_and_asks_for_leave(
    client: FlaskClient, vale: Vale, adviser: Adviser
) -> None:
    make_session(vale.offices[1], on=NEXT_WEEK, adviser=adviser, room=vale.rooms[2])
    own = client.application.test_client()
    sign_in(own, adviser.user)
    page = see(own, "/diary/rota")
    assert "Quiet room" in page
    assert "not published yet" in page
    days = {"first_on": str(NEXT_WEEK), "last_on": str(NEXT_WEEK), "kind": "annual leave"}
    press(own, "/diary/rota/leave", **days)
    mistaken = db.session.scalars(select(LeaveRequest)).one()
    press(own, f"/diary/rota/leave/{mistaken.id}/take-back")
    assert "Nobody has asked for anything" in see(client, "/rota/requests")
    press(own, "/diary/rota/leave", **days)

    assert "Ada Invented" in see(client, "/rota/requests")
    db.session.rollback()
    request = db.session.scalars(select(LeaveRequest)).one()
    press(client, f"/rota/requests/leave/{request.id}/grant")
    assert "Given" in see(own, "/diary/rota")
    assert db.session.scalars(select(AdviserLeave)).one().first_on == NEXT_WEEK


def test_leave_over_an_appointment_is_not_given_by_mistake(
    client: FlaskClient, vale: Vale, adviser: Adviser
) -> None:
    make_appointment(make_session(vale.offices[0], on=NEXT_WEEK, adviser=adviser))
    own = client.application.test_client()
    sign_in(own, adviser.user)
    days = {"first_on": str(NEXT_WEEK), "last_on": str(NEXT_WEEK), "kind": "annual leave"}
    press(own, "/diary/rota/leave", **days)
    request = db.session.scalars(select(LeaveRequest)).one()
    g.pop("_login_user", None)
    answer = client.post(f"/rota/requests/leave/{request.id}/grant")
    assert answer.status_code == 409
    assert "has 1 appointment" in answer.text
    press(client, f"/rota/requests/leave/{request.id}/refuse", reason="Too few of us that week")
    assert "Not given: Too few of us that week" in see(own, "/diary/rota")


def test_an_adviser_wishes_and_a_lead_agrees(
    client: FlaskClient, vale: Vale, adviser: Adviser
) -> None:
    own = client.application.test_client()
    sign_in(own, adviser.user)
    wish = {"wish": "dedicated", "office": vale.offices[1].id, "weekday": "2", "why": "School run"}
    press(own, "/diary/rota/wish", **wish)
    asked = db.session.scalars(select(RotaWish)).one()
    assert (asked.kind, asked.state) == (WishKind.DEDICATED, RequestState.ASKED)
    press(client, f"/rota/wishes/{asked.id}/answer", granted="yes")
    db.session.rollback()
    assert asked.state == RequestState.GRANTED
    assert client.post(f"/rota/wishes/{asked.id}/answer").status_code == 409  # once


def test_travel_that_somebody_knows_replaces_the_guess(
    client: FlaskClient, vale: Vale, adviser: Adviser
) -> None:
    path = f"/rota/advisers/{adviser.id}"
    assert "The map guesses 30" in see(client, path)
    office = vale.offices[1].id
    press(client, path, base="", max_days="3", **{f"o{office}": "55"})
    solved = drafts.solved(make_draft(vale).id, vale.lead)
    ada = solved.problem.advisers[0]
    assert (ada.max_days, ada.travel_minutes["Mosswater"]) == (3, 55)


# Repair


def test_somebody_is_off_and_the_week_is_repaired_from_the_page(
    client: FlaskClient, vale: Vale
) -> None:
    session = make_session(vale.offices[0], on=NEXT_WEEK, adviser=vale.advisers[0])
    booked = make_appointment(session)
    nobody = replace(make_claimant(), mobile="", other_contact="by post")
    make_appointment(session, position=1, claimant=nobody)
    typed = {
        "kind": "adviser_off",
        "adviser": vale.advisers[0].id,
        "room": vale.rooms[0].id,
        "office": vale.offices[0].id,
        "first_on": str(NEXT_WEEK),
        "last_on": str(NEXT_WEEK),
        "reason": "Flu",
    }
    assert "being made" in press(client, "/rota/repairs", **typed)
    from_worker = client.application.test_cli_runner().invoke(args=["worker", "--once"])
    assert "rotas and repairs: 1" in from_worker.output, from_worker.output
    db.session.rollback()
    page = see(client, "/rota/repairs/1")
    assert booked.claimant.name in page
    assert "Same time, another adviser" in page
    assert "Moved" in page
    assert "No text reaches 1 of those moved" in page
    press(client, "/rota/repairs/1/publish")
    db.session.rollback()
    assert booked.slot.session.adviser_id == vale.advisers[1].id
    again = client.post("/rota/repairs/1/publish")
    assert again.status_code == 409


def test_an_absence_is_reported_where_there_is_no_room(client: FlaskClient, vale: Vale) -> None:
    for room in vale.rooms:
        room.in_use = False
    db.session.commit()
    typed = {"kind": "adviser_off", "first_on": str(NEXT_WEEK), "last_on": str(NEXT_WEEK)}
    assert "No office has a room for interviews in use" in client.get(f"/rota/{NEXT_WEEK}").text
    page = press(client, "/rota/repairs", adviser=vale.advisers[0].id, reason="Flu", **typed)
    assert "being made" in page
    assert ": choose one of the list." in press(client, "/rota/repairs", reason="Flu", **typed)


def test_no_web_process_loads_the_solver() -> None:
    """It is large and slow to load; only the processes that solve may."""
    asks = (
        "import sys, app;"
        "app.create_app({'SQLALCHEMY_DATABASE_URI': 'sqlite://', 'SECRET_KEY': 'x'});"
        "sys.exit('ortools' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asks], cwd=Path(__file__).parents[1], check=False)
    assert done.returncode == 0


def test_a_search_cut_short_says_so_with_what_is_proved(client: FlaskClient, vale: Vale) -> None:
    draft = make_draft(vale)
    draft.run.fault = "The worker was stopped during the search, which ended early."
    db.session.commit()
    page = see(client, f"/rota/drafts/{draft.id}")
    assert "The worker was stopped during the search" in page
    assert "No rota costs less than" in page
