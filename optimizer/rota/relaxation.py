"""The linear relaxation of a program, kept warm while rows are added and bounds change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from optimizer.rota.program import Program, Row

SAFE = 1e-4


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
        self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)

    def solve(self, seconds: float) -> LinearSolution | None:
        """The optimum, or None when there is none within the bounds or the seconds."""
        mathopt = self._mathopt
        # Without presolve, the dual simplex goes on from the last basis when rows are added.
        parameters = mathopt.SolveParameters(
            time_limit=timedelta(seconds=max(seconds, 0.1)),
            lp_algorithm=mathopt.LPAlgorithm.DUAL_SIMPLEX,
            presolve=mathopt.Emphasis.OFF,
        )
        result = self._solver.solve(params=parameters)
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return None
        return LinearSolution(
            result.objective_value(),
            result.variable_values(self._variables),
            result.reduced_costs(self._variables),
        )

    def solve_with(self, row: Row, seconds: float) -> LinearSolution | None:
        """The optimum with one row more, which is gone again afterwards."""
        constraint = self._constraint(row)
        solution = self.solve(seconds)
        self._model.delete_linear_constraint(constraint)
        return solution

    def add(self, rows: Iterable[Row]) -> None:
        """Add valid rows to the relaxation and to its program."""
        for row in rows:
            self.program.rows.append(row)
            self._constraint(row)

    def fix_at_zero(self, indices: Iterable[int]) -> None:
        """Leave variables out here, not in the program."""
        for index in indices:
            self._variables[index].upper_bound = 0.0

    def _constraint(self, row: Row) -> Any:
        constraint = self._model.add_linear_constraint(lb=row.low, ub=row.high)
        for factor, index in row.terms:
            constraint.set_coefficient(self._variables[index], factor)
        return constraint
