"""What a lead enters about an adviser for the rota: base, days at most, travel times."""

from collections.abc import Mapping

from sqlalchemy import delete

from booking import audit
from booking.database import db, use_case
from booking.errors import NotFound
from booking.models import Adviser, AdviserPlan, Office, TravelTime
from booking.rights import Actor, reachable_office


@use_case
def save_plan(
    *,
    adviser_id: int,
    base_office_id: int | None,
    max_days: int,
    minutes: Mapping[int, int],
    by: Actor,
) -> Adviser:
    """Replace what was entered; `minutes` one way by office, the others guessed from the map."""
    by.must("plan the rota")
    adviser = db.session.get(Adviser, adviser_id, with_for_update=True)
    if adviser is None or not by.reaches_district(adviser.district_id):
        raise NotFound
    for office_id in [*minutes, *([base_office_id] if base_office_id else [])]:
        reachable_office(db.session.get(Office, office_id), by)
    plan = db.session.get(AdviserPlan, adviser_id) or AdviserPlan(adviser_id=adviser_id)
    db.session.add(plan)
    plan.base_office_id, plan.max_days = base_office_id, max_days
    db.session.execute(delete(TravelTime).where(TravelTime.adviser_id == adviser_id))
    db.session.add_all(
        TravelTime(adviser_id=adviser_id, office_id=office_id, minutes=taken)
        for office_id, taken in minutes.items()
    )
    after = {
        "base_office_id": base_office_id,
        "max_days": max_days,
        "minutes": {str(office_id): taken for office_id, taken in minutes.items()},
    }
    audit.record(by, "saved adviser plan", adviser, after=after)
    return adviser
