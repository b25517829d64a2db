"""The checker accepts a right rota and names what was broken in a wrong one."""

from dataclasses import replace

import pytest

from optimizer.rota.check import faults
from optimizer.rota.problem_file import read_problem
from optimizer.rota.solve import solve
from tests.optimizer_rota.makers import shared_problem


@pytest.fixture(scope="module")
def solved():
    problem = read_problem(shared_problem("tiny-1.json"))
    return problem, solve(problem)


def moved(rota, index, **changes):
    entries = list(rota.assignments)
    entries[index] = replace(entries[index], **changes)
    return replace(rota, assignments=tuple(entries))


def test_the_solver_s_rota_is_right(solved):
    assert faults(*solved) == []


def test_another_problem_s_rota_is_refused(solved):
    problem, rota = solved
    other = replace(rota, problem_sha256="0" * 64)
    assert faults(problem, other) == [
        "The rota was made for another problem file: their SHA-256 differ."
    ]


def test_a_wrong_objective_is_named(solved):
    problem, rota = solved
    cheaper = replace(rota, objective=219, bound=219.0)
    assert faults(problem, cheaper) == ["The objective is 220, not 219 as stated."]


@pytest.mark.parametrize("term", ["unmet_session", "travel", "fairness"])
def test_a_wrong_term_is_named(solved, term):
    problem, rota = solved
    wrong = replace(rota, terms=dict(rota.terms) | {term: rota.terms[term] + 1})
    assert faults(problem, wrong) == [
        f"Term {term} is {rota.terms[term]}, not {rota.terms[term] + 1} as stated."
    ]


@pytest.mark.parametrize(
    ("status", "bound", "sentence"),
    [
        ("optimal", 219.5, "The status is optimal, but the bound 219.5 is not the objective 220."),
        ("feasible", 221.0, "The bound 221 is above the objective 220."),
    ],
)
def test_a_certificate_that_contradicts_itself_is_named(solved, status, bound, sentence):
    problem, rota = solved
    assert faults(problem, replace(rota, status=status, bound=bound)) == [sentence]


def test_an_infeasible_file_holds_no_rota_to_check(solved):
    problem, rota = solved
    none = replace(rota, status="infeasible", objective=None, bound=None)
    assert len(faults(problem, none)) == 1


def test_every_way_to_spoil_the_rota_is_caught_by_its_rule(solved):
    problem, rota = solved
    limits = {adviser.id: adviser for adviser in problem.advisers}
    spoiled = {
        "Rule 2, office": replace(rota, assignments=(*rota.assignments, rota.assignments[0])),
        "Rule 7, pinned": replace(
            rota, assignments=tuple(e for e in rota.assignments if (e.adviser, e.day) != ("A2", 2))
        ),
        "Rule 6, overflow": moved(
            rota,
            0,
            places=dict.fromkeys(rota.assignments[0].places, "overflow"),
        ),
    }
    for rule, wrong in spoiled.items():
        assert any(sentence.startswith(rule) for sentence in faults(problem, wrong)), rule
    cramped = replace(
        problem,
        advisers=tuple(replace(adviser, max_days=0) for adviser in problem.advisers),
    )
    assert {s.split(":")[0] for s in faults(cramped, rota)} == {"Rule 3, days"}
    assert all(limits[entry.adviser].max_days for entry in rota.assignments)
    asleep = replace(
        problem,
        advisers=tuple(replace(a, available=(False,) * 10) for a in problem.advisers),
    )
    assert {s.split(":")[0] for s in faults(asleep, rota)} == {"Rule 1, availability"}
    remote = replace(
        problem,
        advisers=tuple(
            replace(a, travel_minutes=dict.fromkeys(a.travel_minutes, 301))
            for a in problem.advisers
        ),
    )
    assert {s.split(":")[0] for s in faults(remote, rota)} == {"Rule 4, travel"}
    locked = replace(
        problem, rooms=tuple(replace(room, open=(False,) * 10) for room in problem.rooms)
    )
    assert {s.split(":")[0] for s in faults(locked, rota)} == {"Rule 5, rooms"}
