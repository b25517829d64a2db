"""An absence of several weeks: a part for each, planned one upon the other, published at once."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from booking import clock
from booking.database import db
from booking.models import RepairPlan
from booking.rotas.mishap import Mishap


def weeks_of(first_on: date, last_on: date) -> Iterator[tuple[date, date, date]]:
    """Each week's Monday, with the first and the last day of the absence in it."""
    monday = clock.monday_of(first_on)
    while monday <= last_on:
        yield monday, max(first_on, monday), min(last_on, monday + timedelta(days=6))
        monday += timedelta(weeks=1)


def parts_of(plan: RepairPlan) -> Sequence[RepairPlan]:
    """The parts of one report, week by week; of one week there is one."""
    first_id = plan.part_of_id or plan.id
    return db.session.scalars(
        select(RepairPlan)
        .where((RepairPlan.id == first_id) | (RepairPlan.part_of_id == first_id))
        .order_by(RepairPlan.week)
    ).all()


def before(plan: RepairPlan) -> Sequence[RepairPlan]:
    """The parts of the weeks before, which a plan is made upon."""
    return [each for each in parts_of(plan) if each.week < plan.week]


def mishap_of(plan: RepairPlan) -> Mishap:
    """What happened in the plan's own week."""
    return Mishap(plan.mishap, plan.first_on, plan.last_on, plan.adviser, plan.office, plan.room)


def whole_of(plan: RepairPlan) -> Mishap:
    """What happened, from its first day in the first week to its last in the last."""
    parts = parts_of(plan)
    what = (plan.mishap, parts[0].first_on, parts[-1].last_on)
    return Mishap(*what, plan.adviser, plan.office, plan.room)
