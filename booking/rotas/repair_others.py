"""Sessions by telephone and of groups that a mishap hits: who or which room could take over."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import func, select

from booking import clock
from booking.database import db
from booking.day_limits import check_at_work, check_sessions
from booking.errors import CannotOpenSession
from booking.models import Adviser, Appointment, Office, Room, Session, Slot
from booking.rotas.mishap import Mishap
from booking.rotas.offering import interview_rooms, open_sessions, slot_times
from booking.rotas.problem import offices_by_id
from booking.rotas.repair_places import offers_of
from booking.rotas.standing import Standing, has_begun
from booking.words import HalfDay, MishapKind, SessionKind


@dataclass(frozen=True)
class Week:
    """The week's published sessions, those under way too, the advisers and offices of the district.

    `may_go` are adviser's and office's ids where the one may work at the other; `max_days` are an
    adviser's days a week.
    """

    standing: Sequence[Standing]
    advisers: Sequence[Adviser]
    may_go: frozenset[tuple[int, int]]
    max_days: Mapping[int, int]
    offices: Mapping[str, Office]

    def sessions_of(self, adviser: Adviser) -> list[Session]:
        return [each.session for each in self.standing if each.session.adviser_id == adviser.id]

    def spare_days(self) -> dict[str, int]:
        """By adviser, how many days more of the week they may be at an office."""
        at_work: dict[int, set[Any]] = defaultdict(set)
        for each in self.standing:
            if each.session.room_id is not None:
                at_work[each.session.adviser_id].add(each.session.on_date)
        return {str(key): max(0, most - len(at_work[key])) for key, most in self.max_days.items()}


def week_as_told(
    standing: Sequence[Standing],
    advisers: Sequence[Adviser],
    document: Mapping[str, Any],
    keys: Mapping[str, Mapping[str, int]],
) -> Week:
    """The week, with what the rota's problem says of where advisers may be and for how long."""
    ids, offices = keys["advisers"], keys["offices"]
    by_id = {office.id: office for office in offices_by_id(offices.values())}
    away = {(each["adviser"], each["office"]) for each in document["forbidden"]}
    return Week(
        standing,
        advisers,
        frozenset(
            (ids[each["id"]], offices[name])
            for each in document["advisers"]
            for name in each["travel_minutes"]
            if (each["id"], name) not in away
        ),
        {ids[each["id"]]: each["max_days"] for each in document["advisers"]},
        {name: by_id[row_id] for name, row_id in offices.items()},
    )


def hit_others(
    week: Week,
    mishap: Mishap,
    booked: Sequence[Appointment],
    names: Mapping[str, Mapping[int, str]],
) -> list[dict[str, Any]]:
    """What the solver's process is asked of each, somebody being booked in it."""
    slots = _slots_of([each.session.id for each in week.standing])
    there: dict[int, list[Appointment]] = defaultdict(list)
    for appointment in booked:
        there[appointment.slot.session_id].append(appointment)
    return [
        {
            "session": each.session.id,
            "index": each.index,
            "kind": each.session.kind,
            "was": each.session.adviser.name,
            "covers": list(_covers(week, each.session, there[each.session.id], slots))
            if mishap.kind == MishapKind.ADVISER_OFF
            else [],
            "rooms": [
                {
                    "key": names["rooms"][room.id],
                    "office": names["offices"][room.office_id],
                    "offers": offers_of(room),
                }
                for room in _rooms(week, each)
                if room.id in names["rooms"]
            ]
            if mishap.kind == MishapKind.ROOM_LOST
            else [],
        }
        for each in week.standing
        if each.session.kind != SessionKind.INTERVIEWS
        and mishap.hits(each.session)
        and there[each.session.id]
    ]


def _slots_of(session_ids: Sequence[int]) -> Counter[int]:
    counted = (
        select(Slot.session_id, func.count())
        .where(Slot.session_id.in_(session_ids))
        .group_by(Slot.session_id)
    )
    return Counter(dict(db.session.execute(counted).tuples().all()))


