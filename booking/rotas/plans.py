"""An adviser's week as the rota may plan it: how many days, from where, how far."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from booking.database import db
from booking.models import Adviser, AdviserPlan, Office, Session, TravelTime
from booking.rotas.travel import minutes_to
from booking.words import SessionState

WEEKS_BACK = 8


@dataclass(frozen=True)
class Journey:
    """One way from the base: minutes, whether somebody entered them, whether it may be asked."""

    minutes: int
    entered: bool
    in_reach: bool


@dataclass(frozen=True)
class Plan:
    """`base` is the office that distances are reckoned from: as entered, else where most was."""

    max_days: int
    base: Office | None
    base_entered: bool
    journeys: Mapping[int, Journey]


def plans_of(advisers: Sequence[Adviser], offices: Sequence[Office], week: date) -> dict[int, Plan]:
    """By adviser."""
    ids = [adviser.id for adviser in advisers]
    entered: dict[int, dict[int, int]] = {adviser_id: {} for adviser_id in ids}
    for row in db.session.scalars(select(TravelTime).where(TravelTime.adviser_id.in_(ids))):
        entered[row.adviser_id][row.office_id] = row.minutes
    plans = {
        plan.adviser_id: plan
        for plan in db.session.scalars(select(AdviserPlan).where(AdviserPlan.adviser_id.in_(ids)))
    }
    usual = _usual_offices(ids, week)
    by_id = {office.id: office for office in offices}
    return {
        adviser.id: _plan(
            plans.get(adviser.id), by_id.get(usual.get(adviser.id, 0)), offices, entered[adviser.id]
        )
        for adviser in advisers
    }


def _plan(
    plan: AdviserPlan | None,
    usual: Office | None,
    offices: Sequence[Office],
    entered: Mapping[int, int],
) -> Plan:
    base = plan.base if plan is not None and plan.base is not None else usual
    journeys = {}
    for office in offices:
        minutes, is_entered = minutes_to(office, base=base, entered=entered)
        in_reach = minutes <= office.district.rules.reach_minutes
        journeys[office.id] = Journey(minutes, is_entered, in_reach)
    return Plan(
        max_days=plan.max_days if plan is not None else 5,
        base=base,
        base_entered=plan is not None and plan.base is not None,
        journeys=journeys,
    )


def _usual_offices(adviser_ids: Sequence[int], week: date) -> dict[int, int]:
    """By adviser, the office with most of their sessions in the weeks before."""
    rows = db.session.execute(
        select(Session.adviser_id, Session.office_id).where(
            Session.adviser_id.in_(adviser_ids),
            Session.on_date.between(week - timedelta(weeks=WEEKS_BACK), week),
            Session.room_id.is_not(None),
            Session.state == SessionState.PUBLISHED,
        )
    )
    counts = Counter((adviser_id, office_id) for adviser_id, office_id in rows.tuples())
    usual: dict[int, int] = {}
    for adviser_id, office_id in sorted(counts, key=lambda pair: (-counts[pair], pair)):
        usual.setdefault(adviser_id, office_id)
    return usual
