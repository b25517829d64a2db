"""What a repair starts from: the week as it is now, what was published, and who is booked."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from optimizer.errors import BadInput
from optimizer.rota.problem import DAY_NAMES, SESSIONS, Adviser, Pin, Problem, session_name
from optimizer.rota.rota import Assignment, Rota
from optimizer.rota.rules import unknown_names, violations

AdviserSession = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Prices:
    """What one change costs; a repair of least price is looked for first.

    `work` is for an adviser-session worked elsewhere or otherwise than published, `room` for one
    in another room; the others are for one appointment each, the ladder of what is kept for the
    claimant, from another room with the same adviser to no place at all this week.
    """

    work: int = 10
    room: int = 1
    other_room: int = 1
    other_adviser: int = 3
    same_day: int = 6
    other_day: int = 12
    no_place: int = 30


@dataclass(frozen=True, slots=True)
class RepairProblem:
    """A week to be repaired.

    `problem` is the week as it is now: availability, open rooms and offices after what happened,
    demand as before. `published` is the rota people were told. `booked` counts the appointments
    by adviser and session; sessions left out have none. Sessions before `from_session` (0..10)
    are over: they stay as published, and the problem must still allow them.
    """

    problem: Problem
    published: Rota
    booked: Mapping[AdviserSession, int] = field(default_factory=dict)
    from_session: int = 0
    prices: Prices = field(default_factory=Prices)

    @property
    def assigned(self) -> dict[AdviserSession, Assignment]:
        """The published adviser-day of every adviser-session worked."""
        return {
            (entry.adviser, session): entry
            for entry in self.published.assignments
            for session in entry.places
        }


def check_repair_problem(given: RepairProblem) -> None:
    """Raise BadInput, one sentence, when the published rota or the bookings make no sense."""
    if given.published.status == "infeasible":
        raise BadInput("The published rota says that no rota is possible: nothing to repair.")
    days = Counter((entry.adviser, entry.day) for entry in given.published.assignments)
    for (adviser, day), count in days.items():
        if count > 1:
            raise BadInput(
                f"The published rota has {adviser} on {DAY_NAMES[day]} {count} times;"
                " one office a day."
            )
    for entry in given.published.assignments:
        for session in entry.places:
            if session // 2 != entry.day:
                raise BadInput(
                    f"The published rota has {entry.adviser} on {DAY_NAMES[entry.day]} in session"
                    f" {session}, which belongs to another day."
                )
    assigned = given.assigned
    for adviser, session in given.booked:
        if (adviser, session) not in assigned:
            raise BadInput(
                f"Appointments are booked with {adviser} on {session_name(session)}, when the"
                " published rota has nobody of that name at work."
            )
    _check_past(given)


def _check_past(given: RepairProblem) -> None:
    past = replace(given.published, assignments=tuple(past_assignments(given)))
    unpinned = replace(given.problem, pinned=())
    wrong = unknown_names(unpinned, past) or violations(unpinned, past)
    if wrong:
        raise BadInput(f"What is over must stay as it was, but the problem forbids it. {wrong[0]}")


def past_assignments(given: RepairProblem) -> list[Assignment]:
    """The published adviser-days that are over, cut to their sessions that are."""
    over = [
        replace(entry, places={s: p for s, p in entry.places.items() if s < given.from_session})
        for entry in given.published.assignments
    ]
    return [entry for entry in over if entry.places]


def with_past_pinned(given: RepairProblem) -> Problem:
    """The problem in which whoever has worked on a day stays at that office."""
    pins = [Pin(entry.adviser, entry.day, entry.office) for entry in past_assignments(given)]
    return replace(given.problem, pinned=tuple(dict.fromkeys([*given.problem.pinned, *pins])))


def settled(given: RepairProblem) -> Problem:
    """The problem in which what is over is the only thing possible then, for finding reasons."""
    past = past_assignments(given)
    worked = {(entry.adviser, session) for entry in past for session in entry.places}
    advisers = tuple(
        replace(adviser, available=_settled_sessions(adviser, worked, given.from_session))
        for adviser in given.problem.advisers
    )
    return replace(with_past_pinned(given), advisers=advisers)


def _settled_sessions(
    adviser: Adviser, worked: set[AdviserSession], ended: int
) -> tuple[bool, ...]:
    return tuple(
        (adviser.id, session) in worked if session < ended else adviser.available[session]
        for session in range(SESSIONS)
    )
