"""What a repair changes and its price, from two rotas and the bookings, without the solver."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from optimizer.repair.problem import AdviserSession, Prices, RepairProblem
from optimizer.rota.problem import SESSIONS, Problem
from optimizer.rota.rota import OVERFLOW, Rota

RepairStatus = Literal["optimal", "feasible", "infeasible"]


@dataclass(frozen=True, slots=True)
class Seat:
    """Where an adviser sits in a session: the office and a room id or "overflow"."""

    office: str
    place: str


@dataclass(frozen=True, slots=True)
class SessionChange:
    """An adviser-session that differs from what was published; None is off.

    `booked` counts the appointments that were booked with the adviser in that session.
    """

    adviser: str
    session: int
    before: Seat | None
    after: Seat | None
    booked: int

    @property
    def elsewhere(self) -> bool:
        """Whether the office, or working at all, differs, and not the room alone."""
        return office_of(self.before) != office_of(self.after)


@dataclass(frozen=True, slots=True)
class AppointmentMove:
    """Appointments of one adviser-session that go to another, or have no place this week."""

    office: str
    adviser: str
    session: int
    to_adviser: str | None
    to_session: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Repair:
    """A repaired week: `rota` for the problem as it is now, and what it changes.

    No repair has a price below `price_bound`; none of this price has an objective below
    `objective_bound`; "optimal" when both are met. Moves without a new session are what cannot
    be kept. An infeasible repair has `reasons` instead.
    """

    status: RepairStatus
    rota: Rota | None
    price: int
    price_bound: int
    objective_bound: int
    seconds: float
    changes: tuple[SessionChange, ...] = ()
    moves: tuple[AppointmentMove, ...] = ()
    reasons: tuple[str, ...] = ()


def office_of(seat: Seat | None) -> str | None:
    """The office of a seat; None when off."""
    return None if seat is None else seat.office


def seats(rota: Rota) -> dict[AdviserSession, Seat]:
    """Every adviser-session worked, with its seat."""
    return {
        (entry.adviser, session): Seat(entry.office, place)
        for entry in rota.assignments
        for session, place in entry.places.items()
    }


def is_room_lost(problem: Problem, seat: Seat, session: int) -> bool:
    """Whether somebody who stays at the office can no longer sit in the room they had."""
    return seat.place != OVERFLOW and not any(
        room.id == seat.place and room.open[session] for room in problem.rooms
    )


def session_changes(given: RepairProblem, rota: Rota) -> tuple[SessionChange, ...]:
    """Every adviser-session that differs between the published rota and this one."""
    before, after = seats(given.published), seats(rota)
    return tuple(
        SessionChange(*key, before.get(key), after.get(key), given.booked.get(key, 0))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    )


def change_price(prices: Prices, change: SessionChange) -> int:
    """Its price; whoever was promised no room, being in overflow, may be given one for nothing."""
    if change.elsewhere:
        return prices.work
    if change.before is None or change.before.place == OVERFLOW:
        return 0
    return prices.room + prices.other_room * change.booked


def move_price(prices: Prices, session: int, to_session: int | None) -> int:
    """The price of one appointment that leaves its adviser's session for another, or for none."""
    if to_session is None:
        return prices.no_place
    if to_session == session:
        return prices.other_adviser
    return prices.same_day if to_session // 2 == session // 2 else prices.other_day


def total_price(
    prices: Prices, changes: Iterable[SessionChange], moves: Iterable[AppointmentMove]
) -> int:
    """The price of a whole repair."""
    return sum(change_price(prices, change) for change in changes) + sum(
        move.count * move_price(prices, move.session, move.to_session) for move in moves
    )


def stranded(changes: Iterable[SessionChange]) -> dict[AdviserSession, int]:
    """Appointments whose adviser is no longer there in their session, by adviser and session."""
    return {
        (change.adviser, change.session): change.booked
        for change in changes
        if change.elsewhere and change.booked
    }


def spare_places(given: RepairProblem, rota: Rota) -> dict[AdviserSession, int]:
    """Appointments each adviser-session of a rota can take on beside its own, if not over."""
    published = seats(given.published)
    capacity = {office.id: office.capacity for office in given.problem.offices}
    found = {}
    for key, seat in seats(rota).items():
        if key[1] >= given.from_session:
            own = office_of(published.get(key)) == seat.office
            taken = given.booked.get(key, 0) if own else 0
            found[key] = max(0, capacity[seat.office][key[1]] - taken)
    return found


def moves_between(
    given: RepairProblem, rota: Rota, flows: Mapping[tuple[str, int, int | None], int]
) -> tuple[AppointmentMove, ...]:
    """Name the advisers of appointments that go from session to session of an office.

    `flows` counts appointments by office, session and new session, None for no place.
    """
    left = stranded(session_changes(given, rota))
    spare = spare_places(given, rota)
    offices = {key: entry.office for key, entry in given.assigned.items()}
    at = seats(rota)
    counts: Counter[tuple[str, AdviserSession, AdviserSession | None]] = Counter()
    for (office, session, to_session), flow in sorted(flows.items(), key=_nearest_first):
        sources = [key for key in left if key[1] == session and offices[key] == office]
        takers = [key for key in spare if key[1] == to_session and at[key].office == office]
        for _ in range(flow):
            source = next(key for key in sources if left[key])
            own_first = sorted(takers, key=lambda key: key[0] != source[0])
            taker = next((key for key in own_first if spare[key]), None)
            left[source] -= 1
            if taker is not None:
                spare[taker] -= 1
            counts[office, source, taker] += 1
    return tuple(
        AppointmentMove(
            office,
            *source,
            to_adviser=None if taker is None else taker[0],
            to_session=None if taker is None else taker[1],
            count=count,
        )
        for (office, source, taker), count in counts.items()
    )


def _nearest_first(item: tuple[tuple[str, int, int | None], int]) -> tuple[str, int, int]:
    office, session, to_session = item[0]
    return office, session, SESSIONS if to_session is None else abs(to_session - session)
