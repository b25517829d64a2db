"""The nightly job that brings every session to come to the level of the latest forecast."""

from collections.abc import Sequence
from datetime import date
from itertools import islice

from sqlalchemy import select

from booking import clock
from booking.attendance import forecasting, levels
from booking.database import db, use_case
from booking.models import Session
from booking.words import SessionState
from optimizer.attendance.forecast import Forecast

_AT_A_TIME = 20  # adviser-days a transaction, so that bookings wait for a moment at most


def refresh_levels() -> int:
    """Settle every adviser-day to come; how many sessions' levels changed."""
    forecast = forecasting.current()
    days = iter(_days_to_come())
    db.session.rollback()
    changed = 0
    while some := list(islice(days, _AT_A_TIME)):
        changed += _settled(some, forecast)
    return changed


@use_case
def _settled(days: Sequence[tuple[int, date]], forecast: Forecast | None) -> int:
    return sum(levels.settle(adviser_id, on, forecast) for adviser_id, on in days)


def _days_to_come() -> Sequence[tuple[int, date]]:
    query = (
        select(Session.adviser_id, Session.on_date)
        .where(
            Session.on_date >= clock.today(),
            Session.state == SessionState.PUBLISHED,
            Session.kind.in_(levels.ONE_TO_ONE),
        )
        .distinct()
        .order_by(Session.on_date, Session.adviser_id)
    )
    return db.session.execute(query).tuples().all()
