"""Plans of repairs: the worker takes one up, the solver's process makes it, nothing changes yet."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from booking import audit, clock
from booking.database import db, transaction, use_case
from booking.errors import BookingError
from booking.messages import bodies, outbox
from booking.models import Appointment, RepairPlan, Slot
from booking.rights import THE_SERVICE
from booking.rotas import claims
from booking.rotas.apart import answer_of, told_to_stop
from booking.rotas.repair_asking import asked
from booking.rotas.repair_carrying_out import carry_out
from booking.rotas.repair_weeks import before, mishap_of, whole_of
from booking.words import MessageKind, RunState

_DEAD_AFTER = timedelta(minutes=1)  # it is silent while it reads the weeks and writes the texts
_PATIENCE_SECONDS = 150


class _OnlyLooking(Exception):
    """Ends a transaction whose changes were made to be read and not kept."""


def plan_asked() -> int:
    """Make every plan that waits; how many were made."""
    made = 0
    while not told_to_stop.is_set() and (plan_id := _claim_next()) is not None:
        made += _make(plan_id)
    return made


def _claim_next() -> int | None:
    db.session.rollback()
    waiting = select(RepairPlan.id).where(_waits()).order_by(RepairPlan.id)
    for plan_id in db.session.scalars(waiting).all():
        if _claim(plan_id):
            return plan_id
    return None


def _waits() -> ColumnElement[bool]:
    earlier = aliased(RepairPlan)
    unmade = select(earlier.id).where(
        or_(earlier.id == RepairPlan.part_of_id, earlier.part_of_id == RepairPlan.part_of_id),
        earlier.week < RepairPlan.week,
        earlier.state.in_([RunState.ASKED, RunState.RUNNING]),
    )
    return claims.waits(RepairPlan, _DEAD_AFTER) & ~unmade.exists()


@use_case
def _claim(plan_id: int) -> bool:
    if not claims.take(RepairPlan, plan_id, _waits()):
        return False
    audit.record(THE_SERVICE, "took up repair", db.session.get_one(RepairPlan, plan_id))
    return True


def _make(plan_id: int) -> bool:
    """False when it was handed back, or somebody else has taken it over."""
    given: dict[str, Any] = {}
    texts: dict[str, str] = {}
    try:
        given = _asked_of(plan_id)
        answer = answer_of(
            "booking.rotas.repair_apart",
            given,
            beat=lambda: _beat(plan_id),
            seconds=_PATIENCE_SECONDS,
        )
        if answer is None:
            return _hand_back(plan_id)
        if "fault" not in answer:
            texts = _texts(plan_id, given, answer)
    except BookingError as refusal:
        answer = {"fault": str(refusal)}
    return _keep(plan_id, given, answer, texts)


@use_case
def _beat(plan_id: int) -> bool:
    return claims.changed(claims.mine(RepairPlan, plan_id).values(beat_at=clock.now()))


@use_case
def _hand_back(plan_id: int) -> bool:
    """It waits again, for the next worker; never True."""
    if claims.changed(claims.mine(RepairPlan, plan_id).values(state=RunState.ASKED)):
        audit.record(THE_SERVICE, "handed repair back", db.session.get_one(RepairPlan, plan_id))
    return False


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


def _texts(plan_id: int, given: dict[str, Any], answer: dict[str, Any]) -> dict[str, str]:
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
            return f"No text: {row.reason}" if row.reason else bodies.body_of(row)
    return ""


@use_case
def _keep(
    plan_id: int, given: dict[str, Any], answer: dict[str, Any], texts: dict[str, str]
) -> bool:
    if not claims.changed(claims.mine(RepairPlan, plan_id).values(beat_at=clock.now())):
        return False
    plan = db.session.get_one(RepairPlan, plan_id)
    plan.asked = given or plan.asked
    fault = str(answer.get("fault", ""))
    plan.state = RunState.FAILED if fault else RunState.SOLVED
    plan.fault, plan.plan, plan.texts = fault, None if fault else answer, texts
    audit.record(THE_SERVICE, "planned repair", plan, after={"state": plan.state})
    return True
