"""Why no rota is possible: each reason is a smallest set of wishes that contradict each other.

Only pinned days can make a problem infeasible, and they interact only within an adviser's week
and within an office's day, so these reasons are complete: without one, the pinned days alone
are a legal rota.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from optimizer.rota.problem import DAY_NAMES, MOST_TRAVEL_MINUTES, Adviser, Pin, Problem


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A smallest set of pinned days that no rota keeps, and why, in one sentence."""

    sentence: str
    pins: tuple[Pin, ...]


def reasons(problem: Problem) -> list[str]:
    """Sentences naming the rule and the people and rooms it binds; empty when a rota exists."""
    return [found.sentence for found in contradictions(problem)]


def without_lost_pins(problem: Problem) -> tuple[Problem, tuple[str, ...]]:
    """The problem without the pinned days that can no longer be kept, and why each is gone."""
    said: list[str] = []
    found = contradictions(problem)
    while found:
        said += [each.sentence for each in found]
        lost = {each.pins[-1] for each in found}
        problem = replace(problem, pinned=tuple(pin for pin in problem.pinned if pin not in lost))
        found = contradictions(problem)
    return problem, tuple(dict.fromkeys(said))


def contradictions(problem: Problem) -> list[Contradiction]:
    """The contradictions among the pinned days; those impossible by themselves first of all."""
    advisers = {adviser.id: adviser for adviser in problem.advisers}
    impossible = [
        found for pin in problem.pinned for found in _impossible_pin(problem, advisers, pin)
    ]
    if impossible:
        return impossible
    weeks: dict[str, list[Pin]] = defaultdict(list)
    days: dict[tuple[str, int], list[Pin]] = defaultdict(list)
    for pin in problem.pinned:
        weeks[pin.adviser].append(pin)
        days[pin.office, pin.day].append(pin)
    found = [each for name, pins in weeks.items() for each in _too_much(advisers[name], pins)]
    for pins in days.values():
        found += _too_few_places(problem, advisers, pins)
    return found


def _impossible_pin(
    problem: Problem, advisers: dict[str, Adviser], pin: Pin
) -> Iterator[Contradiction]:
    adviser = advisers[pin.adviser]
    pinned = f"{_named(pin)}, but"
    if not (adviser.available[2 * pin.day] or adviser.available[2 * pin.day + 1]):
        yield Contradiction(f"Rules 7 and 1: {pinned} has no available session that day.", (pin,))
    if pin.office not in adviser.travel_minutes:
        yield Contradiction(f"Rules 7 and 2: {pinned} has no travel time to {pin.office}.", (pin,))
    if (adviser.id, pin.office) in problem.forbidden:
        yield Contradiction(
            f"Rules 7 and 2: {pinned} {pin.office} is forbidden to {adviser.id}.", (pin,)
        )


def _too_much(adviser: Adviser, pins: Sequence[Pin]) -> list[Contradiction]:
    for pin in pins:
        rival = next((other for other in pins if other.day == pin.day and other != pin), None)
        if rival:
            sentence = (
                f"Rules 7 and 2: {_named(pin)} and also to {rival.office};"
                " an adviser works at one office a day."
            )
            return [Contradiction(sentence, (pin, rival))]
    if len(pins) > adviser.max_days:
        chosen = pins[: adviser.max_days + 1]
        sentence = (
            f"Rules 7 and 3: {adviser.id} is pinned on {_days(chosen)}, but works at most"
            f" {adviser.max_days} days."
        )
        return [Contradiction(sentence, tuple(chosen))]
    return _too_far(adviser, pins)


def _too_far(adviser: Adviser, pins: Sequence[Pin]) -> list[Contradiction]:
    chosen: list[Pin] = []
    minutes = 0
    for pin in sorted(pins, key=lambda pin: -adviser.travel_minutes[pin.office]):
        chosen.append(pin)
        minutes += 2 * adviser.travel_minutes[pin.office]
        if minutes > MOST_TRAVEL_MINUTES:
            sentence = (
                f"Rules 7 and 4: {adviser.id} is pinned on {_days(chosen)}, which is {minutes}"
                f" minutes of travel; at most {MOST_TRAVEL_MINUTES} a week."
            )
            return [Contradiction(sentence, tuple(chosen))]
    return []


def _too_few_places(
    problem: Problem, advisers: dict[str, Adviser], pins: Sequence[Pin]
) -> list[Contradiction]:
    """Hall's condition over the two sessions of one office-day; each adviser needs one place."""
    office, day = pins[0].office, pins[0].day
    am, pm = 2 * day, 2 * day + 1
    for sessions, name in (((am,), "am"), ((pm,), "pm"), ((am, pm), "day")):
        bound = [
            pin
            for pin in pins
            if all(s in sessions for s in (am, pm) if advisers[pin.adviser].available[s])
        ]
        places = sum(_places(problem, office, session) for session in sessions)
        if len(bound) > places:
            chosen = bound[: places + 1]
            be = "is" if places == 0 else "are"
            when = DAY_NAMES[day] if name == "day" else f"{DAY_NAMES[day]} {name}"
            sentence = (
                f"Rules 7, 5 and 6: {', '.join(pin.adviser for pin in chosen)} {be} pinned to"
                f" {office} and must sit there on {when}, when its"
                f" rooms{_room_names(problem, office)} and overflow hold {places}"
                f" adviser-session{'' if places == 1 else 's'}."
            )
            return [Contradiction(sentence, tuple(chosen))]
    return []


def _places(problem: Problem, office: str, session: int) -> int:
    overflow = next(entry.overflow_places for entry in problem.offices if entry.id == office)
    return overflow + sum(room.office == office and room.open[session] for room in problem.rooms)


def _room_names(problem: Problem, office: str) -> str:
    names = [room.id for room in problem.rooms if room.office == office]
    return f" ({', '.join(names)})" if names else ""


def _named(pin: Pin) -> str:
    return f"{pin.adviser} is pinned to {pin.office} on {DAY_NAMES[pin.day]}"


def _days(pins: Sequence[Pin]) -> str:
    return ", ".join(DAY_NAMES[pin.day] for pin in sorted(pins, key=lambda pin: pin.day))
