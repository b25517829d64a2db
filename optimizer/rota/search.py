"""The search: a bound and prices from the relaxation, a first rota, then HiGHS for the proof.

As soon as the relaxation has its prices, HiGHS looks among the columns of lowest reduced cost,
where a rota close to the best is found within seconds. What no better one can use is left out of
all that follows. The proof has two halves, each far smaller than the whole: rotas made only of
what is near in reduced cost, where the best mostly is, and rotas with something dearer, whose
relaxation is therefore dearer too. With two workers the look goes on beside the tightening of
the relaxation, and the halves beside each other; with one, each waits for the one before.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock

from optimizer.rota.cuts import add_rounded_weeks, separate, visitors
from optimizer.rota.highs import HighsProcess, IntegerSolution, Task, solve_here
from optimizer.rota.model import RotaModel
from optimizer.rota.program import INFINITY, Program, Row
from optimizer.rota.relaxation import LinearSolution, Relaxation
from optimizer.rota.timing import Clock

MOST_ROUNDS = 7
MOST_ROWS_A_ROUND = 300
LEAST_GAIN = 0.0001
FEW_COLUMNS = 1_000
SECONDS_HERE = 4.0
SECONDS_AFTER_STOP = 3.0
SHARE_AT_FIRST, SHARE_NEAR = 0.14, 0.24
"""Of the columns, by reduced cost: where the first rota is looked for, and the best."""
GAP_AT_FIRST = 0.002
POLL_SECONDS = 0.05
SECONDS_TO_ANSWER = 0.3
SAFE = 1e-4


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a solve stands: the best objective so far, if any, and the proved bound."""

    seconds: float
    stage: str
    objective: int | None
    bound: int


