"""Workers in processes of their own, the processes they set to work, and a week that takes long."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

from tests.storms.processes import PATIENCE_SECONDS

PROJECT = Path(__file__).parents[2]
APART = ("booking.rotas.solve_apart", "tests.storms.never_awake", "tests.sleeper")


def a_hard_week(monday: str) -> str:
    """A problem that takes any solver long: fifty offices, eighty advisers, drawn by a seed."""
    random = Random(7)
    offices = [f"Office {n}" for n in range(50)]
    return json.dumps(
        {
            "format": "rota-problem/1",
            "week_starting": monday,
            "offices": [
                {
                    "id": name,
                    "days_wanted": random.randint(1, 5),
                    "overflow_places": random.randint(0, 1),
                    "demand": [random.randint(0, 14) for _ in range(10)],
                    "capacity": [5, 4] * 5,
                }
                for name in offices
            ],
            "rooms": [
                {
                    "id": f"Room {n} at {name}",
                    "office": name,
                    "private": random.random() < 0.7,
                    "bookable_in_advance": random.random() < 0.8,
                    "open": [random.random() < 0.9 for _ in range(10)],
                }
                for name in offices
                for n in range(random.randint(1, 3))
            ],
            "advisers": [
                {
                    "id": f"Adviser {n}",
                    "max_days": random.randint(3, 5),
                    "available": [random.random() < 0.9 for _ in range(10)],
                    "travel_minutes": {
                        name: random.randint(5, 70) for name in random.sample(offices, 14)
                    },
                    "dedicated": [],
                    "last_week": [random.choice([*offices, None]) for _ in range(5)],
                }
                for n in range(80)
            ],
        }
    )


@contextmanager
def a_worker(url: str, *arguments: str, module: str = "flask") -> Iterator[subprocess.Popen[bytes]]:
    """`flask worker`, or another module with arguments of its own, until the block ends."""
    arguments = arguments or ("--app", "app", "worker")
    settings = {"DATABASE_URL": url, "SECRET_KEY": "a secret for tests", "EMBEDDED_WORKER": "0"}
    command = [sys.executable, "-m", module, *arguments]
    worker = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **settings})
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


@contextmanager
def pages_that_work(
    url: str, application: str = "app:create_app()"
) -> Iterator[subprocess.Popen[bytes]]:
    """The worker inside the web process, as `make run` starts it: a process group of its own.

    gunicorn has more patience than its half minute, as everything here has.
    """
    settings = {"DATABASE_URL": url, "SECRET_KEY": "a secret for tests", "EMBEDDED_WORKER": "1"}
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--workers", "1"]
    patience = ["--graceful-timeout", str(PATIENCE_SECONDS), "--timeout", str(PATIENCE_SECONDS)]
    command = [*gunicorn, "--threads", "8", *patience, "--log-level", "error", application]
    server = subprocess.Popen(
        command, cwd=PROJECT, env={**os.environ, **settings}, start_new_session=True
    )
    try:
        yield server
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def set_to_work_by(worker: subprocess.Popen[bytes]) -> list[int]:
    """The processes apart that this worker has begun, itself or in a process it serves with."""
    parents = {
        int(process.name): parent_of(process)
        for process in Path("/proc").iterdir()
        if process.name.isdecimal()
    }
    own = {worker.pid} | {pid for pid, parent in parents.items() if parent == worker.pid}
    return [pid for pid, parent in parents.items() if parent in own and is_at_work(pid)]


def parent_of(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has just ended
        return None


def is_at_work(pid: int) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False
    return any(module in command for module in APART)


def wait_until(what: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.2)
