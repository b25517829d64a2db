"""Runs: claimed by one worker, solved in a process apart, their progress told every second.

A worker told to stop keeps the best rota so far. A run whose worker died is taken up again by the
next: it beats no more.
"""

import json
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import CursorResult, or_, select, update

from booking import audit, clock
from booking.database import db, use_case
from booking.models import RotaDraft, RotaRun
from booking.rights import THE_SERVICE
from booking.words import RunState

WORKERS = 2
_DEAD_AFTER = timedelta(seconds=20)
_STEP_SECONDS = 1.0
_PROJECT = Path(__file__).resolve().parents[2]
_CUT_SHORT = (
    "The worker was stopped during the search, which ended early with the best rota so far."
)
_told_to_stop = threading.Event()


def stop_soon() -> None:
    """This process is to end: the search under way stops, its rota is kept, no other is begun."""
    _told_to_stop.set()


def solve_asked() -> int:
    """Take up every run that waits, one after another; how many came to an end."""
    ended = 0
    while not _told_to_stop.is_set() and (draft_id := _claim_next()) is not None:
        ended += _drive(draft_id)
    return ended


def _claim_next() -> int | None:
    for draft_id in _waiting():
        if _claim(draft_id):
            return draft_id
    return None


def _waiting() -> list[int]:
    db.session.rollback()
    waits = or_(RotaRun.state == RunState.ASKED, _is_abandoned())
    asked = select(RotaRun.draft_id).where(waits).order_by(RotaRun.asked_at)
    return list(db.session.scalars(asked))


def _is_abandoned() -> Any:
    return (RotaRun.state == RunState.RUNNING) & (RotaRun.beat_at < clock.now() - _DEAD_AFTER)


@use_case
def _claim(draft_id: int) -> bool:
    """Take the run up; of two workers who try, the database gives it to one."""
    waits = or_(RotaRun.state == RunState.ASKED, _is_abandoned())
    return _changed(
        update(RotaRun)
        .where(RotaRun.draft_id == draft_id, waits)
        .values(state=RunState.RUNNING, claimed_by=_me(), beat_at=clock.now())
    )


def _drive(draft_id: int) -> bool:
    """See one run through to its end; False when it was taken away in between."""
    run = db.session.get_one(RotaRun, draft_id)
    data = run.draft.problem.encode()
    settings = {"length": len(data), "seconds": run.seconds_allowed, "workers": WORKERS}
    db.session.rollback()
    with _process(json.dumps(settings).encode() + b"\n" + data) as (lines, stop):
        latest: dict[str, Any] = {}
        while True:
            said = _next(lines)
            if said is None:
                return _end(draft_id, RunState.FAILED, fault="The solver ended without an answer.")
            if "fault" in said:
                return _end(draft_id, RunState.FAILED, fault=said["fault"])
            if "rota" in said:
                mine = _keep(draft_id, said["rota"])
                if mine:
                    _keep_prices(draft_id, said.get("prices") or _prices(lines))
                return mine
            latest |= said
            if not _beat(draft_id, latest, stop):
                return False


@contextmanager
def _process(given: bytes) -> Iterator[tuple["queue.Queue[str | None]", IO[bytes]]]:
    """The solver at work, the lines it says, and the pipe that stops it."""
    command = [sys.executable, "-m", "booking.rotas.solve_apart"]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=_PROJECT, **pipes) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=_read, args=[child.stdout, lines], daemon=True).start()
        try:
            child.stdin.write(given)
            child.stdin.flush()
            yield lines, child.stdin
        finally:
            child.kill()


def _read(spoken: IO[bytes], lines: "queue.Queue[str | None]") -> None:
    for line in spoken:
        lines.put(line.decode())
    lines.put(None)


def _next(lines: "queue.Queue[str | None]") -> dict[str, Any] | None:
    """What was said within a second, all of it taken together; None when it is over."""
    said: dict[str, Any] = {}
    try:
        line = lines.get(timeout=_STEP_SECONDS)
        while line is not None:
            said |= json.loads(line)
            line = lines.get_nowait()
    except queue.Empty:
        return said
    return said or None


def _beat(draft_id: int, latest: dict[str, Any], stop: IO[bytes]) -> bool:
    """Write how far it is; pass on a wish to stop. False when the run is somebody else's now."""
    mine, asked = _write_progress(draft_id, latest)
    if (asked or _told_to_stop.is_set()) and not stop.closed:
        stop.close()
    return mine


@use_case
def _write_progress(draft_id: int, latest: dict[str, Any]) -> tuple[bool, bool]:
    mine = _changed(_of_mine(draft_id).values(beat_at=clock.now(), **latest))
    asked = select(RotaRun.stop_asked).where(RotaRun.draft_id == draft_id)
    return mine, bool(db.session.scalar(asked))


@use_case
def _end(draft_id: int, state: RunState, *, fault: str) -> bool:
    return _changed(_of_mine(draft_id).values(state=state, fault=fault, beat_at=clock.now()))


@use_case
def _keep(draft_id: int, rota: str) -> bool:
    """The rota is the draft's own from here on, or the reasons why there is none."""
    answer = json.loads(rota)
    infeasible = answer["status"] == "infeasible"
    mine = _changed(
        _of_mine(draft_id).values(
            state=RunState.INFEASIBLE if infeasible else RunState.SOLVED,
            fault="\n".join(answer.get("reasons", [])) or _why_so_early(answer["status"]),
            objective=answer["objective"],
            bound=None if infeasible else round(answer["bound"]),
            seconds=answer["seconds"],
            beat_at=clock.now(),
        )
    )
    if mine and not infeasible:
        db.session.execute(
            update(RotaDraft)
            .where(RotaDraft.id == draft_id)
            .values(rota=rota, proposed_rota=rota, version=RotaDraft.version + 1)
        )
        draft = db.session.get_one(RotaDraft, draft_id)
        found = {"objective": answer["objective"], "bound": answer["bound"]}
        audit.record(THE_SERVICE, "found rota", draft, after=found)
    return mine


def _why_so_early(status: str) -> str:
    return _CUT_SHORT if _told_to_stop.is_set() and status == "feasible" else ""


def _prices(lines: "queue.Queue[str | None]") -> dict[str, str]:
    """What the solver says last; nothing when it was stopped or has nothing to price."""
    while (line := lines.get()) is not None:
        said = json.loads(line)
        if "prices" in said:
            return dict(said["prices"])
    return {}


@use_case
def _keep_prices(draft_id: int, prices: dict[str, str]) -> None:
    db.session.execute(update(RotaRun).where(RotaRun.draft_id == draft_id).values(prices=prices))


def _of_mine(draft_id: int) -> Any:
    return update(RotaRun).where(
        RotaRun.draft_id == draft_id,
        RotaRun.state == RunState.RUNNING,
        RotaRun.claimed_by == _me(),
    )


def _changed(statement: Any) -> bool:
    result: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        statement, execution_options={"synchronize_session": False}
    )
    return result.rowcount == 1


def _me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
