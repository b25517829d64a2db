"""A worker is told to stop while a repair is planned or a question worked out: both wait again."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from booking import clock
from booking.database import db
from booking.models import RepairPlan, RotaQuestion
from booking.rights import THE_SERVICE
from booking.rotas import drafts, questions, repairs, solving
from booking.words import MishapKind, RunState
from tests.rota_makers import Vale, make_vale
from tests.storms.held_up_worker import DEAF, NEVER_AWAKE
from tests.storms.processes import PATIENCE_SECONDS
from tests.storms.rota_workers import (
    a_worker,
    is_at_work,
    pages_that_work,
    set_to_work_by,
    wait_until,
)

Work = RepairPlan | RotaQuestion


def a_question(vale: Vale) -> RotaQuestion:
    week = clock.monday_of(clock.today()) + timedelta(weeks=1)
    draft = drafts.propose(district_id=vale.district.id, week=week, by=THE_SERVICE)
    solving.solve_asked()
    draft.run.prices = None
    db.session.commit()
    where = {"draft_id": draft.id, "office_id": vale.offices[0].id}
    for half in range(10):
        try:
            return questions.ask_of_office(**where, half=half, by=THE_SERVICE)
        except questions.NothingToAsk:
            continue
    pytest.fail("nothing is short")


def a_repair(vale: Vale) -> RepairPlan:
    tomorrow = clock.today() + timedelta(days=1)
    return repairs.report(
        kind=MishapKind.ADVISER_OFF,
        adviser_id=vale.advisers[0].id,
        first_on=tomorrow,
        last_on=tomorrow,
        reason="Flu",
        by=THE_SERVICE,
    )


@pytest.mark.parametrize(("asked", "why"), [(a_question, NEVER_AWAKE), (a_repair, DEAF)])
def test_what_is_begun_is_handed_back_and_not_waited_for(
    app: Flask, database_url: str, asked: Callable[[Vale], Work], why: str
) -> None:
    """SIGTERM to the whole group, as supervisors send it.

    A process apart dies of it while it starts, and is deaf to it from then on.
    """
    work = asked(make_vale(claims_stage_1=1200))
    with a_worker(database_url, why, module="tests.storms.held_up_worker") as worker:
        wait_until(lambda: set_to_work_by(worker))
        (begun,) = set_to_work_by(worker)
        wait_until(lambda: why == NEVER_AWAKE or is_deaf(begun))
        for pid in (begun, worker.pid):
            os.kill(pid, signal.SIGTERM)
        assert worker.wait(PATIENCE_SECONDS) == 0
    assert not is_at_work(begun)
    assert state_of(work) == RunState.ASKED


def test_a_repair_begun_inside_the_web_process_is_handed_back(
    sqlite_app: Flask, sqlite_url: str
) -> None:
    work = a_repair(make_vale(claims_stage_1=1200))
    application = f"tests.storms.held_up_worker:held_up('{DEAF}')"
    with pages_that_work(sqlite_url, application) as server:
        wait_until(lambda: set_to_work_by(server))
        (begun,) = set_to_work_by(server)
        wait_until(lambda: is_deaf(begun))
        server.terminate()
        assert server.wait(PATIENCE_SECONDS) == 0
    assert not is_at_work(begun)
    assert state_of(work) == RunState.ASKED


def is_deaf(pid: int) -> bool:
    """Whether it ignores SIGTERM by now."""
    status = Path(f"/proc/{pid}/status").read_text()
    ignored = int(status.partition("SigIgn:")[2].split()[0], 16)
    return bool(ignored & 1 << signal.SIGTERM - 1)


def state_of(work: Work) -> RunState:
    db.session.rollback()
    return db.session.get_one(type(work), work.id).state
