"""What the repair's process is asked: the week as it is now, who is booked, what is free."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from booking import clock
from booking.database import db
from booking.models import District, Room
from booking.rotas import problem
from booking.rotas.half_days import SESSIONS, when
from booking.rotas.mishap import Mishap
from booking.rotas.offering import slot_times
from booking.rotas.repair_others import hit_others, week_as_told
from booking.rotas.repair_places import appointments_in, as_asked, hours_of, offers_of, slots_free
from booking.rotas.standing import Standing, has_begun, standing
from booking.words import HalfDay, MishapKind, SessionKind


def asked(district: District, week: date, mishap: Mishap, whole: Mishap) -> dict[str, Any]:
    """The JSON that `repair_apart` reads; no slot is free that the `whole` mishap takes away."""
    built = problem.build(district, week)
    names = {
        kind: {row_id: name for name, row_id in rows.items()} for kind, rows in built.keys.items()
    }
    published = standing(district.id, week)
    there = [each for each in published if not has_begun(each.session)]
    begun = _half_days_begun(district, week)
    planned = [
        each
        for each in published
        if (each in there or each.index < begun) and _is_planned(each, published, names)
    ]
    document = json.loads(built.text)
    advisers = problem.advisers_of(district)
    others = week_as_told(published, advisers, document, built.keys)
    document["pinned"] = []
    _as_published(document, planned, published, names)
    ahead = [session for session in mishap.half_days(week) if session >= begun]
    _after(document, mishap, ahead, names)
    hit = [each.session for each in there if mishap.hits(each.session)]
    rows = appointments_in([each.session.id for each in there])
    hours = hours_of([appointment.claimant for appointment in rows])
    return {
        "problem": document,
        "published": _published(planned, names),
        "from_session": begun,
        "booked": [
            [names["advisers"][each.session.adviser_id], each.index, each.booked]
            for each in planned
            if each.booked
        ],
        "hit": [session.id for session in hit],
        "sessions": {f"{_of(names, each)}|{each.index}": each.session.id for each in planned},
        "appointments": [as_asked(row, hours) for row in rows],
        "slots": list(slots_free(district, whole, hours)),
        "shapes": _shapes(document, built.keys, week),
        "offers": {
            "rooms": {names["rooms"][room.id]: offers_of(room) for room in _rooms(built.keys)},
            "advisers": {
                names["advisers"][adviser.id]: list(adviser.languages) for adviser in advisers
            },
        },
        "others": hit_others(others, mishap, rows, names),
        "spare_days": others.spare_days(),
        "hours": hours,
        "keys": built.keys,
    }


def _half_days_begun(district: District, week: date) -> int:
    """How many half-days of the week are under way or over: nobody is sent anywhere in them."""
    rules = district.rules
    starts = {HalfDay.AM: rules.am_starts, HalfDay.PM: rules.pm_starts}
    return sum(
        clock.instant(on, starts[half_day]) <= clock.now()
        for session in range(SESSIONS)
        for on, half_day in [when(week, session)]
    )


def _is_planned(each: Standing, there: Sequence[Standing], names: Mapping[str, Any]) -> bool:
    """An interview session of somebody who is at one office that day, as a rota knows it."""
    session = each.session
    if session.kind != SessionKind.INTERVIEWS or session.adviser_id not in names["advisers"]:
        return False
    offices = {
        other.session.office_id
        for other in there
        if other.session.adviser_id == session.adviser_id
        and other.session.on_date == session.on_date
        and other.session.room_id is not None
    }
    return len(offices) == 1 and session.office_id in names["offices"]


def _of(names: Mapping[str, Any], each: Standing) -> str:
    return str(names["advisers"][each.session.adviser_id])


def _as_published(
    document: dict[str, Any],
    planned: Sequence[Standing],
    there: Sequence[Standing],
    names: Mapping[str, Any],
) -> None:
    """What was published may stay as it is, whatever the rules for a new week would say."""
    advisers = {adviser["id"]: adviser for adviser in document["advisers"]}
    rooms = {room["id"]: room for room in document["rooms"]}
    days: dict[str, set[int]] = {}
    for each in planned:
        adviser = advisers[_of(names, each)]
        adviser["available"][each.index] = True
        adviser["travel_minutes"].setdefault(names["offices"][each.session.office_id], 60)
        days.setdefault(adviser["id"], set()).add(each.index // 2)
        rooms[names["rooms"][each.session.room_id]]["open"][each.index] = True
    document["forbidden"] = []
    for name, worked in days.items():
        advisers[name]["max_days"] = max(advisers[name]["max_days"], len(worked))
    for each in there:
        if each not in planned and each.session.adviser_id in names["advisers"]:
            advisers[_of(names, each)]["available"][each.index] = False


def _after(
    document: dict[str, Any], mishap: Mishap, lost: Sequence[int], names: Mapping[str, Any]
) -> None:
    """Take away what was lost, in the half-days of the week that are still ahead."""
    if mishap.adviser is not None:
        for adviser in document["advisers"]:
            if adviser["id"] == names["advisers"].get(mishap.adviser.id):
                _close(adviser["available"], lost)
        return
    for room in document["rooms"]:
        one = mishap.room is not None and room["id"] == names["rooms"].get(mishap.room.id)
        office = mishap.office is not None and names["offices"].get(mishap.office.id)
        whole = mishap.kind == MishapKind.OFFICE_SHUT and room["office"] == office
        if one or whole:
            _close(room["open"], lost)


def _close(flags: list[bool], sessions: Sequence[int]) -> None:
    for session in sessions:
        flags[session] = False


def _published(planned: Sequence[Standing], names: Mapping[str, Any]) -> list[dict[str, Any]]:
    days: dict[tuple[str, int], dict[str, Any]] = {}
    for each in planned:
        session = each.session
        key = (_of(names, each), each.index // 2)
        office = names["offices"][session.office_id]
        entry = days.setdefault(
            key, {"adviser": key[0], "day": key[1], "office": office, "places": {}}
        )
        entry["places"][str(each.index)] = names["rooms"][session.room_id]
    return list(days.values())


def _rooms(keys: Mapping[str, Mapping[str, int]]) -> Sequence[Room]:
    return db.session.scalars(select(Room).where(Room.id.in_(keys["rooms"].values()))).all()


def _shapes(document: Mapping[str, Any], keys: Mapping[str, Any], week: date) -> dict[str, Any]:
    """The slots a new session would have: by office and half-day, position, start and minutes."""
    offices = {office.id: office for office in problem.offices_by_id(keys["offices"].values())}
    return {
        f"{each['id']}|{session}": [
            [slot.position, slot_start.isoformat(), _span_minutes(slot.starts, slot.ends)]
            for slot in slot_times(offices[keys["offices"][each["id"]]], on, half_day)[
                : each["capacity"][session]
            ]
            for slot_start in [datetime.combine(on, slot.starts)]
        ]
        for each in document["offices"]
        for session in range(SESSIONS)
        for on, half_day in [when(week, session)]
    }


def _span_minutes(starts: time, ends: time) -> int:
    return (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
