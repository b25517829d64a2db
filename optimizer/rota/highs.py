"""HiGHS on an integer program: here, or in a process of its own that can be stopped at once.

`python -m optimizer.rota.highs` is that process: it reads JSON settings and a MathOpt ModelProto
from standard input and writes `bound X` lines and then one `result JSON` line.
"""

import json
import math
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from optimizer.rota.program import Program

PROGRESS_LINE = re.compile(r"^\s*[A-Za-z]?\s+\d+\s+\d+\s+\d+\s+[\d.]+%\s+(-?[\d.]+)\s")


WITHOUT_HEURISTICS = ("rins", "rens", "root_reduced_cost", "feasibility_jump")


@dataclass(frozen=True, slots=True)
class Task:
    """When a solve may end, and what it looks for.

    It ends at the seconds, after the nodes, or with the bound within the relative gap of the
    objective. Above `most` it need find nothing: it may say that there is no solution. Without
    heuristics it goes straight for the proof.
    """

    seconds: float
    seed: int = 0
    gap: float = 0.0
    most: int | None = None
    heuristics: bool = True
    nodes: int | None = None


@dataclass(frozen=True, slots=True)
class IntegerSolution:
    """What was found: the best objective and values, if any, and the bound that is proved."""

    objective: int | None
    values: dict[int, int]
    bound: float

    @property
    def is_proved(self) -> bool:
        """Whether none is better, or there is none at all."""
        if self.objective is None:
            return math.isinf(self.bound)
        return self.bound > self.objective - 1

    def dense(self, count: int) -> list[float]:
        """The values of all `count` variables."""
        return [float(self.values.get(index, 0)) for index in range(count)]


def solve_here(
    program: Program, task: Task, fixed_at_zero: Collection[int] = ()
) -> IntegerSolution:
    """Solve in this process; it cannot be interrupted before the seconds are over."""
    return _solve(proto_bytes(program, fixed_at_zero), task, None)


def proto_bytes(program: Program, fixed_at_zero: Collection[int] = ()) -> bytes:
    """The program as the bytes of a MathOpt ModelProto."""
    from ortools.math_opt import model_pb2

    proto = model_pb2.ModelProto()
    program.fill_proto(proto, integer=True, fixed_at_zero=fixed_at_zero)
    data: bytes = proto.SerializeToString()
    return data


def _solve(data: bytes, task: Task, log: Callable[[list[str]], None] | None) -> IntegerSolution:
    from ortools.math_opt import model_pb2
    from ortools.math_opt.python import mathopt

    proto = model_pb2.ModelProto()
    proto.ParseFromString(data)
    model = mathopt.Model.from_model_proto(proto)
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=max(task.seconds, 0.1)),
        random_seed=task.seed,
        node_limit=task.nodes,
        relative_gap_tolerance=task.gap,
        absolute_gap_tolerance=0.99,
    )
    if task.most is not None:
        parameters.highs.double_options["objective_bound"] = task.most + 0.5
    if not task.heuristics:
        for name in WITHOUT_HEURISTICS:
            parameters.highs.bool_options[f"mip_heuristic_run_{name}"] = False
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters, msg_cb=log)
    if result.termination.reason == mathopt.TerminationReason.INFEASIBLE:
        return IntegerSolution(None, {}, math.inf)
    bound = max(result.best_objective_bound(), 0.0)
    if not result.has_primal_feasible_solution():
        return IntegerSolution(None, {}, bound)
    values = {
        variable.id: round(value)
        for variable, value in result.variable_values().items()
        if value > 0.5
    }
    return IntegerSolution(round(result.objective_value()), values, bound)


class HighsProcess:
    """One HiGHS solve in a process of its own, made early since its imports take a second."""

    def __init__(self) -> None:
        self.bound = 0.0
        self.solution: IntegerSolution | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "optimizer.rota.highs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).resolve().parents[2],
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._learn: Callable[[IntegerSolution], None] = lambda solution: None
        self.started = False

    def start(
        self,
        program: Program,
        task: Task,
        fixed_at_zero: Collection[int] = (),
        learn: Callable[[IntegerSolution], None] = lambda solution: None,
    ) -> None:
        """Hand over the program; `learn` is told the solution at once, in a thread of its own."""
        assert self._process.stdin is not None
        self._learn = learn
        settings = json.dumps(asdict(task)).encode() + b"\n"
        # A process that died, for want of memory say, is one that finished without a solution.
        with suppress(BrokenPipeError):
            self._process.stdin.write(settings + proto_bytes(program, fixed_at_zero))
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._reader.start()
        self.started = True

    @property
    def finished(self) -> bool:
        """Whether the process has ended, with a solution or without."""
        return self.started and not self._reader.is_alive()

    def stop(self) -> None:
        """End the process at once, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        if self.started:
            self._reader.join()
            return
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                word, _, rest = line.decode().partition(" ")
                if not rest.endswith("\n"):
                    return  # the process was stopped in the middle of a line
                if word == "bound":
                    self.bound = max(self.bound, float(rest))
                elif word == "result":
                    found = json.loads(rest)
                    values = {int(index): value for index, value in found["values"].items()}
                    self.solution = IntegerSolution(found["objective"], values, found["bound"])
                    self.bound = max(self.bound, found["bound"])
                    self._learn(self.solution)


def _serve() -> None:
    task = Task(**json.loads(sys.stdin.buffer.readline()))
    data = sys.stdin.buffer.read()
    parent = os.getppid()

    def log(lines: list[str]) -> None:
        if os.getppid() != parent:
            os._exit(1)  # whoever asked is gone, and HiGHS cannot be interrupted otherwise
        for line in lines:
            match = PROGRESS_LINE.match(line)
            if match:
                print("bound", match.group(1), flush=True)

    found = _solve(data, task, log)
    answer = {"objective": found.objective, "values": found.values, "bound": found.bound}
    print("result", json.dumps(answer), flush=True)


if __name__ == "__main__":
    _serve()
