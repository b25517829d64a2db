"""Next Step advisers as the lead keeps them: working hours, languages, leave."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from booking import audit, clock
from booking.database import db, use_case
from booking.errors import BadDetail, NotFound
from booking.hours_in_words import hours_in_words
from booking.models import Adviser, AdviserLeave, Session, WorkingHours
from booking.rights import Actor
from booking.sessions import cancel_empty, published_between
from booking.words import LeaveKind, SessionState

Span = tuple[time, time]


def advisers_in_reach(by: Actor) -> Sequence[Adviser]:
    """The district's advisers with hours and leave, those who work first, by name."""
    by.must("manage advisers")
    query = select(Adviser).options(selectinload(Adviser.hours), selectinload(Adviser.leave))
    if by.district_id is not None:
        query = query.where(Adviser.district_id == by.district_id)
    return db.session.scalars(query.order_by(Adviser.active.desc(), Adviser.name)).all()


def adviser_in_reach(adviser_id: int, *, by: Actor) -> Adviser:
    """The adviser, or NotFound when out of reach."""
    by.must("manage advisers")
    return _reachable(db.session.get(Adviser, adviser_id), by)


@use_case
def save_adviser(
    *, adviser_id: int, hours: Mapping[int, Span] | None = None, by: Actor, **facts: Any
) -> Adviser:
    """Change an adviser's own facts and working hours (weekday -> from, until).

    Sessions published already stay as they are; `sessions_out_of_hours` names them.
    """
    by.must("manage advisers")
    adviser = _reachable(db.session.get(Adviser, adviser_id, with_for_update=True), by)
    before, after = audit.change(adviser, **facts)
    if hours is not None and hours != _spans(adviser):
        _check_hours(hours)
        before["hours"], after["hours"] = _in_words(_spans(adviser)), _in_words(hours)
        adviser.hours = [
            WorkingHours(weekday=weekday, starts=starts, ends=ends)
            for weekday, (starts, ends) in sorted(hours.items())
        ]
    if after:
        audit.record(by, "saved adviser", adviser, before=before, after=after)
    return adviser


@use_case
def withdraw_leave(*, leave_id: int, by: Actor) -> int:
    """Take leave back, and return whose; the sessions it cancelled are opened again by hand."""
    by.must("record leave")
    leave = db.session.get(AdviserLeave, leave_id, with_for_update=True)
    if leave is None:
        raise NotFound
    adviser = _reachable(db.session.get(Adviser, leave.adviser_id), by)
    before = {"adviser_id": leave.adviser_id, "first_on": leave.first_on, "last_on": leave.last_on}
    audit.record(by, "withdrew leave", leave, before=before)
    db.session.delete(leave)
    return adviser.id


def sessions_out_of_hours(adviser: Adviser) -> Sequence[Session]:
    """Sessions to come that the adviser's hours no longer cover, for the lead to settle."""
    to_come = db.session.scalars(
        select(Session)
        .where(
            Session.adviser_id == adviser.id,
            Session.on_date >= clock.today(),
            Session.state == SessionState.PUBLISHED,
        )
        .order_by(Session.on_date, Session.starts)
    )
    return [session for session in to_come if not _works(adviser, session)]


def hours_of(adviser: Adviser) -> list[str]:
    """The working hours in words, a line for each run of days alike."""
    return hours_in_words((hours.weekday, hours.starts, hours.ends) for hours in adviser.hours)


def leave_to_come(adviser: Adviser, *, today: date) -> Sequence[AdviserLeave]:
    """Leave that is not over yet, the earliest first."""
    ahead = [leave for leave in adviser.leave if leave.last_on >= today]
    return sorted(ahead, key=lambda leave: leave.first_on)


def _works(adviser: Adviser, session: Session) -> bool:
    return any(
        hours.weekday == session.on_date.weekday()
        and hours.starts <= session.starts
        and session.ends <= hours.ends
        for hours in adviser.hours
    )


def _reachable(adviser: Adviser | None, by: Actor) -> Adviser:
    if adviser is None or not by.reaches_district(adviser.district_id):
        raise NotFound
    return adviser


def _check_hours(hours: Mapping[int, Span]) -> None:
    for weekday, (starts, ends) in hours.items():
        if ends <= starts:
            raise BadDetail(f"ends_{weekday}", "Work that day ends before it starts.")


def _spans(adviser: Adviser) -> dict[int, Span]:
    return {hours.weekday: (hours.starts, hours.ends) for hours in adviser.hours}


def _in_words(hours: Mapping[int, Span]) -> dict[str, str]:
    return {str(day): f"{starts:%H:%M}-{ends:%H:%M}" for day, (starts, ends) in hours.items()}


def record_leave_within(
    *, adviser_id: int, kind: LeaveKind, first_on: date, last_on: date, by: Actor
) -> AdviserLeave:
    """Enter leave; empty sessions in it are cancelled, sessions with appointments stop it.

    Runs inside a use case.
    """
    by.must("record leave")
    adviser = db.session.get(Adviser, adviser_id, with_for_update=True)
    if adviser is None or not by.reaches_district(adviser.district_id):
        raise NotFound
    if last_on < first_on:
        raise BadDetail("last_on", "The last day is before the first.")
    leave = AdviserLeave(adviser_id=adviser.id, kind=kind, first_on=first_on, last_on=last_on)
    db.session.add(leave)
    for session in published_between(first_on, last_on, adviser_id=adviser.id):
        cancel_empty(session, by)
    audit.record(
        by, "recorded leave", leave, after={"adviser_id": adviser.id, "first_on": first_on}
    )
    return leave


record_leave = use_case(record_leave_within)
