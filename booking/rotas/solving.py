"""Runs: claimed by one worker, solved in a process apart, their progress told every second.

A worker told to stop keeps the best rota so far. A run whose worker died is taken up again by the
next: it beats no more.
"""

import json
from typing import Any

from sqlalchemy import select, update

from booking import audit, clock
from booking.database import db, use_case
from booking.models import RotaDraft, RotaRun
from booking.rights import THE_SERVICE
from booking.rotas import claims
from booking.rotas.apart import Apart, at_work, told_to_stop
from booking.words import RunState

WORKERS = 2
_CUT_SHORT = (
    "The worker was stopped during the search, which ended early with the best rota so far."
)


def solve_asked() -> int:
    """Take up every run that waits, one after another; how many came to an end."""
    ended = 0
    while not told_to_stop.is_set() and (draft_id := _claim_next()) is not None:
        ended += _drive(draft_id)
    return ended


def _claim_next() -> int | None:
    for draft_id in _waiting():
        if _claim(draft_id):
            return draft_id
    return None


def _waiting() -> list[int]:
    db.session.rollback()
    asked = select(RotaRun.draft_id).where(claims.waits(RotaRun)).order_by(RotaRun.asked_at)
    return list(db.session.scalars(asked))


@use_case
def _claim(draft_id: int) -> bool:
    """Take the run up; of two workers who try, the database gives it to one."""
    return claims.take(RotaRun, draft_id, claims.waits(RotaRun))


def _drive(draft_id: int) -> bool:
    """See one run through to its end; False when it was taken away in between."""
    run = db.session.get_one(RotaRun, draft_id)
    data = run.draft.problem.encode()
    settings = {"length": len(data), "seconds": run.seconds_allowed, "workers": WORKERS}
    db.session.rollback()
    given = json.dumps(settings).encode() + b"\n" + data
    with at_work("booking.rotas.solve_apart", given) as solver:
        latest: dict[str, Any] = {}
        while True:
            said = solver.said()
            if said is None and solver.was_told_to_end():
                return _end(draft_id, RunState.ASKED, fault="")
            if said is None:
                return _end(draft_id, RunState.FAILED, fault="The solver ended without an answer.")
            if "fault" in said:
                return _end(draft_id, RunState.FAILED, fault=said["fault"])
            if "rota" in said:
                mine = _keep(draft_id, said["rota"])
                if mine:
                    _keep_what_follows(draft_id, solver, said)
                return mine
            latest |= said
            if not _beat(draft_id, latest, solver):
                return False


def _beat(draft_id: int, latest: dict[str, Any], solver: Apart) -> bool:
    """Write how far it is; pass on a wish to stop. False when the run is somebody else's now."""
    mine, asked = _write_progress(draft_id, latest)
    if asked or told_to_stop.is_set():
        solver.stop()
    return mine


@use_case
def _write_progress(draft_id: int, latest: dict[str, Any]) -> tuple[bool, bool]:
    mine = claims.changed(claims.mine(RotaRun, draft_id).values(beat_at=clock.now(), **latest))
    asked = select(RotaRun.stop_asked).where(RotaRun.draft_id == draft_id)
    return mine, bool(db.session.scalar(asked))


@use_case
def _end(draft_id: int, state: RunState, *, fault: str) -> bool:
    ended = {"state": state, "fault": fault, "beat_at": clock.now()}
    return claims.changed(claims.mine(RotaRun, draft_id).values(**ended))


@use_case
def _keep(draft_id: int, rota: str) -> bool:
    """The rota is the draft's own from here on, or the reasons why there is none."""
    answer = json.loads(rota)
    infeasible = answer["status"] == "infeasible"
    mine = claims.changed(
        claims.mine(RotaRun, draft_id).values(
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
    return _CUT_SHORT if told_to_stop.is_set() and status == "feasible" else ""


def _keep_what_follows(draft_id: int, solver: Apart, said: dict[str, Any] | None) -> None:
    """What the solver says of its rota afterwards; less of it when this process is to end."""
    while said is not None:
        more: dict[str, Any] = {name: said[name] for name in ("unmoved", "prices") if name in said}
        if more:
            _keep_more(draft_id, more)
        said = None if "prices" in more or told_to_stop.is_set() else solver.said()


@use_case
def _keep_more(draft_id: int, more: dict[str, Any]) -> None:
    db.session.execute(update(RotaRun).where(RotaRun.draft_id == draft_id).values(**more))
