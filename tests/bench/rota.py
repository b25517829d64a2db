"""The rota: time to a small gap and to the proof, beside a plain formulation in HiGHS."""

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import TypeVar

from optimizer.repair.problem import RepairProblem
from optimizer.repair.solve import repair
from optimizer.rota.best_so_far import Progress
from optimizer.rota.check import faults
from optimizer.rota.counterfactual import Counterfactuals, Price
from optimizer.rota.explain import Shortfall, blocked, funnel, shortfalls
from optimizer.rota.highs import Task, _solve, proto_bytes
from optimizer.rota.infeasible import without_lost_pins
from optimizer.rota.problem import SESSIONS, Problem
from optimizer.rota.problem_file import read_problem
from optimizer.rota.rooms_wanted import RoomGain, one_more_room
from optimizer.rota.rota import Rota
from optimizer.rota.solve import solve
from tests.bench.figures import Figure
from tests.bench.nation import district
from tests.bench.plain_rota import plain_program

PROBLEMS = ("tiny-1", "small-1", "medium-1", "large-1")
SECONDS = 120.0
PLAIN_SECONDS = 60.0
SMALL_GAP = 0.5
DISTRICTS = 37
ASKED = 3
LOG_LINE = re.compile(r"\s([\d.]+)%(?:\s+\d+){4}\s+([\d.]+)s$")
"""The gap and the seconds in a line of HiGHS's log."""
Found = TypeVar("Found")


@dataclass(frozen=True)
class _Solved:
    problem: Problem
    rota: Rota
    seconds: float
    early: float
    """Seconds to the small gap."""


def figures(folder: Path) -> Iterator[Figure]:
    solved = {}
    for name in PROBLEMS:
        path = _shared(f"{name}.json")
        if path is None:
            print(f"the shared rota problem {name} is absent: not measured")
        else:
            solved[name] = _solved(read_problem(path))
    peak = max(getrusage(who).ru_maxrss for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    for name, ours in solved.items():
        yield from _beside_plain(name, ours)
        yield _repaired(name, ours)
        yield from _asked_why(name, ours)
    yield Figure("rota: peak memory of a process", peak / 1e6, "GB", aim="under 1.5")
    yield from _nation()


def _shared(name: str) -> Path | None:
    default = Path(__file__).resolve().parents[3] / "shared" / "data"
    path = Path(os.environ.get("LOCAL_DIARIES_SHARED", default)) / "rota" / name
    return path if path.exists() else None


def _solved(problem: Problem) -> _Solved:
    seen: list[Progress] = []
    took, rota = _timed(lambda: solve(problem, seconds=SECONDS, report=seen.append))
    wrong = faults(problem, rota)
    assert not wrong, wrong[0]
    near = [each.seconds for each in seen if each.objective and _gap(each) <= SMALL_GAP]
    return _Solved(problem, rota, took, min(near, default=SECONDS))


def _gap(seen: Progress) -> float:
    return 100 * (seen.objective - seen.bound) / seen.objective


def _beside_plain(name: str, ours: _Solved) -> Iterator[Figure]:
    lines: list[str] = []
    data, task = proto_bytes(plain_program(ours.problem)), Task(PLAIN_SECONDS)
    plain, found = _timed(lambda: _solve(data, task, lines.extend))
    seen = [match for match in map(LOG_LINE.search, lines) if match]
    near = [float(match[2]) for match in seen if float(match[1]) <= SMALL_GAP]
    proved = found.objective is not None and found.bound > found.objective - 1
    proof = "the proof" if ours.rota.status == "optimal" else "no proof"
    what = f"rota {name}: to {proof} ({ours.rota.objective}), {_plain(proved)}"
    ratio = "at most 0.5" if name == "large-1" else ""
    yield Figure(what, ours.seconds, "s", plain, ratio)
    what = f"rota {name}: to a gap of {SMALL_GAP} %, {_plain(proved or bool(near))}"
    yield Figure(what, ours.early, "s", min(near, default=plain), "at most 5")


def _plain(reached: bool) -> str:
    return "plain HiGHS" if reached else "plain HiGHS at least"


def _repaired(name: str, ours: _Solved) -> Figure:
    given = _somebody_ill(ours.problem, ours.rota)
    mended, found = _timed(lambda: repair(given, seconds=SECONDS))
    what = f"rota {name}: repair, one ill, {len(found.changes)} changes, {found.status}"
    return Figure(what, mended, "s", ours.seconds, "seconds")


def _asked_why(name: str, ours: _Solved) -> Iterator[Figure]:
    short = shortfalls(ours.problem, ours.rota)
    found = {each: funnel(ours.problem, ours.rota, each) for each in short}
    reachable = [each for each in short if not blocked(found[each])]
    full = [each for each in short if not found[each].has_place]
    prices = Counterfactuals(ours.problem, ours.rota)
    yield from _answered(f"rota {name}: one more adviser's price", reachable, prices.price, ours)
    room = partial(one_more_room, ours.problem, ours.rota)
    yield from _answered(f"rota {name}: one more room's gain", full, room, ours)


def _answered(
    what: str,
    short: Sequence[Shortfall],
    answer: Callable[[Shortfall], Price | RoomGain],
    ours: _Solved,
) -> Iterator[Figure]:
    """The mean seconds to an answer, for the largest shortfalls, beside a whole solve."""
    asked = short[:ASKED]
    took, answers = _timed(lambda: [answer(each) for each in asked])
    exact = sum(each.exact for each in answers)
    if asked:
        what = f"{what}, {exact} of {len(asked)} exact"
        yield Figure(what, took / len(asked), "s", ours.seconds, "all exact")


def _timed(action: Callable[[], Found]) -> tuple[float, Found]:
    started = time.perf_counter()
    found = action()
    return time.perf_counter() - started, found


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
