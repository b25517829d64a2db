"""The cheapest other rota that obeys one rule more: near the rota first, then proved of all.

Shadow prices of the relaxation mislead here; solving again with the rule does not.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Event

from optimizer.rota.columns import columns
from optimizer.rota.highs import Task, solve_here
from optimizer.rota.model import build_model
from optimizer.rota.placing import assignments
from optimizer.rota.problem import Problem
from optimizer.rota.program import INFINITY, Program, Row
from optimizer.rota.relaxation import Relaxation
from optimizer.rota.rota import Assignment, Rota
from optimizer.rota.search import Search
from optimizer.rota.tightening import relaxation_of, tightened
from optimizer.rota.timing import Clock

SECONDS_NEAR = 20.0
SECONDS_TO_PROVE = 60.0
FEW_COLUMNS = 1_000
SECONDS_TO_TIDY = 5.0
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Alternative:
    """A rota's adviser-days and objective; `proved` when no rota that obeys costs less.

    Without an objective none was found, and `proved` says that there is none.
    """

    objective: int | None
    assignments: tuple[Assignment, ...]
    proved: bool


class Alternatives:
    """Other rotas of a problem beside a legal one, whose `kept` adviser-days stay as they are.

    Setting `stop` ends a proof with what was found.
    """

    def __init__(
        self,
        problem: Problem,
        rota: Rota,
        kept: Collection[tuple[str, int]] = (),
        stop: Event | None = None,
    ) -> None:
        worked = {
            (entry.adviser, entry.day, entry.office, tuple(sorted(entry.places)))
            for entry in rota.assignments
        }
        every = columns(problem)
        as_now = {c for c in every if (c.adviser, c.day, c.office, c.sessions) in worked}
        chosen = [c for c in every if (c.adviser, c.day) not in kept or c in as_now]
        self.model = build_model(problem, chosen)
        self._as_now = {index for index, column in enumerate(chosen) if column in as_now}
        self._stop = stop or Event()
        for index in self._as_now:
            if (chosen[index].adviser, chosen[index].day) in kept:
                self.model.program.equal([(1, index)], 1)

    def cheapest(
        self, rows: Sequence[Row], freed: Collection[str], seconds: float, floor: float = 0.0
    ) -> Alternative:
        """The cheapest that obeys the rows, when only the freed advisers may work elsewhere.

        Then of all, as far as the seconds suffice for that, unless it is down to a `floor` below
        which no rota is; and of those as cheap, the one that changes fewest adviser-days. Of few
        columns it is the cheapest of all at once.
        """
        program, few = self.model.program, len(self.model.columns) <= FEW_COLUMNS
        near = program if few else self._others_fixed(freed)
        found = solve_here(replace(near, rows=[*near.rows, *rows]), Task(SECONDS_NEAR))
        at_floor = found.objective is not None and found.objective <= floor
        if not seconds or few or at_floor:
            values, proved = found.dense(len(program.costs)), at_floor or (few and found.is_proved)
            return self._answer(found.objective, values, proved, rows if seconds else None)
        with self._relaxation.obeying(rows):
            search = Search(self.model, Clock(seconds, self._stop), relaxation=self._relaxation)
            search.best.learn(found)
            search.run(WORKERS)
        best = search.best
        proved = best.is_proved or search.is_impossible
        return self._answer(best.objective, best.values, proved, rows)

    def _answer(
        self,
        objective: int | None,
        values: list[float],
        proved: bool,
        rows: Sequence[Row] | None,
    ) -> Alternative:
        """With rows to obey, of the rotas as cheap the one that changes least."""
        if objective is None:
            return Alternative(None, (), proved)
        if rows is not None and not self._stop.is_set():
            values = self._changing_least(objective, values, rows)
        return Alternative(objective, assignments(self.model, values), proved)

    def _changing_least(
        self, objective: int, values: list[float], rows: Sequence[Row]
    ) -> list[float]:
        """Others as cheap are looked for among whom this one moves; the seconds may not suffice."""
        columns = self.model.columns
        used = {index for index in range(len(columns)) if values[index] > 0.5}
        moved = {columns[index].adviser for index in used ^ self._as_now}
        program = self._others_fixed(moved)
        worked = {(columns[index].adviser, columns[index].day) for index in self._as_now}
        costs = [0] * len(program.costs)
        for index, column in enumerate(columns):
            costs[index] = 0 if (column.adviser, column.day) in worked else 1
        for index in self._as_now:
            costs[index] = -1
        as_cheap = Row(
            [(cost, index) for index, cost in enumerate(program.costs)],
            -INFINITY,
            objective - program.constant,
        )
        fewest = replace(program, constant=0, costs=costs, rows=[*program.rows, *rows, as_cheap])
        found = solve_here(fewest, Task(SECONDS_TO_TIDY))
        return values if found.objective is None else found.dense(len(costs))

    @cached_property
    def _relaxation(self) -> Relaxation:
        relaxation = relaxation_of(self.model)
        for _ in tightened(self.model, relaxation, Clock(SECONDS_TO_PROVE, self._stop)):
            pass
        return relaxation

    def _others_fixed(self, freed: Collection[str]) -> Program:
        program = self.model.program
        lower, upper = list(program.lower), list(program.upper)
        for index, column in enumerate(self.model.columns):
            if column.adviser not in freed:
                lower[index] = upper[index] = float(index in self._as_now)
        return replace(program, lower=lower, upper=upper)
