"""A worker is killed while it searches for a rota: nothing is lost and nothing runs on."""

import os
import signal
from datetime import timedelta

from flask import Flask
from sqlalchemy import update

from booking import clock
from booking.database import db, transaction
from booking.models import RotaDraft, RotaRun
from booking.rights import THE_SERVICE
from booking.rotas import drafts
from booking.words import RunState
from tests.rota_makers import make_vale
from tests.storms.processes import PATIENCE_SECONDS
from tests.storms.rota_workers import (
    a_hard_week,
    a_worker,
    is_at_work,
    pages_that_work,
    set_to_work_by,
    wait_until,
)


def run_of(draft_id: int) -> RotaRun:
    db.session.rollback()
    return db.session.get_one(RotaRun, draft_id)


def a_long_search() -> int:
    """A draft that is searched for ten minutes, unless something ends it."""
    vale = make_vale()
    week = clock.monday_of(clock.today()) + timedelta(weeks=1)
    draft = drafts.propose(district_id=vale.district.id, week=week, seconds=600, by=THE_SERVICE)
    with transaction():
        hard = a_hard_week(str(week))
        db.session.execute(update(RotaDraft).values(problem=hard))
        drafts.audit.record(THE_SERVICE, "made it hard", draft)
    return draft.id


def test_a_worker_told_to_stop_keeps_the_best_rota_so_far(app: Flask, database_url: str) -> None:
    """SIGTERM to the whole group, as supervisors send it; what came of it is said."""
    draft_id = a_long_search()
    with a_worker(database_url) as worker:
        wait_until(lambda: run_of(draft_id).bound)
        for pid in (*set_to_work_by(worker), worker.pid):
            os.kill(pid, signal.SIGTERM)
        assert worker.wait(PATIENCE_SECONDS) == 0
    assert kept(run_of(draft_id))


def test_so_does_the_worker_inside_the_web_process(sqlite_app: Flask, sqlite_url: str) -> None:
    """Ctrl-C in a terminal goes to all its processes, and gunicorn passes it on once more."""
    draft_id = a_long_search()
    with pages_that_work(sqlite_url) as server:
        wait_until(lambda: run_of(draft_id).bound)
        solvers = set_to_work_by(server)
        assert len(solvers) == 1
        os.killpg(server.pid, signal.SIGINT)
        assert server.wait(PATIENCE_SECONDS) == 0
    assert not any(is_at_work(pid) for pid in solvers)
    assert kept(run_of(draft_id))


def kept(run: RotaRun) -> bool:
    """Whether the best rota so far is the draft's, with its bound, and it is said why so early."""
    why = "The worker was stopped during the search"
    return (
        (run.state, bool(run.draft.rota)) == (RunState.SOLVED, True)
        and 0 < run.bound <= run.objective
        and run.fault.startswith(why)
    )


def test_the_next_worker_takes_the_search_up(app: Flask, database_url: str) -> None:
    draft_id = a_long_search()

    with a_worker(database_url) as killed:
        wait_until(lambda: run_of(draft_id).bound)
        solvers = set_to_work_by(killed)
        assert len(solvers) == 1
        killed.kill()
        killed.wait()
        wait_until(lambda: not any(is_at_work(pid) for pid in solvers))

    run = run_of(draft_id)
    assert (run.state, run.draft.rota) == (RunState.RUNNING, None)
    with transaction():
        long_ago = clock.now() - timedelta(minutes=1)
        db.session.execute(update(RotaRun).values(beat_at=long_ago, stop_asked=False, bound=None))
    with a_worker(database_url):
        wait_until(lambda: run_of(draft_id).bound)
        drafts.stop(draft_id=draft_id, by=THE_SERVICE)
        wait_until(lambda: run_of(draft_id).state == RunState.SOLVED)
    run = run_of(draft_id)
    assert run.draft.rota
    assert 0 < run.bound <= run.objective
