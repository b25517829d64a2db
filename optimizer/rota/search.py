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
from dataclasses import dataclass, replace
from threading import RLock

from optimizer.rota.highs import HighsProcess, IntegerSolution, Task, solve_here
from optimizer.rota.model import RotaModel
from optimizer.rota.program import INFINITY, Program, Row
from optimizer.rota.relaxation import SAFE, LinearSolution, Relaxation
from optimizer.rota.tightening import relaxation_of, tightened
from optimizer.rota.timing import Clock

FEW_COLUMNS = 1_000
SECONDS_HERE = 4.0
SECONDS_AFTER_STOP = 3.0
LEAST_AT_FIRST, MOST_AT_FIRST, SHARE_NEAR = 0.16, 0.20, 0.24
"""Of the columns, by reduced cost: where the first rota is looked for, and the best. Smaller
weeks need the larger share at first to come close to the best; large ones are slow with it."""
GAP_AT_FIRST = 0.002
POLL_SECONDS = 0.05
SECONDS_TO_ANSWER = 0.3


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
        self._halves: tuple[HighsProcess, HighsProcess] | None = None
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
        """Raise the bound by the relaxation, round by round."""
        relaxation = relaxation_of(self.model)
        for solution in tightened(self.model, relaxation, self.clock):
            self._linear = solution
            self._raise_bound(solution.value, "bounding")
            if beside:
                self._look()
            if self._done or (self.clock.past_share and not beside):
                break
            relaxation.fix_at_zero(self._useless())
        return relaxation

    def _both_halves(self) -> tuple[HighsProcess, HighsProcess]:
        """The proof's processes, made once."""
        self._halves = self._halves or (self._process(), self._process())
        return self._halves

    def _look(self) -> None:
        """Look for a first rota where prices are lowest; once it ends, make ready for the proof."""
        if self._first is None:
            return
        if self._first.finished:
            self._both_halves()
        elif not self._first.started:
            task = self._task(gap=GAP_AT_FIRST)
            wanted = FEW_COLUMNS / len(self.model.columns)
            share = min(MOST_AT_FIRST, max(LEAST_AT_FIRST, wanted))
            self._start(self._first, self.model.program, task, self._beyond(share))

    def _await(self, process: HighsProcess | None) -> None:
        while process is not None and not process.finished and not self._done:
            self.clock.wait(POLL_SECONDS)

    def _prove(self, relaxation: Relaxation, *, beside: bool) -> None:
        """Prove the best rota or find a better one, near in reduced cost or with something dearer.

        The bound is the lower one of the two halves.
        """
        if self._done:
            return
        near, far = self._both_halves()
        dearer = self._beyond(SHARE_NEAR) - self._useless()
        self._start(near, self.model.program, self._task(), dearer | self._useless())
        if not beside:
            self._await(near)
        row = Row([(1, index) for index in sorted(dearer)], 1, INFINITY)
        program = replace(self.model.program, rows=[*self.model.program.rows, row])
        useless = self._useless_with(row, relaxation)
        self._start(far, program, self._task(heuristics=self._best is None), useless)
        ended = False
        while not self._done and not ended:
            self.clock.wait(POLL_SECONDS)
            ended = near.finished and far.finished
            self._raise_bound(min(near.bound, far.bound), "proving")

    def _useless_with(self, row: Row, relaxation: Relaxation) -> set[int]:
        """What is useless to rotas that obey the row as well."""
        relaxation.fix_at_zero(self._useless())
        solution = relaxation.solve_with(row, self.clock.left)
        if solution is None or self._best is None:
            return set(self._useless())
        return self._useless() | solution.useless(self._best[0] - 1)

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
        if self._linear is not None and self._best is not None:
            self._left_out |= self._linear.useless(self._best[0] - 1)
        return self._left_out

    def _beyond(self, share: float) -> set[int]:
        """Variables dearer than the share of the columns that is cheapest."""
        if self._linear is None or not self.model.columns:
            return set()
        costs = sorted(self._linear.reduced_costs[: len(self.model.columns)])
        return self._linear.dearer_than(costs[int(share * len(costs))])
