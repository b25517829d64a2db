"""Offices, rooms and closures, as leads and administrators keep them."""

from datetime import date, time
from typing import Any

from sqlalchemy import select

from booking import audit
from booking.database import db, refused, use_case
from booking.diaries import cancel_empty, sessions_under
from booking.errors import BadDetail, BookingError, NotFound
from booking.models import Closure, Office, OfficeHours, Room
from booking.rights import Actor, reachable_office
from booking.rules import Rules
from booking.words import ClosureKind


class RoomNameTaken(BookingError):
    code = "room_name_taken"
    sentence = "The office has a room of that name already."


@use_case
def close(
    *,
    office_id: int,
    room_id: int | None,
    kind: ClosureKind,
    reason: str,
    first_on: date,
    last_on: date,
    weekday: int | None = None,
    starts: time = time(0),
    ends: time = time(23, 59),
    by: Actor,
) -> Closure:
    """Take a room or a whole office out of use, or note another agency's hold on it.

    Empty sessions in it are cancelled; one with appointments stops it, naming how many.
    """
    by.must("change places")
    office = reachable_office(db.session.get(Office, office_id, with_for_update=True), by)
    if last_on < first_on:
        raise BadDetail("last_on", "The last day is before the first.")
    if ends <= starts:
        raise BadDetail("ends", "The end is not after the start.")
    if not reason.strip():
        raise BadDetail("reason", "Say why the room cannot be used.")
    if room_id is not None and room_id not in {room.id for room in office.rooms}:
        raise NotFound
    closure = Closure(
        office_id=office.id,
        room_id=room_id,
        kind=kind,
        reason=reason.strip(),
        first_on=first_on,
        last_on=last_on,
        weekday=weekday,
        starts=starts,
        ends=ends,
    )
    db.session.add(closure)
    for session in sessions_under(closure):
        cancel_empty(session, by)
    audit.record(
        by,
        "closed",
        closure,
        office_id=office.id,
        after={"room_id": room_id, "first_on": first_on, "last_on": last_on, "reason": reason},
    )
    return closure


@use_case
def reopen(*, closure_id: int, by: Actor) -> None:
    """Take a closure or a hold away again."""
    by.must("change places")
    closure = db.session.get(Closure, closure_id)
    if closure is None:
        raise NotFound
    office = reachable_office(closure.office, by)
    audit.record(by, "reopened", closure, office_id=office.id, before={"reason": closure.reason})
    db.session.delete(closure)


@use_case
def save_room(*, office_id: int, room_id: int | None = None, by: Actor, **facts: Any) -> Room:
    """Add a room (`room_id` None) or change one; facts are Room's own columns."""
    by.must("change places")
    office = reachable_office(db.session.get(Office, office_id, with_for_update=True), by)
    room = Room(office_id=office.id) if room_id is None else db.session.get(Room, room_id)
    if room is None or room.office_id != office.id:
        raise NotFound
    before, after = audit.change(room, **facts)
    with refused(uq_room_office_id_name=RoomNameTaken):
        db.session.add(room)
    audit.record(by, "saved room", room, office_id=office.id, before=before, after=after)
    return room


@use_case
def save_office(
    *,
    office_id: int,
    by: Actor,
    hours: dict[int, tuple[time, time]] | None = None,
    rule_overrides: dict[str, Any] | None = None,
    **facts: Any,
) -> Office:
    """Change an office's facts, its hours (weekday -> opens, closes) and its own rules."""
    by.must("change places")
    office = reachable_office(db.session.get(Office, office_id, with_for_update=True), by)
    if rule_overrides is not None:
        Rules().overridden(rule_overrides)
        facts["rule_overrides"] = rule_overrides
    before, after = audit.change(office, **facts)
    if hours is not None:
        before["hours"], after["hours"] = _replaced_hours(office, hours)
    audit.record(by, "saved office", office, office_id=office.id, before=before, after=after)
    return office


def _replaced_hours(
    office: Office, hours: dict[int, tuple[time, time]]
) -> tuple[dict[int, str], dict[int, str]]:
    for weekday, (opens, closes) in hours.items():
        if closes <= opens:
            raise BadDetail("hours", f"On day {weekday + 1} the office closes before it opens.")
    before = {each.weekday: f"{each.opens:%H:%M}-{each.closes:%H:%M}" for each in office.hours}
    office.hours = []
    db.session.flush()
    office.hours = [
        OfficeHours(weekday=weekday, opens=opens, closes=closes)
        for weekday, (opens, closes) in sorted(hours.items())
    ]
    return before, {day: f"{opens:%H:%M}-{closes:%H:%M}" for day, (opens, closes) in hours.items()}


def offices_in_reach(by: Actor, *, with_closed: bool = False) -> list[Office]:
    """The offices an actor may see, by name."""
    by.must("see offices")
    query = select(Office).order_by(Office.name)
    if by.district_id is not None:
        query = query.where(Office.district_id == by.district_id)
    if not with_closed:
        query = query.where(Office.closed_on.is_(None))
    return list(db.session.scalars(query))
