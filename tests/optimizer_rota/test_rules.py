"""Each hard rule has a rota that keeps it and one, by hand, that breaks it and is named."""

import pytest

from optimizer.rota.rules import violations
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

TWO_OFFICES = {
    "offices": [make_office(), make_office("O2", overflow_places=1)],
    "rooms": [make_room(), make_room("O2-R1", "O2")],
}
FAR = make_adviser(travel_minutes={"O1": 100})
BOTH = {"O1": 20, "O2": 30}

CASES = {
    # problem fields, adviser-days that keep the rules, adviser-days that do not, the sentence
    "1 availability": (
        {"advisers": [make_adviser(available=sessions(0))]},
        [entry("A1", 0, "O1", am="O1-R1")],
        [entry("A1", 0, "O1", am="O1-R1", pm="O1-R1")],
        "Rule 1, availability: A1 works Monday pm at O1 but is not available then.",
    ),
    "2 in reach": (
        TWO_OFFICES,
        [entry("A1", 0, "O1", am="O1-R1")],
        [entry("A1", 0, "O2", am="O2-R1")],
        "Rule 2, office: A1 on Monday is at O2, which has no travel time for them.",
    ),
    "2 forbidden": (
        TWO_OFFICES
        | {
            "advisers": [make_adviser(travel_minutes=BOTH)],
            "forbidden": [{"adviser": "A1", "office": "O2"}],
        },
        [entry("A1", 0, "O1", am="O1-R1")],
        [entry("A1", 0, "O2", am="O2-R1")],
        "Rule 2, office: A1 on Monday is at O2, which is forbidden to them.",
    ),
    "2 one office a day": (
        TWO_OFFICES | {"advisers": [make_adviser(travel_minutes=BOTH)]},
        [entry("A1", 0, "O1", am="O1-R1"), entry("A1", 1, "O2", pm="O2-R1")],
        [entry("A1", 0, "O1", am="O1-R1"), entry("A1", 0, "O2", pm="O2-R1")],
        "Rule 2, office: A1 is given 2 times on Monday; one office a day.",
    ),
    "3 days": (
        {"advisers": [make_adviser(max_days=1)]},
        [entry("A1", 0, "O1", am="O1-R1")],
        [entry("A1", 0, "O1", am="O1-R1"), entry("A1", 1, "O1", am="O1-R1")],
        "Rule 3, days: A1 works 2 days; at most 1.",
    ),
    # 100 minutes one way: three days are exactly 600
    "4 travel": (
        {"advisers": [FAR]},
        [entry("A1", day, "O1", am="O1-R1") for day in range(3)],
        [entry("A1", day, "O1", am="O1-R1") for day in range(4)],
        "Rule 4, travel: A1 travels 800 minutes in the week; at most 600.",
    ),
    "5 closed room": (
        {"rooms": [make_room(open=sessions(0))]},
        [entry("A1", 0, "O1", am="O1-R1")],
        [entry("A1", 0, "O1", pm="O1-R1")],
        "Rule 5, rooms: O1-R1 is not open on Monday pm, when A1 would sit there.",
    ),
    "5 shared room": (
        {"advisers": [make_adviser(), make_adviser("A2")]},
        [entry("A1", 0, "O1", am="O1-R1"), entry("A2", 0, "O1", pm="O1-R1")],
        [entry("A1", 0, "O1", am="O1-R1"), entry("A2", 0, "O1", am="O1-R1")],
        "Rule 5, rooms: O1-R1 holds A1 and A2 on Monday am; one adviser a session.",
    ),
    "6 overflow": (
        {
            "offices": [make_office(overflow_places=1)],
            "advisers": [make_adviser(), make_adviser("A2")],
        },
        [entry("A1", 0, "O1", am="overflow"), entry("A2", 0, "O1", am="O1-R1")],
        [entry("A1", 0, "O1", am="overflow"), entry("A2", 0, "O1", am="overflow")],
        "Rule 6, overflow: O1 has 2 in overflow on Monday am; at most 1.",
    ),
    "7 pinned": (
        {"pinned": [{"adviser": "A1", "day": 2, "office": "O1"}]},
        [entry("A1", 2, "O1", pm="O1-R1")],
        [entry("A1", 1, "O1", pm="O1-R1")],
        "Rule 7, pinned: A1 is pinned to O1 on Wednesday and is not there.",
    ),
    "names": (
        TWO_OFFICES,
        [entry("A1", 0, "O1", am="O1-R1")],
        [entry("A1", 0, "O1", am="O2-R1")],
        "A1 on Monday: O2-R1 is not a room of O1.",
    ),
    "day": (
        {},
        [entry("A1", 0, "O1", am="O1-R1")],
        [entry("A1", 0, "O1", am="O1-R1") | {"places": {"2": "O1-R1"}}],
        "A1 on Monday: session 2 belongs to another day.",
    ),
    "no session": (
        {},
        [],
        [entry("A1", 0, "O1")],
        "A1 on Monday: no session is worked.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_rule_is_kept_by_one_rota_and_broken_by_the_other(name):
    fields, legal, illegal, sentence = CASES[name]
    document = make_document(**fields)
    problem = problem_of(document)
    assert violations(problem, make_rota(document, *legal)) == []
    assert violations(problem, make_rota(document, *illegal)) == [sentence]
