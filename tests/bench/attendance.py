"""Attendance: forecasts learned, levels of a nation, the certificate of a published instance."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from booking.attendance.chances import chances, most_to_offer
from booking.rules import Rules
from optimizer.attendance.columns import KIND_CODES, LEAD_BANDS, Columns
from optimizer.attendance.forecast import Forecast
from optimizer.attendance.learning import learn
from optimizer.overbooking.choice import Question
from optimizer.overbooking.day import Day, Weights
from optimizer.overbooking.minimise import minimise
from optimizer.overbooking.neighbours import descend
from tests.bench.figures import Figure

_OFFICES, _ROWS, _TEST_ROWS = 740, 1_000_000, 100_000
_WEEKS, _SESSIONS_A_WEEK = 4, 10
_RULES = Rules()


def figures(folder: Path) -> Iterator[Figure]:
    """Every row; `folder` is not used, nothing is written."""
    del folder
    yield from _certificate()
    yield from _learning()
    yield _memory()
    yield _nation()


def _certificate() -> Iterator[Figure]:
    """N = 22 bookings, T = 20 slots of 5 minutes, no-show .2 (Kaandorp and Koole's method)."""
    day = Day(slots=20, minutes=5, rate=0.2)
    question = Question(day, Weights(wait=1.0, idle=1.0, overtime=1.0), (0,) * 20, total=22)
    start = (2, 2, *(1,) * 18)
    found = _seconds(lambda: descend(question, start))
    proved = _seconds(lambda: minimise(question))
    name = "best 22 bookings in 20 slots"
    yield Figure(f"{name}, without certificate", found, "s", None, "below 0.1")
    yield Figure(
        f"{name}, full neighbourhood as proof", proved, "s", None, "below 10; a public one: 968"
    )


def _learning() -> Iterator[Figure]:
    """The forecast beside scikit-learn's logistic regression on the same inputs."""
    columns, new = invented(_ROWS, seed=1), invented(_TEST_ROWS, seed=2)
    started = time.perf_counter()
    learned, _ = learn(columns, {})
    ours = time.perf_counter() - started
    started = time.perf_counter()
    model = LogisticRegression(max_iter=100).fit(inputs(columns), columns.missed)
    theirs = time.perf_counter() - started
    loss = _log_loss(learned.logit(new, {}), new.missed)
    other = _log_loss(model.decision_function(inputs(new)), new.missed)
    name = "learning from 1,000,000 outcomes"
    yield Figure(f"{name}, beside scikit-learn's logistic", ours, "s", theirs, "below 20")
    yield Figure("  log loss on 100,000 new ones, likewise", loss, "nats", other, "no more")


def _memory() -> Figure:
    """Peak memory of a process that does nothing but learn from a million outcomes."""
    code = "from tests.bench.attendance import peak_of_learning; print(peak_of_learning())"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    return Figure("  peak memory of it", float(done.stdout), "GB", None, "below 1.5")


def peak_of_learning() -> float:
    """Learn once; the process's peak resident memory in GB."""
    Forecast.train_on(invented(_ROWS, seed=1))
    status = Path("/proc/self/status").read_text()
    (peak,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1e6


def _nation() -> Figure:
    """The level of every adviser-day of 740 offices, ten sessions a week, for four weeks."""
    forecast = Forecast.train_on(invented(100_000, seed=3))
    monday = datetime(2026, 12, 7)
    shape = [timedelta(hours=9, minutes=45 * n + 30 * (n > 4)) for n in range(9)]

    def all_levels() -> None:
        for office in forecast.learned.offices:
            for day in range(_WEEKS * _SESSIONS_A_WEEK // 2):
                on = monday + timedelta(days=day % 5 + day // 5 * 7)
                starts = [on + each for each in shape]
                odds = chances(forecast, office=office, starts=starts, rules=_RULES)
                most_to_offer(odds, slots=9, comfortable=7, rules=_RULES)

    sessions = _OFFICES * _WEEKS * _SESSIONS_A_WEEK
    return Figure(
        f"levels of {sessions:,} sessions of 740 offices",
        _seconds(all_levels),
        "s",
        None,
        "below 5",
    )


def invented(rows: int, seed: int) -> Columns:
    """Outcomes whose rates differ by office, weekday, hour, lead and kind: one truth for all."""
    truth, rng = np.random.default_rng(0), np.random.default_rng(seed)
    own = truth.normal(0.0, 0.35, _OFFICES)
    office = rng.integers(0, _OFFICES, rows)
    day = 739_000 + rng.integers(0, 365, rows)
    day -= np.maximum((day + 6) % 7 - 4, 0)  # no weekends
    hour, lead = rng.integers(9, 17, rows), rng.geometric(0.08, rows) - 1
    kind = (rng.random(rows) < 0.3).astype(np.int64)
    logit = -0.9 + own[office] + 0.3 * np.log1p(lead) - 2.0 * (lead == 0) - 0.25 * kind
    logit += np.array([0.15, 0.0, 0.0, -0.05, 0.2, 0.0, 0.0])[(day + 6) % 7] + 0.15 * (hour >= 12)
    missed = (rng.random(rows) < 1.0 / (1.0 + np.exp(-logit))).astype(np.float64)
    names = tuple(f"office-{n}" for n in range(_OFFICES))
    return Columns(names, office, day, hour, lead, kind, missed)


def inputs(columns: Columns):
    """One-hot columns of what the forecast knows: office, weekday, hour, lead band, kind."""
    codes = [columns.office, columns.weekday, columns.hour, columns.lead_band, columns.kind]
    sizes = [_OFFICES, 7, 24, len(LEAD_BANDS), len(KIND_CODES)]
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    place = np.stack([code + start for code, start in zip(codes, starts, strict=True)], axis=1)
    ends = np.arange(0, place.size + 1, len(sizes))
    return csr_matrix((np.ones(place.size), place.ravel(), ends), (len(columns), sum(sizes)))


def _log_loss(logit: np.ndarray, missed: np.ndarray) -> float:
    return float(np.mean(np.logaddexp(0.0, logit) - missed * logit))


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
