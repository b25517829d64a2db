"""The repair's own process: `python -m booking.rotas.repair_apart`, JSON in, JSON out.

First the week: which sessions change, with the fewest changes proved. Then who takes over what the
rota does not plan, and the appointments that lost their session, or whose new room does not suit:
each to the best free slot, proved as well.
"""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from booking.rotas.apart import first_line, say, when_nobody_waits
from booking.rotas.repair_takeovers import new_rooms, settled
from optimizer.errors import BadInput
from optimizer.repair.changes import Repair, Seat, SessionChange
from optimizer.repair.problem import RepairProblem
from optimizer.repair.rehouse import FreeSlot, Stranded, rehouse
from optimizer.repair.solve import repair
from optimizer.rota.problem import Problem
from optimizer.rota.problem_file import parse_problem
from optimizer.rota.rota import Assignment, Rota
from optimizer.rota.solve import SolverFault

POLITELY = 5
SECONDS = 60.0


def main() -> None:
    asked = first_line(nicer=POLITELY)
    when_nobody_waits(lambda: os._exit(1))
    try:
        answer = answered(asked)
    except (BadInput, SolverFault) as fault:
        answer = {"fault": str(fault)}
    say(**answer)


def answered(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The plan: changed sessions, appointments placed, and those without a place, with reasons."""
    problem = parse_problem(json.dumps(asked["problem"]).encode())
    found = repair(_given(asked, problem), seconds=SECONDS)
    if found.rota is None:
        return {"fault": " ".join(found.reasons)}
    lost = set(asked["hit"]) | set(_left(asked, found))
    moved_rooms = {_session(asked, c): c.after for c in found.changes if not c.elsewhere}
    moved_rooms |= new_rooms(asked, found)
    lost -= set(moved_rooms)
    stranded = [
        each for each in asked["appointments"] if _is_stranded(asked, each, lost, moved_rooms)
    ]
    of_others = {each["session"] for each in asked["others"]}
    offices = {row_id: name for name, row_id in asked["keys"]["offices"].items()}
    ours, theirs = (
        [_stranded(each, offices) for each in stranded if (each["session"] in of_others) is other]
        for other in (False, True)
    )
    slots = [each for each in asked["slots"] if each["session"] not in lost]
    slots += [slot for change in found.changes for slot in _new_slots(asked, change)]
    free = [_free(each, offices) for each in slots]
    # No slot suits both: an interview in person is no talk by telephone, and neither is a group.
    placed, others = rehouse(ours, free), settled(asked, found, theirs, free)
    return {
        "proved": found.status == "optimal",
        "price": found.price + placed.price + others.price,
        "lost": sorted(lost - {int(session) for session in others.covered}),
        "covered": others.covered,
        "rooms": {str(key): seat.place for key, seat in moved_rooms.items() if key and seat},
        "opened": [
            [change.adviser, change.session, change.after.office, change.after.place]
            for change in found.changes
            if change.elsewhere and change.after is not None
        ],
        "stranded": {str(each["key"]): each["slot"] for each in stranded},
        "placed": {p.appointment: [p.slot, p.rung.value] for p in placed.placed} | others.placed,
        "unplaced": {**placed.unplaced, **others.unplaced},
    }


def _given(asked: Mapping[str, Any], problem: Problem) -> RepairProblem:
    published = tuple(
        Assignment(
            each["adviser"],
            each["day"],
            each["office"],
            {int(session): place for session, place in each["places"].items()},
        )
        for each in asked["published"]
    )
    return RepairProblem(
        problem,
        Rota(problem.sha256, "feasible", None, None, 0.0, assignments=published),
        {(adviser, session): count for adviser, session, count in asked["booked"]},
        from_session=asked["from_session"],
    )


def _left(asked: Mapping[str, Any], found: Repair) -> Iterator[int]:
    """Published sessions whose adviser is elsewhere or off."""
    for change in found.changes:
        session = _session(asked, change)
        if session is not None and change.elsewhere and change.before is not None:
            yield session


def _session(asked: Mapping[str, Any], change: SessionChange) -> int | None:
    found: int | None = asked["sessions"].get(f"{change.adviser}|{change.session}")
    return found


def _is_stranded(
    asked: Mapping[str, Any],
    appointment: Mapping[str, Any],
    lost: set[int],
    moved_rooms: Mapping[int | None, Seat | None],
) -> bool:
    if appointment["session"] in lost:
        return True
    seat = moved_rooms.get(appointment["session"])
    if seat is None:
        return False
    of_rooms = {"a step-free room", "a private room"} & set(appointment["needs"])
    return not of_rooms <= set(asked["offers"]["rooms"].get(seat.place, ()))


def _new_slots(asked: Mapping[str, Any], change: SessionChange) -> Iterator[dict[str, Any]]:
    """The slots of a session that the repair opens."""
    if not change.elsewhere or change.after is None:
        return
    offers = [
        "an interview in person",
        *asked["offers"]["rooms"].get(change.after.place, ()),
        *asked["offers"]["advisers"].get(change.adviser, ()),
    ]
    for position, starts, minutes in asked["shapes"][f"{change.after.office}|{change.session}"]:
        at = datetime.fromisoformat(starts).time().isoformat()
        suits = [words for words, (first, last) in asked["hours"].items() if first <= at <= last]
        yield {
            "key": f"new|{change.adviser}|{change.session}|{position}",
            "session": None,
            "office": asked["keys"]["offices"][change.after.office],
            "adviser": asked["keys"]["advisers"][change.adviser],
            "starts_at": starts,
            "minutes": minutes,
            "offers": [*offers, *suits],
        }


def _stranded(each: Mapping[str, Any], offices: Mapping[int, str]) -> Stranded:
    return Stranded(
        key=str(each["key"]),
        office=offices.get(each["office"], str(each["office"])),
        adviser=str(each["adviser"]),
        starts_at=datetime.fromisoformat(each["starts_at"]),
        minutes=each["minutes"],
        earliest=datetime.fromisoformat(each["earliest"]),
        latest=datetime.fromisoformat(each["latest"]),
        needs=frozenset(each["needs"]),
        session=str(each["session"]),
    )


def _free(each: Mapping[str, Any], offices: Mapping[int, str]) -> FreeSlot:
    return FreeSlot(
        key=each["key"],
        office=offices.get(each["office"], str(each["office"])),
        adviser=str(each["adviser"]),
        starts_at=datetime.fromisoformat(each["starts_at"]),
        minutes=each["minutes"],
        offers=frozenset(each["offers"]),
        places=each.get("places", 1),
    )


if __name__ == "__main__":
    main()
