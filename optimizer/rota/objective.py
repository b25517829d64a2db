"""The objective's terms, one function each, unweighted, from a problem and a legal rota.

Nothing here is shared with the solver: these functions see only the two documents.
"""

from collections import Counter
from collections.abc import Iterator

from optimizer.rota.problem import SESSIONS, Adviser, Problem
from optimizer.rota.rota import OVERFLOW, Assignment, Rota


def unmet_session(problem: Problem, rota: Rota) -> int:
    """Bookings wanted above the capacity there, summed over office-sessions."""
    there = _there(rota)
    return sum(
        max(0, office.demand[session] - office.capacity[session] * there[office.id, session])
        for office in problem.offices
        for session in range(SESSIONS)
    )


def unmet_week(problem: Problem, rota: Rota) -> int:
    """Each office's unmet week u, counted again above half of its demand: u + (u - D/2)+."""
    total = 0
    there = _there(rota)
    for office in problem.offices:
        demand = sum(office.demand)
        offered = sum(
            office.capacity[session] * there[office.id, session] for session in range(SESSIONS)
        )
        unmet = max(0, demand - offered)
        total += unmet + max(0, unmet - demand // 2)
    return total


def presence(problem: Problem, rota: Rota) -> int:
    """Days wanted without any adviser."""
    total = 0
    for office in problem.offices:
        days = {entry.day for entry in rota.assignments if entry.office == office.id}
        total += max(0, office.days_wanted - len(days))
    return total


def continuity(problem: Problem, rota: Rota) -> int:
    """Adviser-days whose office of last week could be repeated and is not."""
    worked = {(entry.adviser, entry.day): entry.office for entry in rota.assignments}
    return sum(
        worked.get((adviser.id, day)) != office
        for adviser in problem.advisers
        for day, office in enumerate(adviser.last_week)
        if office is not None and _repeatable(problem, adviser, day, office)
    )


def _repeatable(problem: Problem, adviser: Adviser, day: int, office: str) -> bool:
    return (
        office in adviser.travel_minutes
        and (adviser.id, office) not in problem.forbidden
        and (adviser.available[2 * day] or adviser.available[2 * day + 1])
    )


def spread(problem: Problem, rota: Rota) -> int:
    """Different offices worked in the week, summed over advisers."""
    return len({(entry.adviser, entry.office) for entry in rota.assignments})


def away(problem: Problem, rota: Rota) -> int:
    """Adviser-days at an office that is not among the adviser's dedicated offices."""
    return sum(_away_days(adviser, rota) for adviser in problem.advisers)


def travel(problem: Problem, rota: Rota) -> int:
    """Tens of round-trip minutes, each adviser-day rounded half up."""
    return sum(
        (minutes + 5) // 10
        for adviser in problem.advisers
        for minutes in _round_trips(adviser, rota)
    )


def overflow(problem: Problem, rota: Rota) -> int:
    """Adviser-sessions placed in overflow."""
    return sum(place == OVERFLOW for _, place in _placed(rota))


def not_bookable(problem: Problem, rota: Rota) -> int:
    """Adviser-sessions in a room that cannot be booked in advance."""
    rooms = {room.id for room in problem.rooms if not room.bookable_in_advance}
    return sum(place in rooms for _, place in _placed(rota))


def room_change(problem: Problem, rota: Rota) -> int:
    """Adviser-days of two sessions whose two places differ."""
    return sum(len(set(entry.places.values())) == 2 for entry in rota.assignments)


def open_plan(problem: Problem, rota: Rota) -> int:
    """Adviser-sessions in a room that is not private."""
    rooms = {room.id for room in problem.rooms if not room.private}
    return sum(place in rooms for _, place in _placed(rota))


def largest_away_days(problem: Problem, rota: Rota) -> int:
    """Away days of the adviser who has most of them."""
    return max((_away_days(adviser, rota) for adviser in problem.advisers), default=0)


def largest_half_hours(problem: Problem, rota: Rota) -> int:
    """Half-hours, rounded up, of the largest weekly round-trip travel of any adviser."""
    most = max((sum(_round_trips(adviser, rota)) for adviser in problem.advisers), default=0)
    return -(-most // 30)


def weighted_terms(problem: Problem, rota: Rota) -> dict[str, int]:
    """Every term times its weight, by name; the objective is their sum."""
    weights = problem.weights
    return {
        "unmet_session": weights.unmet_session * unmet_session(problem, rota),
        "unmet_week": weights.unmet_week * unmet_week(problem, rota),
        "presence": weights.presence * presence(problem, rota),
        "continuity": weights.continuity * continuity(problem, rota),
        "spread": weights.spread * spread(problem, rota),
        "away": weights.away * away(problem, rota),
        "travel": weights.travel * travel(problem, rota),
        "overflow": weights.overflow * overflow(problem, rota),
        "not_bookable": weights.not_bookable * not_bookable(problem, rota),
        "room_change": weights.room_change * room_change(problem, rota),
        "open_plan": weights.open_plan * open_plan(problem, rota),
        "fairness": weights.fairness_away * largest_away_days(problem, rota)
        + weights.fairness_travel * largest_half_hours(problem, rota),
    }


def _there(rota: Rota) -> Counter[tuple[str, int]]:
    return Counter(
        (entry.office, session) for entry in rota.assignments for session in entry.places
    )


def _away_days(adviser: Adviser, rota: Rota) -> int:
    dedicated = {office for office, _ in adviser.dedicated}
    return sum(entry.office not in dedicated for entry in _of(adviser, rota))


def _round_trips(adviser: Adviser, rota: Rota) -> list[int]:
    return [2 * adviser.travel_minutes[entry.office] for entry in _of(adviser, rota)]


def _of(adviser: Adviser, rota: Rota) -> list[Assignment]:
    return [entry for entry in rota.assignments if entry.adviser == adviser.id]


def _placed(rota: Rota) -> Iterator[tuple[int, str]]:
    for entry in rota.assignments:
        yield from entry.places.items()
