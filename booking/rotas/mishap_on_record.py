"""A mishap on record: the leave or the closure that a week was repaired after."""

from collections.abc import Collection, Sequence
from datetime import date, time, timedelta
from itertools import groupby

from sqlalchemy import select

from booking import clock
from booking.advisers import record_leave_within
from booking.closures import close_within
from booking.database import db
from booking.models import Adviser, AdviserLeave, LeaveRequest, Office, Session
from booking.rights import Actor
from booking.rotas import leave_requests
from booking.rotas.half_days import DAYS, session_of
from booking.rotas.mishap import Mishap
from booking.words import ClosureKind, LeaveKind, MishapKind, SessionState

ALL_DAY = (time(0), time(23, 59))


def put_on_record(mishap: Mishap, whole: Mishap, reason: str, by: Actor) -> None:
    """The leave or the closure itself, from the first day that is not under way.

    The mishap is one week's part of the `whole`, which may answer a request for leave.
    """
    free = [on for on in _days(mishap) if not _under_way(mishap, on)]
    if not free:
        return
    if mishap.kind == MishapKind.ADVISER_OFF:
        assert mishap.adviser is not None
        _record_leave(mishap.adviser, free, _days(whole), by)
        return
    assert mishap.office is not None
    room_id = mishap.room.id if mishap.room else None
    shut = {on: _is_shut(mishap.office, room_id, on) for on in free}
    for is_shut, run in groupby(free, lambda on: shut[on]):
        if not is_shut:
            first_on, *later = run
            close_within(
                office_id=mishap.office.id,
                room_id=room_id,
                kind=ClosureKind.CLOSED,
                reason=reason,
                first_on=first_on,
                last_on=later[-1] if later else first_on,
                by=by,
            )


def _is_shut(office: Office, room_id: int | None, on: date) -> bool:
    """Whether a closure takes all of that day already."""
    return any(
        closure.covers(on, ALL_DAY[0], ALL_DAY[1], room_id)
        and (closure.starts, closure.ends) == ALL_DAY
        for closure in office.closures
    )


def _record_leave(adviser: Adviser, free: Sequence[date], off: Collection[date], by: Actor) -> None:
    """Leave for the days that have none yet; a request for days off all through is granted."""
    has = _days_of_leave(adviser)
    wanted = {
        request: {on for on in _days(request) if on >= clock.today() and on.weekday() < DAYS} - has
        for request in leave_requests.open_of(adviser.id)
    }
    answered = {request: days for request, days in wanted.items() if days and days <= set(off)}
    kinds = {on: request.kind for request in answered for on in _days(request)}
    runs = groupby(free, lambda on: None if on in has else kinds.get(on, LeaveKind.SICK))
    for kind, run in runs:
        if kind is not None:
            first_on, *later = run
            record_leave_within(
                adviser_id=adviser.id,
                kind=kind,
                first_on=first_on,
                last_on=later[-1] if later else first_on,
                by=by,
            )
    for request, days in answered.items():
        if max(days) <= free[-1]:  # a later week's part answers the others
            leave_requests.granted_within(request, by)


def _days_of_leave(adviser: Adviser) -> set[date]:
    rows = db.session.scalars(select(AdviserLeave).where(AdviserLeave.adviser_id == adviser.id))
    return {on for leave in rows for on in _days(leave)}


def _days(span: Mishap | AdviserLeave | LeaveRequest) -> list[date]:
    count = (span.last_on - span.first_on).days + 1
    return [span.first_on + timedelta(days=day) for day in range(count)]


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
