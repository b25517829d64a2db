"""In the repair's process: who takes a session over beside what the repaired rota asks of them."""

from datetime import datetime
from typing import Any

import pytest

from booking.rotas.repair_takeovers import new_rooms, settled
from optimizer.repair.changes import Repair, Seat, SessionChange
from optimizer.repair.rehouse import Stranded
from optimizer.rota.rota import Assignment, Rota

TUESDAY_AM, TUESDAY_PM, WEDNESDAY_PM = 2, 3, 5
HERE, THERE = Seat("Mosswater", "Room 1"), Seat("Thistlewick", "Room 2")
STRANDED = Stranded(
    key="7",
    office="Mosswater",
    adviser="1",
    starts_at=datetime(2027, 1, 19, 14),
    minutes=45,
    earliest=datetime(2027, 1, 18),
    latest=datetime(2027, 1, 20),
    session="9",
)


def make_cover(**facts: Any) -> dict[str, Any]:
    """Ben could hold it, and interviews at Mosswater in the morning beside it."""
    given = {"adviser": 2, "rank": 0, "extra_day": False, "keeps": [7], "beside": ["Mosswater"]}
    return {**given, **facts}


def make_asked(*covers: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """Ada's group on Tuesday afternoon, with one claimant."""
    other = {
        "session": 9,
        "index": TUESDAY_PM,
        "kind": "group",
        "was": "Ada Invented",
        "covers": covers,
        "rooms": [],
        **facts,
    }
    return {
        "others": [other],
        "appointments": [{"key": 7, "slot": 70, "session": 9, "needs": facts.get("needs", [])}],
        "published": [],
        "spare_days": {"2": 1},
        "keys": {"advisers": {"Ben Invented": 2}},
    }


def repaired(*changes: SessionChange) -> Repair:
    """A repaired week in which only these seats are taken."""
    days = tuple(
        Assignment(
            each.adviser, each.session // 2, each.after.office, {each.session: each.after.place}
        )
        for each in changes
        if each.after is not None
    )
    rota = Rota("", "optimal", 0, 0.0, 0.0, assignments=days)
    return Repair("optimal", rota, 0, 0, 0, 0.0, changes=changes)


def ben(session: int, after: Seat | None, before: Seat | None = None) -> SessionChange:
    return SessionChange("Ben Invented", session, before, after, 0)


@pytest.mark.parametrize(
    ("change", "holds_it"),
    [
        (ben(TUESDAY_AM, HERE), True),  # beside it
        (ben(TUESDAY_AM, THERE), False),  # his day would not fit
        (ben(TUESDAY_PM, HERE), False),  # at that very time
        (ben(TUESDAY_AM, None, HERE), False),  # his day is not what it was when he was asked of
        (ben(TUESDAY_AM, THERE, HERE), False),
        (ben(TUESDAY_AM, Seat("Mosswater", "Room 3"), HERE), True),  # another room is no change
        (ben(WEDNESDAY_PM, THERE), True),
    ],
)
def test_what_the_rota_asks_of_somebody_comes_first(change: SessionChange, holds_it: bool) -> None:
    found = settled(make_asked(make_cover()), repaired(change), [STRANDED], [])
    assert bool(found.covered) is holds_it


@pytest.mark.parametrize(
    ("changes", "holds_it"),
    [
        ([], True),
        ([ben(WEDNESDAY_PM, THERE)], False),  # the one day he had left
        ([ben(TUESDAY_AM, HERE)], True),  # it is the same day
    ],
)
def test_the_days_of_a_week_are_counted_together(
    changes: list[SessionChange], holds_it: bool
) -> None:
    asked = make_asked(make_cover(extra_day=True))
    found = settled(asked, repaired(*changes), [STRANDED], [])
    assert bool(found.covered) is holds_it


def test_it_is_told_by_ids_and_names() -> None:
    found = settled(make_asked(make_cover()), repaired(), [STRANDED], [])
    assert found.covered == {"9": {"adviser": 2, "name": "Ben Invented", "was": "Ada Invented"}}
    assert found.placed == {"7": ["70", "same time, another adviser"]}
    assert (found.price, found.unplaced) == (10 + 3, {})


def room(key: str, *offers: str) -> dict[str, Any]:
    return {"key": key, "office": "Mosswater", "offers": list(offers)}


def test_a_groups_new_room_is_free_and_suits_the_most() -> None:
    rooms = [room("Room 1", "a step-free room"), room("Hall"), room("Library", "a step-free room")]
    asked = make_asked(rooms=rooms, needs=["a group", "a step-free room"])
    assert new_rooms(asked, repaired()) == {9: Seat("Mosswater", "Room 1")}
    taken = repaired(ben(TUESDAY_PM, HERE))
    assert new_rooms(asked, taken) == {9: Seat("Mosswater", "Library")}
    assert new_rooms(make_asked(rooms=rooms[1:]), taken) == {9: Seat("Mosswater", "Hall")}
    assert new_rooms(make_asked(rooms=rooms[:1]), taken) == {}
