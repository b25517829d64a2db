"""Where everybody sits in a repaired week: whoever stays keeps an open room, the others choose."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from optimizer.repair.changes import is_room_lost, seats
from optimizer.repair.problem import RepairProblem
from optimizer.rota.columns import FULL, Column
from optimizer.rota.office_days import Arrivals, OfficeDay, add_unmet, without_patterns
from optimizer.rota.problem import Problem
from optimizer.rota.program import Program, Terms
from optimizer.rota.rota import OVERFLOW, Assignment

Places = dict[str, Terms]
"""By place, the 0/1 choices that put an adviser there in a session."""


class Seating:
    """Adds an office-day's seats to a program, and reads them from its solution."""

    def __init__(self, given: RepairProblem, columns: Sequence[Column]) -> None:
        self._given = given
        self._before = seats(given.published)
        self._columns = columns
        self._rooms = {room.id: room for room in given.problem.rooms}
        self._overflow = {office.id: office.overflow_places for office in given.problem.offices}
        self._open: dict[tuple[str, int], list[str]] = defaultdict(list)
        for room in given.problem.rooms:
            for session, is_open in enumerate(room.open):
                if is_open:
                    self._open[room.office, session].append(room.id)
        self._places: dict[tuple[str, str, int], Places] = {}

    def add_day(self, problem: Problem, program: Program, arrivals: Arrivals) -> OfficeDay:
        """Add the seats of one office-day; the builder of a rota model calls it."""
        coming: dict[str, list[int]] = defaultdict(list)
        for terms in arrivals.by_shape:
            for _, index in terms:
                coming[self._columns[index].adviser].append(index)
        office = arrivals.office
        sessions = (2 * arrivals.day, 2 * arrivals.day + 1)
        for session in sessions:
            taken: Places = defaultdict(list)
            for adviser, indices in coming.items():
                for place, terms in self._seat(program, office.id, adviser, session, indices):
                    taken[place] += terms
            for place, terms in taken.items():
                program.at_most(terms, office.overflow_places if place == OVERFLOW else 1)
        for adviser, indices in coming.items():
            if any(self._columns[index].shape == FULL for index in indices):
                self._price_change(program, office.id, adviser, sessions)
        for half in (0, 1):
            add_unmet(problem, program, arrivals, half)
        return without_patterns(program, arrivals)

    def _seat(
        self, program: Program, office: str, adviser: str, session: int, indices: Sequence[int]
    ) -> list[tuple[str, Terms]]:
        there = [index for index in indices if session in self._columns[index].sessions]
        kept = self._kept_place(office, adviser, session)
        places: Places = {}
        if kept is not None:
            for index in there:
                program.costs[index] += self._price(kept)
            places[kept] = [(1, index) for index in there]
        elif there:
            for place in self._choices(office, session):
                places[place] = [(1, program.variable(self._price(place), 1))]
            chosen = [term for terms in places.values() for term in terms]
            program.equal([*chosen, *((-1, index) for index in there)], 0)
        self._places[office, adviser, session] = places
        return list(places.items())

    def _kept_place(self, office: str, adviser: str, session: int) -> str | None:
        """The place that is kept: an open room, or any place in a session that is over."""
        seat = self._before.get((adviser, session))
        if seat is None or seat.office != office:
            return None
        if session < self._given.from_session:
            return seat.place
        lost = seat.place == OVERFLOW or is_room_lost(self._given.problem, seat, session)
        return None if lost else seat.place

    def _choices(self, office: str, session: int) -> list[str]:
        rooms = self._open[office, session]
        return [*rooms, OVERFLOW] if self._overflow[office] else rooms

    def _price(self, place: str) -> int:
        weights = self._given.problem.weights
        if place == OVERFLOW:
            return weights.overflow
        room = self._rooms[place]
        price = 0 if room.private else weights.open_plan
        return price + (0 if room.bookable_in_advance else weights.not_bookable)

    def _price_change(
        self, program: Program, office: str, adviser: str, sessions: Sequence[int]
    ) -> None:
        """Whoever is in one place in the morning and in another after it has changed rooms."""
        mornings, afternoons = (self._places[office, adviser, session] for session in sessions)
        changed = program.variable(self._given.problem.weights.room_change, 1)
        for place, terms in mornings.items():
            both: Counter[int] = Counter(index for _, index in terms)
            for other, others in afternoons.items():
                if other != place:
                    both.update(index for _, index in others)
            row = [(factor, index) for index, factor in both.items()]
            program.at_most([*row, (-1, changed)], 1)

    def assignments(self, values: Sequence[float]) -> tuple[Assignment, ...]:
        """The adviser-days of a solution, by adviser and day, each session with its place."""
        entries = []
        for index, column in enumerate(self._columns):
            if round(values[index]):
                places = {
                    session: self._chosen(column, session, values) for session in column.sessions
                }
                entries.append(Assignment(column.adviser, column.day, column.office, places))
        return tuple(entries)

    def _chosen(self, column: Column, session: int, values: Sequence[float]) -> str:
        places = self._places[column.office, column.adviser, session]
        return next(
            place for place, terms in places.items() if any(round(values[i]) for _, i in terms)
        )
