"""This week beside last week and beside the best rota that moves nobody, term by term."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Event

from optimizer.rota.columns import columns
from optimizer.rota.counterfactual import Counterfactuals, Price, sentence
from optimizer.rota.model import build_model
from optimizer.rota.objective import weighted_terms
from optimizer.rota.problem import DAY_NAMES, DAYS, Adviser, Problem
from optimizer.rota.rota import TERMS, Rota
from optimizer.rota.search import Search
from optimizer.rota.solve import verified
from optimizer.rota.timing import Clock

IN_WORDS: Mapping[str, str] = {
    "unmet_session": "bookings wanted in a half-day and not offered",
    "unmet_week": "bookings an office wants in the week and is not offered",
    "presence": "days an office wants somebody and has nobody",
    "continuity": "days an adviser could be where they were last week and is not",
    "spread": "offices each adviser works at in the week, added up",
    "away": "days an adviser is at no office they are dedicated to",
    "travel": "travel, tens of minutes",
    "overflow": "half-days at a venue nearby, for want of a room",
    "not_bookable": "half-days in a room that cannot be booked ahead",
    "room_change": "days on which an adviser changes room",
    "open_plan": "half-days where a claimant can be overheard",
    "fairness": "the adviser most often away, and the one who travels most",
}


@dataclass(frozen=True, slots=True)
class TermRow:
    """One term of the objective, in words, and its weighted value in each rota compared."""

    term: str
    words: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """An adviser-day that is not where it was last week; None is off.

    `because` says why it could not be the same; empty where it could: then ask for its price.
    """

    adviser: str
    day: int
    before: str | None
    after: str | None
    because: str


def compared(problem: Problem, *rotas: Rota) -> tuple[TermRow, ...]:
    """The terms of several rotas of this problem side by side, and their sum at the end."""
    terms = [weighted_terms(problem, rota) for rota in rotas]
    rows = [TermRow(name, IN_WORDS[name], tuple(each[name] for each in terms)) for name in TERMS]
    total = TermRow("objective", "all together", tuple(sum(each.values()) for each in terms))
    return (*rows, total)


def changing_nobody(problem: Problem, seconds: float = 20.0) -> Rota:
    """The best rota in which everybody works where they did last week that day, or not at all.

    Pinned days are kept. Its bound is nought: other rotas of the problem may cost less.
    """
    last = {adviser.id: adviser.last_week for adviser in problem.advisers}
    pinned = {(pin.adviser, pin.day) for pin in problem.pinned}
    chosen = [
        column
        for column in columns(problem)
        if column.office == last[column.adviser][column.day]
        or (column.adviser, column.day) in pinned
    ]
    search = Search(build_model(problem, chosen), Clock(seconds, Event()))
    search.run(1)
    return replace(verified(problem, search), status="feasible", bound=0.0)


def moved(problem: Problem, rota: Rota) -> tuple[Moved, ...]:
    """Every adviser-day that differs from last week's office, by adviser and day."""
    now = {(entry.adviser, entry.day): entry.office for entry in rota.assignments}
    return tuple(
        Moved(adviser.id, day, before, after, _obstacle(problem, adviser, day, before))
        for adviser in problem.advisers
        for day in range(DAYS)
        if (before := adviser.last_week[day]) != (after := now.get((adviser.id, day)))
    )


def _obstacle(problem: Problem, adviser: Adviser, day: int, before: str | None) -> str:
    pins = [pin.office for pin in problem.pinned if (pin.adviser, pin.day) == (adviser.id, day)]
    if pins and before not in pins:
        return f"pinned to {pins[0]}"
    if before is None:
        return ""
    if not (adviser.available[2 * day] or adviser.available[2 * day + 1]):
        return "not available that day"
    if before not in adviser.travel_minutes or (adviser.id, before) in problem.forbidden:
        return f"may not work at {before}"
    open_rooms = any(
        room.office == before and (room.open[2 * day] or room.open[2 * day + 1])
        for room in problem.rooms
    )
    overflow = any(each.id == before and each.overflow_places for each in problem.offices)
    return "" if open_rooms or overflow else f"{before} has no open room that day"


def price_of_staying(prices: Counterfactuals, change: Moved) -> Price:
    """What it would cost to leave the adviser-day as it was last week."""
    return prices.price_of_day(change.adviser, change.day, change.before)


def moved_sentence(change: Moved, staying: Price | None = None) -> str:
    """The move in words, with its obstacle or, if it was asked for, the price of staying."""
    where = f"{change.before or 'off'} → {change.after or 'off'}"
    said = f"{change.adviser} on {DAY_NAMES[change.day]}: {where}"
    if change.because:
        return f"{said}, because {change.because}."
    if staying is None:
        return f"{said}."
    kept = f"Staying at {change.before}" if change.before else "A day off"
    return f"{said}. {sentence(staying, kept)}"
