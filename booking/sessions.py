"""Sessions: an adviser's half-day in a room, opened with its slots, cancelled when empty."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import func, select

from booking import audit, briefing_time, clock, day_shape
from booking.attendance import levels
from booking.database import Base, db, refused, use_case
from booking.day_limits import check_at_work, check_day
from booking.errors import (
    AdviserBusy,
    CannotOpenSession,
    HasAppointments,
    NotFound,
    RoomBusy,
    WrongState,
)
from booking.models import Adviser, Appointment, Closure, Office, Room, Session, Slot
from booking.models.diary import HOLDS_A_PLACE
from booking.rights import Actor, reachable_office
from booking.words import HalfDay, SessionKind, SessionState
from booking.working_days import bank_holidays

M = TypeVar("M", bound=Base)


def open_session_within(
    *,
    office_id: int,
    adviser_id: int,
    on: date,
    half_day: HalfDay,
    room_id: int | None,
    kind: SessionKind = SessionKind.INTERVIEWS,
    places: int = 1,
    by: Actor,
) -> Session:
    """Publish one adviser's half-day in one room, with the slots the office's day allows.

    Runs inside a use case, which may open several at once. Raises CannotOpenSession saying which
    rule stands in the way, AdviserBusy or RoomBusy.
    """
    by.must("open a session")
    # Held against a closure or leave that is being entered at this moment.
    office = reachable_office(_held(Office, office_id), by)
    adviser = db.session.get(Adviser, adviser_id, with_for_update=True, populate_existing=True)
    room = _held(Room, room_id) if room_id is not None else None
    if adviser is None or (room_id is not None and room is None):
        raise NotFound
    times = _session_times(office, on, half_day)
    check_at_work(adviser, office, on, times[0].starts, times[-1].ends)
    _check_room(office, room, on, times, kind=kind, places=places)
    session = Session(
        office_id=office.id,
        adviser_id=adviser.id,
        room_id=room.id if room else None,
        on_date=on,
        half_day=half_day,
        starts=times[0].starts,
        ends=times[-1].ends,
        kind=kind,
    )
    with refused(uq_session_adviser=AdviserBusy, uq_session_room=RoomBusy):
        db.session.add(session)
    _add_slots(session, times, places)
    check_day(office, adviser, on)
    levels.settle_now(adviser.id, on)
    audit.record(
        by,
        "opened session",
        session,
        office_id=office.id,
        after={"adviser_id": adviser.id, "room_id": session.room_id, "on_date": on},
    )
    return session


def _add_slots(session: Session, times: Sequence[day_shape.SlotTime], places: int) -> None:
    slots = []
    for slot_time in times:
        starts_at, ends_at = slot_time.instants(session.on_date)
        slots.append(
            Slot(
                session=session,
                position=slot_time.position,
                starts_at=starts_at,
                ends_at=ends_at,
                places=places,
            )
        )
    db.session.add_all(slots)
    briefing_time.keep(slots)
    db.session.flush()


@use_case
def open_session(*, on: date, **facts: Any) -> Session:
    """`open_session_within`, alone and not on a day that is over."""
    if on < clock.today():
        raise CannotOpenSession(f"{on:%A} {on.day} {on:%B} is over.")
    return open_session_within(on=on, **facts)


@use_case
def cancel_session(*, session_id: int, by: Actor) -> Session:
    """Take an empty session out of the diary; one with appointments is emptied first."""
    by.must("cancel a session")
    session = db.session.get(Session, session_id, with_for_update=True)
    if session is None:
        raise NotFound
    reachable_office(session.office, by)
    if clock.instant(session.on_date, session.ends) <= clock.now():
        raise WrongState("The session is over: it stays in the diary as it was.")
    cancel_empty(session, by)
    return session


def cancel_empty(session: Session, by: Actor) -> None:
    """Cancel a session that holds no live appointment; runs inside a use case.

    The exclusive lock on its slots waits for bookings under way and turns later ones away.
    """
    if session.state == SessionState.CANCELLED:
        raise WrongState("The session is cancelled already.")
    slots = db.session.scalars(
        select(Slot.id).where(Slot.session_id == session.id).with_for_update()
    ).all()
    count = live_appointments(slots)
    if count:
        raise HasAppointments(
            f"{session.adviser.name} has {count} appointment{'s' * (count > 1)} on "
            f"{session.on_date:%A} {session.on_date.day} {session.on_date:%B} {session.half_day}: "
            "move or cancel them first."
        )
    session.state = SessionState.CANCELLED
    levels.settle_now(session.adviser_id, session.on_date)
    audit.record(by, "cancelled session", session, office_id=session.office_id)


def live_appointments(slot_ids: Sequence[int]) -> int:
    """How many appointments hold a place in these slots."""
    query = (
        select(func.count())
        .select_from(Appointment)
        .where(Appointment.slot_id.in_(slot_ids), HOLDS_A_PLACE)
    )
    return db.session.scalar(query) or 0


def published_between(
    first_on: date,
    last_on: date,
    *,
    adviser_id: int | None = None,
    office_id: int | None = None,
) -> Sequence[Session]:
    query = select(Session).where(
        Session.on_date.between(first_on, last_on),
        Session.on_date >= clock.today(),
        Session.state == SessionState.PUBLISHED,
    )
    if adviser_id is not None:
        query = query.where(Session.adviser_id == adviser_id)
    if office_id is not None:
        query = query.where(Session.office_id == office_id)
    return db.session.scalars(query.order_by(Session.on_date).with_for_update()).all()


def sessions_under(closure: Closure) -> Sequence[Session]:
    """The published sessions to come that a closure takes the room from, locked."""
    sessions = published_between(closure.first_on, closure.last_on, office_id=closure.office_id)
    return [
        session
        for session in sessions
        if session.room_id is not None
        and closure.covers(session.on_date, session.starts, session.ends, session.room_id)
    ]


def _held(model: type[M], key: int) -> M | None:
    return db.session.get(model, key, with_for_update={"read": True}, populate_existing=True)


def _session_times(office: Office, on: date, half_day: HalfDay) -> Sequence[day_shape.SlotTime]:
    if office.closed_on is not None and office.closed_on <= on:
        raise CannotOpenSession(f"{office.name} is closed for good.")
    if not office.allows_access:
        raise CannotOpenSession(f"{office.name} gives Next Step no access.")
    holiday = bank_holidays(office.nation).get(on)
    if holiday:
        raise CannotOpenSession(f"{on:%A} {on.day} {on:%B} is a bank holiday: {holiday}.")
    hours = next((hours for hours in office.hours if hours.weekday == on.weekday()), None)
    if hours is None:
        raise CannotOpenSession(f"{office.name} is not open on a {on:%A}.")
    times = day_shape.slot_times(
        office.rules,
        half_day,
        opens=hours.opens,
        closes=hours.closes,
        first_start=office.first_start,
    )
    if not times:
        raise CannotOpenSession(f"{office.name} is not open long enough for a slot then.")
    return times


def _check_room(
    office: Office,
    room: Room | None,
    on: date,
    times: Sequence[day_shape.SlotTime],
    *,
    kind: SessionKind,
    places: int,
) -> None:
    starts, ends = times[0].starts, times[-1].ends
    for closure in office.closures:
        if closure.covers(on, starts, ends, room.id if room else None):
            raise CannotOpenSession(f"{_where(closure)} cannot be used then: {closure.reason}.")
    if kind == SessionKind.TELEPHONE:
        return
    if room is None or room.office_id != office.id or not room.in_use:
        raise CannotOpenSession("Choose a room of this office that is in use.")
    if not room.has_internet:
        raise CannotOpenSession(f"{room.name} has no internet, so nobody can be seen there.")
    if places > 1 and kind != SessionKind.GROUP:
        raise CannotOpenSession("Only a group session has more than one place in a slot.")
    if places + 1 > room.seats:
        raise CannotOpenSession(f"{room.name} has {room.seats} seats, too few for that.")


def _where(closure: Closure) -> str:
    return closure.room.name if closure.room else closure.office.name
