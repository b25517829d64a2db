"""Seats of a rota: who sits where in which half-day, and the room that is free for it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from booking.database import db
from booking.models import Office, Room, Session
from booking.rotas.drafts import Solved
from booking.rotas.half_days import when
from booking.rotas.offering import interview_rooms, open_sessions
from booking.rotas.standing import Standing
from booking.rotas.travel import minutes_between
from booking.words import OfficeKind, SessionState
from optimizer.rota.rota import OVERFLOW


@dataclass(frozen=True)
class Seat:
    """An adviser in one office for one half-day; `room_id` None means a venue nearby."""

    office_id: int
    adviser_id: int
    session: int
    room_id: int | None


def seats_of(solved: Solved) -> Iterator[Seat]:
    keys = solved.draft.keys
    for entry in solved.rota.assignments:
        for session, place in entry.places.items():
            yield Seat(
                office_id=keys["offices"][entry.office],
                adviser_id=keys["advisers"][entry.adviser],
                session=session,
                room_id=None if place == OVERFLOW else keys["rooms"][place],
            )


def housed(seats: Sequence[Seat], kept: Sequence[Standing]) -> list[Seat]:
    """The seats, each in a room of its own; whoever is booked in a room already stays in it."""
    taken: dict[int, set[int]] = defaultdict(set)
    for each in kept:
        if each.session.room_id is not None:
            taken[each.index].add(each.session.room_id)
    settled = []
    waiting = []
    for seat in seats:
        if seat.room_id is None or seat.room_id in taken[seat.session]:
            waiting.append(seat)
        else:
            taken[seat.session].add(seat.room_id)
            settled.append(seat)
    return settled + waiting


def room_for(seat: Seat, office: Office, week: date) -> Room | None:
    """The room of the seat; when that is taken, another of the office or a venue nearby."""
    on, half_day = when(week, seat.session)
    taken = set(
        db.session.scalars(
            select(Session.room_id).where(
                Session.on_date == on,
                Session.half_day == half_day,
                Session.state == SessionState.PUBLISHED,
                Session.room_id.is_not(None),
            )
        )
    )
    rooms = [] if seat.room_id is None else _by_comfort(office, seat.room_id)
    if seat.room_id is None or office.rules.overflow_places:
        rooms += [room for venue in _venues_near(office) for room in interview_rooms(venue)]
    for room in rooms:
        if room.id not in taken and open_sessions(room, week)[seat.session]:
            return room
    return None


def _by_comfort(office: Office, first: int) -> list[Room]:
    rooms = sorted(interview_rooms(office), key=lambda room: (not room.private, room.id))
    return sorted(rooms, key=lambda room: room.id != first)


def _venues_near(office: Office) -> list[Office]:
    venues = [
        each
        for each in office.district.offices
        if each.kind == OfficeKind.ALTERNATIVE_VENUE and each.id != office.id and each.allows_access
    ]
    return sorted(venues, key=lambda venue: (minutes_between(office, venue), venue.id))
