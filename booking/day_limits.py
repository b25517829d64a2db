"""What an adviser's day must keep: no more than the cap of slots, and a break in a long one."""

from datetime import date, time

from sqlalchemy import func, select

from booking.database import db
from booking.errors import CannotOpenSession
from booking.models import Adviser, Office, Session, Slot
from booking.rules import BREAK_MINUTES, LONG_DAY_MINUTES
from booking.words import SessionState


def check_day(office: Office, adviser: Adviser, on: date) -> None:
    """Raise CannotOpenSession when the adviser's sessions of a day are too many or too close."""
    sessions = db.session.execute(
        select(Session.starts, Session.ends, func.count())
        .join(Slot, Slot.session_id == Session.id)
        .where(
            Session.adviser_id == adviser.id,
            Session.on_date == on,
            Session.state == SessionState.PUBLISHED,
        )
        .group_by(Session.id, Session.starts, Session.ends)
        .order_by(Session.starts)
    ).all()
    cap = office.rules.daily_cap
    if sum(slots for _, _, slots in sessions) > cap:
        raise CannotOpenSession(f"{adviser.name} would have more than {cap} slots that day.")
    if len(sessions) > 1 and not _has_its_break(*sessions[0][:2], *sessions[-1][:2]):
        raise CannotOpenSession(
            f"{adviser.name} would have no break of {BREAK_MINUTES} minutes in a day longer than "
            "six hours."
        )


def _has_its_break(am_starts: time, am_ends: time, pm_starts: time, pm_ends: time) -> bool:
    """Working Time Regulations 1998, 12: a rest of 20 minutes when the day is over six hours."""
    long = _minutes(pm_ends) - _minutes(am_starts) > LONG_DAY_MINUTES
    return not long or _minutes(pm_starts) - _minutes(am_ends) >= BREAK_MINUTES


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
