"""Repairs of a published week: what happened is reported, and the plan for it carried out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select, update

from booking import audit, clock
from booking.database import db, use_case
from booking.errors import BadDetail, BookingError, NotFound
from booking.models import Adviser, District, Office, RepairPlan, Room
from booking.rights import THE_SERVICE, Actor
from booking.rotas.mishap import Mishap
from booking.rotas.repair_asking import asked
from booking.rotas.repair_carrying_out import carry_out
from booking.rotas.repair_weeks import mishap_of, parts_of, weeks_of
from booking.words import MishapKind, RunState

_KEPT = timedelta(days=30)


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
