"""The best solution of a search so far and the bound that is proved, told as they improve."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock

from optimizer.rota.highs import IntegerSolution
from optimizer.rota.relaxation import SAFE
from optimizer.rota.timing import Clock


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a solve stands: the best objective so far, if any, and the proved bound."""

    seconds: float
    stage: str
    objective: int | None
    bound: int


class BestSoFar:
    """What a search knows. Solves that run beside each other may tell it what they find."""

    def __init__(self, variables: int, clock: Clock, report: Callable[[Progress], None]) -> None:
        self.objective: int | None = None
        self.values: list[float] = []
        self.bound = 0
        self._variables = variables
        self._clock = clock
        self._report = report
        self._lock = RLock()

    @property
    def is_proved(self) -> bool:
        """Whether nothing is better."""
        return self.objective is not None and self.bound >= self.objective

    @property
    def to_beat(self) -> int | None:
        """The objective that something better has at most."""
        return None if self.objective is None else self.objective - 1

    def learn(self, found: IntegerSolution) -> None:
        """Keep what was found if it is better."""
        with self._lock:
            if found.objective is not None and (
                self.objective is None or found.objective < self.objective
            ):
                self.objective, self.values = found.objective, found.dense(self._variables)
                self._say("improving")

    def raise_bound(self, value: float, stage: str) -> None:
        """A solve may leave out what cannot beat the best: its bound holds up to the best."""
        with self._lock:
            bound = min(value, math.inf if self.objective is None else self.objective)
            if math.isfinite(bound) and math.ceil(bound - SAFE) > self.bound:
                self.bound = math.ceil(bound - SAFE)
                self._say(stage)

    def _say(self, stage: str) -> None:
        self._report(Progress(self._clock.elapsed, stage, self.objective, self.bound))
