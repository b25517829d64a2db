"""What one more bookable room in a session would seat and save, by solving with it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from threading import Event

from optimizer.rota.alternatives import SECONDS_TO_PROVE, Alternatives
from optimizer.rota.counterfactual import points
from optimizer.rota.explain import Shortfall
from optimizer.rota.problem import SESSIONS, Problem, Room, session_name
from optimizer.rota.rota import Rota

NEW_ROOM = "one more room"


@dataclass(frozen=True, slots=True)
class RoomGain:
    """Of one more room in a session: appointments met there, and the fall of the objective.

    `exact` when proved that no rota gains more; else these are what one rota gains. Part of it
    may be had without the room unless `beside_best`: then this rota is the best without.
    """

    office: str
    session: int
    seats: int
    saving: int
    exact: bool
    beside_best: bool


def one_more_room(
    problem: Problem,
    rota: Rota,
    shortfall: Shortfall,
    kept: Collection[tuple[str, int]] = (),
    *,
    seconds: float = SECONDS_TO_PROVE,
    stop: Event | None = None,
) -> RoomGain:
    """The gain of a private, bookable room, open in that session alone.

    `kept` adviser-days stay as they are in the rota, which is a legal one of the problem.
    """
    is_open = tuple(session == shortfall.session for session in range(SESSIONS))
    room = Room(NEW_ROOM, shortfall.office, True, True, is_open)
    wider = replace(problem, rooms=(*problem.rooms, room))
    near = {each.id for each in problem.advisers if shortfall.office in each.travel_minutes}
    found = Alternatives(wider, rota, kept, stop).cheapest([], near, seconds)
    beside_best = rota.status == "optimal"
    nothing = RoomGain(shortfall.office, shortfall.session, 0, 0, found.proved, beside_best)
    if found.objective is None or rota.objective is None or found.objective >= rota.objective:
        return nothing
    office = next(each for each in problem.offices if each.id == shortfall.office)
    there = sum(
        each.office == office.id and shortfall.session in each.places for each in found.assignments
    )
    met = min(shortfall.wanted, there * office.capacity[shortfall.session])
    return replace(
        nothing, seats=max(0, met - shortfall.offered), saving=rota.objective - found.objective
    )


def room_sentence(gain: RoomGain) -> str:
    """The gain in words."""
    when = f"on {session_name(gain.session)}"
    if not gain.saving:
        found = "would change nothing" if gain.exact else "was not found to change anything"
        return f"One more bookable room {when} {found}."
    saving = f"{'exactly' if gain.exact else 'at least'} {points(gain.saving)}"
    seats = f"seat {gain.seats} more and" if gain.seats else "seat nobody more, but"
    said = f"One more bookable room {when} would {seats} save {saving}."
    if gain.beside_best:
        return said
    return f"{said} Part of that may be had without it: this rota is not proved the best."
