"""The office-day part of the program: who is housed where, and what stays unmet."""

from dataclasses import dataclass

from optimizer.rota.columns import AM, FULL, PM, SHAPES
from optimizer.rota.housing import (
    Counts,
    Housing,
    RoomKind,
    housing_table,
    most_present,
    room_kinds,
)
from optimizer.rota.problem import Office, Problem
from optimizer.rota.program import Program, Terms

MOST_BY_PATTERN = 6
"""Above this number of advisers in one session, patterns of an office-day are too many."""


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """Housing by pattern or by numbers per kind; terms of capacity offered and of presence."""

    kinds: tuple[RoomKind, ...]
    patterns: dict[int, Housing]
    numbers: tuple[tuple[int, int, int], ...]
    capacity: Terms
    present: Terms


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The adviser-days that may come to an office on a day: terms by shape, and how many."""

    office: Office
    day: int
    by_shape: tuple[Terms, ...]
    reach: int

    @property
    def capacity(self) -> tuple[int, int]:
        """Appointments one adviser offers, am and pm."""
        return self.office.capacity[2 * self.day], self.office.capacity[2 * self.day + 1]

    @property
    def by_half(self) -> tuple[Terms, Terms]:
        """Terms of those there in the morning, and of those there in the afternoon."""
        am, pm, full = self.by_shape
        return [*am, *full], [*pm, *full]

    @property
    def demand(self) -> tuple[int, int]:
        """Bookings wanted, am and pm."""
        return self.office.demand[2 * self.day], self.office.demand[2 * self.day + 1]


def add_office_day(problem: Problem, program: Program, arrivals: Arrivals) -> OfficeDay:
    """Add the variables and rows of one office-day."""
    kinds = room_kinds(problem, arrivals.office, arrivals.day)
    if most_present(kinds, arrivals.reach) > MOST_BY_PATTERN:
        return _by_number(problem, program, arrivals, kinds)
    return _by_pattern(problem, program, arrivals, kinds)


def _by_pattern(
    problem: Problem, program: Program, arrivals: Arrivals, kinds: tuple[RoomKind, ...]
) -> OfficeDay:
    """One 0/1 per combination of counts, priced with its rooms and its unmet sessions."""
    patterns: dict[int, Housing] = {}
    counts_of: dict[int, Counts] = {}
    capacity: Terms = []
    table = housing_table(kinds, problem.weights.room_change, arrivals.reach)
    for counts, housing in table.items():
        seen = (counts[AM] + counts[FULL], counts[PM] + counts[FULL])
        offered = [each * there for each, there in zip(arrivals.capacity, seen, strict=True)]
        unmet = sum(
            max(0, wanted - met) for wanted, met in zip(arrivals.demand, offered, strict=True)
        )
        pattern = program.variable(housing.price + problem.weights.unmet_session * unmet, 1)
        patterns[pattern], counts_of[pattern] = housing, counts
        capacity.append((sum(offered), pattern))
    program.equal([(1, pattern) for pattern in patterns], 1)
    for shape in SHAPES:
        counted = [(-counts[shape], p) for p, counts in counts_of.items() if counts[shape]]
        program.equal([*arrivals.by_shape[shape], *counted], 0)
    present = [(1, pattern) for pattern, counts in counts_of.items() if any(counts)]
    return OfficeDay(kinds, patterns, (), capacity, present)


def _by_number(
    problem: Problem, program: Program, arrivals: Arrivals, kinds: tuple[RoomKind, ...]
) -> OfficeDay:
    """Numbers per kind of room, for office-days with too many patterns."""
    by_shape = arrivals.by_shape
    changing = program.variable(problem.weights.room_change, arrivals.reach)
    numbers = tuple(_kind_numbers(program, kind) for kind in kinds)
    for sign, shape, part in ((1, AM, 1), (1, PM, 2), (-1, FULL, 0)):
        used = [(-1, number[part]) for number in numbers]
        program.equal([*by_shape[shape], (sign, changing), *used], 0)
    for half in (0, 1):
        add_unmet(problem, program, arrivals, half)
    return without_patterns(program, arrivals, kinds, numbers)


def without_patterns(
    program: Program,
    arrivals: Arrivals,
    kinds: tuple[RoomKind, ...] = (),
    numbers: tuple[tuple[int, int, int], ...] = (),
) -> OfficeDay:
    """The office-day's capacity and presence, counted by its adviser-days."""
    by_shape = arrivals.by_shape
    present = program.variable(0, 1)
    program.at_least([*(term for terms in by_shape for term in terms), (-1, present)], 0)
    am, pm = arrivals.capacity
    offered = zip(by_shape, (am, pm, am + pm), strict=True)
    capacity = [(factor, index) for terms, factor in offered for _, index in terms]
    return OfficeDay(kinds, {}, numbers, capacity, [(1, present)])


def _kind_numbers(program: Program, kind: RoomKind) -> tuple[int, int, int]:
    rooms = len(kind.places)
    stay = program.variable(2 * kind.price, rooms if kind.am and kind.pm else 0)
    am = program.variable(kind.price, rooms if kind.am else 0)
    pm = program.variable(kind.price, rooms if kind.pm else 0)
    program.at_most([(1, stay), (1, am)], rooms)
    program.at_most([(1, stay), (1, pm)], rooms)
    return stay, am, pm


def add_unmet(problem: Problem, program: Program, arrivals: Arrivals, half: int) -> None:
    """Each further adviser meets less: one step per adviser, the first worth most."""
    weight = problem.weights.unmet_session
    demand, capacity = arrivals.demand[half], arrivals.capacity[half]
    program.constant += weight * demand
    steps: Terms = []
    while demand > 0 and capacity > 0 and len(steps) < arrivals.reach:
        met = min(demand, capacity)
        steps.append((-1, program.variable(-weight * met, 1)))
        demand -= met
    if steps:
        program.at_least([*arrivals.by_half[half], *steps], 0)
