"""No rounding row may cut off a rota: the best one obeys every row that is separated."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.rota.cuts import add_rounded_weeks, rounded, separate, visitors
from optimizer.rota.highs import Task, solve_here
from optimizer.rota.infeasible import reasons
from optimizer.rota.model import build_model
from optimizer.rota.problem_file import read_problem
from optimizer.rota.relaxation import Relaxation
from tests.optimizer_rota.invented_problems import small_problems
from tests.optimizer_rota.makers import problem_of, shared_problem


@given(
    wanted=st.integers(1, 60),
    divisor=st.integers(1, 20),
    terms=st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 6)), max_size=4),
)
def test_rounding_keeps_every_whole_number_solution(wanted, divisor, terms):
    unmet = max(0, wanted - sum(factor * amount for factor, amount in terms))
    factor, low = rounded(wanted, divisor)
    assert unmet + sum(factor(old) * amount for old, amount in terms) >= low


def test_rounding_by_hand():
    """Nine a day, 21 wanted: two days leave 3 unmet, so 3 n + unmet >= 9."""
    factor, low = rounded(21, 9)
    assert (factor(9), factor(5), factor(4), low) == (3, 3, 3, 9)


def rounds(problem, most):
    model = build_model(problem)
    add_rounded_weeks(model.program, model.weeks)
    relaxation = Relaxation(model.program)
    for _ in range(most):
        solution = relaxation.solve(10)
        cuts = separate(model, visitors(model), solution.values)
        yield solution.value
        relaxation.add(cut.row for cut in cuts)
    yield model


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=small_problems())
def test_the_optimum_is_the_same_with_the_rows(document):
    problem = problem_of(document)
    if reasons(problem):
        return
    *_, model = rounds(problem, 3)
    plain = solve_here(build_model(problem).program, Task(10))
    cut = solve_here(model.program, Task(10))
    assert cut.objective == plain.objective


@pytest.mark.parametrize(("name", "optimum"), [("small-1.json", 1332)])
def test_the_rows_close_a_third_of_the_gap_at_the_root(name, optimum):
    first, *_, last, _ = rounds(read_problem(shared_problem(name)), 4)
    assert first < last <= optimum
    assert (last - first) / (optimum - first) > 1 / 3
