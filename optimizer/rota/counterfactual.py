"""What one more adviser in a session would cost, by solving again with that wish forced.

Shadow prices of the relaxation mislead here; a forced solve does not.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Event

from optimizer.rota.explain import Shortfall
from optimizer.rota.highs import IntegerSolution, Task, solve_here
from optimizer.rota.model import build_model
from optimizer.rota.placing import assignments
from optimizer.rota.problem import DAY_NAMES, Problem
from optimizer.rota.program import INFINITY, Program, Row
from optimizer.rota.relaxation import Relaxation
from optimizer.rota.rota import Assignment, Rota
from optimizer.rota.tightening import relaxation_of, tightened
from optimizer.rota.timing import Clock

SECONDS_EACH = 20.0
SECONDS_TO_PROVE = 10.0
FEW_COLUMNS = 1_000


@dataclass(frozen=True, slots=True)
class Price:
    """The rise of the objective; exact when proved, else it is at most this.

    `changes` says which adviser-days would change. No rise means that nobody can be there.
    """

    rise: int | None
    exact: bool
    changes: tuple[str, ...]


class Counterfactuals:
    """Prices of one more adviser, for one problem and a legal rota of it."""

    def __init__(self, problem: Problem, rota: Rota) -> None:
        self._model = build_model(problem)
        self._rota = rota
        self._worked = {
            (entry.adviser, entry.day, entry.office, tuple(sorted(entry.places)))
            for entry in rota.assignments
        }

    def price(self, shortfall: Shortfall, *, prove: bool = True) -> Price:
        """The price of one more adviser there, at most; exact if that is proved in seconds."""
        there = [
            (1, index)
            for index, column in enumerate(self._model.columns)
            if column.office == shortfall.office and shortfall.session in column.sessions
        ]
        row = Row(there, len(shortfall.present) + 1, INFINITY)
        return self._forced(row, {shortfall.office}, prove=prove)

    def price_of_day(self, adviser: str, day: int, office: str | None) -> Price:
        """The price of the adviser's day at that office, or off, instead of what the rota says."""
        working = [
            (1, index)
            for index, column in enumerate(self._model.columns)
            if (column.adviser, column.day) == (adviser, day)
        ]
        columns = self._model.columns
        there = [term for term in working if columns[term[1]].office == office]
        row = Row(there, 1, INFINITY) if office is not None else Row(working, 0, 0)
        now = {e.office for e in self._rota.assignments if (e.adviser, e.day) == (adviser, day)}
        return self._forced(row, now | ({office} if office is not None else set()), adviser)

    def _forced(
        self, row: Row, offices: set[str], adviser: str | None = None, *, prove: bool = True
    ) -> Price:
        """The rise with the row: first by whoever can reach the offices, and the adviser."""
        program = replace(self._model.program, rows=[*self._model.program.rows, row])
        if len(self._model.columns) <= FEW_COLUMNS:
            found = solve_here(program, Task(SECONDS_EACH))
            return self._compared(found, exact=self._is_best and _is_proved(found))
        near = self._others_fixed(program, offices, adviser)
        found = solve_here(near, Task(SECONDS_EACH))
        free = found.objective is not None and found.objective == self._rota.objective
        if not prove or free or not self._is_best:
            return self._compared(found, exact=self._is_best and free)
        return self._proved(program, row, found)

    def _proved(self, program: Program, row: Row, found: IntegerSolution) -> Price:
        """Look among everybody's columns for something cheaper, by what the relaxation allows."""
        most = None if found.objective is None else found.objective - 1
        linear = self._relaxation.solve_with(row, SECONDS_EACH)
        useless = set() if linear is None or most is None else linear.useless(most)
        task = Task(SECONDS_TO_PROVE, most=most, heuristics=most is None)
        cheaper = solve_here(program, task, useless)
        if cheaper.objective is not None and (most is None or cheaper.objective <= most):
            return self._compared(cheaper, exact=_is_proved(cheaper))
        return self._compared(found, exact=most is None or cheaper.bound > most)

    @property
    def _is_best(self) -> bool:
        return self._rota.status == "optimal"

    @cached_property
    def _relaxation(self) -> Relaxation:
        relaxation = relaxation_of(self._model)
        for _ in tightened(self._model, relaxation, Clock(SECONDS_EACH, Event())):
            pass
        return relaxation

    def _others_fixed(self, program: Program, offices: set[str], adviser: str | None) -> Program:
        model = self._model
        freed = {name for name, office in model.works_at if office in offices} | {adviser}
        lower, upper = list(program.lower), list(program.upper)
        for index, column in enumerate(model.columns):
            if column.adviser not in freed:
                key = (column.adviser, column.day, column.office, column.sessions)
                lower[index] = upper[index] = float(key in self._worked)
        return replace(program, lower=lower, upper=upper)

    def _compared(self, found: IntegerSolution, *, exact: bool) -> Price:
        if found.objective is None or self._rota.objective is None:
            return Price(None, exact, ())
        values = found.dense(len(self._model.program.costs))
        changed = _changes(self._rota, assignments(self._model, values))
        return Price(found.objective - self._rota.objective, exact, changed)


def _is_proved(found: IntegerSolution) -> bool:
    known = math.inf if found.objective is None else found.objective
    return math.isinf(found.bound) or found.bound > known - 1


def _changes(rota: Rota, after: tuple[Assignment, ...]) -> tuple[str, ...]:
    before = {(entry.adviser, entry.day): entry for entry in rota.assignments}
    later = {(entry.adviser, entry.day): entry for entry in after}
    lines = []
    for key in sorted(before.keys() | later.keys()):
        old, new = _where(before.get(key)), _where(later.get(key))
        if old != new:
            lines.append(f"{key[0]} on {DAY_NAMES[key[1]]}: {old} → {new}")
    return tuple(lines)


def _where(entry: Assignment | None) -> str:
    if entry is None:
        return "off"
    halves = " and ".join("pm" if session % 2 else "am" for session in sorted(entry.places))
    return f"{entry.office} {'all day' if len(entry.places) == 2 else halves}"


def sentence(price: Price, what: str = "One more adviser there") -> str:
    """The price of `what` in words, never more certain than it is."""
    if price.rise is None:
        return (
            f"{what} is impossible: it needs somebody else available, a room or a pinned day set"
            " free."
            if price.exact
            else f"{what} was not found possible."
        )
    count = f"{len(price.changes)} adviser-day{'' if len(price.changes) == 1 else 's'}"
    moves = f" It would change {count}: {'; '.join(price.changes[:6])}"
    more = "; …" if len(price.changes) > 6 else "."
    if price.rise < 0:
        return f"This rota is not the best. {what} would cost {-price.rise} less.{moves}{more}"
    certainty = "exactly" if price.exact else "at most"
    return f"{what} would cost {certainty} {price.rise} more.{moves}{more}"
