"""The rota as an integer program over adviser-day columns and office-day housing."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from optimizer.rota.columns import SHAPES, Column, columns, unrepeated_price
from optimizer.rota.office_days import Arrivals, OfficeDay, add_office_day
from optimizer.rota.problem import DAYS, MOST_TRAVEL_MINUTES, Adviser, Office, Problem
from optimizer.rota.program import INFINITY, Program, Terms


@dataclass(frozen=True, slots=True)
class OfficeWeek:
    """An office's days, with its weekly shortages: variable and appointments to be reached."""

    office: Office
    shortages: tuple[tuple[int, int], ...]
    absent: int
    days: tuple[OfficeDay, ...]


@dataclass(frozen=True, slots=True)
class RotaModel:
    """The program. Variable i below len(columns) is column i.

    `works_at` is the 0/1 of an adviser working at an office at all in the week.
    """

    problem: Problem
    program: Program
    columns: list[Column]
    works_at: dict[tuple[str, str], int]
    weeks: tuple[OfficeWeek, ...]


def build_model(
    problem: Problem,
    chosen: list[Column] | None = None,
    add_day: Callable[[Problem, Program, Arrivals], OfficeDay] = add_office_day,
) -> RotaModel:
    """The integer program whose optimal solutions are the optimal rotas.

    A repair has fewer adviser-days to choose from, and its own way of housing an office-day.
    """
    program = Program(constant=unrepeated_price(problem))
    chosen = columns(problem) if chosen is None else chosen
    for column in chosen:
        program.variable(column.price, 1)
    works_at = _add_advisers(problem, program, chosen)
    arriving: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, column in enumerate(chosen):
        arriving[column.office, column.day].append(index)
    weeks = []
    for office in problem.offices:
        days = tuple(
            add_day(problem, program, _arrivals(office, day, chosen, arriving[office.id, day]))
            for day in range(DAYS)
        )
        weeks.append(_add_office_week(problem, program, office, days))
    return RotaModel(problem, program, chosen, works_at, tuple(weeks))


def _arrivals(
    office: Office, day: int, chosen: Sequence[Column], indices: Sequence[int]
) -> Arrivals:
    by_shape: tuple[Terms, ...] = tuple(
        [(1, index) for index in indices if chosen[index].shape == shape] for shape in SHAPES
    )
    return Arrivals(office, day, by_shape, len({chosen[index].adviser for index in indices}))


def _add_advisers(
    problem: Problem, program: Program, chosen: Sequence[Column]
) -> dict[tuple[str, str], int]:
    most_away = program.variable(problem.weights.fairness_away, DAYS)
    most_half_hours = program.variable(problem.weights.fairness_travel, MOST_TRAVEL_MINUTES // 30)
    own: dict[str, list[int]] = defaultdict(list)
    for index, column in enumerate(chosen):
        own[column.adviser].append(index)
    works_at: dict[tuple[str, str], int] = {}
    for adviser in problem.advisers:
        if not own[adviser.id]:
            continue
        week = {index: chosen[index] for index in own[adviser.id]}
        _add_days(problem, program, adviser, week)
        minutes = [(column.minutes, index) for index, column in week.items()]
        program.at_most([*minutes, (-30, most_half_hours)], 0)
        if adviser.max_days * max(factor for factor, _ in minutes) > MOST_TRAVEL_MINUTES:
            program.at_most(minutes, MOST_TRAVEL_MINUTES)
        away_days = [(1, index) for index, column in week.items() if column.away]
        if away_days:
            program.at_most([*away_days, (-1, most_away)], 0)
        for office, link in _add_offices(problem, program, week).items():
            works_at[adviser.id, office] = link
    return works_at


def _add_days(
    problem: Problem, program: Program, adviser: Adviser, week: dict[int, Column]
) -> None:
    pinned = {pin.day for pin in problem.pinned if pin.adviser == adviser.id}
    for day in range(DAYS):
        terms = [(1, index) for index, column in week.items() if column.day == day]
        if day in pinned:
            program.equal(terms, 1)
        elif terms:
            program.at_most(terms, 1)
    program.at_most([(1, index) for index in week], adviser.max_days)


def _add_offices(problem: Problem, program: Program, week: dict[int, Column]) -> dict[str, int]:
    """One row a day links working there that day and in the week, which is tighter than one row."""
    days: dict[str, dict[int, Terms]] = defaultdict(lambda: defaultdict(list))
    for index, column in week.items():
        days[column.office][column.day].append((1, index))
    links = {office: program.variable(problem.weights.spread, 1) for office in days}
    for office, by_day in days.items():
        for terms in by_day.values():
            program.at_most([*terms, (-1, links[office])], 0)
    return links


def _add_office_week(
    problem: Problem, program: Program, office: Office, days: tuple[OfficeDay, ...]
) -> OfficeWeek:
    """The unmet week u is at least D - S, and its second part at least D - S - floor(D/2)."""
    demand = sum(office.demand)
    capacity = [term for day in days for term in day.capacity if term[0]]
    shortages = []
    for wanted in (demand, demand - demand // 2):
        unmet = program.variable(problem.weights.unmet_week, INFINITY)
        program.at_least([(1, unmet), *capacity], wanted)
        shortages.append((unmet, wanted))
    absent = program.variable(problem.weights.presence, DAYS)
    present = [term for day in days for term in day.present]
    program.at_least([(1, absent), *present], office.days_wanted)
    return OfficeWeek(office, tuple(shortages), absent, days)
