"""What the search leaves out cannot hold a better rota, and places are given without clashes."""

from dataclasses import replace
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.rota import search as search_module
from optimizer.rota.highs import HighsProcess, Task, solve_here
from optimizer.rota.model import build_model
from optimizer.rota.problem_file import read_problem
from optimizer.rota.program import INFINITY, Row
from optimizer.rota.relaxation import Relaxation
from optimizer.rota.rules import violations
from optimizer.rota.search import Search
from optimizer.rota.solve import solve
from optimizer.rota.tightening import relaxation_of
from optimizer.rota.timing import Clock
from tests.optimizer_rota.by_enumeration import best_objective
from tests.optimizer_rota.invented_problems import small_problems
from tests.optimizer_rota.makers import (
    make_adviser,
    make_document,
    make_office,
    make_room,
    problem_of,
    sessions,
    shared_problem,
)

PATIENCE_SECONDS = 300  # a busy machine is slow, not wrong


def make_search():
    model = build_model(read_problem(shared_problem("tiny-1.json")))
    return Search(model, Clock(PATIENCE_SECONDS, Event()), 0, lambda progress: None)


def test_what_cannot_beat_the_best_is_left_out_and_nothing_else():
    """The optimum is 220: with a best of 221 it must still be found, with 220 nothing is lost."""
    search = make_search()
    search._tighten(beside=False)
    search.best.objective = 221
    left_out = search._useless()
    assert left_out
    found = solve_here(search.model.program, Task(PATIENCE_SECONDS), left_out)
    assert found.objective == 220


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=small_problems(), above=st.integers(1, 9), share=st.floats(0, 0.5))
def test_neither_fixing_nor_halving_loses_the_optimum(document, above, share):
    """Whatever better rota is at hand, and wherever near ends, one half has the enumerated best."""
    best = best_objective(document)
    if best is None:
        return
    search = Search(build_model(problem_of(document)), Clock(PATIENCE_SECONDS, Event()))
    relaxation = search._tighten(beside=False)
    search.best.objective = best + above
    task = search._task()
    program, useless = search.model.program, set(search._useless())
    assert solve_here(program, task, useless).objective == best
    dearer = search._beyond(share) - useless
    near = solve_here(program, task, dearer | useless)
    row = Row([(1, index) for index in dearer], 1, INFINITY)
    far_useless = search._useless_with(row, relaxation)
    far = solve_here(replace(program, rows=[*program.rows, row]), task, far_useless)
    assert min(each.objective for each in (near, far) if each.objective is not None) == best
    assert min(near.bound, far.bound) <= best


def test_a_bound_for_better_rotas_never_passes_the_best():
    search = make_search()
    search.best.objective = 220
    search.best.raise_bound(300.0, "proving")
    assert search.best.bound == 220


def test_an_all_day_and_a_half_day_adviser_get_different_rooms_of_a_kind():
    document = make_document(
        offices=[make_office(demand=[5, 8] + [0] * 8)],
        rooms=[make_room("R1"), make_room("R2")],
        advisers=[make_adviser("A1"), make_adviser("A2", available=sessions(1))],
        weights={"away": 0},
    )
    problem = problem_of(document)
    rota = solve(problem)
    assert violations(problem, rota) == []
    assert [(entry.adviser, len(entry.places)) for entry in rota.assignments] == [
        ("A1", 2),
        ("A2", 1),
    ]


def see_it_end(process):
    clock = Clock(PATIENCE_SECONDS, Event())
    while not process.finished and not clock.over:
        clock.wait(0.05)
    assert process.finished


def test_a_process_proves_what_a_solve_here_proves():
    program = make_search().model.program
    process = HighsProcess()
    process.start(program, Task(PATIENCE_SECONDS))
    see_it_end(process)
    process.stop()
    assert process.solution is not None
    assert (process.solution.objective, process.bound) == (220, 220.0)


def test_a_process_that_dies_is_one_without_a_solution():
    process = HighsProcess()
    process._process.kill()
    process._process.wait()
    process.start(make_search().model.program, Task(PATIENCE_SECONDS))
    see_it_end(process)
    assert process.solution is None
    process.stop()


def test_a_relaxation_in_numerical_trouble_begins_anew():
    relaxation = relaxation_of(make_search().model)
    sound = relaxation.solve(PATIENCE_SECONDS)
    relaxation._solver = GivesUp()
    assert relaxation.solve(PATIENCE_SECONDS) == sound


def test_a_relaxation_always_in_trouble_costs_a_bound_and_no_rota(monkeypatch):
    monkeypatch.setattr(Relaxation, "_cold_solver", lambda self: GivesUp())
    rota = solve(read_problem(shared_problem("tiny-1.json")))
    assert (rota.status, rota.objective) == ("optimal", 220)


class GivesUp:
    def solve(self, params):
        raise RuntimeError("Unexpected GLOP termination reason: ABNORMAL")


def test_where_the_first_look_finds_no_rota_it_looks_wider(monkeypatch):
    """A1 is pinned to the dearest day there is, which no narrow look holds."""
    monkeypatch.setattr(search_module, "FEW_COLUMNS", 0)
    monkeypatch.setattr(search_module, "LEAST_AT_FIRST", 0.1)
    monkeypatch.setattr(search_module, "MOST_AT_FIRST", 0.1)
    document = make_document(
        offices=[make_office(demand=[9] * 10), make_office("O2")],
        rooms=[make_room(), make_room("R2", "O2")],
        advisers=[make_adviser(travel_minutes={"O1": 5, "O2": 200}), make_adviser("A2")],
        pinned=[{"adviser": "A1", "day": 0, "office": "O2"}],
    )
    search = Search(build_model(problem_of(document)), Clock(PATIENCE_SECONDS, Event()))
    looked = []
    monkeypatch.setattr(
        search, "_prove", lambda *a, **k: looked.append((search._share, search.best.objective))
    )
    search.run(1)
    ((share, best),) = looked
    assert share > 0.1
    assert best is not None


def test_what_a_relaxation_obeys_for_a_while_it_forgets():
    relaxation = relaxation_of(make_search().model)
    before = relaxation.solve(PATIENCE_SECONDS)
    with relaxation.obeying([Row([(1, 0)], 1, INFINITY)]):
        relaxation.fix_at_zero(range(1, 200))
        meanwhile = relaxation.solve(PATIENCE_SECONDS)
    after = relaxation.solve(PATIENCE_SECONDS)
    assert meanwhile is None or meanwhile.value > before.value
    assert after.value == pytest.approx(before.value)
