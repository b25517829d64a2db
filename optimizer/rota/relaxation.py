"""The linear relaxation of a program, kept warm while rows are added and bounds change."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from optimizer.rota.program import Program, Row

SAFE = 1e-4
NUMERICAL_TROUBLE = (RuntimeError, AttributeError)
"""What MathOpt raises when GLOP ends "abnormal", now and then from a warm basis; the second is
its own slip on the way to the first."""


@dataclass(frozen=True, slots=True)
class LinearSolution:
    """An optimal solution of the relaxation: its value, and by variable values and prices."""

    value: float
    values: list[float]
    reduced_costs: list[float]

    def useless(self, most: int) -> set[int]:
        """Variables that no whole-number solution of at most this objective uses.

        One unit of a variable raises the relaxation by at least its reduced cost: where that
        passes the objective, such a solution has none of it.
        """
        return self.dearer_than(most - self.value + SAFE)

    def dearer_than(self, reduced_cost: float) -> set[int]:
        """Variables of a higher reduced cost."""
        return {index for index, cost in enumerate(self.reduced_costs) if cost > reduced_cost}


class Relaxation:
    """The program without integrality in GLOP. Rows added here are added to the program too."""

    def __init__(self, program: Program) -> None:
        from ortools.math_opt import model_pb2
        from ortools.math_opt.python import mathopt

        self.program = program
        proto = model_pb2.ModelProto()
        program.fill_proto(proto, integer=False)
        self._mathopt: Any = mathopt
        self._model = mathopt.Model.from_model_proto(proto)
        self._variables = list(self._model.variables())
        self._constraints: list[Any] = []
        self._solver = self._cold_solver()

    def solve(self, seconds: float) -> LinearSolution | None:
        """The optimum, or None when there is none within the bounds or the seconds."""
        try:
            result = self._solve_warm(seconds)
        except NUMERICAL_TROUBLE:
            self._solver = self._cold_solver()
            try:
                result = self._solve_warm(seconds)
            except NUMERICAL_TROUBLE:
                return None  # a bound less: the search goes on with those it has
        if result.termination.reason != self._mathopt.TerminationReason.OPTIMAL:
            return None
        return LinearSolution(
            result.objective_value(),
            result.variable_values(self._variables),
            result.reduced_costs(self._variables),
        )

    def _solve_warm(self, seconds: float) -> Any:
        # Without presolve, the dual simplex goes on from the last basis when rows are added.
        parameters = self._mathopt.SolveParameters(
            time_limit=timedelta(seconds=max(seconds, 0.1)),
            lp_algorithm=self._mathopt.LPAlgorithm.DUAL_SIMPLEX,
            presolve=self._mathopt.Emphasis.OFF,
        )
        return self._solver.solve(params=parameters)

    def _cold_solver(self) -> Any:
        return self._mathopt.IncrementalSolver(self._model, self._mathopt.SolverType.GLOP)

    def solve_with(self, row: Row, seconds: float) -> LinearSolution | None:
        """The optimum with one row more, which is gone again afterwards."""
        constraint = self._constraint(row)
        solution = self.solve(seconds)
        self._model.delete_linear_constraint(constraint)
        return solution

    @contextmanager
    def obeying(self, rows: Iterable[Row]) -> Iterator[None]:
        """With the rows, here and in the program; afterwards all is as it was before."""
        first_row, first_constraint = len(self.program.rows), len(self._constraints)
        before = [variable.upper_bound for variable in self._variables]
        self.add(rows)
        try:
            yield
        finally:
            del self.program.rows[first_row:]
            for constraint in self._constraints[first_constraint:]:
                self._model.delete_linear_constraint(constraint)
            del self._constraints[first_constraint:]
            for variable, upper in zip(self._variables, before, strict=True):
                if variable.upper_bound != upper:
                    variable.upper_bound = upper

    def add(self, rows: Iterable[Row]) -> None:
        """Add valid rows to the relaxation and to its program."""
        for row in rows:
            self.program.rows.append(row)
            self._constraints.append(self._constraint(row))

    def fix_at_zero(self, indices: Iterable[int]) -> None:
        """Leave variables out here, not in the program."""
        for index in indices:
            self._variables[index].upper_bound = 0.0

    def _constraint(self, row: Row) -> Any:
        constraint = self._model.add_linear_constraint(lb=row.low, ub=row.high)
        for factor, index in row.terms:
            constraint.set_coefficient(self._variables[index], factor)
        return constraint
