"""Why demand is unmet: the funnel counts as one would by hand, the price is the true one."""

import pytest

from optimizer.rota import alternatives
from optimizer.rota.counterfactual import Counterfactuals
from optimizer.rota.explain import blocked, funnel, sentences, shortfalls
from optimizer.rota.problem_file import read_problem
from optimizer.rota.solve import solve
from tests.optimizer_rota.by_enumeration import best_objective
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


@pytest.fixture
def monday():
    """Seven are wanted at O1 on Monday morning; A1 sees five of them."""
    document = make_document(
        offices=[
            make_office(demand=[7] + [0] * 9, overflow_places=1),
            make_office("O2"),
            make_office("O3"),
        ],
        rooms=[make_room(), make_room("O1-R2"), make_room("O2-R1", "O2")],
        advisers=[
            make_adviser("A1"),
            make_adviser("out of reach", travel_minutes={"O2": 10}),
            make_adviser("barred"),
            make_adviser("asleep", available=sessions(1, 2)),
            make_adviser("elsewhere", travel_minutes={"O1": 10, "O2": 10}),
            make_adviser("spent", max_days=1),
            make_adviser("free"),
        ],
        forbidden=[{"adviser": "barred", "office": "O1"}],
    )
    rota = make_rota(
        document,
        entry("A1", 0, "O1", am="O1-R1"),
        entry("elsewhere", 0, "O2", am="O2-R1"),
        entry("spent", 3, "O1", am="O1-R1"),
    )
    return problem_of(document), rota


def test_each_step_of_the_funnel_loses_whom_it_should(monday):
    problem, rota = monday
    (shortfall,) = shortfalls(problem, rota)
    assert (shortfall.office, shortfall.session, shortfall.unmet) == ("O1", 0, 2)
    found = funnel(problem, rota, shortfall)
    assert found.in_reach == ("asleep", "elsewhere", "spent", "free")
    assert found.available == ("elsewhere", "spent", "free")
    assert found.not_elsewhere == ("spent", "free")
    assert found.free == ("free",)
    assert found.elsewhere == ("elsewhere at O2",)
    assert found.free_rooms == ("O1-R2",)
    assert found.overflow_left == 1


def test_the_funnel_in_words(monday):
    problem, rota = monday
    (shortfall,) = shortfalls(problem, rota)
    assert sentences(shortfall, funnel(problem, rota, shortfall)) == [
        "O1, Monday am: 7 wanted, 5 offered (A1 there), 2 unmet.",
        "4 other advisers can reach the office; 3 of them are available then. Free to come: free.",
        "Elsewhere that day: elsewhere at O2.",
        "No day or travel time left this week: spent.",
        "Rooms: 2 open, 1 free (O1-R2); places left at a venue nearby: 1.",
    ]


@pytest.mark.parametrize(
    ("advisers", "said"),
    [
        ([], "No adviser can reach the office."),
        (["asleep"], "1 adviser can reach the office, but is not available then."),
        (
            ["asleep", "asleep"],
            "2 advisers can reach the office, but none of them is available then.",
        ),
        (
            ["spent"],
            "1 adviser can reach the office and is available then. Free to come: nobody.",
        ),
        (
            ["spent", "free", "free"],
            "3 advisers can reach the office and are available then. Free to come: free 1, free 2.",
        ),
        (
            ["asleep", "free"],
            "2 advisers can reach the office; 1 of them is available then. Free to come: free 1.",
        ),
    ],
)
def test_who_else_could_come_is_said_in_a_plain_sentence(advisers, said):
    facts = {
        "asleep": {"available": sessions(2, 3)},
        "spent": {"max_days": 1},
        "free": {},
    }
    document = make_document(
        offices=[make_office(demand=[1] + [0] * 9), make_office("O2")],
        advisers=[
            make_adviser(f"{kind} {number}", **facts[kind]) for number, kind in enumerate(advisers)
        ],
    )
    spent = [f"spent {n}" for n, kind in enumerate(advisers) if kind == "spent"]
    rota = make_rota(document, *(entry(each, 3, "O1", am="O1-R1") for each in spent))
    problem = problem_of(document)
    (shortfall,) = shortfalls(problem, rota)
    assert sentences(shortfall, funnel(problem, rota, shortfall))[1] == said


def test_only_the_office_asked_for(monday):
    problem, rota = monday
    assert shortfalls(problem, rota, "O2") == []


