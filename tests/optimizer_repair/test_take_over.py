"""Sessions outside the rota are taken over at the least price, or emptied with reasons."""

import itertools
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.repair.problem import Prices
from optimizer.repair.rehouse import Rung, rung_of, suits
from optimizer.repair.take_over import Cover, take_over
from tests.optimizer_repair.test_rehouse import (
    LATER,
    MONDAY_TEN,
    NEXT_DAY,
    make_slot,
    make_stranded,
)


def make_cover(adviser="B1", *, session="J1", keeps="ab", **fields):
    """B1 could hold the first session, for 2, and keep both who are booked."""
    return Cover(
        **{"session": session, "adviser": adviser, "price": 2} | fields, keeps=frozenset(keeps)
    )


BOTH = [
    make_stranded("a", session="J1"),
    make_stranded("b", session="J1", starts_at=MONDAY_TEN + LATER),
]


def taken_over(appointments, slots, covers, **given):
    return take_over(appointments, slots, covers, **{"extra_days": {}, **given})


def test_whoever_could_hold_the_session_keeps_everybody_in_it():
    found = taken_over(BOTH, [make_slot(starts_at=MONDAY_TEN + NEXT_DAY)], [make_cover()])
    assert (found.covers, found.placed, found.unplaced) == ((make_cover(),), (), {})
    assert found.price == 2 + 2 * Prices().other_adviser


def test_a_free_slot_at_the_time_is_less_than_somebody_asked_to_work():
    found = taken_over(BOTH[:1], [make_slot()], [make_cover(keeps="a")])
    assert found.covers == ()
    assert [each.rung for each in found.placed] == [Rung.OTHER_ADVISER]


def test_whom_the_cover_cannot_keep_goes_elsewhere_or_is_told_why():
    cover = make_cover(keeps="a")
    slot = make_slot(starts_at=MONDAY_TEN + NEXT_DAY)
    found = taken_over(BOTH, [slot], [cover])
    assert found.covers == (cover,)
    assert [(each.appointment, each.rung) for each in found.placed] == [("b", Rung.OTHER_DAY)]
    found = taken_over(BOTH, [], [cover])
    assert found.unplaced == {"b": "no slot is free at O1"}


def test_nobody_to_hold_it_is_the_first_reason():
    found = taken_over(BOTH[:1], [], [])
    assert found.unplaced == {"a": "nobody else could hold the session, and no slot is free at O1"}


def test_of_two_who_could_the_better_rank_holds_it():
    covers = [make_cover("B1", rank=3), make_cover("B2", rank=1), make_cover("B3", rank=2)]
    for order in itertools.permutations(covers):
        assert [each.adviser for each in taken_over(BOTH, [], order).covers] == ["B2"]


def test_nobody_works_more_days_than_they_may():
    other = [replace(each, key=each.key * 2, session="J2") for each in BOTH]
    covers = [
        make_cover(extra_day=True),
        make_cover(session="J2", keeps=["aa", "bb"], extra_day=True),
    ]
    for days in (0, 1, 2):
        found = taken_over([*BOTH, *other], [], covers, extra_days={"B1": days})
        assert len(found.covers) == days
        assert len(found.unplaced) == 2 * (2 - days)


def test_a_group_takes_as_many_as_it_has_places():
    group = make_slot(starts_at=MONDAY_TEN + NEXT_DAY, places=2)
    three = [make_stranded(key, session="J1") for key in "abc"]
    assert len(taken_over(three, [group], []).placed) == 2


def test_nothing_lost_is_no_trouble():
    assert taken_over([], [], []).price == 0


moments = st.integers(0, 3).map(lambda n: MONDAY_TEN + (n % 2) * LATER + (n // 2) * NEXT_DAY)
sessions = st.sampled_from(["J1", "J2"])
appointments = st.lists(
    st.builds(lambda at, j: make_stranded(starts_at=at, session=j), moments, sessions), max_size=4
)
slots = st.lists(
    st.builds(
        lambda at, places: make_slot(starts_at=at, places=places), moments, st.integers(1, 2)
    ),
    max_size=3,
)
covers = st.lists(
    st.tuples(
        st.sampled_from(["B1", "B2"]),
        sessions,
        st.integers(0, 12),
        st.booleans(),
        st.frozensets(st.integers(0, 3)),
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(appointments=appointments, slots=slots, covers=covers, days=st.integers(0, 1))
def test_no_other_answer_is_cheaper(appointments, slots, covers, days):
    appointments = [replace(each, key=f"a{n}") for n, each in enumerate(appointments)]
    slots = [replace(each, key=f"s{n}") for n, each in enumerate(slots)]
    covers = [
        make_cover(
            adviser,
            session=session,
            price=price,
            extra_day=extra,
            keeps=[
                each.key
                for each in appointments
                if each.session == session and int(each.key[1]) in kept
            ],
        )
        for adviser, session, price, extra, kept in covers
    ]
    found = taken_over(appointments, slots, covers, extra_days={"B1": days, "B2": days})
    assert found.price == least_price(appointments, slots, covers, days)
    kept = {key for cover in found.covers for key in cover.keeps}
    places = [each.slot for each in found.placed]
    assert all(places.count(slot.key) <= slot.places for slot in slots)
    assert len(kept) + len(places) + len(found.unplaced) == len(appointments)


def least_price(appointments, slots, covers, days):
    """By trying every set of covers that is allowed, and every slot for whoever is left."""
    allowed = [
        some
        for many in range(len(covers) + 1)
        for some in itertools.combinations(covers, many)
        if len({each.session for each in some}) == many
        and all(
            sum(each.extra_day for each in some if each.adviser == name) <= days
            for name in ("B1", "B2")
        )
    ]
    free = [slot for slot in slots for _ in range(slot.places)]
    return min(
        sum(each.price + 3 * len(each.keeps) for each in some)
        + least_elsewhere(
            [a for a in appointments if not any(a.key in each.keeps for each in some)], free
        )
        for some in allowed
    )


def least_elsewhere(appointments, free):
    if not appointments:
        return 0
    first, *rest = appointments
    prices = dict(zip(Rung, (1, 3, 6, 12), strict=True))
    choices = [30 + least_elsewhere(rest, free)]
    for number, slot in enumerate(free):
        if suits(first, slot):
            left = free[:number] + free[number + 1 :]
            choices.append(prices[rung_of(first, slot)] + least_elsewhere(rest, left))
    return min(choices)
