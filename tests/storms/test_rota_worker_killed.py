"""A worker is killed while it searches for a rota: nothing is lost and nothing runs on."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

from flask import Flask
from sqlalchemy import update

from booking import clock
from booking.database import db, transaction
from booking.models import RotaDraft, RotaRun
from booking.rights import THE_SERVICE
from booking.rotas import drafts
from booking.words import RunState
from tests.rota_makers import make_vale

PROJECT = Path(__file__).parents[2]
SOLVER = "booking.rotas.solve_apart"
PATIENCE_SECONDS = 120


def a_hard_week(monday: str) -> str:
    """A problem that takes any solver long: fifty offices, eighty advisers, drawn by a seed."""
    random = Random(7)
    offices = [f"Office {n}" for n in range(50)]
    return json.dumps(
        {
            "format": "rota-problem/1",
            "week_starting": monday,
            "offices": [
                {
                    "id": name,
                    "days_wanted": random.randint(1, 5),
                    "overflow_places": random.randint(0, 1),
                    "demand": [random.randint(0, 14) for _ in range(10)],
                    "capacity": [5, 4] * 5,
                }
                for name in offices
            ],
            "rooms": [
                {
                    "id": f"Room {n} at {name}",
                    "office": name,
                    "private": random.random() < 0.7,
                    "bookable_in_advance": random.random() < 0.8,
                    "open": [random.random() < 0.9 for _ in range(10)],
                }
                for name in offices
                for n in range(random.randint(1, 3))
            ],
            "advisers": [
                {
                    "id": f"Adviser {n}",
                    "max_days": random.randint(3, 5),
                    "available": [random.random() < 0.9 for _ in range(10)],
                    "travel_minutes": {
                        name: random.randint(5, 70) for name in random.sample(offices, 14)
                    },
                    "dedicated": [],
                    "last_week": [random.choice([*offices, None]) for _ in range(5)],
                }
                for n in range(80)
            ],
        }
    )


@contextmanager
def a_worker(url: str) -> Iterator[subprocess.Popen[bytes]]:
    settings = {"DATABASE_URL": url, "SECRET_KEY": "a secret for tests", "EMBEDDED_WORKER": "0"}
    command = [sys.executable, "-m", "flask", "--app", "app", "worker"]
    worker = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **settings})
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def solvers_of(worker: subprocess.Popen[bytes]) -> list[int]:
    """The processes that this worker has set to solve."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and parent_of(process) == worker.pid:
            found.append(int(process.name))
    return [pid for pid in found if is_solving(pid)]


def parent_of(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has just ended
        return None


def is_solving(pid: int) -> bool:
    try:
        return SOLVER in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


def wait_until(what: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.2)


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
        for pid in (*solvers_of(worker), worker.pid):
            os.kill(pid, signal.SIGTERM)
        assert worker.wait(90) == 0
    run = run_of(draft_id)
    assert run.state == RunState.SOLVED
    assert run.draft.rota
    assert 0 < run.bound <= run.objective
    assert run.fault.startswith("The worker was stopped during the search")


def test_the_next_worker_takes_the_search_up(app: Flask, database_url: str) -> None:
    draft_id = a_long_search()

    with a_worker(database_url) as killed:
        wait_until(lambda: run_of(draft_id).bound)
        solvers = solvers_of(killed)
        assert len(solvers) == 1
        killed.kill()
        killed.wait()
        wait_until(lambda: not any(is_solving(pid) for pid in solvers))

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
