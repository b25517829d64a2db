"""The demo's offices: a dozen, as unlike each other as real ones are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from booking.database import db
from booking.models import Closure, District, Office, OfficeHours, Room
from booking.words import ClosureKind, OfficeKind, RoomKind

DISTRICT_CODE = "DEMO"
DISTRICT_NAME = "Demo Vale"

_NINE_TO_FIVE = {day: (time(9), time(17)) for day in range(5)}
_OPEN_PLAN = {"private": False, "kind": RoomKind.DESK}
_POD = {"private": False, "kind": RoomKind.POD}
_UPSTAIRS = {"floor": "first floor", "step_free": False}
_WORKSHOP = {"kind": RoomKind.WORKSHOP_ROOM, "seats": 12}


@dataclass(frozen=True)
class Place:
    """One office as it is set up."""

    letter: str  # how the rota names it
    name: str
    street: str
    at: tuple[float, float]  # invented, so that distances can be shown
    rooms: Mapping[str, Mapping[str, Any]]
    hours: Mapping[int, tuple[time, time]] = field(default_factory=lambda: _NINE_TO_FIVE)
    facts: Mapping[str, Any] = field(default_factory=dict)


PLACES: Sequence[Place] = (
    Place(
        *("T", "Thistlewick", "1 Teasel Street", (54.020, -2.410)),
        rooms={
            "Interview room 1": {},
            "Interview room 2": {"floor": "first floor"},
            "Pod A": _POD,
            "Workshop room": _WORKSHOP,
        },
        facts={"rule_overrides": {"overload_risk": 0.15}},
    ),
    Place(
        *("N", "Nether Pottering", "14 Kiln Lane", (54.055, -2.475)),
        rooms={
            "Interview room 1": {},
            "Interview room 2": _UPSTAIRS,
            "Desk 4": {**_OPEN_PLAN, "bookable_in_advance": False},
        },
    ),
    Place(
        *("O", "Over Pottering", "2 Glaze Row", (54.090, -2.500)),
        rooms={"Quiet room": {}, "Desk by the window": _OPEN_PLAN},
        facts={"first_start": time(9, 45), "reception_note": "Ring the bell at the side door"},
    ),
    Place(
        *("M", "Mosswater", "33 Towpath Road", (53.960, -2.340)),
        rooms={"Interview room 1": {}, "Interview room 2": {}, "Pod B": _POD},
    ),
    Place(
        *("L", "Little Wending", "The Old Forge", (54.110, -2.290)),
        rooms={"Back room": {"step_free": False}},
    ),
    Place(
        *("G", "Great Wending", "8 Market Hill", (54.085, -2.330)),
        rooms={"Interview room": _UPSTAIRS, "Desk 2": _OPEN_PLAN},
        hours={**_NINE_TO_FIVE, 2: (time(10), time(17))},
    ),
    Place(
        *("C", "Crumbleford", "5 Bakers Yard", (53.990, -2.540)),
        rooms={"Interview room 1": {}, "Desk 7": _OPEN_PLAN},
    ),
    Place(
        *("H", "Harrowmere Cross", "21 Plough Road", (53.910, -2.450)),
        # The first room has no internet, so nobody is ever put in it.
        rooms={"Back office": {"has_internet": False}, "Interview room": {}},
    ),
    Place(
        *("S", "Saltmarsh End", "1 Causeway", (53.880, -2.600)),
        rooms={"Interview room": {}},
        facts={"allows_access": False},
    ),
    Place(
        *("B", "Thistlewick Library", "Reading Lane", (54.022, -2.404)),
        rooms={"Study room": {}, "Reading room": _WORKSHOP},
        hours={day: (time(9, 30), time(17)) for day in range(1, 5)},
        facts={
            "kind": OfficeKind.ALTERNATIVE_VENUE,
            "reception_note": "Ask at the library desk",
        },
    ),
    Place(
        *("P", "Pottering Community Hall", "Clay Pit Road", (54.072, -2.488)),
        rooms={"Committee room": {}},
        hours={day: (time(9), time(16)) for day in range(4)},
        facts={
            "kind": OfficeKind.ALTERNATIVE_VENUE,
            "reception_note": "Ask for the caretaker",
        },
    ),
    Place(
        *("W", "Mosswater Canal Centre", "Lock Cottages", (53.953, -2.330)),
        rooms={"Boat room": {"step_free": False}},
        facts={"kind": OfficeKind.ALTERNATIVE_VENUE, "reception_note": "Report to the boathouse"},
    ),
)

Offices = Mapping[str, Office]


def add_places(district: District, monday: date) -> Offices:
    """Every office with its rooms, hours and closures; by its letter in the rota."""
    offices = {
        place.letter: _office(district, place, number)
        for number, place in enumerate(PLACES, start=1)
    }
    db.session.add_all(offices.values())
    db.session.add_all(_closures(offices, monday))
    db.session.flush()
    return offices


def _office(district: District, place: Place, number: int) -> Office:
    latitude, longitude = place.at
    return Office(
        district=district,
        code=f"{DISTRICT_CODE}-{number:02}",
        name=place.name,
        address=place.street,
        phone=f"01632 960{number:03}",
        latitude=latitude,
        longitude=longitude,
        hours=[
            OfficeHours(weekday=day, opens=opens, closes=closes)
            for day, (opens, closes) in sorted(place.hours.items())
        ],
        rooms=[Room(name=name, **facts) for name, facts in place.rooms.items()],
        **place.facts,
    )


def _closures(offices: Offices, monday: date) -> list[Closure]:
    """Other agencies' weekly holds, decorators next week, floor works the week after."""
    next_week, week_after = monday + timedelta(days=7), monday + timedelta(days=14)
    return [
        _held(offices["T"], "Workshop room", "Vale Basic Skills", monday, weekday=0),
        _held(offices["C"], "Interview room 1", "Vale Money Advice", monday, weekday=1),
        _held(offices["M"], "Interview room 2", "Vale Housing Help", monday, weekday=4),
        _shut(
            offices["N"], "Interview room 2", "decorators", next_week + timedelta(days=1), days=2
        ),
        _shut(offices["P"], None, "the floor is being relaid", week_after, days=2),
    ]


def _held(office: Office, room: str, agency: str, monday: date, *, weekday: int) -> Closure:
    return Closure(
        office=office,
        room=room_called(office, room),
        kind=ClosureKind.AGENCY,
        reason=agency,
        first_on=monday - timedelta(weeks=8),
        last_on=monday + timedelta(weeks=26),
        weekday=weekday,
    )


def _shut(office: Office, room: str | None, reason: str, first_on: date, *, days: int) -> Closure:
    return Closure(
        office=office,
        room=room_called(office, room) if room else None,
        reason=reason,
        first_on=first_on,
        last_on=first_on + timedelta(days=days - 1),
    )


def room_called(office: Office, name: str) -> Room:
    """The office's room of that name."""
    return next(room for room in office.rooms if room.name == name)
