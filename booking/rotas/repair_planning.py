"""Plans of repairs: the worker takes one up, the solver's process makes it, nothing changes yet."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import aliased

from booking import audit, clock
from booking.database import db, transaction, use_case
from booking.errors import BookingError
from booking.messages import outbox
from booking.models import Appointment, RepairPlan, Slot
from booking.rights import THE_SERVICE
from booking.rotas.repair_asking import asked
from booking.rotas.repair_carrying_out import carry_out
from booking.rotas.repair_weeks import before, mishap_of, whole_of
from booking.words import MessageKind, RunState

_DEAD_AFTER = timedelta(minutes=3)
_PATIENCE_SECONDS = 150
_PROJECT = Path(__file__).resolve().parents[2]


class _OnlyLooking(Exception):
    """Ends a transaction whose changes were made to be read and not kept."""


def plan_asked() -> int:
    """Make every plan that waits; how many were made."""
    made = 0
    while (plan_id := _claim_next()) is not None:
        _make(plan_id)
        made += 1
    return made


def _claim_next() -> int | None:
    db.session.rollback()
    waiting = select(RepairPlan.id).where(_waits()).order_by(RepairPlan.id)
    for plan_id in db.session.scalars(waiting).all():
        if _claim(plan_id):
            return plan_id
    return None


def _waits() -> ColumnElement[bool]:
    stale = RepairPlan.beat_at < clock.now() - _DEAD_AFTER
    waits = or_(RepairPlan.state == RunState.ASKED, (RepairPlan.state == RunState.RUNNING) & stale)
    earlier = aliased(RepairPlan)
    unmade = select(earlier.id).where(
        or_(earlier.id == RepairPlan.part_of_id, earlier.part_of_id == RepairPlan.part_of_id),
        earlier.week < RepairPlan.week,
        earlier.state.in_([RunState.ASKED, RunState.RUNNING]),
    )
    return waits & ~unmade.exists()


@use_case
def _claim(plan_id: int) -> bool:
    result = db.session.execute(
        update(RepairPlan)
        .where(RepairPlan.id == plan_id, _waits())
        .values(state=RunState.RUNNING, beat_at=clock.now())
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]
        return False
    audit.record(THE_SERVICE, "took up repair", db.session.get_one(RepairPlan, plan_id))
    return True


def _make(plan_id: int) -> None:
    given: dict[str, Any] = {}
    try:
        given = _asked_of(plan_id)
        answer = _answered(json.dumps(given))
        texts = {} if "fault" in answer else _texts(plan_id, given, answer)
    except BookingError as refusal:
        answer, texts = {"fault": str(refusal)}, {}
    _keep(plan_id, given, answer, texts)


def _asked_of(plan_id: int) -> dict[str, Any]:
    """What the solver is asked; of a later week, once the weeks before are as they are planned."""
    plan = db.session.get_one(RepairPlan, plan_id)
    given, is_first = plan.asked, plan.part_of_id is None
    db.session.rollback()
    if is_first:
        return given
    try:
        with transaction():
            plan = db.session.get_one(RepairPlan, plan_id)
            slots_there = db.session.scalar(select(func.max(Slot.id))) or 0
            _carry_out_before(plan)
            given = asked(plan.district, plan.week, mishap_of(plan), whole_of(plan))
            # a slot that is only planned has no number that would last
            given["slots"] = [each for each in given["slots"] if int(each["key"]) <= slots_there]
            raise _OnlyLooking
    except _OnlyLooking:
        return given


def _carry_out_before(plan: RepairPlan) -> None:
    for part in before(plan):
        if part.plan is None:
            raise BookingError("There is no plan of the week before.")
        carry_out(part, part.plan, mishap_of(part), THE_SERVICE)


def _answered(given: str) -> dict[str, object]:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "booking.rotas.repair_apart"],
            input=given.encode(),
            stdout=subprocess.PIPE,
            cwd=_PROJECT,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"fault": "No plan was found in time."}
    if done.returncode:
        return {"fault": "The search for a plan ended without an answer."}
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def _texts(plan_id: int, given: dict[str, Any], answer: dict[str, object]) -> dict[str, str]:
    """What each claimant would be sent: the plan is carried out, read, and undone."""
    texts: dict[str, str] = {}
    try:
        with transaction():
            plan = db.session.get_one(RepairPlan, plan_id)
            _carry_out_before(plan)
            plan.asked = given
            for appointment in carry_out(plan, answer, mishap_of(plan), THE_SERVICE):
                db.session.refresh(appointment)
                texts[str(appointment.id)] = _text_about(appointment)
            raise _OnlyLooking
    except _OnlyLooking:
        return texts


def _text_about(appointment: Appointment) -> str:
    for row in reversed(outbox.about(appointment.id)):
        if row.kind in (MessageKind.MOVED, MessageKind.CANCELLED):
            return f"No text: {row.reason}" if row.reason else outbox.body_of(row)
    return ""


@use_case
def _keep(
    plan_id: int, given: dict[str, Any], answer: dict[str, object], texts: dict[str, str]
) -> None:
    plan = db.session.get_one(RepairPlan, plan_id)
    plan.asked = given or plan.asked
    fault = str(answer.get("fault", ""))
    plan.state = RunState.FAILED if fault else RunState.SOLVED
    plan.fault, plan.plan, plan.texts = fault, None if fault else answer, texts
    audit.record(THE_SERVICE, "planned repair", plan, after={"state": plan.state})
