"""What one more room brings, why somebody moved, and the week beside the one that moves nobody."""

from itertools import product

import pytest

from optimizer.rota.counterfactual import Counterfactuals
from optimizer.rota.explain import Cause, cause, funnel, shortfalls
from optimizer.rota.problem_file import read_problem
from optimizer.rota.rooms_wanted import RoomGain, one_more_room, room_sentence
from optimizer.rota.solve import solve
from optimizer.rota.weeks import (
    changing_nobody,
    compared,
    moved,
    moved_sentence,
    price_of_staying,
)
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

MONDAY = {"offices": [make_office(demand=[9] + [0] * 9)]}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"rooms": []}, Cause.NO_PLACE),
        ({"advisers": []}, Cause.NOBODY_IN_REACH),
        ({"advisers": [make_adviser(available=sessions(1))]}, Cause.NOBODY_AVAILABLE),
        ({"advisers": [make_adviser(max_days=0)]}, Cause.NO_DAYS_LEFT),
        ({}, Cause.DEARER),
    ],
)
def test_the_cause_is_the_first_obstacle(fields, expected):
    document = make_document(**MONDAY | fields)
    problem, rota = problem_of(document), make_rota(document)
    (shortfall,) = shortfalls(problem, rota)
    assert cause(funnel(problem, rota, shortfall)) is expected


def test_everybody_may_be_elsewhere():
    document = make_document(
        offices=[*MONDAY["offices"], make_office("O2")],
        rooms=[make_room(), make_room("O2-R1", "O2")],
        advisers=[make_adviser(travel_minutes={"O1": 5, "O2": 5})],
    )
    problem, rota = problem_of(document), make_rota(document, entry("A1", 0, "O2", am="O2-R1"))
    (shortfall,) = shortfalls(problem, rota)
    assert cause(funnel(problem, rota, shortfall)) is Cause.ALL_ELSEWHERE


def test_one_more_room_seats_whom_it_would():
    """Nine are wanted and one room holds one adviser, who sees five: a room seats four more."""
    advisers = [make_adviser(name, available=sessions(0)) for name in ("A1", "A2")]
    document = make_document(**MONDAY, advisers=advisers)
    problem = problem_of(document)
    rota = solve(problem)
    (shortfall,) = shortfalls(problem, rota)
    wider = document | {"rooms": [make_room(), make_room("new", open=sessions(0))]}
    saving = best_objective(document) - best_objective(wider)
    gain = one_more_room(problem, rota, shortfall)
    assert gain == RoomGain("O1", 0, seats=4, saving=saving, exact=True, beside_best=True)
    assert room_sentence(gain) == (
        f"One more bookable room on Monday am would seat 4 more and save exactly {saving} points."
    )


def test_a_room_for_nobody_changes_nothing():
    document = make_document(**MONDAY, rooms=[])
    problem = problem_of(document | {"advisers": []})
    rota = solve(problem)
    (shortfall,) = shortfalls(problem, rota)
    gain = one_more_room(problem, rota, shortfall)
    assert room_sentence(gain) == "One more bookable room on Monday am would change nothing."


def moving():
    """Last week A1 was at O1; this week O2 wants nine on Monday, an hour's travel nearer."""
    return make_document(
        offices=[make_office(), make_office("O2", demand=[9] + [0] * 9)],
        rooms=[make_room(), make_room("O2-R1", "O2")],
        advisers=[
            make_adviser(
                travel_minutes={"O1": 40, "O2": 10},
                available=sessions(0, 1),
                last_week=["O1"] + [None] * 4,
            )
        ],
    )


