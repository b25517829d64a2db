"""The demo's rota: four weeks that were, this one, and two to come; sessions and their slots."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import audit, clock, sessions
from booking.database import db
from booking.demo.at_once import Columns, add_at_once
from booking.demo.people import DIARIES, Staff
from booking.demo.places import Offices
from booking.errors import CannotOpenSession
from booking.models import Adviser, Office, Room, Session, Slot
from booking.rights import Actor
from booking.words import HalfDay, Hold, Nation, RoomKind, SessionKind
from booking.working_days import is_working_day

_WEEKS_PAST = 4
_WEEKS_PUBLISHED = 3  # this one and the next two
_GROUP_PLACES = 6
# What is not an ordinary half-day of interviews: adviser, weekday, half-day.
_SPECIAL = {
    (0, 4, HalfDay.AM): ("T", SessionKind.TELEPHONE),
    (7, 2, HalfDay.PM): ("G", SessionKind.TELEPHONE),
    (1, 3, HalfDay.PM): ("T", SessionKind.GROUP),
    (14, 2, HalfDay.PM): ("B", SessionKind.GROUP),
}
# Time an adviser keeps from ordinary booking: adviser, weekday, half-day, position.
_KEPT = {
    (2, 0, HalfDay.PM, 3): (Hold.PROTECTED, "caseload"),
    (3, 2, HalfDay.PM, 0): (Hold.PROTECTED, "caseload"),
    (6, 4, HalfDay.PM, 3): (Hold.BLOCKED, "team meeting"),
    (8, 4, HalfDay.PM, 3): (Hold.BLOCKED, "team meeting"),
}


def add_rota(staff: Staff, offices: Offices, monday: date, by: Actor) -> list[Slot]:
    """Publish three weeks, copy them into the four before, and return all slots in time's order."""
    published = [
        session
        for day in range(7 * _WEEKS_PUBLISHED)
        for session in _published(staff, offices, monday + timedelta(days=day), by)
    ]
    before = list(_as_it_was(published, monday))
    db.session.add_all(copy for copy, _ in before)
    db.session.flush()
    add_at_once(Slot, (_slot(copy, slot) for copy, session in before for slot in session.slots))
    return _all_slots()


def _published(staff: Staff, offices: Offices, on: date, by: Actor) -> Iterator[Session]:
    """A day's sessions, opened as a lead opens them.

    The diary's own rules decide: holidays, hours, leave, closures and other agencies' holds
    leave a session out, and an adviser whose room is gone sits in the next one.
    """
    for half_day in HalfDay:
        taken: set[int] = set()
        for number, adviser in enumerate(staff.advisers):
            letter, kind = _planned(number, on, half_day)
            if letter not in offices:
                continue
            session = _first_that_opens(
                offices[letter], adviser, on=on, half_day=half_day, kind=kind, taken=taken, by=by
            )
            if session is not None:
                _keep_time(session, number, by)
                yield session


def _planned(number: int, on: date, half_day: HalfDay) -> tuple[str, SessionKind]:
    week = f"{DIARIES[number].week}.."
    usual = (week[on.weekday()], SessionKind.INTERVIEWS)
    return _SPECIAL.get((number, on.weekday(), half_day), usual)


def _first_that_opens(
    office: Office,
    adviser: Adviser,
    *,
    on: date,
    half_day: HalfDay,
    kind: SessionKind,
    taken: set[int],
    by: Actor,
) -> Session | None:
    for room_id in _rooms_to_try(office, kind):
        if room_id in taken:
            continue
        try:
            session = sessions.open_session_within(
                office_id=office.id,
                adviser_id=adviser.id,
                on=on,
                half_day=half_day,
                room_id=room_id,
                kind=kind,
                places=_GROUP_PLACES if kind == SessionKind.GROUP else 1,
                by=by,
            )
        except CannotOpenSession:
            continue
        if room_id is not None:
            taken.add(room_id)
        return session
    return None


def _rooms_to_try(office: Office, kind: SessionKind) -> Sequence[int | None]:
    """Private rooms first; workshop rooms are for groups. By telephone, no room at all."""
    if kind == SessionKind.TELEPHONE:
        return [None]
    group = kind == SessionKind.GROUP
    fit = [room for room in office.rooms if (room.kind == RoomKind.WORKSHOP_ROOM) == group]
    return [room.id for room in sorted(fit, key=_private_first)]


def _private_first(room: Room) -> tuple[bool, str]:
    return not room.private, room.name


def _keep_time(session: Session, number: int, by: Actor) -> None:
    day, half_day = session.on_date.weekday(), session.half_day
    for slot in session.slots:
        kept = _KEPT.get((number, day, half_day, slot.position))
        if kept is not None:
            before, after = audit.change(slot, hold=kept[0], hold_reason=kept[1])
            office_id = session.office_id
            audit.record(by, "held slot", slot, office_id=office_id, before=before, after=after)


def _as_it_was(published: Sequence[Session], monday: date) -> Iterator[tuple[Session, Session]]:
    """The weeks before, each weekday like the fullest of its kind that is published.

    Pairs of a new session and the one that it is like.
    """
    by_day: dict[date, list[Session]] = {}
    for session in published:
        by_day.setdefault(session.on_date, []).append(session)
    fullest: dict[int, list[Session]] = {}
    for on, opened in by_day.items():
        if len(opened) > len(fullest.get(on.weekday(), ())):
            fullest[on.weekday()] = opened
    for days in range(7 * _WEEKS_PAST, 0, -1):
        on = monday - timedelta(days=days)
        if is_working_day(on, Nation.ENGLAND):
            yield from (
                (_copied(session, on), session) for session in fullest.get(on.weekday(), ())
            )


def _copied(session: Session, on: date) -> Session:
    same = ("office_id", "adviser_id", "room_id", "half_day", "starts", "ends", "kind", "level")
    return Session(on_date=on, **{name: getattr(session, name) for name in same})


def _slot(copy: Session, slot: Slot) -> Columns:
    starts, ends = clock.london(slot.starts_at).time(), clock.london(slot.ends_at).time()
    same = ("position", "places", "hold", "hold_reason", "overbooked", "beyond_level")
    return {
        "session_id": copy.id,
        "starts_at": clock.instant(copy.on_date, starts),
        "ends_at": clock.instant(copy.on_date, ends),
        **{name: getattr(slot, name) for name in same},
    }


def _all_slots() -> list[Slot]:
    everything = joinedload(Slot.session).options(
        joinedload(Session.office), joinedload(Session.adviser), joinedload(Session.room)
    )
    in_time = select(Slot).options(everything).order_by(Slot.starts_at, Slot.id)
    return list(db.session.scalars(in_time))
