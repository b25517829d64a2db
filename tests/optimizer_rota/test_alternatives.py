"""The price of another rota is the difference that trying every rota finds, and proved to be."""

from threading import Event

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from optimizer.rota import alternatives
from optimizer.rota.alternatives import Alternatives
from optimizer.rota.counterfactual import Counterfactuals, Price, sentence
from optimizer.rota.explain import shortfalls
from optimizer.rota.problem_file import read_problem
from optimizer.rota.program import INFINITY, Row
from optimizer.rota.rooms_wanted import RoomGain, one_more_room, room_sentence
from optimizer.rota.solve import solve
from tests.optimizer_rota.by_enumeration import best_objective, evaluate
from tests.optimizer_rota.invented_problems import small_problems
from tests.optimizer_rota.makers import (
    entry,
    make_adviser,
    make_document,
    make_office,
    make_room,
    make_rota,
    problem_of,
    sessions,
    shared_problem,
)

THOROUGHLY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}


@pytest.fixture(params=[1_000, -1], ids=["at once", "near, then proved"])
def few_columns(request, monkeypatch):
    monkeypatch.setattr(alternatives, "FEW_COLUMNS", request.param)


@settings(max_examples=25, **THOROUGHLY)
@given(document=small_problems(), few=st.sampled_from([1_000, 1_000, -1]), data=st.data())
def test_a_price_is_what_trying_every_rota_says(document, few, data):
    """Beside the best rota and beside an empty one, with some adviser-days kept as they are."""
    best = best_objective(document)
    assume(best is not None)
    problem = problem_of(document)
    rota = solve(problem)
    if not document.get("pinned") and data.draw(st.booleans(), "empty"):
        rota = make_rota(document, objective=sum(evaluate(document, []).values()))
    short = shortfalls(problem, rota)
    assume(short)
    shortfall = data.draw(st.sampled_from(short), "shortfall")
    days = [(adviser.id, day) for adviser in problem.advisers for day in (0, 1)]
    kept = data.draw(st.frozensets(st.sampled_from(days), max_size=2), "kept")
    before, alternatives.FEW_COLUMNS = alternatives.FEW_COLUMNS, few
    try:
        price = Counterfactuals(problem, rota, kept).price(shortfall)
    finally:
        alternatives.FEW_COLUMNS = before
    truth = best_objective(document, lambda worked: _obeys(worked, rota, shortfall, kept))
    assert price.exact
    assert price.rise == (None if truth is None else truth - rota.objective)
    fewer = best_objective(
        document,
        lambda worked: (
            _obeys(worked, rota, shortfall, kept) and _changed(worked, rota) < len(price.changes)
        ),
    )
    assert fewer is None or fewer > truth


def _changed(worked, rota):
    now = {(e.adviser, e.day): (e.office, tuple(sorted(e.places))) for e in rota.assignments}
    then = {(adviser["id"], day): (office, chosen) for adviser, day, office, chosen in worked}
    return sum(now.get(day) != then.get(day) for day in now.keys() | then.keys())


def _obeys(worked, rota, shortfall, kept):
    there = [w for w in worked if w[2] == shortfall.office and shortfall.session in w[3]]
    now = {(e.adviser, e.day, e.office, tuple(sorted(e.places))) for e in rota.assignments}
    then = {(adviser["id"], day, office, chosen) for adviser, day, office, chosen in worked}
    return len(there) > len(shortfall.present) and all(
        {w for w in now if w[:2] == day} == {w for w in then if w[:2] == day} for day in kept
    )


def test_a_proof_leaves_no_trace_in_what_is_asked_next(monkeypatch):
    """Prices asked one after another are those asked alone, in either order."""
    monkeypatch.setattr(alternatives, "FEW_COLUMNS", -1)
    problem = read_problem(shared_problem("tiny-1.json"))
    rota = solve(problem)
    short = shortfalls(problem, rota)[:4]
    alone = [Counterfactuals(problem, rota).price(each).rise for each in short]
    prices = Counterfactuals(problem, rota)
    rows = len(prices._alternatives._relaxation.program.rows)
    assert [prices.price(each).rise for each in reversed(short)] == alone[::-1]
    assert [prices.price(each).rise for each in short] == alone
    assert len(prices._alternatives.model.program.rows) == rows


def test_where_no_rota_obeys_that_is_proved(few_columns):
    document = make_document(offices=[make_office(demand=[1] + [0] * 9)], rooms=[])
    problem = problem_of(document)
    rota = solve(problem)
    (shortfall,) = shortfalls(problem, rota)
    price = Counterfactuals(problem, rota).price(shortfall)
    assert (price.rise, price.exact) == (None, True)
    assert sentence(price).startswith("One more adviser there is impossible")


