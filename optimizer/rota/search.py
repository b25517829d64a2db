"""The search: a bound and prices from the relaxation, a first rota, then HiGHS for the proof.

As soon as the relaxation has its prices, a HiGHS process looks among the columns of lowest reduced
cost, where a rota close to the best is found within seconds. That rota shows which columns no
better one can use, and the proof leaves those out. With two workers the look goes on beside the
tightening of the relaxation; with one, it waits for that. Whatever is best is kept.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from optimizer.rota.cuts import add_rounded_weeks, separate, visitors
from optimizer.rota.highs import HighsProcess, IntegerSolution, solve_here
from optimizer.rota.model import RotaModel
from optimizer.rota.relaxation import LinearSolution, Relaxation
from optimizer.rota.timing import Clock

MOST_ROUNDS = 7
MOST_ROWS_A_ROUND = 300
LEAST_GAIN = 0.0001
FEW_COLUMNS = 1_000
SECONDS_HERE = 4.0
SECONDS_AFTER_STOP = 3.0
SHARE_NEARBY = 0.14
GAP_NEARBY = 0.002
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
        self._processes: list[HighsProcess] = []
        self._nearby: HighsProcess | None = None

    def run(self, workers: int) -> None:
        """Improve until the bound meets the objective or the time is over."""
        small = len(self.model.columns) <= FEW_COLUMNS
        try:
            self._nearby = None if small else self._process()
            self._tighten(beside=workers > 1)
            if small and not self._done:
                limit = min(self.clock.left, SECONDS_HERE)
                self._learn(self._solve_here(self._useless(), limit), proof=True)
            if not self._done:
                self._prove()
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
            self._learn(self._solve_here(unused, SECONDS_AFTER_STOP), proof=False)
        if self._best is None:
            pinned = {(pin.adviser, pin.day) for pin in self.model.problem.pinned}
            others = [
                index
                for index, column in enumerate(self.model.columns)
                if (column.adviser, column.day) not in pinned
            ]
            self._learn(self._solve_here(others, math.inf), proof=False)
        return self._best

    @property
    def _done(self) -> bool:
        return self.clock.over or (self._best is not None and self.bound >= self._best[0])

    def _process(self) -> HighsProcess:
        process = HighsProcess()
        self._processes.append(process)
        return process

    def _tighten(self, *, beside: bool) -> None:
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
                self._look_nearby()
            gained = solution.value - before
            late = self.clock.past_share and not beside
            if gained < LEAST_GAIN * solution.value or self._done or late:
                break
            before = solution.value
            cuts = separate(self.model, guests, solution.values)
            relaxation.add(cut.row for cut in cuts[:MOST_ROWS_A_ROUND])

    def _look_nearby(self) -> None:
        """Search among the columns of low reduced cost: start once, then take in what is found."""
        nearby = self._nearby
        if nearby is None or self._linear is None:
            return
        if not nearby.started:
            costs = sorted(self._linear.reduced_costs[: len(self.model.columns)])
            most = costs[int(SHARE_NEARBY * len(costs))]
            self._start(nearby, self._dearer_than(most), gap=GAP_NEARBY)
        elif nearby.finished:
            self._nearby = None
            self._learn(nearby.solution, proof=False)

    def _prove(self) -> None:
        """Await the rota nearby, and prove it or find a better one among all useful columns."""
        while self._nearby is not None and not self._done:
            self._look_nearby()
            self.clock.wait(POLL_SECONDS)
        if self._done:
            return
        proof = self._process()
        self._start(proof, self._useless())
        while not self._done:
            self.clock.wait(POLL_SECONDS)
            self._raise_bound(proof.bound, "proving")
            if proof.finished:
                self._learn(proof.solution, proof=True)
                return

    def _start(self, process: HighsProcess, fixed_at_zero: list[int], gap: float = 0.0) -> None:
        limit = self.clock.left - SECONDS_TO_ANSWER
        program = self.model.program
        process.start(program, seconds=limit, seed=self._seed, gap=gap, fixed_at_zero=fixed_at_zero)

    def _solve_here(self, fixed_at_zero: Iterable[int], seconds: float) -> IntegerSolution:
        return solve_here(
            self.model.program,
            seconds=min(seconds, 60.0),
            seed=self._seed,
            fixed_at_zero=set(fixed_at_zero),
        )

    def _learn(self, found: IntegerSolution | None, *, proof: bool) -> None:
        """Keep a better solution, and a bound that was proved for every better one."""
        if found is None:
            return
        if found.objective is not None and (self._best is None or found.objective < self._best[0]):
            self._best = found.objective, found.dense(len(self.model.program.costs))
            self._say("improving")
        if proof:
            self._raise_bound(found.bound, "proving")

    def _raise_bound(self, value: float, stage: str) -> None:
        """A solve may leave out what cannot beat the best: its bound holds up to the best."""
        most = math.inf if self._best is None else self._best[0]
        bound = min(value, most)
        if math.isfinite(bound) and math.ceil(bound - 1e-4) > self.bound:
            self.bound = math.ceil(bound - 1e-4)
            self._say(stage)

    def _say(self, stage: str) -> None:
        best = None if self._best is None else self._best[0]
        self._report(Progress(self.clock.elapsed, stage, best, self.bound))

    def _useless(self) -> list[int]:
        """Variables that no rota better than the best can use, by their reduced costs."""
        if self._linear is None or self._best is None:
            return []
        return self._dearer_than(self._best[0] - 1 - self._linear.value + 1e-4)

    def _dearer_than(self, most: float) -> list[int]:
        costs = [] if self._linear is None else self._linear.reduced_costs
        return [index for index, cost in enumerate(costs) if cost > most]
