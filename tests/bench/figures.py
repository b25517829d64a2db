"""A figure, and how spans of time are summed up."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True)
class Figure:
    """One row of the table. `baseline` is the same thing done barely, in the same run."""

    what: str
    measured: float
    unit: str
    baseline: float | None = None
    aim: str = ""

    def row(self) -> str:
        baseline = f"{self.baseline:,.2f} {self.unit}" if self.baseline is not None else "-"
        ratio = f"{self.measured / self.baseline:.2f}" if self.baseline else "-"
        measured = f"{self.measured:,.2f} {self.unit}"
        return f"{self.what:62} {measured:>14} {baseline:>14} {ratio:>8}  {self.aim}"


def milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def p50(spans: Sequence[float]) -> float:
    return quantiles(spans, n=100)[49]


def p95(spans: Sequence[float]) -> float:
    return quantiles(spans, n=100)[94]
