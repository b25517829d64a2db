"""A repair in words: every changed adviser-day with its reason, every appointment's new place."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from optimizer.repair.changes import (
    AppointmentMove,
    Repair,
    Seat,
    SessionChange,
    is_room_lost,
    office_of,
    seats,
)
from optimizer.repair.problem import RepairProblem
from optimizer.rota.problem import DAY_NAMES, Problem, session_name
from optimizer.rota.rota import Rota


@dataclass(frozen=True, slots=True)
class DayChange:
    """An adviser's day as published and as repaired, in words, and why."""

    adviser: str
    day: int
    before: str
    after: str
    because: tuple[str, ...]


def day_changes(given: RepairProblem, found: Repair) -> tuple[DayChange, ...]:
    """The changed adviser-days of a repair, by adviser and day."""
    if found.rota is None:
        return ()
    days: dict[tuple[str, int], list[SessionChange]] = defaultdict(list)
    for change in found.changes:
        days[change.adviser, change.session // 2].append(change)
    return tuple(
        DayChange(
            *key,
            before=_day_in_words(given.published, *key),
            after=_day_in_words(found.rota, *key),
            because=tuple(dict.fromkeys(_because(given, found, change) for change in changes)),
        )
        for key, changes in sorted(days.items())
    )


def _day_in_words(rota: Rota, adviser: str, day: int) -> str:
    at = seats(rota)
    am, pm = (at.get((adviser, session)) for session in (2 * day, 2 * day + 1))
    if am is not None and am == pm:
        return f"all day {am.office} ({am.place})"
    halves = [f"{half} {at.office} ({at.place})" for half, at in (("am", am), ("pm", pm)) if at]
    return ", ".join(halves) or "off"


def _because(given: RepairProblem, found: Repair, change: SessionChange) -> str:
    before, after = change.before, office_of(change.after)
    lost = before and why_lost(given.problem, change.adviser, change.session, before)
    if lost:
        return lost
    if before is not None and not change.elsewhere:
        closed = is_room_lost(given.problem, before, change.session)
        return f"{before.place} is not open then" if closed else "a room is free"
    taken_over = _taken_over(found.moves, change)
    if taken_over:
        return f"to see {taken_over}"
    if after in _pinned(given.problem, change):
        return f"pinned to {after} that day"
    return "another change needs it"


def why_lost(problem: Problem, adviser: str, session: int, seat: Seat) -> str | None:
    """Why the adviser cannot be at that office then, whatever others do; None if they can."""
    person = next((each for each in problem.advisers if each.id == adviser), None)
    office = next((each for each in problem.offices if each.id == seat.office), None)
    if person is None:
        return "no longer here"
    if not person.available[session]:
        return "not available then"
    if office is None:
        return f"{seat.office} is gone"
    if seat.office not in person.travel_minutes or (adviser, seat.office) in problem.forbidden:
        return f"may no longer work at {seat.office}"
    rooms = any(room.office == seat.office and room.open[session] for room in problem.rooms)
    if not rooms and not office.overflow_places:
        return f"{seat.office} has no open room then"
    return None


def _taken_over(moves: Sequence[AppointmentMove], change: SessionChange) -> str:
    return " and ".join(
        f"{_appointments(move.count)} of {move.adviser}"
        for move in moves
        if (move.to_adviser, move.to_session) == (change.adviser, change.session)
    )


def _pinned(problem: Problem, change: SessionChange) -> set[str]:
    day = change.session // 2
    return {p.office for p in problem.pinned if (p.adviser, p.day) == (change.adviser, day)}


def move_sentence(move: AppointmentMove) -> str:
    """Where the appointments of a move go, and what is kept of what was promised."""
    was = f"{_appointments(move.count)} of {move.adviser} at {move.office}"
    was += f" on {session_name(move.session)}"
    if move.to_session is None or move.to_adviser is None:
        return f"{was}: no place there this week; to be rung."
    if move.to_session == move.session:
        return f"{was}: {move.to_adviser}, same half-day."
    same_day = move.to_session // 2 == move.session // 2
    kept = "same day" if same_day else "another day"
    return f"{was}: {move.to_adviser} on {session_name(move.to_session)}, {kept}."


def sentences(given: RepairProblem, found: Repair) -> Iterator[str]:
    """The whole repair, a sentence a line."""
    if found.rota is None:
        yield "No repair is possible:"
        yield from found.reasons
        return
    if not found.changes:
        yield "Nothing needs to change."
    for change in day_changes(given, found):
        because = "; ".join(change.because)
        yield (
            f"{change.adviser} on {DAY_NAMES[change.day]}: {change.before} → {change.after}"
            f" ({because})."
        )
    for move in found.moves:
        yield move_sentence(move)


def _appointments(count: int) -> str:
    return f"{count} appointment{'' if count == 1 else 's'}"
