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
from dataclasses import replace

from optimizer.rota.best_so_far import BestSoFar, Progress
from optimizer.rota.highs import HighsProcess, Task, solve_here
from optimizer.rota.model import RotaModel
from optimizer.rota.program import INFINITY, Program, Row
from optimizer.rota.relaxation import LinearSolution, Relaxation
from optimizer.rota.tightening import relaxation_of, tightened
from optimizer.rota.timing import Clock

FEW_COLUMNS = 1_000
SECONDS_HERE = 4.0
SECONDS_AFTER_STOP = 3.0
LEAST_AT_FIRST, MOST_AT_FIRST, SHARE_NEAR = 0.12, 0.20, 0.24
"""Of the columns, by reduced cost: where the first rota is looked for, and the best. Smaller
weeks need the larger share at first to come close to the best; large ones are slow with it.
Where there is no rota the share is doubled."""
GAP_AT_FIRST = 0.002
POLL_SECONDS = 0.05
SECONDS_TO_ANSWER = 0.3


class Search:
    """One search: the steps that improve the best so far and its bound.

    A relaxation of the model's program that is warm already spares its first rounds.
    """

    def __init__(
        self,
        model: RotaModel,
        clock: Clock,
        seed: int = 0,
        report: Callable[[Progress], None] = lambda progress: None,
        relaxation: Relaxation | None = None,
    ) -> None:
        self.model = model
        self.clock = clock
        self.best = BestSoFar(len(model.program.costs), clock, report)
        self.is_impossible = False
        self._seed = seed
        self._relaxation = relaxation
        self._linear: LinearSolution | None = None
        self._left_out: set[int] = set()
        self._processes: list[HighsProcess] = []
        self._first: HighsProcess | None = None
        self._share = min(
            MOST_AT_FIRST, max(LEAST_AT_FIRST, FEW_COLUMNS / max(1, len(model.columns)))
        )
        self._halves: tuple[HighsProcess, HighsProcess] | None = None

    def run(self, workers: int) -> None:
        """Improve until the bound meets the objective or the time is over."""
        small = len(self.model.columns) <= FEW_COLUMNS
        beside = workers > 1
        try:
            if not small and self.best.objective is None:
                self._first = self._process()
            elif not small:
                self._both_halves()
            relaxation = self._tighten(beside=beside)
            if small and not self._done:
                self._prove_here()
            if not self._done:
                self._await_look()
                self._prove(relaxation, beside=beside)
        finally:
            for process in self._processes:
                process.stop()

    def make_do(self) -> None:
        """Stopped before there is any rota, take one at hand.

        The columns of the relaxation's solution give one in seconds; failing that, the pinned
        days alone are a rota.
        """
        if self.best.objective is None and self._linear is not None:
            values = self._linear.values
            unused = [i for i in range(len(self.model.columns)) if values[i] < 1e-6]
            seconds = SECONDS_AFTER_STOP if self.clock.over else self.clock.at_most(SECONDS_HERE)
            task = Task(seconds, self._seed, nodes=self.clock.nodes)
            self.best.learn(solve_here(self.model.program, task, unused))
        if self.best.objective is None:
            pinned = {(pin.adviser, pin.day) for pin in self.model.problem.pinned}
            others = [
                index
                for index, column in enumerate(self.model.columns)
                if (column.adviser, column.day) not in pinned
            ]
            self.best.learn(solve_here(self.model.program, Task(60.0, self._seed), others))

    @property
    def _done(self) -> bool:
        return self.clock.over or self.best.is_proved

    def _process(self) -> HighsProcess:
        process = HighsProcess()
        self._processes.append(process)
        return process

    def _tighten(self, *, beside: bool) -> Relaxation:
        """Raise the bound by the relaxation, round by round."""
        relaxation = self._relaxation or relaxation_of(self.model)
        for solution in tightened(self.model, relaxation, self.clock):
            self._linear = solution
            self.best.raise_bound(solution.value, "bounding")
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
        left_out = self._linear is not None and self._share < 1.0
        if self._first.finished and self.best.objective is None and left_out:
            self._first, self._share = self._process(), 2 * self._share
        if not self._first.started:
            task = self._task(gap=GAP_AT_FIRST)
            self._start(self._first, self.model.program, task, self._beyond(self._share))
        elif self._first.finished:
            self._both_halves()

    def _await_look(self) -> None:
        """See the first look through to a rota, if there is one."""
        self._look()
        while self._first is not None and not self._done:
            self._await(self._first)
            self._look()
            if self._first.finished:
                return

    def _await(self, process: HighsProcess) -> None:
        while not process.finished and not self._done:
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
        self._start(far, program, self._task(heuristics=self.best.objective is None), useless)
        ended = False
        while not self._done and not ended:
            self.clock.wait(POLL_SECONDS)
            ended = near.finished and far.finished
            self.best.raise_bound(min(near.bound, far.bound), "proving")
        bound = min(near.bound, far.bound)
        self.is_impossible = ended and self.best.objective is None and math.isinf(bound)

    def _useless_with(self, row: Row, relaxation: Relaxation) -> set[int]:
        """What is useless to rotas that obey the row as well."""
        relaxation.fix_at_zero(self._useless())
        solution, most = relaxation.solve_with(row, self.clock.left), self.best.to_beat
        if solution is None or most is None:
            return set(self._useless())
        return self._useless() | solution.useless(most)

    def _prove_here(self) -> None:
        task = Task(self.clock.at_most(SECONDS_HERE), self._seed, nodes=self.clock.nodes)
        found = solve_here(self.model.program, task)
        self.best.learn(found)
        self.best.raise_bound(found.bound, "proving")

    def _task(self, *, gap: float = 0.0, heuristics: bool = True) -> Task:
        seconds = self.clock.left - SECONDS_TO_ANSWER
        most, nodes = self.best.to_beat, self.clock.nodes
        return Task(seconds, self._seed, gap, most, heuristics, nodes)

    def _start(
        self, process: HighsProcess, program: Program, task: Task, fixed_at_zero: set[int]
    ) -> None:
        process.start(program, task, fixed_at_zero, self.best.learn)

    def _useless(self) -> set[int]:
        """Variables that no rota better than the best can use.

        What was once left out for a best stays out for a better one.
        """
        most = self.best.to_beat
        if self._linear is not None and most is not None:
            self._left_out |= self._linear.useless(most)
        return self._left_out

    def _beyond(self, share: float) -> set[int]:
        """Variables dearer than the share of the columns that is cheapest."""
        if self._linear is None or not self.model.columns:
            return set()
        costs = sorted(self._linear.reduced_costs[: len(self.model.columns)])
        return self._linear.dearer_than(costs[min(int(share * len(costs)), len(costs) - 1)])
