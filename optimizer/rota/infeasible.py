"""Why no rota is possible: each reason is a smallest set of wishes that contradict each other.

Only pinned days can make a problem infeasible, and they interact only within an adviser's week
and within an office's day, so these reasons are complete: without one, the pinned days alone
are a legal rota.
"""

from collections import defaultdict
from collections.abc import Sequence

from optimizer.rota.problem import DAY_NAMES, MOST_TRAVEL_MINUTES, Adviser, Pin, Problem


def reasons(problem: Problem) -> list[str]:
    """Sentences naming the rule and the people and rooms it binds; empty when a rota exists."""
    advisers = {adviser.id: adviser for adviser in problem.advisers}
    impossible = [
        sentence
        for pin in problem.pinned
        for sentence in _impossible_pin(problem, advisers[pin.adviser], pin)
    ]
    if impossible:
        return impossible
    weeks: dict[str, list[Pin]] = defaultdict(list)
    days: dict[tuple[str, int], list[Adviser]] = defaultdict(list)
    for pin in problem.pinned:
        weeks[pin.adviser].append(pin)
        days[pin.office, pin.day].append(advisers[pin.adviser])
    found = [
        sentence for name, pins in weeks.items() for sentence in _too_much(advisers[name], pins)
    ]
    for (office, day), pinned in days.items():
        found += _too_few_places(problem, office, day, pinned)
    return found


def _impossible_pin(problem: Problem, adviser: Adviser, pin: Pin) -> list[str]:
    pinned = f"{_named(pin)}, but"
    wrong = []
    if not (adviser.available[2 * pin.day] or adviser.available[2 * pin.day + 1]):
        wrong.append(f"Rules 7 and 1: {pinned} has no available session that day.")
    if pin.office not in adviser.travel_minutes:
        wrong.append(f"Rules 7 and 2: {pinned} has no travel time to {pin.office}.")
    if (adviser.id, pin.office) in problem.forbidden:
        wrong.append(f"Rules 7 and 2: {pinned} {pin.office} is forbidden to {adviser.id}.")
    return wrong


def _too_much(adviser: Adviser, pins: Sequence[Pin]) -> list[str]:
    for pin in pins:
        rival = next((other for other in pins if other.day == pin.day and other != pin), None)
        if rival:
            return [
                f"Rules 7 and 2: {_named(pin)} and also to {rival.office};"
                " an adviser works at one office a day."
            ]
    if len(pins) > adviser.max_days:
        chosen = pins[: adviser.max_days + 1]
        return [
            f"Rules 7 and 3: {adviser.id} is pinned on {_days(chosen)}, but works at most"
            f" {adviser.max_days} days."
        ]
    return _too_far(adviser, pins)


def _too_far(adviser: Adviser, pins: Sequence[Pin]) -> list[str]:
    chosen: list[Pin] = []
    minutes = 0
    for pin in sorted(pins, key=lambda pin: -adviser.travel_minutes[pin.office]):
        chosen.append(pin)
        minutes += 2 * adviser.travel_minutes[pin.office]
        if minutes > MOST_TRAVEL_MINUTES:
            return [
                f"Rules 7 and 4: {adviser.id} is pinned on {_days(chosen)}, which is {minutes}"
                f" minutes of travel; at most {MOST_TRAVEL_MINUTES} a week."
            ]
    return []


def _too_few_places(
    problem: Problem, office: str, day: int, pinned: Sequence[Adviser]
) -> list[str]:
    """Hall's condition over the two sessions of one office-day; each adviser needs one place."""
    am, pm = 2 * day, 2 * day + 1
    for sessions, name in (((am,), "am"), ((pm,), "pm"), ((am, pm), "day")):
        bound = [
            adviser
            for adviser in pinned
            if all(session in sessions for session in (am, pm) if adviser.available[session])
        ]
        places = sum(_places(problem, office, session) for session in sessions)
        if len(bound) > places:
            chosen = ", ".join(adviser.id for adviser in bound[: places + 1])
            be = "is" if places == 0 else "are"
            when = DAY_NAMES[day] if name == "day" else f"{DAY_NAMES[day]} {name}"
            return [
                f"Rules 7, 5 and 6: {chosen} {be} pinned to {office} and must sit there on {when},"
                f" when its rooms{_room_names(problem, office)} and overflow hold {places}"
                f" adviser-session{'' if places == 1 else 's'}."
            ]
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
