"""In the repair's process: what becomes of sessions by telephone and of groups that were hit."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from booking.words import SessionKind
from optimizer.repair.changes import Repair, Seat, office_of
from optimizer.repair.problem import Prices
from optimizer.repair.rehouse import FreeSlot, Rung, Stranded
from optimizer.repair.take_over import Cover, take_over

# Nobody travels for a session by telephone, and no room changes hands.
BY_TELEPHONE = 2


@dataclass(frozen=True)
class Settled:
    """Who has which session from here on; JSON, as the plan keeps it."""

    price: int
    covered: dict[str, dict[str, Any]]
    placed: dict[str, list[str]]
    unplaced: dict[str, str]


def new_rooms(asked: Mapping[str, Any], found: Repair) -> dict[int | None, Seat | None]:
    """The rooms of groups that lost theirs: free, and the fewest of the group in the wrong one."""
    rooms: dict[int | None, Seat | None] = {}
    for other in asked["others"]:
        used = _places_in(found, other["index"])
        free = [each for each in other["rooms"] if each["key"] not in used]
        if free:
            needs = [
                set(each["needs"]) & {"a step-free room", "a private room"}
                for each in asked["appointments"]
                if each["session"] == other["session"]
            ]
            best = min(free, key=lambda room: sum(not n <= set(room["offers"]) for n in needs))
            rooms[other["session"]] = Seat(best["office"], best["key"])
    return rooms


def _places_in(found: Repair, index: int) -> set[str]:
    assert found.rota is not None
    return {entry.places[index] for entry in found.rota.assignments if index in entry.places}


def settled(
    asked: Mapping[str, Any],
    found: Repair,
    stranded: Sequence[Stranded],
    slots: Sequence[FreeSlot],
) -> Settled:
    """Who takes the sessions over at the least price, and where whoever cannot stay goes."""
    new = _new_days(asked, found)
    covers = _covers(asked, found, {each.key for each in stranded}, new)
    best = take_over(stranded, slots, covers, extra_days=_extra_days(asked, new))
    was = {str(other["session"]): other["was"] for other in asked["others"]}
    own_slots = {str(each["key"]): str(each["slot"]) for each in asked["appointments"]}
    kept = {
        key: [own_slots[key], Rung.OTHER_ADVISER.value]
        for cover in best.covers
        for key in cover.keeps
    }
    return Settled(
        best.price,
        {
            cover.session: {
                "adviser": asked["keys"]["advisers"][cover.adviser],
                "name": cover.adviser,
                "was": was[cover.session],
            }
            for cover in best.covers
        },
        kept | {each.appointment: [each.slot, each.rung.value] for each in best.placed},
        dict(best.unplaced),
    )


def _covers(
    asked: Mapping[str, Any], found: Repair, stranded: Set[str], new: Set[tuple[str, int]]
) -> list[Cover]:
    names = {row_id: name for name, row_id in asked["keys"]["advisers"].items()}
    return [
        Cover(
            str(other["session"]),
            names[each["adviser"]],
            BY_TELEPHONE if other["kind"] == SessionKind.TELEPHONE else Prices().work,
            frozenset(map(str, each["keeps"])) & stranded,
            rank=each["rank"],
            extra_day=each["extra_day"]
            and (names[each["adviser"]], other["index"] // 2) not in new,
        )
        for other in asked["others"]
        for each in other["covers"]
        if _is_still_free(found, names[each["adviser"]], other["index"], each["beside"])
    ]


def _is_still_free(found: Repair, name: str, index: int, beside: Sequence[str]) -> bool:
    """Whether the repaired rota leaves the adviser that half-day, and no more than is allowed."""
    changed = [
        each
        for each in found.changes
        if each.adviser == name and each.session // 2 == index // 2 and each.elsewhere
    ]
    return all(each.session != index and office_of(each.after) in beside for each in changed)


def _new_days(asked: Mapping[str, Any], found: Repair) -> set[tuple[str, int]]:
    """Adviser and day wherever the repaired rota has somebody at work who was off."""
    assert found.rota is not None
    before = {(each["adviser"], each["day"]) for each in asked["published"]}
    return {(each.adviser, each.day) for each in found.rota.assignments} - before


def _extra_days(asked: Mapping[str, Any], new: Set[tuple[str, int]]) -> Mapping[str, int]:
    """The days each adviser could be at an office beside those of the repaired rota."""
    used = Counter(name for name, _ in new)
    return {
        name: max(0, asked["spare_days"].get(str(row_id), 0) - used[name])
        for name, row_id in asked["keys"]["advisers"].items()
    }
