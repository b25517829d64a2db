"""A problem without any rota says which wishes contradict each other, and only then."""

import pytest

from optimizer.rota.infeasible import reasons
from tests.optimizer_rota.makers import (
    make_adviser,
    make_document,
    make_office,
    make_problem,
    make_room,
    sessions,
)

OFFICES = [make_office(), make_office("O2")]
BOTH = {"O1": 20, "O2": 20}


def pin(adviser="A1", day=1, office="O1"):
    return {"adviser": adviser, "day": day, "office": office}


CASES = [
    (
        {"advisers": [make_adviser(available=sessions(0))], "pinned": [pin()]},
        ["Rules 7 and 1: A1 is pinned to O1 on Tuesday, but has no available session that day."],
    ),
    (
        {"offices": OFFICES, "pinned": [pin(office="O2")]},
        ["Rules 7 and 2: A1 is pinned to O2 on Tuesday, but has no travel time to O2."],
    ),
    (
        {"pinned": [pin()], "forbidden": [{"adviser": "A1", "office": "O1"}]},
        ["Rules 7 and 2: A1 is pinned to O1 on Tuesday, but O1 is forbidden to A1."],
    ),
    (
        {
            "offices": OFFICES,
            "rooms": [make_room(), make_room("O2-R1", "O2")],
            "advisers": [make_adviser(travel_minutes=BOTH)],
            "pinned": [pin(), pin(office="O2")],
        },
        [
            "Rules 7 and 2: A1 is pinned to O1 on Tuesday and also to O2;"
            " an adviser works at one office a day."
        ],
    ),
    (
        {"advisers": [make_adviser(max_days=1)], "pinned": [pin(), pin(day=4)]},
        ["Rules 7 and 3: A1 is pinned on Tuesday, Friday, but works at most 1 days."],
    ),
    (
        {
            "advisers": [make_adviser(travel_minutes={"O1": 160})],
            "pinned": [pin(day=0), pin(day=2)],
        },
        [
            "Rules 7 and 4: A1 is pinned on Monday, Wednesday, which is 640 minutes of travel;"
            " at most 600 a week."
        ],
    ),
    (
        {"rooms": [make_room(open=sessions(0, 1))], "pinned": [pin()]},
        [
            "Rules 7, 5 and 6: A1 is pinned to O1 and must sit there on Tuesday, when its rooms"
            " (O1-R1) and overflow hold 0 adviser-sessions."
        ],
    ),
    (
        {
            "advisers": [
                make_adviser(available=sessions(2)),
                make_adviser("A2", available=sessions(2)),
            ],
            "pinned": [pin(), pin("A2")],
        },
        [
            "Rules 7, 5 and 6: A1, A2 are pinned to O1 and must sit there on Tuesday am, when its"
            " rooms (O1-R1) and overflow hold 1 adviser-session."
        ],
    ),
]


@pytest.mark.parametrize(("fields", "sentences"), CASES)
def test_the_reason_names_rules_people_and_rooms(fields, sentences):
    assert reasons(make_problem(**fields)) == sentences


def test_two_pinned_in_one_room_take_a_half_day_each():
    """Both are free all day, so one sits there in the morning and one in the afternoon."""
    two = make_document(advisers=[make_adviser(), make_adviser("A2")], pinned=[pin(), pin("A2")])
    assert reasons(make_problem(**two)) == []
