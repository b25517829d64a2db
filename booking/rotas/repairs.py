"""Repairs of a published week: what happened is reported, a plan is made apart, and read here."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import aliased

from booking import audit, clock
from booking.database import db, transaction, use_case
from booking.errors import BadDetail, BookingError, NotFound
from booking.messages import outbox
from booking.models import Adviser, Appointment, District, Office, RepairPlan, Room, Slot
from booking.rights import THE_SERVICE, Actor
from booking.rotas.mishap import Mishap
from booking.rotas.repair_asking import asked
from booking.rotas.repair_carrying_out import carry_out
from booking.rotas.repair_weeks import before, mishap_of, parts_of, weeks_of, whole_of
from booking.words import MessageKind, MishapKind, RunState

_DEAD_AFTER = timedelta(minutes=3)
_PATIENCE_SECONDS = 150
_KEPT = timedelta(days=30)
_PROJECT = Path(__file__).resolve().parents[2]


class _OnlyLooking(Exception):
    """Ends a transaction whose changes were made to be read and not kept."""


@use_case
def report(
    *,
    kind: MishapKind,
    first_on: date,
    last_on: date,
    reason: str,
    adviser_id: int | None = None,
    office_id: int | None = None,
    room_id: int | None = None,
    by: Actor,
) -> RepairPlan:
    """Say what happened; the worker makes the plan, and nothing in the diary changes yet."""
    by.must("repair the rota")
    adviser = db.session.get(Adviser, adviser_id) if adviser_id else None
    room = db.session.get(Room, room_id) if room_id else None
    office = room.office if room else db.session.get(Office, office_id) if office_id else None
    mishap = Mishap(kind, first_on, last_on, adviser, office, room)
    district_id = adviser.district_id if adviser else office.district_id if office else None
    district = db.session.get(District, district_id) if district_id else None
    if district is None or not by.reaches_district(district.id):
        raise NotFound
    mishap.must_hold()
    if last_on < clock.today():
        raise BadDetail("last_on", "That is over: nothing can be repaired any more.")
    if not reason.strip():
        raise BadDetail("reason", "Say what happened, for the record.")
    first = None
    for week, starts_on, ends_on in weeks_of(first_on, last_on):
        part = replace(mishap, first_on=starts_on, last_on=ends_on)
        plan = RepairPlan(
            part_of_id=first.id if first else None,
            district_id=district.id,
            week=week,
            mishap=kind,
            adviser_id=adviser_id,
            office_id=office.id if office else None,
            room_id=room_id,
            first_on=starts_on,
            last_on=ends_on,
            reason=reason.strip(),
            state=RunState.ASKED,
            # what is asked of a later week depends on the plan of those before
            asked={} if first else asked(district, week, part, mishap),
            asked_at=clock.now(),
            asked_by=by.name,
        )
        db.session.add(plan)
        db.session.flush()
        first = first or plan
    assert first is not None
    audit.record(
        by,
        "reported mishap",
        first,
        after={"mishap": kind, "first_on": first_on, "last_on": last_on},
    )
    return first


def reachable(plan_id: int, by: Actor) -> RepairPlan:
    """The plan; NotFound when out of reach."""
    by.must("repair the rota")
    plan = db.session.get(RepairPlan, plan_id)
    if plan is None or not by.reaches_district(plan.district_id):
        raise NotFound
    return plan


def latest(district_id: int) -> Sequence[RepairPlan]:
    """The last repairs of a district, the newest first, each by its first week's plan."""
    return db.session.scalars(
        select(RepairPlan)
        .where(RepairPlan.district_id == district_id, RepairPlan.part_of_id.is_(None))
        .order_by(RepairPlan.id.desc())
        .limit(20)
    ).all()


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


@use_case
def forget_old_plans() -> int:
    """Plans nobody published are of no use a month later, and name claimants' appointments."""
    old = db.session.scalars(
        select(RepairPlan).where(
            RepairPlan.applied_at.is_(None), RepairPlan.asked_at < clock.now() - _KEPT
        )
    ).all()
    for plan in old:
        audit.record(THE_SERVICE, "forgot repair plan", plan)
        db.session.delete(plan)
    return len(old)


@use_case
def apply(*, plan_id: int, by: Actor) -> RepairPlan:
    """Carry the plan of every week out: sessions changed, appointments moved, all or nothing.

    Raises PlanOutdated when the diary is not what the plan was made for.
    """
    by.must("repair the rota")
    parts = parts_of(reachable(plan_id, by))
    for part in parts:
        _apply(part, by)
    return parts[0]


def _apply(plan: RepairPlan, by: Actor) -> None:
    result = db.session.execute(
        update(RepairPlan)
        .where(
            RepairPlan.id == plan.id,
            RepairPlan.state == RunState.SOLVED,
            RepairPlan.applied_at.is_(None),
        )
        .values(applied_at=clock.now(), applied_by=by.name)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise BookingError("This repair has been published already, or has no plan.")
    db.session.refresh(plan)
    assert plan.plan is not None
    touched = carry_out(plan, plan.plan, mishap_of(plan), by)
    # The texts are in the message log from here on, and who was booked is in the audit.
    plan.texts, plan.asked = {}, {**plan.asked, "appointments": [], "slots": []}
    audit.record(by, "published repair", plan, after={"appointments": len(touched)})
