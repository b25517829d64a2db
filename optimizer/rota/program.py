"""A linear or integer program as plain lists, and its form for the solvers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

INFINITY = float("inf")
Terms = list[tuple[int, int]]
"""Coefficient and variable, in that order."""


@dataclass(frozen=True, slots=True)
class Row:
    """low <= sum of terms <= high."""

    terms: Terms
    low: float
    high: float


@dataclass(slots=True)
class Program:
    """Minimise constant + costs x, with integer x within bounds and rows."""

    constant: int = 0
    costs: list[int] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def variable(self, cost: int, high: float, low: float = 0.0) -> int:
        """A new variable; returns its index."""
        self.costs.append(cost)
        self.lower.append(low)
        self.upper.append(high)
        return len(self.costs) - 1

    def at_least(self, terms: Terms, low: int) -> None:
        """Add sum of terms >= low."""
        self.rows.append(Row(terms, low, INFINITY))

    def at_most(self, terms: Terms, high: int) -> None:
        """Add sum of terms <= high."""
        self.rows.append(Row(terms, -INFINITY, high))

    def equal(self, terms: Terms, value: int) -> None:
        """Add sum of terms = value."""
        self.rows.append(Row(terms, value, value))

    def fill_proto(self, proto: Any, *, integer: bool, fixed_at_zero: Iterable[int] = ()) -> None:
        """Write the program into an empty MathOpt ModelProto."""
        upper = list(self.upper)
        for index in fixed_at_zero:
            upper[index] = 0.0
        count = len(self.costs)
        proto.variables.ids.extend(range(count))
        proto.variables.lower_bounds.extend(self.lower)
        proto.variables.upper_bounds.extend(upper)
        proto.variables.integers.extend([integer] * count)
        proto.objective.offset = self.constant
        proto.objective.linear_coefficients.ids.extend(range(count))
        proto.objective.linear_coefficients.values.extend(self.costs)
        proto.linear_constraints.ids.extend(range(len(self.rows)))
        proto.linear_constraints.lower_bounds.extend(row.low for row in self.rows)
        proto.linear_constraints.upper_bounds.extend(row.high for row in self.rows)
        for number, row in enumerate(self.rows):
            terms = sorted((index, factor) for factor, index in row.terms if factor)
            proto.linear_constraint_matrix.row_ids.extend([number] * len(terms))
            proto.linear_constraint_matrix.column_ids.extend(index for index, _ in terms)
            proto.linear_constraint_matrix.coefficients.extend(factor for _, factor in terms)