def test_why_somebody_moved_is_the_true_price_of_staying():
    document = moving()
    problem = problem_of(document)
    rota = solve(problem)
    (change,) = moved(problem, rota)
    assert (change.before, change.after, change.because) == ("O1", "O2", "")
    staying = price_of_staying(Counterfactuals(problem, rota), change)
    pinned = document | {"pinned": [{"adviser": "A1", "day": 0, "office": "O1"}]}
    rise = best_objective(pinned) - best_objective(document)
    assert (staying.rise, staying.exact) == (rise, True)
    assert moved_sentence(change, staying).startswith(
        f"A1 on Monday: O1 → O2. Staying at O1 would cost exactly {rise} points more."
    )


def test_a_day_off_has_its_price_too():
    document = moving()
    document["advisers"][0]["last_week"] = [None] * 5
    problem = problem_of(document)
    rota = solve(problem)
    (change,) = moved(problem, rota)
    staying = price_of_staying(Counterfactuals(problem, rota), change)
    off = document | {"advisers": []}
    assert (staying.rise, staying.exact) == (best_objective(off) - rota.objective, True)


OBSTACLES = [
    ({"available": sessions()}, {}, "not available that day"),
    ({"travel_minutes": {"O2": 10}}, {}, "may not work at O1"),
    ({}, {"rooms": [make_room("O2-R1", "O2")]}, "O1 has no open room that day"),
    (
        {},
        {"pinned": [{"adviser": "A1", "day": 0, "office": "O2"}]},
        "pinned to O2",
    ),
]


@pytest.mark.parametrize(("adviser", "fields", "because"), OBSTACLES)
def test_what_made_staying_impossible_is_named(adviser, fields, because):
    document = moving() | fields
    document["advisers"][0] |= adviser
    problem = problem_of(document)
    (change,) = moved(problem, make_rota(document))
    assert change.because == because
    assert moved_sentence(change) == f"A1 on Monday: O1 → off, because {because}."


def test_the_best_rota_that_moves_nobody_is_the_best_of_those():
    """By trying every subset of last week's adviser-days, mornings and afternoons."""
    document = make_document(
        offices=[make_office(demand=[5, 4, 5, 4] + [0] * 6, days_wanted=1), make_office("O2")],
        rooms=[make_room(), make_room("O2-R1", "O2")],
        advisers=[
            make_adviser(
                travel_minutes={"O1": 40, "O2": 1},
                available=sessions(0, 1, 2, 3),
                last_week=["O1", "O2", None, None, None],
            )
        ],
    )
    best = min(costs_of(document, *worked) for worked in subsets())
    unmoved = changing_nobody(problem_of(document))
    assert (unmoved.objective, unmoved.status, unmoved.bound) == (best, "feasible", 0.0)


def subsets():
    some = [set(), {0}, {1}, {0, 1}]
    return product(some, [{session + 2 for session in each} for each in some])


def costs_of(document, monday, tuesday):
    """The best that is at last week's offices in some of these half-days, and in no others."""
    adviser = document["advisers"][0]
    pins = [
        {"adviser": "A1", "day": day, "office": adviser["last_week"][day]}
        for day, worked in enumerate((monday, tuesday))
        if worked
    ]
    only = adviser | {"available": sessions(*monday, *tuesday)}
    unrepeated = 8 * (2 - len(pins))  # a day that is not available counts as none to repeat
    return best_objective(document | {"advisers": [only], "pinned": pins}) + unrepeated


def test_the_terms_stand_side_by_side():
    problem = read_problem(shared_problem("tiny-1.json"))
    rota, unmoved = solve(problem), changing_nobody(problem)
    rows = {row.term: row.values for row in compared(problem, rota, unmoved)}
    assert rows["objective"] == (220, unmoved.objective)
    assert rows["travel"] == (rota.terms["travel"], unmoved.terms["travel"])
    assert unmoved.objective >= 220
    at = {(a.id, day): o for a in problem.advisers for day, o in enumerate(a.last_week)}
    pinned = {(pin.adviser, pin.day) for pin in problem.pinned}
    assert all(
        at[e.adviser, e.day] == e.office or (e.adviser, e.day) in pinned
        for e in unmoved.assignments
    )
