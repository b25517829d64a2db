"""The difference of two proportions with its 95 % interval: pure arithmetic."""

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959963984540054
METHOD = "Newcombe's hybrid score interval without continuity correction (1998, method 10)"


@dataclass(frozen=True)
class Difference:
    """b - a in proportions, with the interval's lower and upper end."""

    estimate: float
    lower: float
    upper: float

    @property
    def is_shown(self) -> bool:
        """Whether the interval excludes 0."""
        return self.lower > 0 or self.upper < 0


def wilson(count: int, total: int) -> tuple[float, float]:
    """Wilson's score interval (1927) of a proportion; `total` is above 0."""
    share, squared = count / total, Z_95**2
    middle = (2 * count + squared) / (2 * (total + squared))
    half = Z_95 * sqrt(squared + 4 * total * share * (1 - share)) / (2 * (total + squared))
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(count_a: int, total_a: int, count_b: int, total_b: int) -> Difference | None:
    """b's share less a's. None when either has nobody.

    Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10: the two Wilson intervals
    joined by squares.
    """
    if not total_a or not total_b:
        return None
    a, b = count_a / total_a, count_b / total_b
    (lower_a, upper_a), (lower_b, upper_b) = wilson(count_a, total_a), wilson(count_b, total_b)
    return Difference(
        estimate=b - a,
        lower=b - a - sqrt((b - lower_b) ** 2 + (upper_a - a) ** 2),
        upper=b - a + sqrt((upper_b - b) ** 2 + (a - lower_a) ** 2),
    )