def _covers(
    week: Week, session: Session, booked: Sequence[Appointment], slots: Mapping[int, int]
) -> Iterator[dict[str, Any]]:
    """Whoever could hold it, those first who work that day already.

    `beside` are the offices where the repair may also give them interviews in the day's other half.
    """
    others = _other_halves(week, session)
    for adviser in week.advisers:
        of_day = [s for s in week.sessions_of(adviser) if s.on_date == session.on_date]
        if not _is_free(adviser, session, of_day, slots):
            continue
        in_person = [s for s in of_day if s.room_id is not None]
        is_group = session.kind == SessionKind.GROUP
        if is_group and not _may_come(week, adviser, session, in_person):
            continue
        yield {
            "adviser": adviser.id,
            "rank": 0 if in_person else 1 if of_day else 2,
            "extra_day": is_group and not in_person,
            "keeps": [each.id for each in booked if _could_see(adviser, each)],
            "beside": []
            if of_day
            else [
                name
                for name, office, span in others
                if (office.id == session.office_id or not is_group)
                and _fits(
                    adviser, office, [(session.starts, session.ends, slots[session.id]), span]
                )
            ],
        }


def _is_free(
    adviser: Adviser, session: Session, of_day: Sequence[Session], slots: Mapping[int, int]
) -> bool:
    if adviser.id == session.adviser_id or session.half_day in {s.half_day for s in of_day}:
        return False
    try:
        check_at_work(adviser, session.office, session.on_date, session.starts, session.ends)
    except CannotOpenSession:
        return False
    day = [(each.starts, each.ends, slots[each.id]) for each in (*of_day, session)]
    return _fits(adviser, session.office, day)


def _fits(adviser: Adviser, office: Office, day: Sequence[tuple[time, time, int]]) -> bool:
    try:
        check_sessions(office, adviser, sorted(day))
    except CannotOpenSession:
        return False
    return True


def _other_halves(week: Week, session: Session) -> list[tuple[str, Office, tuple[time, time, int]]]:
    """What a session in the other half of the day would take at each office of the week."""
    half_day = HalfDay.PM if session.half_day == HalfDay.AM else HalfDay.AM
    times = {
        name: (office, slot_times(office, session.on_date, half_day))
        for name, office in week.offices.items()
    }
    return [
        (name, office, (those[0].starts, those[-1].ends, len(those)))
        for name, (office, those) in times.items()
        if those
    ]


def _may_come(week: Week, adviser: Adviser, session: Session, in_person: Sequence[Session]) -> bool:
    """Whether the adviser works at the office, and is at no other one that day."""
    elsewhere = any(s.office_id != session.office_id for s in in_person)
    return not elsewhere and (adviser.id, session.office_id) in week.may_go


def _could_see(adviser: Adviser, appointment: Appointment) -> bool:
    """Whether the adviser speaks the language that the last one did, and is at no briefing then."""
    slot, language = appointment.slot, appointment.claimant.language
    if language in slot.session.adviser.languages and language not in adviser.languages:
        return False
    starts, ends = (clock.london(at).time() for at in (slot.starts_at, slot.ends_at))
    on = slot.session.on_date
    return not any(each.covers(on, starts, ends) for each in adviser.briefings)


def _rooms(week: Week, lost: Standing) -> list[Room]:
    """Free rooms of the office that seat the group, those first where no interviews are held."""
    session = lost.session
    seats = 1 + max((slot.places for slot in session.slots), default=1)
    taken = {
        each.session.room_id
        for each in week.standing
        if each.index == lost.index
        and (each.session.kind != SessionKind.INTERVIEWS or has_begun(each.session))
    }
    for_interviews = {room.id for room in interview_rooms(session.office)}
    monday = clock.monday_of(session.on_date)
    fitting = [
        room
        for room in session.office.rooms
        if room.in_use
        and room.has_internet
        and room.seats >= seats
        and room.id not in taken
        and open_sessions(room, monday)[lost.index]
    ]
    return sorted(fitting, key=lambda room: (room.id in for_interviews, room.seats, room.name))