def test_a_room_gains_what_trying_every_rota_says(few_columns):
    """O1 wants nine on Monday morning from two who come for five; A1 is kept away by hand."""
    advisers = [make_adviser(name, available=sessions(0)) for name in ("A1", "A2", "A3")]
    document = make_document(offices=[make_office(demand=[9] + [0] * 9)], advisers=advisers)
    problem, rota = problem_of(document), solve(problem_of(document))
    (shortfall,) = shortfalls(problem, rota)
    wider = document | {"rooms": [*document["rooms"], document["rooms"][0] | {"id": "new"}]}
    saving = best_objective(document) - best_objective(wider)
    gain = one_more_room(problem, rota, shortfall, kept={("A1", 0)})
    assert gain == RoomGain("O1", 0, seats=4, saving=saving, exact=True, beside_best=True)
    nobody_else = one_more_room(problem, rota, shortfall, {(a.id, 0) for a in problem.advisers})
    assert room_sentence(nobody_else) == "One more bookable room on Monday am would change nothing."


def test_beside_a_rota_that_is_not_the_best_a_room_is_not_given_all_the_credit():
    document = make_document(offices=[make_office(demand=[9] + [0] * 9)])
    nobody = make_rota(document, objective=sum(evaluate(document, []).values()))
    problem = problem_of(document)
    (shortfall,) = shortfalls(problem, nobody)
    gain = one_more_room(problem, nobody, shortfall)
    assert room_sentence(gain).endswith(
        " Part of that may be had without it: this rota is not proved the best."
    )


def test_beside_a_rota_that_is_not_the_best_a_wish_may_save():
    assert sentence(Price(-3, True, ("A1 on Monday: off → O1 am",))) == (
        "This rota is not the best. One more adviser there would cost exactly 3 points less."
        " It would change 1 adviser-day: A1 on Monday: off → O1 am."
    )
    assert " at least 3 points less." in sentence(Price(-3, False, ()))


def test_a_stop_ends_the_proof_with_what_is_near(monkeypatch):
    monkeypatch.setattr(alternatives, "FEW_COLUMNS", -1)
    problem = read_problem(shared_problem("tiny-1.json"))
    rota = solve(problem)
    stop = Event()
    stop.set()
    model = Alternatives(problem, rota, stop=stop).model
    row = Row([(1, index) for index in range(len(model.columns))], 1, INFINITY)
    found = Alternatives(problem, rota, stop=stop).cheapest([row], {"A1"}, seconds=60)
    assert (found.objective, found.proved) == (rota.objective, False)


def test_of_rotas_as_cheap_the_one_that_changes_least_is_told(few_columns):
    """Any three of seven cost the same on Monday; the two who are there need not make way."""
    names = [f"A{number}" for number in range(1, 8)]
    document = make_document(
        offices=[make_office(demand=[15] + [0] * 9)],
        rooms=[make_room(f"R{number}") for number in range(3)],
        advisers=[make_adviser(name, available=sessions(0)) for name in names],
    )
    there = [entry("A4", 0, "O1", am="R0"), entry("A6", 0, "O1", am="R1")]
    problem = problem_of(document)
    now = make_rota(document, *there, objective=sum(evaluate(document, there).values()))
    (shortfall,) = shortfalls(problem, now)
    price = Counterfactuals(problem, now).price(shortfall)
    assert price.exact
    assert [change.partition(": ")[2] for change in price.changes] == ["off → O1 am"]


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (Price(0, True, ()), "would cost nothing more."),
        (Price(1, True, ()), "would cost exactly 1 point more."),
        (Price(14, False, ()), "would cost at most 14 points more."),
    ],
)
def test_a_price_is_told_in_points(price, words):
    assert words in sentence(price)


def test_a_kept_day_is_not_given_up_for_the_wish(few_columns):
    """A1 has one day a week and keeps Monday: nobody can come on Tuesday."""
    document = make_document(
        offices=[make_office(demand=[5, 0, 5] + [0] * 7)],
        advisers=[make_adviser(available=sessions(0, 2), max_days=1)],
    )
    there = [entry("A1", 0, "O1", am="O1-R1")]
    problem = problem_of(document)
    now = make_rota(document, *there, objective=sum(evaluate(document, there).values()))
    (tuesday,) = shortfalls(problem, now)
    assert Counterfactuals(problem, now).price(tuesday).rise is not None
    price = Counterfactuals(problem, now, {("A1", 0)}).price(tuesday)
    assert (price.rise, price.exact) == (None, True)
