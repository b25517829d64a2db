"""`python -m optimizer rota …`: reads files, prints sentences, gives exit codes."""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Any

from optimizer.errors import BadInput
from optimizer.options import number, whole_number
from optimizer.repair import commands as repairs
from optimizer.rota import explaining
from optimizer.rota.best_so_far import Progress
from optimizer.rota.check import faults
from optimizer.rota.fields import write_whole
from optimizer.rota.problem_file import read_problem
from optimizer.rota.rota import Rota, read_rota, rota_text
from optimizer.rota.solve import SolverFault, solve


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `rota` and its commands; each sets `func`, which returns the exit code."""
    rota = subparsers.add_parser("rota", help="the weekly rota: solve, check, explain, repair")
    commands = rota.add_subparsers(required=True, metavar="COMMAND")
    solver = commands.add_parser(
        "solve",
        help="find the best rota of a problem",
        description="Find the best rota and its proof. Ctrl-C keeps the best rota so far."
        " With --audit the same problem, seed and NODES give the same rota and bound on every"
        " machine. Exit code 0 also when no rota is possible: the file then has the reasons.",
    )
    solver.add_argument("problem", type=Path, metavar="PROBLEM.json")
    solver.add_argument("--out", type=Path, required=True, metavar="ROTA.json")
    limit = solver.add_mutually_exclusive_group()
    limit.add_argument("--seconds", type=_seconds, default=60.0, help="time limit (60)")
    limit.add_argument(
        "--audit",
        type=_at_least_one,
        metavar="NODES",
        help="no time limit, but one of nodes for each step of the search, which is done by one"
        " process after another",
    )
    solver.add_argument("--workers", type=_at_least_one, default=2, help="1 or 2 processes (2)")
    solver.add_argument("--seed", type=_seed, default=0, help="random seed (0)")
    solver.set_defaults(func=_solve)
    checker = commands.add_parser(
        "check",
        help="verify a rota without the solver",
        description="Verify every hard rule, the objective and its terms without the solver."
        " Exit code 0: all right; 1: something is wrong, in sentences; 2: a file is unreadable.",
    )
    checker.add_argument("problem", type=Path, metavar="PROBLEM.json")
    checker.add_argument("rota", type=Path, metavar="ROTA.json")
    checker.set_defaults(func=_check)
    explaining.register(commands)
    repairs.register(commands)


def _seconds(written: str) -> float:
    seconds = number(written)
    if seconds <= 0:
        raise argparse.ArgumentTypeError(f"must be above 0, not {written}")
    return seconds


def _at_least_one(written: str) -> int:
    count = whole_number(written)
    if count < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, not {written}")
    return count


def _seed(written: str) -> int:
    seed = whole_number(written)
    if not 0 <= seed < 2**31:
        raise argparse.ArgumentTypeError(f"must be from 0 to {2**31 - 1}, not {written}")
    return seed


def _solve(arguments: argparse.Namespace) -> int:
    problem = read_problem(arguments.problem)
    if not arguments.out.parent.is_dir():
        raise BadInput(f"{arguments.out}: the folder does not exist.")
    terminal = sys.stderr.isatty()
    try:
        with _stopped_by_signals() as stop:
            rota = solve(
                problem,
                seconds=arguments.seconds,
                workers=arguments.workers,
                seed=arguments.seed,
                nodes=arguments.audit,
                report=_show if terminal else None,
                stop=stop,
            )
    except SolverFault as fault:
        print(fault, file=sys.stderr)
        return 1
    if terminal:
        print(file=sys.stderr)
    write_whole(arguments.out, rota_text(rota))
    print(_summary(rota))
    return 0


@contextmanager
def _stopped_by_signals() -> Iterator[Event]:
    """Ctrl-C and a polite kill end the search, not the program: the best rota is still written."""
    stop = Event()

    def ask(signum: int, frame: FrameType | None) -> None:
        stop.set()

    before: dict[signal.Signals, Any] = {
        number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _show(progress: Progress) -> None:
    best = "no rota yet" if progress.objective is None else f"best {progress.objective}"
    line = f"{progress.seconds:6.1f} s  {progress.stage}: {best}, bound {progress.bound}"
    print(f"\r{line:<70}", end="", file=sys.stderr, flush=True)


def _summary(rota: Rota) -> str:
    if rota.status == "infeasible":
        return "\n".join(["No rota is possible:", *rota.reasons])
    proof = "proved optimal" if rota.status == "optimal" else f"bound {rota.bound:g}"
    return f"Objective {rota.objective}, {proof}, {rota.seconds:.1f} seconds."


def _check(arguments: argparse.Namespace) -> int:
    problem = read_problem(arguments.problem)
    rota = read_rota(arguments.rota)
    wrong = faults(problem, rota)
    if wrong:
        print("\n".join(wrong))
        return 1
    print(f"The rota is legal; its objective {rota.objective} and its terms are right.")
    return 0
