"""Rounding rows that cut off fractional weeks of an office, its shortage and its presence.

They close about three quarters of the relaxation's gap; the solver's own rows the rest.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from optimizer.rota.model import OfficeWeek, RotaModel
from optimizer.rota.problem import DAYS
from optimizer.rota.program import Program, Terms
from optimizer.rota.rounding import LEAST_VIOLATION, Cut, Visitor, cut_of, rounded
from optimizer.rota.shortage_cuts import shortage_cuts

DAY_SETS = [days for size in range(1, DAYS + 1) for days in combinations(range(DAYS), size)]


def add_rounded_weeks(program: Program, weeks: Sequence[OfficeWeek]) -> None:
    """Round each weekly shortage once by the capacities of a session and of a day."""
    for week in weeks:
        capacity = week.office.capacity
        divisors = {*capacity, *(capacity[2 * day] + capacity[2 * day + 1] for day in range(DAYS))}
        terms = [term for day in week.days for term in day.capacity]
        for unmet, wanted in week.shortages:
            for divisor in sorted(divisors - {0}):
                if wanted % divisor:
                    factor, low = rounded(wanted, divisor)
                    new = [(factor(old), index) for old, index in terms if old]
                    program.at_least([(1, unmet), *new], low)


def visitors(model: RotaModel) -> list[list[Visitor]]:
    """The advisers who may work at each office, in the order of the model's weeks."""
    offered: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
    capacity = {week.office.id: week.office.capacity for week in model.weeks}
    for index, column in enumerate(model.columns):
        there = sum(capacity[column.office][session] for session in column.sessions)
        offered[column.adviser, column.office].append((column.day, there, index))
    most = {adviser.id: adviser.max_days for adviser in model.problem.advisers}
    by_office: dict[str, list[Visitor]] = defaultdict(list)
    for (adviser, office), columns in offered.items():
        link = model.works_at[adviser, office]
        by_office[office].append(Visitor(link, most[adviser], columns))
    return [by_office[week.office.id] for week in model.weeks]


def separate(
    model: RotaModel, visiting: Sequence[Sequence[Visitor]], values: Sequence[float]
) -> list[Cut]:
    """Rows that every rota obeys and this fractional solution does not, deepest first."""
    cuts: list[Cut] = []
    for week, guests in zip(model.weeks, visiting, strict=True):
        if any(0.001 < values[index] < 0.999 for guest in guests for _, _, index in guest.columns):
            cuts += shortage_cuts(week, guests, values)
            cuts += _presence_cuts(week, guests, values)
    return sorted(cuts, key=lambda cut: -cut.depth)


def _presence_cuts(
    week: OfficeWeek, guests: Sequence[Visitor], values: Sequence[float]
) -> list[Cut]:
    present = [sum(values[index] for _, index in day.present) for day in week.days]
    cuts = []
    for days in DAY_SETS:
        sure = [day for day in range(DAYS) if day not in days and present[day] > 0.999]
        left = week.office.days_wanted - len(sure)
        if left > 0:
            links = [(_most_days(guest, days), guest.link) for guest in guests]
            likely = [(most, values[link]) for most, link in links if values[link] > 1e-9]
            rest = [day for day in range(DAYS) if day not in days and day not in sure]
            for divisor in range(2, DAYS + 2):
                factor, low = rounded(left, divisor)
                reached = values[week.absent] + factor(1) * sum(present[day] for day in rest)
                reached += factor(-1) * sum(1 - present[day] for day in sure)
                reached += sum(factor(most) * value for most, value in likely)
                if left % divisor and reached < low - LEAST_VIOLATION:
                    terms: Terms = [(1, week.absent)]
                    terms += [(factor(1), i) for day in rest for _, i in week.days[day].present]
                    terms += [(-factor(-1), i) for day in sure for _, i in week.days[day].present]
                    terms += [(factor(most), link) for most, link in links]
                    shift = factor(-1) * len(sure)
                    cuts.append(cut_of(terms, low - shift, reached - shift))
    return cuts


def _most_days(guest: Visitor, days: Sequence[int]) -> int:
    possible = len({day for day, _, _ in guest.columns if day in days})
    return min(possible, guest.max_days)
