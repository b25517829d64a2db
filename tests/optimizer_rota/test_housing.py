"""Housing a count of advisers in an office-day costs the least of all seatings."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.rota.housing import housing_table, room_kinds
from tests.optimizer_rota.makers import make_document, make_office, make_room, problem_of, sessions

ROOMS = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.sampled_from([(0,), (1,), (0, 1), ()])), max_size=3
)


def table_of(rooms, overflow=0):
    document = make_document(
        offices=[make_office(overflow_places=overflow)],
        rooms=[
            make_room(f"R{i}", private=private, bookable_in_advance=bookable, open=sessions(*open_))
            for i, (private, bookable, open_) in enumerate(rooms)
        ],
    )
    problem = problem_of(document)
    kinds = room_kinds(problem, problem.offices[0], 0)
    return housing_table(kinds, problem.weights.room_change, reach=4)


def by_seating(rooms, overflow, counts):
    """The least price of seating am, pm and all-day advisers, trying every seat; None if full."""
    am, pm, full = counts
    halves = [
        [i for i, room in enumerate(rooms) if half in room[2]] + ["overflow"] * overflow
        for half in (0, 1)
    ]
    best = None
    for first in itertools.permutations(range(len(halves[0])), am + full):
        for second in itertools.permutations(range(len(halves[1])), pm + full):
            seats = [halves[0][s] for s in first], [halves[1][s] for s in second]
            price = sum(
                4 if seat == "overflow" else 3 * (not rooms[seat][0]) + 2 * (not rooms[seat][1])
                for seat in (*seats[0], *seats[1])
            )
            price += 2 * sum(seats[0][i] != seats[1][i] for i in range(full))
            best = price if best is None else min(best, price)
    return best


@settings(max_examples=40, deadline=None)
@given(rooms=ROOMS, overflow=st.integers(0, 1))
def test_the_price_is_that_of_the_best_seating(rooms, overflow):
    table = table_of(rooms, overflow)
    for counts in itertools.product(range(3), repeat=3):
        if sum(counts) <= 3:
            housing = table.get(counts)
            assert (housing and housing.price) == by_seating(rooms, overflow, counts)


@pytest.mark.parametrize(
    ("rooms", "counts", "price"),
    [
        ([(True, True, (0, 1))], (0, 0, 1), 0),
        ([(False, True, (0, 1))], (0, 0, 1), 6),
        # no room is open all day: the adviser changes
        ([(True, True, (0,)), (True, True, (1,))], (0, 0, 1), 2),
        # one private room shared by a morning and an afternoon
        ([(True, True, (0, 1))], (1, 1, 0), 0),
    ],
)
def test_the_price_by_hand(rooms, counts, price):
    assert table_of(rooms)[counts].price == price


def test_a_full_office_houses_no_more():
    assert (1, 0, 1) not in table_of([(True, True, (0, 1))])
