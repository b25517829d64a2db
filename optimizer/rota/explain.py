"""Why demand is unmet, office-session by office-session: who could come, and is there a room."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from optimizer.rota.problem import (
    MOST_TRAVEL_MINUTES,
    SESSIONS,
    Adviser,
    Office,
    Problem,
    session_name,
)
from optimizer.rota.rota import OVERFLOW, Assignment, Rota


class Cause(Enum):
    """Why nobody more is there, the first obstacle of the funnel; the values are the words."""

    NO_PLACE = "no room is free, there or at a venue nearby"
    NOBODY_IN_REACH = "nobody else can reach the office"
    NOBODY_AVAILABLE = "nobody else in reach is available"
    ALL_ELSEWHERE = "everybody available is at another office that day"
    NO_DAYS_LEFT = "nobody has a day or travel time left"
    DEARER = "somebody could come, but it would cost more than it brings"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Bookings wanted in an office's session that nobody there can take."""

    office: str
    session: int
    wanted: int
    offered: int
    present: tuple[str, ...]

    @property
    def unmet(self) -> int:
        """Bookings wanted above the capacity offered."""
        return self.wanted - self.offered


@dataclass(frozen=True, slots=True)
class Funnel:
    """Advisers not there, left after each question, and the reasons of those who fell out last.

    `free` could come as things stand, if there is a place.
    """

    in_reach: tuple[str, ...]
    available: tuple[str, ...]
    not_elsewhere: tuple[str, ...]
    free: tuple[str, ...]
    elsewhere: tuple[str, ...]
    no_days_left: tuple[str, ...]
    free_rooms: tuple[str, ...]
    open_rooms: int
    overflow_left: int

    @property
    def has_place(self) -> bool:
        """Whether one more adviser could sit there."""
        return bool(self.free_rooms) or self.overflow_left > 0


def cause(found: Funnel) -> Cause:
    """The first obstacle that stops everybody who is left."""
    if not found.has_place:
        return Cause.NO_PLACE
    for left, obstacle in (
        (found.in_reach, Cause.NOBODY_IN_REACH),
        (found.available, Cause.NOBODY_AVAILABLE),
        (found.not_elsewhere, Cause.ALL_ELSEWHERE),
        (found.free, Cause.NO_DAYS_LEFT),
    ):
        if not left:
            return obstacle
    return Cause.DEARER


def shortfalls(problem: Problem, rota: Rota, office: str | None = None) -> list[Shortfall]:
    """Every office-session with unmet demand, the largest first; of one office if it is named."""
    found = []
    for place in problem.offices:
        for session in range(SESSIONS):
            present = tuple(entry.adviser for entry in _present(rota, place.id, session))
            offered = len(present) * place.capacity[session]
            if place.demand[session] > offered and office in (None, place.id):
                wanted = place.demand[session]
                found.append(Shortfall(place.id, session, wanted, offered, present))
    return sorted(found, key=lambda shortfall: -shortfall.unmet)


def funnel(problem: Problem, rota: Rota, shortfall: Shortfall) -> Funnel:
    """Who could still come to that session: in reach, available, not elsewhere, days left."""
    office = next(place for place in problem.offices if place.id == shortfall.office)
    day = shortfall.session // 2
    where = {entry.adviser: entry.office for entry in rota.assignments if entry.day == day}
    in_reach = [
        adviser
        for adviser in problem.advisers
        if adviser.id not in shortfall.present
        and office.id in adviser.travel_minutes
        and (adviser.id, office.id) not in problem.forbidden
    ]
    available = [adviser for adviser in in_reach if adviser.available[shortfall.session]]
    here = [adviser for adviser in available if where.get(adviser.id, office.id) == office.id]
    free = [
        adviser for adviser in here if adviser.id in where or _days_left(adviser, office.id, rota)
    ]
    free_rooms, open_rooms, overflow_left = _places(problem, rota, office, shortfall.session)
    return Funnel(
        in_reach=_ids(in_reach),
        available=_ids(available),
        not_elsewhere=_ids(here),
        free=_ids(free),
        elsewhere=tuple(
            f"{adviser.id} at {where[adviser.id]}" for adviser in available if adviser not in here
        ),
        no_days_left=_ids([adviser for adviser in here if adviser not in free]),
        free_rooms=free_rooms,
        open_rooms=open_rooms,
        overflow_left=overflow_left,
    )


