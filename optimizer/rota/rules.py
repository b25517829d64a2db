"""The seven hard rules of a rota, one function each, which return their violations in words.

Nothing here is shared with the solver: these functions see only the two documents.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from optimizer.rota.problem import DAY_NAMES, MOST_TRAVEL_MINUTES, Problem, session_name
from optimizer.rota.rota import OVERFLOW, Assignment, Rota


def unknown_names(problem: Problem, rota: Rota) -> list[str]:
    """What must hold before the rules can be read: known names, sessions of the right day."""
    advisers = {adviser.id for adviser in problem.advisers}
    offices = {office.id for office in problem.offices}
    rooms = {room.id: room.office for room in problem.rooms}
    wrong = []
    for entry in rota.assignments:
        where = f"{entry.adviser} on {DAY_NAMES[entry.day]}"
        if entry.adviser not in advisers:
            wrong.append(f"Adviser {entry.adviser} is not in the problem.")
        if entry.office not in offices:
            wrong.append(f"{where}: office {entry.office} is not in the problem.")
        if not entry.places:
            wrong.append(f"{where}: no session is worked.")
        for session, place in entry.places.items():
            if session // 2 != entry.day:
                wrong.append(f"{where}: session {session} belongs to another day.")
            if place != OVERFLOW and rooms.get(place) != entry.office:
                wrong.append(f"{where}: {place} is not a room of {entry.office}.")
    return wrong


def only_available_sessions(problem: Problem, rota: Rota) -> list[str]:
    """Rule 1: an adviser works only sessions in `available`."""
    available = {adviser.id: adviser.available for adviser in problem.advisers}
    return [
        f"Rule 1, availability: {entry.adviser} works {session_name(session)} at {entry.office}"
        " but is not available then."
        for entry in rota.assignments
        for session in entry.places
        if not available[entry.adviser][session]
    ]


def one_office_in_reach_each_day(problem: Problem, rota: Rota) -> list[str]:
    """Rule 2: one office a day, in `travel_minutes`, not `forbidden`."""
    reach = {adviser.id: adviser.travel_minutes for adviser in problem.advisers}
    wrong = []
    for entry in rota.assignments:
        where = f"Rule 2, office: {entry.adviser} on {DAY_NAMES[entry.day]}"
        if entry.office not in reach[entry.adviser]:
            wrong.append(f"{where} is at {entry.office}, which has no travel time for them.")
        if (entry.adviser, entry.office) in problem.forbidden:
            wrong.append(f"{where} is at {entry.office}, which is forbidden to them.")
    for (adviser, day), count in Counter((e.adviser, e.day) for e in rota.assignments).items():
        if count > 1:
            wrong.append(
                f"Rule 2, office: {adviser} is given {count} times on {DAY_NAMES[day]};"
                " one office a day."
            )
    return wrong


def days_within_most(problem: Problem, rota: Rota) -> list[str]:
    """Rule 3: at most `max_days` days a week."""
    days = {
        adviser.id: {entry.day for entry in _of(rota, adviser.id)} for adviser in problem.advisers
    }
    return [
        f"Rule 3, days: {adviser.id} works {len(days[adviser.id])} days;"
        f" at most {adviser.max_days}."
        for adviser in problem.advisers
        if len(days[adviser.id]) > adviser.max_days
    ]


def travel_within_limit(problem: Problem, rota: Rota) -> list[str]:
    """Rule 4: round trips of at most 600 minutes a week."""
    wrong = []
    for adviser in problem.advisers:
        minutes = sum(
            2 * adviser.travel_minutes.get(entry.office, 0) for entry in _of(rota, adviser.id)
        )
        if minutes > MOST_TRAVEL_MINUTES:
            wrong.append(
                f"Rule 4, travel: {adviser.id} travels {minutes} minutes in the week;"
                f" at most {MOST_TRAVEL_MINUTES}."
            )
    return wrong


def one_adviser_in_an_open_room(problem: Problem, rota: Rota) -> list[str]:
    """Rule 5: a room holds one adviser per session and only when `open`."""
    is_open = {room.id: room.open for room in problem.rooms}
    inside: dict[tuple[str, int], list[str]] = defaultdict(list)
    for entry, session, place in _placed(rota):
        if place != OVERFLOW:
            inside[place, session].append(entry.adviser)
    wrong = []
    for (room, session), advisers in inside.items():
        if not is_open[room][session]:
            wrong.append(
                f"Rule 5, rooms: {room} is not open on {session_name(session)}, when"
                f" {' and '.join(advisers)} would sit there."
            )
        if len(advisers) > 1:
            wrong.append(
                f"Rule 5, rooms: {room} holds {' and '.join(advisers)} on"
                f" {session_name(session)}; one adviser a session."
            )
    return wrong


def overflow_within_places(problem: Problem, rota: Rota) -> list[str]:
    """Rule 6: at most `overflow_places` advisers in overflow per office and session."""
    places = {office.id: office.overflow_places for office in problem.offices}
    used = Counter(
        (entry.office, session) for entry, session, place in _placed(rota) if place == OVERFLOW
    )
    return [
        f"Rule 6, overflow: {office} has {count} in overflow on {session_name(session)};"
        f" at most {places[office]}."
        for (office, session), count in used.items()
        if count > places[office]
    ]


def pinned_days_kept(problem: Problem, rota: Rota) -> list[str]:
    """Rule 7: a `pinned` adviser-day is worked at that office."""
    worked = {(entry.adviser, entry.day, entry.office) for entry in rota.assignments}
    return [
        f"Rule 7, pinned: {pin.adviser} is pinned to {pin.office} on {DAY_NAMES[pin.day]}"
        " and is not there."
        for pin in problem.pinned
        if (pin.adviser, pin.day, pin.office) not in worked
    ]


HARD_RULES = (
    only_available_sessions,
    one_office_in_reach_each_day,
    days_within_most,
    travel_within_limit,
    one_adviser_in_an_open_room,
    overflow_within_places,
    pinned_days_kept,
)


def violations(problem: Problem, rota: Rota) -> list[str]:
    """Every violation of the hard rules in words; empty for a legal rota."""
    wrong = unknown_names(problem, rota)
    return wrong or [sentence for rule in HARD_RULES for sentence in rule(problem, rota)]


def _of(rota: Rota, adviser: str) -> list[Assignment]:
    return [entry for entry in rota.assignments if entry.adviser == adviser]


def _placed(rota: Rota) -> Iterator[tuple[Assignment, int, str]]:
    for entry in rota.assignments:
        for session, place in entry.places.items():
            yield entry, session, place
