"""Stranded appointments get the cheapest slots on the ladder; what has no place says why."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.repair.problem import Prices
from optimizer.repair.rehouse import FreeSlot, Placement, Rung, Stranded, rehouse, rung_of, suits

MONDAY_TEN = datetime(2026, 12, 7, 10)
LATER = timedelta(minutes=40)
NEXT_DAY = timedelta(days=1)


def make_stranded(key="a", **fields):
    """Monday at ten with A1 at O1, 40 minutes, any time within a week."""
    return Stranded(
        **{
            "key": key,
            "office": "O1",
            "adviser": "A1",
            "starts_at": MONDAY_TEN,
            "minutes": 40,
            "earliest": MONDAY_TEN - NEXT_DAY,
            "latest": MONDAY_TEN + 7 * NEXT_DAY,
        }
        | fields
    )


def make_slot(key="s", **fields):
    """Monday at ten with A2 at O1, 40 minutes."""
    return FreeSlot(
        **{
            "key": key,
            "office": "O1",
            "adviser": "A2",
            "starts_at": MONDAY_TEN,
            "minutes": 40,
        }
        | fields
    )


LADDER = [
    make_slot("room", adviser="A1"),
    make_slot("adviser"),
    make_slot("day", starts_at=MONDAY_TEN + LATER),
    make_slot("week", starts_at=MONDAY_TEN + NEXT_DAY),
]


def test_each_rung_is_taken_before_the_next():
    for number, rung in enumerate(Rung):
        slots = LADDER[number:]
        assert rehouse([make_stranded()], slots[::-1]).placed == (
            Placement("a", slots[0].key, rung),
        )


def test_one_gives_way_when_two_together_do_better():
    """The first could keep the time, but only that slot suits the second at all."""
    second = make_stranded("b", starts_at=MONDAY_TEN + LATER, latest=MONDAY_TEN)
    found = rehouse([make_stranded(), second], [make_slot("ten"), LADDER[3]])
    assert {each.appointment: each.slot for each in found.placed} == {"a": "week", "b": "ten"}
    assert found.price == Prices().other_day + Prices().same_day


def test_of_equal_rungs_the_same_adviser_and_the_nearest_time_win():
    near, far = (
        make_slot(name, starts_at=MONDAY_TEN + times * LATER)
        for name, times in (("near", 1), ("far", 2))
    )
    assert rehouse([make_stranded()], [far, near]).placed[0].slot == "near"
    own = replace(near, key="own", adviser="A1")
    assert rehouse([make_stranded()], [far, near, own]).placed[0].slot == "own"


@pytest.mark.parametrize(
    ("appointment", "slot", "why"),
    [
        ({}, {"office": "O2"}, "no slot is free at O1"),
        ({"latest": MONDAY_TEN - LATER}, {}, "none starts between the times that suit"),
        ({"minutes": 60}, {}, "none is 60 minutes long"),
        ({"needs": frozenset({"private", "step-free"})}, {}, "none offers private and step-free"),
    ],
)
def test_what_has_no_place_says_why(appointment, slot, why):
    found = rehouse([make_stranded(**appointment)], [make_slot(**slot)])
    assert (found.placed, found.unplaced) == ((), {"a": why})
    assert found.price == Prices().no_place


def test_a_slot_takes_one_appointment():
    found = rehouse([make_stranded("a"), make_stranded("b")], [make_slot()])
    assert len(found.placed) == 1
    assert list(found.unplaced.values()) == [
        "every slot that suits is taken by another appointment"
    ]


def test_nothing_stranded_and_no_slot_are_no_trouble():
    assert rehouse([], [make_slot()]).price == 0
    assert rehouse([make_stranded()], []).unplaced == {"a": "no slot is free at O1"}


moments = st.integers(0, 5).map(lambda n: MONDAY_TEN + (n % 3) * LATER + (n // 3) * NEXT_DAY)
advisers = st.sampled_from(["A1", "A2"])
tags = st.frozensets(st.sampled_from(["private", "step-free"]))
appointments = st.lists(
    st.builds(
        lambda starts_at, adviser, latest, needs: make_stranded(
            starts_at=starts_at, adviser=adviser, latest=latest, needs=needs
        ),
        moments,
        advisers,
        moments,
        tags,
    ),
    max_size=4,
)
slots = st.lists(
    st.builds(
        lambda starts_at, adviser, offers: make_slot(
            starts_at=starts_at, adviser=adviser, offers=offers
        ),
        moments,
        advisers,
        tags,
    ),
    max_size=5,
)


@settings(max_examples=200, deadline=None)
@given(appointments=appointments, slots=slots)
def test_no_other_placing_is_cheaper(appointments, slots):
    appointments = [replace(each, key=f"a{n}") for n, each in enumerate(appointments)]
    slots = [replace(each, key=f"s{n}") for n, each in enumerate(slots)]
    found = rehouse(appointments, slots)
    assert found.price == least_price(appointments, slots)
    assert len(found.placed) + len(found.unplaced) == len(appointments)
    assert len({each.slot for each in found.placed}) == len(found.placed)
    at = {each.key: each for each in (*appointments, *slots)}
    assert all(suits(at[each.appointment], at[each.slot]) for each in found.placed)


def least_price(appointments, slots):
    """By trying every slot, or none, for the first and the rest after it."""
    if not appointments:
        return 0
    first, *rest = appointments
    prices = dict(zip(Rung, (1, 3, 6, 12), strict=True))
    return min(
        [30 + least_price(rest, slots)]
        + [
            prices[rung_of(first, slot)] + least_price(rest, [s for s in slots if s is not slot])
            for slot in slots
            if suits(first, slot)
        ]
    )
