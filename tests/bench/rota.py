"""The rota: time to the proof beside a plain formulation in HiGHS, gap after five seconds."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import TypeVar

from optimizer.repair.problem import RepairProblem
from optimizer.repair.solve import repair
from optimizer.rota.check import faults
from optimizer.rota.highs import Task, solve_here
from optimizer.rota.infeasible import without_lost_pins
from optimizer.rota.problem import SESSIONS, Problem
from optimizer.rota.problem_file import read_problem
from optimizer.rota.rota import Rota
from optimizer.rota.search import Progress
from optimizer.rota.solve import solve
from tests.bench.figures import Figure
from tests.bench.nation import district
from tests.bench.plain_rota import plain_program

PROBLEMS = ("tiny-1", "small-1", "medium-1", "large-1")
SECONDS = 120.0
EARLY_SECONDS = 5.0
DISTRICTS = 37
Found = TypeVar("Found")


def figures(folder: Path) -> Iterator[Figure]:
    for name in PROBLEMS:
        path = _shared(f"{name}.json")
        if path is None:
            print(f"the shared rota problem {name} is absent: not measured")
        else:
            yield from _solved(name, read_problem(path))
    peak = max(getrusage(who).ru_maxrss for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    yield Figure("rota: peak memory of a process", peak / 1e6, "GB", aim="under 1.5")
    yield from _nation()


def _shared(name: str) -> Path | None:
    default = Path(__file__).resolve().parents[3] / "shared" / "data"
    path = Path(os.environ.get("LOCAL_DIARIES_SHARED", default)) / "rota" / name
    return path if path.exists() else None


def _solved(name: str, problem: Problem) -> Iterator[Figure]:
    seen: list[Progress] = []
    took, rota = _timed(lambda: solve(problem, seconds=SECONDS, report=seen.append))
    wrong = faults(problem, rota)
    assert not wrong, wrong[0]
    plain, _ = _timed(lambda: solve_here(plain_program(problem), Task(SECONDS)))
    proof = "to the proof" if rota.status == "optimal" else "unproved"
    ratio = "at most 0.5" if name == "large-1" else ""
    yield Figure(f"rota {name}: {proof} ({rota.objective}), plain HiGHS", took, "s", plain, ratio)
    yield Figure(f"rota {name}: gap after 5 s", _early_gap(seen), "%", aim="at most 0.5")
    mended, found = _timed(lambda: repair(_somebody_ill(problem, rota), seconds=SECONDS))
    name = f"rota {name}: repair, one ill, {len(found.changes)} changes"
    yield Figure(f"{name}, {found.status}", mended, "s", took, "seconds")


def _timed(action: Callable[[], Found]) -> tuple[float, Found]:
    started = time.perf_counter()
    found = action()
    return time.perf_counter() - started, found


def _early_gap(seen: list[Progress]) -> float:
    gaps = [
        100 * (each.objective - each.bound) / each.objective
        for each in seen
        if each.objective and each.seconds <= EARLY_SECONDS
    ]
    return gaps[-1] if gaps else 100.0


def _somebody_ill(problem: Problem, rota: Rota) -> RepairProblem:
    """The first adviser at work is ill all week; everybody's half-days are half booked."""
    ill = rota.assignments[0].adviser
    advisers = tuple(
        replace(each, available=(False,) * SESSIONS) if each.id == ill else each
        for each in problem.advisers
    )
    now, _ = without_lost_pins(replace(problem, advisers=advisers))
    capacity = {office.id: office.capacity for office in problem.offices}
    booked = {
        (entry.adviser, session): capacity[entry.office][session] // 2
        for entry in rota.assignments
        for session in entry.places
    }
    return RepairProblem(now, rota, booked)


def _nation() -> Iterator[Figure]:
    """Every district by itself, two at a time, each with one worker."""
    with ProcessPoolExecutor(2) as pool:
        took, proved = _timed(lambda: sum(pool.map(_is_proved, range(DISTRICTS))))
    what = f"rota of {DISTRICTS} districts of 20 offices: {proved} proved"
    yield Figure(what, took, "s", aim=f"{DISTRICTS} proved")


def _is_proved(number: int) -> bool:
    return solve(district(number), seconds=SECONDS, workers=1).status == "optimal"