def test_the_price_is_what_a_forced_rota_costs_more():
    """One booking on Monday morning is not worth a day's travel; forcing it shows the price."""
    document = make_document(
        offices=[make_office(demand=[1] + [0] * 9)],
        advisers=[make_adviser(travel_minutes={"O1": 60}, available=sessions(0))],
    )
    problem = problem_of(document)
    rota = solve(problem)
    assert (rota.objective, rota.assignments) == (1 + 4 * 2, ())
    (shortfall,) = shortfalls(problem, rota)
    price = Counterfactuals(problem, rota).price(shortfall)
    forced = document | {"pinned": [{"adviser": "A1", "day": 0, "office": "O1"}]}
    assert price.exact
    assert price.rise == best_objective(forced) - best_objective(document)
    assert price.changes == ("A1 on Monday: off → O1 am",)


def test_where_nobody_can_come_there_is_no_price():
    document = make_document(offices=[make_office(demand=[1] + [0] * 9)], rooms=[])
    problem = problem_of(document)
    rota = solve(problem)
    (shortfall,) = shortfalls(problem, rota)
    assert Counterfactuals(problem, rota).price(shortfall).rise is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"rooms": []}, "another room, there or at a venue nearby"),
        ({"advisers": [make_adviser(available=sessions(1))]}, "an adviser in reach"),
        (
            {"rooms": [], "advisers": [make_adviser(available=sessions(1))]},
            "there is neither",
        ),
        ({}, None),
    ],
)
def test_an_obstacle_that_no_rota_overcomes_is_named(fields, words):
    document = make_document(offices=[make_office(demand=[1] + [0] * 9)], **fields)
    problem, rota = problem_of(document), make_rota(document)
    (shortfall,) = shortfalls(problem, rota)
    obstacle = blocked(funnel(problem, rota, shortfall))
    assert obstacle is None if words is None else words in obstacle


def test_prices_in_the_shared_problem_are_those_of_a_full_solve():
    problem = read_problem(shared_problem("tiny-1.json"))
    rota = solve(problem)
    prices = Counterfactuals(problem, rota)
    found = [prices.price(shortfall) for shortfall in shortfalls(problem, rota, "O2")]
    assert [(price.rise, price.exact) for price in found[:2]] == [(6, True), (16, True)]


def test_a_large_problem_has_the_same_exact_prices(monkeypatch):
    """Where a full solve would take long, those near are tried first, then what is left proved."""
    problem = read_problem(shared_problem("tiny-1.json"))
    rota = solve(problem)
    short = shortfalls(problem, rota)
    whole = [Counterfactuals(problem, rota).price(each) for each in short]
    monkeypatch.setattr(alternatives, "FEW_COLUMNS", -1)
    prices = Counterfactuals(problem, rota)
    proved = [prices.price(each) for each in short]
    assert [(p.rise, p.exact) for p in proved] == [(p.rise, True) for p in whole]
    at_most = [prices.price(each, seconds=0) for each in short]
    assert not all(price.exact for price in at_most)
    assert all(
        quick.rise is None or quick.rise >= price.rise
        for quick, price in zip(at_most, proved, strict=True)
    )


def test_a_price_proved_may_be_less_than_those_near_could_offer(monkeypatch):
    """A2 cannot reach O1, but frees A1 by taking over at O2."""
    monkeypatch.setattr(alternatives, "FEW_COLUMNS", -1)
    document = make_document(
        offices=[make_office(demand=[3] + [0] * 9), make_office("O2", demand=[5] + [0] * 9)],
        rooms=[make_room(), make_room("O2-R1", "O2")],
        advisers=[
            make_adviser("A1", travel_minutes={"O1": 30, "O2": 5}, available=sessions(0)),
            make_adviser("A2", travel_minutes={"O2": 90}, available=sessions(0)),
        ],
    )
    problem = problem_of(document)
    rota = solve(problem)
    (shortfall,) = shortfalls(problem, rota)
    assert shortfall.office == "O1"
    prices = Counterfactuals(problem, rota)
    quick, proved = prices.price(shortfall, seconds=0), prices.price(shortfall)
    forced = document | {"pinned": [{"adviser": "A1", "day": 0, "office": "O1"}]}
    assert proved.exact
    assert proved.rise == best_objective(forced) - best_objective(document)
    assert proved.rise < quick.rise