class Search:
    """One search: the best solution and the bound so far, and the steps that improve them."""

    def __init__(
        self, model: RotaModel, clock: Clock, seed: int, report: Callable[[Progress], None]
    ) -> None:
        self.model = model
        self.clock = clock
        self.bound = 0
        self._seed = seed
        self._report = report
        self._best: tuple[int, list[float]] | None = None
        self._linear: LinearSolution | None = None
        self._left_out: set[int] = set()
        self._processes: list[HighsProcess] = []
        self._first: HighsProcess | None = None
        self._lock = RLock()

    def run(self, workers: int) -> None:
        """Improve until the bound meets the objective or the time is over."""
        small = len(self.model.columns) <= FEW_COLUMNS
        beside = workers > 1
        try:
            self._first = None if small else self._process()
            relaxation = self._tighten(beside=beside)
            if small and not self._done:
                self._prove_here()
            if not self._done:
                self._look()
                self._await(self._first)
                self._prove(relaxation, beside=beside)
        finally:
            for process in self._processes:
                process.stop()

    def best_or_pinned(self) -> tuple[int, list[float]] | None:
        """The best objective and values.

        Stopped before there is any, the columns of the relaxation's solution give one in seconds;
        failing that, the pinned days alone are a rota.
        """
        if self._best is None and self._linear is not None:
            values = self._linear.values
            unused = [i for i in range(len(self.model.columns)) if values[i] < 1e-6]
            task = Task(SECONDS_AFTER_STOP, self._seed)
            self._learn(solve_here(self.model.program, task, unused))
        if self._best is None:
            pinned = {(pin.adviser, pin.day) for pin in self.model.problem.pinned}
            others = [
                index
                for index, column in enumerate(self.model.columns)
                if (column.adviser, column.day) not in pinned
            ]
            self._learn(solve_here(self.model.program, Task(60.0, self._seed), others))
        return self._best

    @property
    def _done(self) -> bool:
        return self.clock.over or (self._best is not None and self.bound >= self._best[0])

    def _process(self) -> HighsProcess:
        process = HighsProcess()
        self._processes.append(process)
        return process

    def _tighten(self, *, beside: bool) -> Relaxation:
        """Add violated rows to the relaxation while that raises its bound."""
        add_rounded_weeks(self.model.program, self.model.weeks)
        relaxation = Relaxation(self.model.program)
        guests = visitors(self.model)
        before = 0.0
        for _ in range(MOST_ROUNDS):
            solution = relaxation.solve(self.clock.left)
            if solution is None:
                break
            self._linear = solution
            self._raise_bound(solution.value, "bounding")
            if beside:
                self._look()
            gained = solution.value - before
            late = self.clock.past_share and not beside
            if gained < LEAST_GAIN * solution.value or self._done or late:
                break
            before = solution.value
            relaxation.fix_at_zero(self._useless())
            cuts = separate(self.model, guests, solution.values)
            relaxation.add(cut.row for cut in cuts[:MOST_ROWS_A_ROUND])
        return relaxation

    def _look(self) -> None:
        """Start looking for a first rota where the prices are lowest, if not done yet."""
        if self._first is not None and not self._first.started:
            task = self._task(gap=GAP_AT_FIRST)
            self._start(self._first, self.model.program, task, self._beyond(SHARE_AT_FIRST))

    def _await(self, process: HighsProcess | None) -> None:
        while process is not None and not process.finished and not self._done:
            self.clock.wait(POLL_SECONDS)

    def _prove(self, relaxation: Relaxation, *, beside: bool) -> None:
        """Prove the best rota or find a better one, near in reduced cost or with something dearer.

        The bound is the lower one of the two halves.
        """
        if self._done:
            return
        near, far = self._process(), self._process()
        dearer = self._beyond(SHARE_NEAR) - self._useless()
        self._start(near, self.model.program, self._task(), dearer | self._useless())
        if not beside:
            self._await(near)
        useless = self._with_something(dearer, relaxation)
        task = self._task(heuristics=self._best is None)
        self._start(far, relaxation.program, task, useless)
        ended = False
        while not self._done and not ended:
            self.clock.wait(POLL_SECONDS)
            ended = near.finished and far.finished
            self._raise_bound(min(near.bound, far.bound), "proving")

    def _with_something(self, dearer: set[int], relaxation: Relaxation) -> set[int]:
        """Demand one of the dearer variables at least; returns what is useless in such rotas."""
        useless = set(self._useless())
        relaxation.branch()
        relaxation.add([Row([(1, index) for index in sorted(dearer)], 1, INFINITY)])
        relaxation.fix_at_zero(useless)
        solution = relaxation.solve(self.clock.left)
        return useless if solution is None else useless | self._too_dear(solution)

    def _prove_here(self) -> None:
        task = Task(min(self.clock.left, SECONDS_HERE), self._seed)
        found = solve_here(self.model.program, task)
        self._learn(found)
        self._raise_bound(found.bound, "proving")

    def _task(self, *, gap: float = 0.0, heuristics: bool = True) -> Task:
        most = None if self._best is None else self._best[0] - 1
        return Task(self.clock.left - SECONDS_TO_ANSWER, self._seed, gap, most, heuristics)

    def _start(
        self, process: HighsProcess, program: Program, task: Task, fixed_at_zero: set[int]
    ) -> None:
        process.start(program, task, fixed_at_zero, self._learn)

    def _learn(self, found: IntegerSolution) -> None:
        """Keep a better solution; processes tell theirs in threads of their own."""
        with self._lock:
            if found.objective is not None and (
                self._best is None or found.objective < self._best[0]
            ):
                self._best = found.objective, found.dense(len(self.model.program.costs))
                self._say("improving")

    def _raise_bound(self, value: float, stage: str) -> None:
        """A solve may leave out what cannot beat the best: its bound holds up to the best."""
        with self._lock:
            most = math.inf if self._best is None else self._best[0]
            bound = min(value, most)
            if math.isfinite(bound) and math.ceil(bound - SAFE) > self.bound:
                self.bound = math.ceil(bound - SAFE)
                self._say(stage)

    def _say(self, stage: str) -> None:
        best = None if self._best is None else self._best[0]
        self._report(Progress(self.clock.elapsed, stage, best, self.bound))

    def _useless(self) -> set[int]:
        """Variables that no rota better than the best can use.

        What was once left out for a best stays out for a better one.
        """
        if self._linear is not None:
            self._left_out |= self._too_dear(self._linear)
        return self._left_out

    def _too_dear(self, solution: LinearSolution) -> set[int]:
        """One unit of a variable raises the relaxation by at least its reduced cost.

        If that passes the best less one, a better rota, in whole numbers, has none of it.
        """
        if self._best is None:
            return set()
        return _dearer_than(self._best[0] - 1 - solution.value + SAFE, solution)

    def _beyond(self, share: float) -> set[int]:
        """Variables dearer than the share of the columns that is cheapest."""
        if self._linear is None:
            return set()
        costs = sorted(self._linear.reduced_costs[: len(self.model.columns)])
        return _dearer_than(costs[int(share * len(costs))], self._linear)


def _dearer_than(most: float, solution: LinearSolution) -> set[int]:
    return {index for index, cost in enumerate(solution.reduced_costs) if cost > most}