def _days_left(adviser: Adviser, office: str, rota: Rota) -> bool:
    worked = [entry for entry in rota.assignments if entry.adviser == adviser.id]
    minutes = sum(2 * adviser.travel_minutes[entry.office] for entry in worked)
    return (
        len(worked) < adviser.max_days
        and minutes + 2 * adviser.travel_minutes[office] <= MOST_TRAVEL_MINUTES
    )


def _places(
    problem: Problem, rota: Rota, office: Office, session: int
) -> tuple[tuple[str, ...], int, int]:
    taken = [entry.places[session] for entry in _present(rota, office.id, session)]
    rooms = [room.id for room in problem.rooms if room.office == office.id and room.open[session]]
    free = tuple(room for room in rooms if room not in taken)
    return free, len(rooms), office.overflow_places - taken.count(OVERFLOW)


def _present(rota: Rota, office: str, session: int) -> list[Assignment]:
    return [
        entry for entry in rota.assignments if entry.office == office and session in entry.places
    ]


def _ids(advisers: Sequence[Adviser]) -> tuple[str, ...]:
    return tuple(adviser.id for adviser in advisers)


def sentences(shortfall: Shortfall, found: Funnel) -> list[str]:
    """The shortfall and its funnel in words."""
    there = _listed(shortfall.present) if shortfall.present else "nobody"
    lines = [
        f"{shortfall.office}, {session_name(shortfall.session)}: {shortfall.wanted} wanted,"
        f" {shortfall.offered} offered ({there} there), {shortfall.unmet} unmet."
    ]
    lines.append(_who_else(found, "other " if shortfall.present else ""))
    if found.elsewhere:
        lines.append(f"Elsewhere that day: {_listed(found.elsewhere)}.")
    if found.no_days_left:
        lines.append(f"No day or travel time left this week: {_listed(found.no_days_left)}.")
    free_rooms = f" ({_listed(found.free_rooms)})" if found.free_rooms else ""
    lines.append(
        f"Rooms: {found.open_rooms} open, {len(found.free_rooms)} free{free_rooms};"
        f" places left at a venue nearby: {found.overflow_left or 'none'}."
    )
    return lines


def _who_else(found: Funnel, other: str) -> str:
    """Who of the others could come; the lines after it name those who are stopped, and by what."""
    others, available = len(found.in_reach), len(found.available)
    if not others:
        return f"No {other}adviser can reach the office."
    reach = f"{others} {other}adviser{'s' if others > 1 else ''} can reach the office"
    if not available:
        return f"{reach}, but {'none of them is' if others > 1 else 'is not'} available then."
    if available == others:
        reach += " and are available then" if others > 1 else " and is available then"
    else:
        reach += f"; {available} of them {'are' if available > 1 else 'is'} available then"
    return f"{reach}. Free to come: {_listed(found.free) if found.free else 'nobody'}."


def blocked(found: Funnel) -> str | None:
    """Why nobody more can be there, whatever else changes; None where somebody might."""
    if not found.has_place and not found.available:
        return (
            "What would change it: another room, there or at a venue nearby, and an adviser in"
            " reach who is available then; there is neither."
        )
    if not found.has_place:
        return "What would change it: another room, there or at a venue nearby; all are taken."
    if not found.available:
        return "What would change it: an adviser in reach who is available then; there is none."
    return None


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:8])
    return shown if len(names) <= 8 else f"{shown} and {len(names) - 8} more"
