"""Each term of the objective on an instance small enough to count by hand."""

import pytest

from optimizer.rota.objective import weighted_terms
from tests.optimizer_rota.by_enumeration import evaluate
from tests.optimizer_rota.makers import (
    entry,
    make_adviser,
    make_document,
    make_office,
    make_room,
    make_rota,
    problem_of,
    sessions,
)

ALL_DAY = {"am": "O1-R1", "pm": "O1-R1"}
TWO_OFFICES = {
    "offices": [make_office(), make_office("O2")],
    "rooms": [make_room(), make_room("O2-R1", "O2")],
    "advisers": [make_adviser(travel_minutes={"O1": 20, "O2": 20})],
}

CASES = {
    # term: problem fields, adviser-days, the term's weighted value with its sum
    "unmet_session": (
        {"offices": [make_office(demand=[7, 7] + [0] * 8)]},
        [entry("A1", 0, "O1", **ALL_DAY)],
        (7 - 5) + (7 - 4),
    ),
    # D = 21, S = 0: u = 21, and again above floor(21 / 2) = 10
    "unmet_week": (
        {"offices": [make_office(demand=[21] + [0] * 9)]},
        [],
        4 * (21 + 11),
    ),
    "presence": (
        {"offices": [make_office(days_wanted=3)]},
        [entry("A1", 0, "O1", am="O1-R1"), entry("A1", 4, "O1", pm="O1-R1")],
        20 * (3 - 2),
    ),
    # Monday is repeated, Tuesday is not, Wednesday cannot be: no available session
    "continuity": (
        {
            "advisers": [
                make_adviser(
                    available=sessions(0, 1, 2, 3), last_week=["O1", "O1", "O1", None, None]
                )
            ]
        },
        [entry("A1", 0, "O1", am="O1-R1")],
        8 * 1,
    ),
    "spread": (
        TWO_OFFICES,
        [entry("A1", 0, "O1", am="O1-R1"), entry("A1", 1, "O2", am="O2-R1")],
        5 * 2,
    ),
    # dedicated to O1 on Monday: Tuesday there is not away either
    "away": (
        TWO_OFFICES
        | {"advisers": [make_adviser(travel_minutes={"O1": 20, "O2": 20}, dedicated=[["O1", 0]])]},
        [entry("A1", 1, "O1", am="O1-R1"), entry("A1", 2, "O2", am="O2-R1")],
        3 * 1,
    ),
    # 2 x 22 = 44 minutes are 4 tens; 2 x 23 = 46 would be 5; 2 x 12.5 = 25 rounds half up to 3
    "travel": (
        {"advisers": [make_adviser(travel_minutes={"O1": 22})]},
        [entry("A1", 0, "O1", am="O1-R1"), entry("A1", 1, "O1", am="O1-R1")],
        4 + 4,
    ),
    "overflow": (
        {"offices": [make_office(overflow_places=1)]},
        [entry("A1", 0, "O1", am="overflow", pm="overflow")],
        4 * 2,
    ),
    "not_bookable": (
        {"rooms": [make_room(bookable_in_advance=False)]},
        [entry("A1", 0, "O1", **ALL_DAY)],
        2 * 2,
    ),
    # overflow does not count as open plan
    "open_plan": (
        {"offices": [make_office(overflow_places=1)], "rooms": [make_room(private=False)]},
        [entry("A1", 0, "O1", am="O1-R1", pm="overflow")],
        3 * 1,
    ),
    "room_change": (
        {"rooms": [make_room(), make_room("O1-R2")]},
        [entry("A1", 0, "O1", am="O1-R1", pm="O1-R2"), entry("A1", 1, "O1", **ALL_DAY)],
        2 * 1,
    ),
    # A1: 2 away days and 80 minutes, A2: 1 and 100 minutes, which are 4 half-hours rounded up
    "fairness": (
        {
            "rooms": [make_room(), make_room("O1-R2")],
            "advisers": [make_adviser(), make_adviser("A2", travel_minutes={"O1": 50})],
        },
        [
            entry("A1", 0, "O1", am="O1-R1"),
            entry("A1", 1, "O1", am="O1-R1"),
            entry("A2", 0, "O1", am="O1-R2"),
        ],
        5 * 2 + 4,
    ),
}


@pytest.mark.parametrize("term", CASES)
def test_the_term_is_what_one_counts_by_hand(term):
    fields, entries, value = CASES[term]
    document = make_document(**fields)
    assert weighted_terms(problem_of(document), make_rota(document, *entries))[term] == value
    assert evaluate(document, entries)[term] == value


@pytest.mark.parametrize(("one_way", "tens"), [(22, 4), (23, 5), (12, 2), (13, 3)])
def test_travel_is_rounded_half_up_by_the_day(one_way, tens):
    document = make_document(advisers=[make_adviser(travel_minutes={"O1": one_way})])
    rota = make_rota(document, entry("A1", 0, "O1", am="O1-R1"))
    assert weighted_terms(problem_of(document), rota)["travel"] == tens


def test_weights_multiply_their_terms():
    fields, entries, _ = CASES["fairness"]
    document = make_document(**fields, weights={"fairness": [1, 10], "away": 0})
    terms = weighted_terms(problem_of(document), make_rota(document, *entries))
    assert (terms["fairness"], terms["away"]) == (1 * 2 + 10 * 4, 0)
