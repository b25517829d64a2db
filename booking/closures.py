"""Closures: rooms and offices out of use, and the hours that other agencies hold them."""

from datetime import date, time

from booking import audit, clock
from booking.database import db, use_case
from booking.errors import BadDetail, NotFound
from booking.models import Closure, Office
from booking.rights import Actor, reachable_office
from booking.sessions import cancel_empty, sessions_under
from booking.words import ClosureKind


def close_within(
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

    Empty sessions in it are cancelled; one with appointments stops it, naming how many. Runs
    inside a use case.
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


close = use_case(close_within)


@use_case
def reopen(*, office_id: int, closure_id: int, by: Actor) -> None:
    """Take a closure or a hold of an office away again."""
    by.must("change places")
    office = reachable_office(db.session.get(Office, office_id), by)
    closure = db.session.get(Closure, closure_id)
    if closure is None or closure.office_id != office.id:
        raise NotFound
    audit.record(by, "reopened", closure, office_id=office.id, before={"reason": closure.reason})
    db.session.delete(closure)


def closures_to_come(office: Office) -> list[Closure]:
    """An office's closures and holds that are not over, the earliest first."""
    ahead = [closure for closure in office.closures if closure.last_on >= clock.today()]
    return sorted(ahead, key=lambda closure: (closure.first_on, closure.id))
