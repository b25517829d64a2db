"""A district of 60 offices and 100 advisers: 8 weeks of slots ahead, 200,000 appointments."""

import random
from datetime import date, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert

from booking import clock
from booking.database import Base, db
from booking.day_shape import slot_times
from booking.models import (
    Adviser,
    Appointment,
    Claimant,
    District,
    Office,
    OfficeHours,
    Referral,
    Room,
    Session,
    Slot,
    WorkingHours,
)
from booking.rules import Rules
from booking.words import HalfDay, SessionKind, SessionState

OFFICES, ADVISERS, WEEKS_AHEAD, APPOINTMENTS = 60, 100, 8, 200_000
_CLAIMANTS = 20_000
_WEEKS_BACK = 44
_BOOKED_AHEAD = 0.6
Rows = list[dict[str, Any]]


def build(today: date) -> None:
    """Fill an empty, migrated database; ids run from 1."""
    chance = random.Random(1)
    _add_places_and_people()
    sessions, slots = _diary(clock.monday_of(today))
    past = [slot for slot in slots if slot["on_date"] < today]
    ahead = [slot for slot in slots if slot["on_date"] >= today]
    booked_ahead = chance.sample(ahead, int(len(ahead) * _BOOKED_AHEAD))
    booked = [*past[: APPOINTMENTS - len(booked_ahead)], *booked_ahead]
    _insert(Session, sessions)
    _insert(Slot, [{k: v for k, v in slot.items() if k != "on_date"} for slot in slots])
    _add_appointments(booked, today)
    db.session.commit()


def _add_places_and_people() -> None:
    chance = random.Random(2)
    _insert(District, [{"id": 1, "code": "BIG", "name": "Big Vale", "rule_overrides": {}}])
    offices = [
        {
            "id": number,
            "code": f"B{number}",
            "district_id": 1,
            "name": f"Invented Office {number}",
            "latitude": 51 + chance.random(),
            "longitude": -1 + chance.random(),
            "rule_overrides": {},
        }
        for number in range(1, OFFICES + 1)
    ]
    _insert(Office, offices)
    weekdays = [(owner, day) for owner in range(1, OFFICES + 1) for day in range(5)]
    hours = {"opens": time(9), "closes": time(17)}
    _insert(OfficeHours, [{"office_id": o, "weekday": day, **hours} for o, day in weekdays])
    rooms = [(room, room % OFFICES + 1) for room in range(1, ADVISERS + 1)]
    _insert(Room, [{"id": room, "office_id": o, "name": f"Room {room}"} for room, o in rooms])
    advisers = range(1, ADVISERS + 1)
    _insert(
        Adviser,
        [{"id": a, "district_id": 1, "name": f"Adviser {a}", "languages": []} for a in advisers],
    )
    _insert(
        WorkingHours,
        [
            {"adviser_id": adviser, "weekday": day, "starts": time(8), "ends": time(18)}
            for adviser in advisers
            for day in range(5)
        ],
    )


def _diary(monday: date) -> tuple[Rows, Rows]:
    sessions: Rows = []
    slots: Rows = []
    slot_ids = count(1)
    for week in range(-_WEEKS_BACK, WEEKS_AHEAD):
        for day in range(5):
            on = monday + timedelta(weeks=week, days=day)
            for adviser in range(1, ADVISERS + 1):
                for half_day in HalfDay:
                    times = slot_times(Rules(), half_day, opens=time(9), closes=time(17))
                    session_id = len(sessions) + 1
                    sessions.append(
                        {
                            "id": session_id,
                            "office_id": adviser % OFFICES + 1,
                            "adviser_id": adviser,
                            "room_id": adviser,
                            "on_date": on,
                            "half_day": half_day,
                            "starts": times[0].starts,
                            "ends": times[-1].ends,
                            "kind": SessionKind.INTERVIEWS,
                            "state": SessionState.PUBLISHED,
                        }
                    )
                    for slot in times:
                        starts_at, ends_at = slot.instants(on)
                        slots.append(
                            {
                                "id": next(slot_ids),
                                "session_id": session_id,
                                "position": slot.position,
                                "starts_at": starts_at,
                                "ends_at": ends_at,
                                "places": 1,
                                "on_date": on,
                            }
                        )
    return sessions, slots


def _add_appointments(booked: Rows, today: date) -> None:
    now = clock.now()
    claimants = range(1, _CLAIMANTS + 1)
    _insert(
        Claimant,
        [
            {"id": c, "district_id": 1, "name": f"Invented {c}", "created_at": now}
            for c in claimants
        ],
    )
    referral = {"district_id": 1, "office_id": 1, "stage": "1", "created_at": now}
    reason = {"reason": "skills_health_check"}
    _insert(Referral, [{"id": c, "claimant_id": c, **referral, **reason} for c in claimants])
    statuses = ["attended"] * 5 + ["failed_to_attend"] * 3
    _insert(
        Appointment,
        [
            {
                "reference": f"R{number}",
                "slot_id": slot["id"],
                "place_no": 1,
                "claimant_id": number % _CLAIMANTS + 1,
                "referral_id": number % _CLAIMANTS + 1,
                "kind": "first",
                "status": "booked" if slot["on_date"] >= today else statuses[number % 8],
                "channel": "desk",
                "booked_at": now,
                "changed_at": now,
            }
            for number, slot in enumerate(booked)
        ],
    )


def _insert(model: type[Base], rows: Rows) -> None:
    for first in range(0, len(rows), 5_000):
        db.session.execute(insert(model), rows[first : first + 5_000])
