"""What one more bookable room in a session would seat and save, by solving with it."""

from dataclasses import dataclass, replace

from optimizer.rota.columns import columns
from optimizer.rota.explain import Shortfall
from optimizer.rota.highs import Task, solve_here
from optimizer.rota.model import build_model
from optimizer.rota.placing import assignments
from optimizer.rota.problem import SESSIONS, Problem, Room, session_name
from optimizer.rota.rota import Rota

SECONDS = 20.0
NEW_ROOM = "one more room"


@dataclass(frozen=True, slots=True)
class RoomGain:
    """Of one more room in a session: appointments met there, and the fall of the objective.

    `exact` when proved that no rota gains more; else these are what one rota gains.
    """

    office: str
    session: int
    seats: int
    saving: int
    exact: bool


def one_more_room(problem: Problem, rota: Rota, shortfall: Shortfall) -> RoomGain:
    """The gain of a private, bookable room, open in that session alone.

    Only advisers who can reach the office are moved; the others stay as in the rota.
    """
    is_open = tuple(session == shortfall.session for session in range(SESSIONS))
    room = Room(NEW_ROOM, shortfall.office, True, True, is_open)
    wider = replace(problem, rooms=(*problem.rooms, room))
    near = {each.id for each in problem.advisers if shortfall.office in each.travel_minutes}
    worked = {(e.adviser, e.day, e.office, tuple(sorted(e.places))) for e in rota.assignments}
    all_columns = columns(wider)
    chosen = [
        column
        for column in all_columns
        if column.adviser in near
        or (column.adviser, column.day, column.office, column.sessions) in worked
    ]
    model = build_model(wider, chosen)
    found = solve_here(model.program, Task(SECONDS))
    if found.objective is None or rota.objective is None:
        return RoomGain(shortfall.office, shortfall.session, 0, 0, False)
    proved = found.bound > found.objective - 1 and len(chosen) == len(all_columns)
    exact = proved and rota.status == "optimal"
    if found.objective >= rota.objective:
        return RoomGain(shortfall.office, shortfall.session, 0, 0, exact)
    after = assignments(model, found.dense(len(model.program.costs)))
    office = next(each for each in problem.offices if each.id == shortfall.office)
    there = sum(e.office == office.id and shortfall.session in e.places for e in after)
    met = min(shortfall.wanted, there * office.capacity[shortfall.session])
    return RoomGain(
        shortfall.office,
        shortfall.session,
        seats=max(0, met - shortfall.offered),
        saving=rota.objective - found.objective,
        exact=exact,
    )


def room_sentence(gain: RoomGain) -> str:
    """The gain in words."""
    when = f"on {session_name(gain.session)}"
    if not gain.saving:
        found = "would change nothing" if gain.exact else "was not found to change anything"
        return f"One more bookable room {when} {found}."
    saving = f"{'exactly' if gain.exact else 'at least'} {gain.saving}"
    if not gain.seats:
        return f"One more bookable room {when} would seat nobody more, but save {saving}."
    return f"One more bookable room {when} would seat {gain.seats} more and save {saving}."
