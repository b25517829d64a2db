"""Random problems small enough to try every rota: two offices, up to three advisers, two days."""

from typing import Any

from hypothesis import strategies as st

from tests.optimizer_rota.makers import (
    Document,
    make_adviser,
    make_document,
    make_office,
    make_room,
)

OFFICES = ("O1", "O2")
FIRST_SESSIONS = 4
"""Only Monday and Tuesday are worked, so that every rota can be tried."""


@st.composite
def small_problems(draw: Any) -> Document:
    """A problem document with every feature of the format, pinned contradictions included."""
    advisers = [draw(_advisers(f"A{number + 1}")) for number in range(draw(st.integers(1, 3)))]
    names = st.sampled_from([adviser["id"] for adviser in advisers])
    office = st.sampled_from(OFFICES)
    pin = st.fixed_dictionaries({"adviser": names, "day": st.integers(0, 1), "office": office})
    bar = st.fixed_dictionaries({"adviser": names, "office": office})
    rooms = [draw(_rooms(f"R{number + 1}")) for number in range(draw(st.integers(0, 4)))]
    return make_document(
        offices=[draw(_offices(name)) for name in OFFICES],
        rooms=rooms,
        advisers=advisers,
        pinned=draw(st.one_of(st.just([]), st.lists(pin, max_size=2))),
        forbidden=draw(st.one_of(st.just([]), st.lists(bar, max_size=1))),
        weights=draw(st.sampled_from([{}, {}, {"unmet_session": 3, "spread": 0}])),
    )


def _first(values: st.SearchStrategy[Any], rest: Any) -> st.SearchStrategy[list[Any]]:
    some = st.lists(values, min_size=FIRST_SESSIONS, max_size=FIRST_SESSIONS)
    return some.map(lambda given: given + [rest] * (10 - FIRST_SESSIONS))


@st.composite
def _offices(draw: Any, name: str) -> Document:
    return make_office(
        name,
        days_wanted=draw(st.integers(0, 3)),
        overflow_places=draw(st.integers(0, 1)),
        demand=draw(_first(st.integers(0, 12), 0)),
        capacity=draw(_first(st.integers(0, 5), 4)),
    )


@st.composite
def _rooms(draw: Any, name: str) -> Document:
    return make_room(
        name,
        draw(st.sampled_from(OFFICES)),
        private=draw(st.booleans()),
        bookable_in_advance=draw(st.booleans()),
        open=draw(_first(st.sampled_from([True, True, False]), True)),
    )


@st.composite
def _advisers(draw: Any, name: str) -> Document:
    reach = draw(st.lists(st.sampled_from(OFFICES), min_size=1, max_size=2, unique=True))
    minutes = st.sampled_from([0, 12, 22, 45, 160])
    places = st.sampled_from([*OFFICES, None])
    return make_adviser(
        name,
        max_days=draw(st.integers(0, 2)),
        available=draw(_first(st.sampled_from([True, True, False]), False)),
        travel_minutes={office: draw(minutes) for office in reach},
        dedicated=draw(
            st.lists(st.tuples(st.sampled_from(OFFICES), st.integers(0, 4)).map(list), max_size=2)
        ),
        last_week=draw(st.lists(places, min_size=2, max_size=2)) + [None] * 3,
    )
