"""Whether an adviser can hold a session: at work then, within the day's cap, with a break."""

from collections.abc import Sequence
from datetime import date, time

from sqlalchemy import func, select

from booking.database import db
from booking.errors import CannotOpenSession
from booking.models import Adviser, Office, Session, Slot
from booking.rules import BREAK_MINUTES, LONG_DAY_MINUTES
from booking.words import SessionState


def check_at_work(adviser: Adviser, office: Office, on: date, starts: time, ends: time) -> None:
    """Raise CannotOpenSession when the adviser does not work for the office from then to then."""
    if adviser.district_id != office.district_id or not adviser.active:
        raise CannotOpenSession(f"{adviser.name} does not work in this district.")
    if any(leave.first_on <= on <= leave.last_on for leave in adviser.leave):
        raise CannotOpenSession(f"{adviser.name} is on leave that day.")
    working = [hours for hours in adviser.hours if hours.weekday == on.weekday()]
    if not any(hours.starts <= starts and ends <= hours.ends for hours in working):
        raise CannotOpenSession(f"{adviser.name} does not work then.")


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
    check_sessions(office, adviser, [(starts, ends, slots) for starts, ends, slots in sessions])


def check_sessions(
    office: Office, adviser: Adviser, sessions: Sequence[tuple[time, time, int]]
) -> None:
    """`check_day` of a day's sessions in order, each with its start, its end and its slots."""
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
