"""The search: a bound and prices from the relaxation, a first rota, then HiGHS for the proof.

With two workers, one HiGHS process looks among the columns of lowest reduced cost while the
relaxation is still being tightened; its rota shows which columns no better rota can use, and the
proof leaves those out. Whatever is best at any moment is kept.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from optimizer.rota.cuts import add_rounded_weeks, separate, visitors
from optimizer.rota.dive import dive
from optimizer.rota.highs import HighsProcess, IntegerSolution, solve_here
from optimizer.rota.model import RotaModel
from optimizer.rota.relaxation import LinearSolution, Relaxation
from optimizer.rota.timing import Clock

MOST_ROUNDS = 7
MOST_ROWS_A_ROUND = 300
LEAST_GAIN = 0.0001
FIRST_LOOK_ROUND = 2
FEW_COLUMNS = 1_000
SECONDS_HERE = 4.0
SECONDS_AFTER_STOP = 3.0
SHARE_NEARBY = 0.2
WORTH_ANOTHER_PROOF = 0.75
WORTH_WAITING = 0.3
POLL_SECONDS = 0.05


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
        self._relaxation: Relaxation | None = None
        self._processes: list[HighsProcess] = []

    def run(self, workers: int) -> None:
        """Improve until the bound meets the objective or the time is over."""
        small = len(self.model.columns) <= FEW_COLUMNS
        try:
            proof = None if small else self._process()
            nearby = None if small or workers < 2 else self._process()
            self._tighten(nearby)
            if not self._done:
                self._dive()
            if small and not self._done:
                limit = min(self.clock.left, SECONDS_HERE)
                self._learn(self._solve_here(self._useless(), limit), proof=True)
            if not self._done:
                self._prove(proof or self._process(), nearby)
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

    def _tighten(self, nearby: HighsProcess | None) -> None:
        """Add violated rows to the relaxation while that raises its bound."""
        add_rounded_weeks(self.model.program, self.model.weeks)
        self._relaxation = Relaxation(self.model.program)
        guests = visitors(self.model)
        before = 0.0
        for number in range(MOST_ROUNDS):
            solution = self._relaxation.solve(self.clock.left)
            if solution is None:
                return
            self._linear = solution
            self._raise_bound(solution.value, "bounding")
            if number == FIRST_LOOK_ROUND and nearby is not None:
                self._start(nearby, self._far())
            if nearby is not None and nearby.finished:
                self._learn(nearby.solution, proof=False)
            gained = solution.value - before
            if gained < LEAST_GAIN * solution.value or self._done or self.clock.past_share:
                break
            before = solution.value
            cuts = separate(self.model, guests, solution.values)
            self._relaxation.add(cut.row for cut in cuts[:MOST_ROWS_A_ROUND])

    def _dive(self) -> None:
        if self._relaxation is None or self._linear is None:
            return
        found = dive(self.model, self._relaxation, self._linear, self.clock)
        if found is not None:
            others = (index for index in range(len(self.model.columns)) if index not in found)
            self._learn(self._solve_here(others, self.clock.left), proof=False)

    def _prove(self, proof: HighsProcess, nearby: HighsProcess | None) -> None:
        """Prove, and prove again beside it if a better rota allows far fewer columns."""
        self._await(nearby)
        left_out = self._useless()
        self._start(proof, left_out)
        proofs = [proof]
        while not self._done:
            self.clock.wait(POLL_SECONDS)
            for running in proofs:
                self._raise_bound(running.bound, "proving")
                if running.finished:
                    self._learn(running.solution, proof=True)
                    return
            if nearby is not None and nearby.finished:
                self._learn(nearby.solution, proof=False)
                nearby = None
                count = len(self.model.program.costs)
                fewer = self._useless()
                if count - len(fewer) < WORTH_ANOTHER_PROOF * (count - len(left_out)):
                    proofs.append(self._process())
                    self._start(proofs[-1], fewer)

    def _await(self, nearby: HighsProcess | None) -> None:
        """The look nearby is about to end: its rota makes the proof shorter than waiting costs."""
        patience = WORTH_WAITING * self.clock.elapsed
        until = self.clock.elapsed + patience
        while nearby is not None and nearby.started and not nearby.finished:
            if self.clock.over or self.clock.elapsed > until:
                return
            self.clock.wait(POLL_SECONDS)
        self._learn(nearby.solution if nearby is not None else None, proof=False)

    def _start(self, process: HighsProcess, fixed_at_zero: list[int]) -> None:
        limit = self.clock.left
        program = self.model.program
        process.start(program, seconds=limit, seed=self._seed, fixed_at_zero=fixed_at_zero)

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

    def _far(self) -> list[int]:
        """Variables of high reduced cost that the best solution does not use either."""
        if self._linear is None:
            return []
        costs = sorted(self._linear.reduced_costs[: len(self.model.columns)])
        most = costs[int(SHARE_NEARBY * len(costs))]
        used = self._best[1] if self._best else None
        return [i for i in self._dearer_than(most) if used is None or not used[i]]

    def _dearer_than(self, most: float) -> list[int]:
        costs = [] if self._linear is None else self._linear.reduced_costs
        return [index for index, cost in enumerate(costs) if cost > most]
