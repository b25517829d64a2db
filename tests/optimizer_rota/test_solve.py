"""The solver finds the best rota there is, proves it, and keeps the best when it is stopped."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings

from optimizer.rota import office_days, search
from optimizer.rota.best_so_far import Progress
from optimizer.rota.check import faults
from optimizer.rota.problem_file import parse_problem, read_problem
from optimizer.rota.rota import parse_rota, read_rota, rota_text
from optimizer.rota.solve import solve
from tests.optimizer_rota.by_enumeration import best_objective, evaluate
from tests.optimizer_rota.invented_problems import small_problems
from tests.optimizer_rota.makers import (
    as_bytes,
    make_adviser,
    make_document,
    make_office,
    make_problem,
    make_room,
    problem_of,
    shared_problem,
)

SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(document=small_problems())
def test_no_other_rota_is_better(document):
    assert_is_best(document)


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(document=small_problems())
def test_no_other_rota_is_better_when_rooms_are_counted_by_kind(document):
    """Offices with many rooms are modelled by numbers per kind; here every office is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office_days, "MOST_BY_PATTERN", -1)
        assert_is_best(document)


def assert_is_best(document):
    best = best_objective(document)
    problem = problem_of(document)
    rota = solve(problem, workers=1)
    if best is None:
        assert rota.status == "infeasible"
        assert rota.reasons
        return
    assert (rota.status, rota.objective, rota.bound) == ("optimal", best, best)
    written = json.loads(rota_text(rota))
    assert written["terms"] == evaluate(document, written["assignments"])
    assert faults(problem, parse_rota(rota_text(rota).encode())) == []


@pytest.mark.parametrize(("name", "optimum"), [("tiny-1.json", 220), ("small-1.json", 1332)])
def test_the_shared_problems_are_solved_to_their_proven_optimum(name, optimum):
    problem = read_problem(shared_problem(name))
    rota = solve(problem)
    assert (rota.status, rota.objective, rota.bound) == ("optimal", optimum, optimum)
    assert faults(problem, rota) == []


def test_the_infeasible_one_is_refused_with_its_reason():
    rota = solve(read_problem(shared_problem("infeasible-1.json")))
    assert rota.status == "infeasible"
    assert (
        "Rules 7 and 1: A1 is pinned to O1 on Tuesday, but has no available session that day."
        in rota.reasons
    )


@pytest.mark.parametrize(
    ("fields", "objective"),
    [
        ({"offices": [], "rooms": [], "advisers": []}, 0),
        ({"advisers": []}, 0),
        ({"rooms": [], "offices": [make_office(demand=[2] + [0] * 9)]}, 2 + 4 * (2 + 1)),
    ],
    ids=["nothing", "nobody", "no room"],
)
def test_a_problem_without_choices_has_an_empty_rota(fields, objective):
    rota = solve(make_problem(**fields))
    assert (rota.status, rota.objective, rota.assignments) == ("optimal", objective, ())


def test_an_office_with_many_rooms_is_no_harder():
    rooms = [
        make_room(f"R{number}", private=number % 2 == 0, bookable_in_advance=number % 3 == 0)
        for number in range(30)
    ]
    advisers = [make_adviser(f"A{number}", max_days=1) for number in range(12)]
    office = make_office(demand=[60, 48] + [0] * 8)
    document = make_document(offices=[office], rooms=rooms, advisers=advisers)
    rota = solve(problem_of(document))
    assert rota.status == "optimal"
    assert len(rota.assignments) == 12
    assert rota.terms["unmet_week"] == 0
    # five rooms are private and bookable: 0, 6, 12, 18, 24; the other seven pay 2 a session
    assert rota.terms["not_bookable"] + rota.terms["open_plan"] == 7 * 2 * 2


@pytest.mark.parametrize("few_columns", [1_000, 0], ids=["in one process", "in several"])
def test_an_audited_search_finds_the_same_however_fast_the_clock_runs(few_columns, monkeypatch):
    monkeypatch.setattr(search, "FEW_COLUMNS", few_columns)
    problem = read_problem(shared_problem("tiny-1.json"))
    first = solve(problem, seed=7, nodes=1)
    true_time = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: 1_000 * true_time())
    second = solve(problem, seed=7, nodes=1)
    assert (second.assignments, second.bound) == (first.assignments, first.bound)


def test_progress_never_goes_back():
    seen: list[Progress] = []
    solve(read_problem(shared_problem("small-1.json")), report=seen.append)
    bounds = [progress.bound for progress in seen]
    objectives = [progress.objective for progress in seen if progress.objective is not None]
    assert bounds == sorted(bounds)
    assert objectives == sorted(objectives, reverse=True)
    assert (bounds[-1], objectives[-1]) == (1332, 1332)


def test_a_stop_keeps_a_legal_rota_with_its_bound():
    problem = read_problem(shared_problem("medium-1.json"))
    stop = Event()
    rota = solve(problem, stop=stop, report=lambda progress: stop.set())
    assert rota.status == "feasible"
    assert rota.bound is not None
    assert 0 < rota.bound < 2393 <= (rota.objective or 0)
    assert faults(problem, rota) == []


def test_a_stop_at_once_still_keeps_the_pinned_days():
    stop = Event()
    stop.set()
    pinned = [{"adviser": "A1", "day": 3, "office": "O1"}]
    document = make_document(pinned=pinned)
    problem = parse_problem(as_bytes(document))
    rota = solve(problem, stop=stop)
    assert [(entry.adviser, entry.day) for entry in rota.assignments] == [("A1", 3)]
    assert faults(problem, rota) == []


def test_ctrl_c_writes_the_best_rota_so_far(tmp_path):
    source, out = shared_problem("medium-1.json"), tmp_path / "rota.json"
    command = [sys.executable, "-m", "optimizer", "rota", "solve", str(source), "--out", str(out)]
    here, terminal = os.openpty()
    with os.fdopen(here, "rb", buffering=0) as screen:
        running = subprocess.Popen(
            command,
            cwd=Path(__file__).resolve().parents[2],
            stdout=subprocess.PIPE,
            stderr=terminal,
            text=True,
        )
        os.close(terminal)
        assert screen.read(1)  # it is at it, and shows how far it is
        running.send_signal(signal.SIGINT)
        printed, _ = running.communicate()
    assert running.returncode == 0
    assert printed.startswith("Objective ")
    assert faults(read_problem(source), read_rota(out)) == []
