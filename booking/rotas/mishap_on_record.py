"""A mishap on record: the leave or the closure that a week was repaired after."""

from datetime import date, timedelta

from sqlalchemy import select

from booking import clock
from booking.advisers import record_leave_within
from booking.closures import close_within
from booking.database import db
from booking.models import Session
from booking.rights import Actor
from booking.rotas.half_days import session_of
from booking.rotas.mishap import Mishap
from booking.words import ClosureKind, LeaveKind, MishapKind, SessionState


def put_on_record(mishap: Mishap, reason: str, by: Actor) -> None:
    """The leave or the closure itself, from the first day that is not under way."""
    days = (mishap.last_on - mishap.first_on).days
    free = [
        mishap.first_on + timedelta(days=day)
        for day in range(days + 1)
        if not _under_way(mishap, mishap.first_on + timedelta(days=day))
    ]
    if not free:
        return
    if mishap.kind == MishapKind.ADVISER_OFF:
        assert mishap.adviser is not None
        record_leave_within(
            adviser_id=mishap.adviser.id,
            kind=LeaveKind.SICK,
            first_on=free[0],
            last_on=mishap.last_on,
            by=by,
        )
        return
    assert mishap.office is not None
    close_within(
        office_id=mishap.office.id,
        room_id=mishap.room.id if mishap.room else None,
        kind=ClosureKind.CLOSED,
        reason=reason,
        first_on=free[0],
        last_on=mishap.last_on,
        by=by,
    )


def _under_way(mishap: Mishap, on: date) -> bool:
    """Whether a session of that day has begun, which stays as it is."""
    if on > clock.today():
        return False
    published = select(Session).where(
        Session.on_date == on, Session.state == SessionState.PUBLISHED
    )
    return on < clock.today() or any(
        mishap.hits(each)
        for each in db.session.scalars(published)
        if session_of(each.on_date, each.half_day) is not None
    )
