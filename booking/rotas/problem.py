"""The problem of a district's week, written from the diary as `rota-problem/1`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from booking.database import db
from booking.models import Adviser, District, Office, Room
from booking.rotas import standing as diary
from booking.rotas.availability import Week, available, kept_days
from booking.rotas.coverage import days_wanted
from booking.rotas.expected import Expected, expected
from booking.rotas.half_days import DAYS, SESSIONS
from booking.rotas.names import Names
from booking.rotas.offering import interview_rooms, open_sessions
from booking.rotas.plans import Plan, plans_of
from booking.rotas.wishes import dedicated_days, granted
from booking.words import WishKind

FORMAT = "rota-problem/1"


@dataclass(frozen=True)
class Built:
    """The document, and which row each of its names stands for."""

    text: str
    keys: dict[str, dict[str, int]]


def build(district: District, week: date) -> Built:
    """The week as it stands now: demand, rooms, people, what is pinned and what is kept."""
    offices = offices_of(district, week)
    facts = Week(week, diary.standing(district.id, week))
    used = facts.rooms_of_interviews()
    rooms = [
        room
        for office in offices
        for room in office.rooms
        if room.id in used or room in interview_rooms(office)
    ]
    others = [room for office in offices for room in office.rooms if room not in rooms]
    advisers = advisers_of(district)
    names = Names(offices, [*rooms, *others], advisers)
    kept = kept_days(facts)
    wishes = granted(district.id, week)
    plans = plans_of(advisers, offices, week)
    last = diary.week_worked(district.id, week - timedelta(weeks=1))
    wanted, days = expected(offices, week), days_wanted(offices, week)
    document = {
        "format": FORMAT,
        "week_starting": week.isoformat(),
        "offices": [
            _office(office, names, wanted[office.id], days[office.id]) for office in offices
        ],
        "rooms": [_room(room, names, facts) for room in rooms],
        "advisers": [
            {
                "id": names.advisers[adviser.id],
                "max_days": plans[adviser.id].max_days,
                "available": available(adviser, facts),
                "travel_minutes": _travel(plans[adviser.id], names, kept.get(adviser.id, {})),
                "dedicated": [
                    [names.offices[wish.office_id], day]
                    for wish in wishes
                    if wish.adviser_id == adviser.id and wish.kind == WishKind.DEDICATED
                    if wish.office_id in names.offices
                    for day in dedicated_days(wish)
                ],
                "last_week": [
                    names.offices.get(office_id) if office_id else None
                    for office_id in last.get(adviser.id, [None] * DAYS)
                ],
            }
            for adviser in advisers
        ],
        "pinned": _pinned(names, kept, wishes),
        "forbidden": [
            {"adviser": names.advisers[wish.adviser_id], "office": names.offices[wish.office_id]}
            for wish in wishes
            if wish.kind == WishKind.FORBIDDEN and names.knows(wish.adviser_id, wish.office_id)
            if wish.office_id not in kept.get(wish.adviser_id, {}).values()
        ],
    }
    return Built(json.dumps(document, ensure_ascii=False, indent=1), names.keys())


def offices_of(district: District, week: date) -> list[Office]:
    """The offices the week is planned for, by name."""
    offices = db.session.scalars(
        select(Office)
        .where(Office.district_id == district.id, Office.allows_access)
        .options(
            selectinload(Office.hours), selectinload(Office.closures), selectinload(Office.rooms)
        )
        .order_by(Office.name, Office.id)
    )
    return [office for office in offices if office.closed_on is None or office.closed_on > week]


def offices_by_id(ids: Iterable[int]) -> Sequence[Office]:
    """Offices with what their week depends on."""
    return db.session.scalars(
        select(Office)
        .where(Office.id.in_(list(ids)))
        .options(selectinload(Office.hours), selectinload(Office.closures))
    ).all()


def advisers_of(district: District) -> Sequence[Adviser]:
    """Who may be planned, by name."""
    return db.session.scalars(
        select(Adviser)
        .where(Adviser.district_id == district.id, Adviser.active)
        .options(
            selectinload(Adviser.hours),
            selectinload(Adviser.leave),
            selectinload(Adviser.briefings),
        )
        .order_by(Adviser.name, Adviser.id)
    ).all()


def _office(office: Office, names: Names, wanted: Sequence[Expected], days: int) -> Any:
    return {
        "id": names.offices[office.id],
        "days_wanted": min(days, len({s // 2 for s in range(SESSIONS) if wanted[s].capacity})),
        "overflow_places": office.rules.overflow_places,
        "demand": [each.wanted for each in wanted],
        "capacity": [each.capacity for each in wanted],
    }


def _room(room: Room, names: Names, facts: Week) -> Any:
    taken = facts.rooms_of_other_kinds()
    return {
        "id": names.rooms[room.id],
        "office": names.offices[room.office_id],
        "private": room.private,
        "bookable_in_advance": room.bookable_in_advance,
        "open": [
            is_open and (room.id, session) not in taken
            for session, is_open in enumerate(open_sessions(room, facts.monday))
        ],
    }


def _travel(plan: Plan, names: Names, kept: Mapping[int, int]) -> dict[str, int]:
    """Offices in reach; one where somebody is booked with the adviser is, whatever the way."""
    return {
        names.offices[office_id]: journey.minutes
        for office_id, journey in plan.journeys.items()
        if journey.in_reach or office_id in kept.values()
    }


def _pinned(names: Names, kept: Mapping[int, Mapping[int, int]], wishes: Iterable[Any]) -> Any:
    pins = {
        (adviser_id, day): office_id
        for adviser_id, days in kept.items()
        for day, office_id in days.items()
    }
    asked = {
        (wish.adviser_id, wish.weekday): wish.office_id
        for wish in wishes
        if wish.kind == WishKind.PINNED
    }
    return [
        {"adviser": names.advisers[adviser_id], "day": day, "office": names.offices[office_id]}
        for (adviser_id, day), office_id in sorted((asked | pins).items())
        if names.knows(adviser_id, office_id)
    ]
