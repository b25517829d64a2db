"""Mixed-integer rounding: the arithmetic, and what the rows that cut off are made of."""

from collections.abc import Callable
from dataclasses import dataclass

from optimizer.rota.program import INFINITY, Row, Terms

LEAST_VIOLATION = 0.02


@dataclass(frozen=True, slots=True)
class Visitor:
    """An adviser who may work at an office: the link of the week, and columns by day."""

    link: int
    max_days: int
    columns: list[tuple[int, int, int]]
    """Day, capacity offered, variable."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A violated row and its depth: the distance by which it cuts the solution off."""

    depth: float
    row: Row


def rounded(wanted: int, divisor: int) -> tuple[Callable[[int], int], int]:
    """Mixed-integer rounding of `unmet + sum a x >= wanted`: new coefficients and right side.

    With r = wanted mod divisor, a becomes r floor(a/divisor) + min(r, a mod divisor); r is 0
    when the rounding says nothing.
    """
    whole, rest = divmod(wanted, divisor)
    return lambda factor: factor // divisor * rest + min(rest, factor % divisor), rest * (whole + 1)


def cut_of(terms: Terms, low: int, reached: float) -> Cut:
    """The row terms >= low, which a solution misses by low - reached."""
    length = sum(factor * factor for factor, _ in terms) ** 0.5
    return Cut((low - reached) / length, Row([term for term in terms if term[0]], low, INFINITY))
