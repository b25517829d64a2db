"""Reads and validates a `rota-problem/1` document; each refusal is one plain sentence."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TypeVar

from optimizer.errors import BadInput
from optimizer.rota.fields import (
    flag,
    items,
    known,
    parse_json,
    read_file,
    record,
    shown,
    text,
    whole,
)
from optimizer.rota.problem import DAYS, SESSIONS, Adviser, Office, Pin, Problem, Room, Weights

FORMAT = "rota-problem/1"
MOST_OFFICES, MOST_ROOMS, MOST_ADVISERS = 300, 2_000, 500
MOST_WEIGHT = 10_000


def read_problem(path: Path) -> Problem:
    """The problem in a file; raises BadInput, naming the file, with one sentence."""
    return read_file(path, parse_problem)


def parse_problem(data: bytes) -> Problem:
    """The problem in the bytes of a `rota-problem/1` document."""
    document = record(
        parse_json(data),
        "The problem",
        required=("format", "week_starting", "offices", "rooms", "advisers"),
        optional=("pinned", "forbidden", "weights"),
    )
    if document["format"] != FORMAT:
        raise BadInput(f'The format must be "{FORMAT}", not {shown(document["format"])}.')
    _check_sizes(document)
    offices = _unique(document["offices"], "office", _office)
    rooms = _unique(document["rooms"], "room", lambda value, where: _room(value, where, offices))
    advisers = _unique(
        document["advisers"], "adviser", lambda value, where: _adviser(value, where, offices)
    )
    return Problem(
        week_starting=_monday(document["week_starting"]),
        offices=tuple(offices.values()),
        rooms=tuple(rooms.values()),
        advisers=tuple(advisers.values()),
        pinned=_pins(document.get("pinned", []), advisers, offices),
        forbidden=_forbidden(document.get("forbidden", []), advisers, offices),
        weights=_weights(document.get("weights", {})),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _check_sizes(document: Mapping[str, Any]) -> None:
    limits = {"offices": MOST_OFFICES, "rooms": MOST_ROOMS, "advisers": MOST_ADVISERS}
    for name, most in limits.items():
        count = len(items(document[name], name))
        if count > most:
            raise BadInput(
                f"The problem has {count:,} {name}; one district's week may have up to"
                f" {most:,}, so solve each district by itself."
            )


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


Thing = TypeVar("Thing", bound=_Identified)


def _unique(values: list[Any], kind: str, read: Callable[[Any, str], Thing]) -> dict[str, Thing]:
    things: dict[str, Thing] = {}
    for number, value in enumerate(values, start=1):
        named = isinstance(value, dict) and isinstance(value.get("id"), str)
        where = f"{kind} {shown(value['id']) if named else f'number {number}'}"
        thing = read(value, where)
        if thing.id in things:
            raise BadInput(f"{where}: two {kind}s have this id.")
        things[thing.id] = thing
    return things


def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _monday(value: Any) -> date:
    written = text(value, "week_starting")
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise BadInput(f"week_starting must be a date, not {shown(value)}.") from error
    if day.weekday() != 0:
        raise BadInput(f"week_starting must be a Monday, which {day.isoformat()} is not.")
    return day


def _office(value: Any, where: str) -> Office:
    office = record(value, where, required=_names(Office))
    return Office(
        id=text(office["id"], f"{where}: id"),
        days_wanted=whole(office["days_wanted"], f"{where}: days_wanted", 0, DAYS),
        overflow_places=whole(office["overflow_places"], f"{where}: overflow_places", 0, 100),
        demand=_per_session(office, "demand", where, 10_000),
        capacity=_per_session(office, "capacity", where, 1_000),
    )


def _per_session(office: Mapping[str, Any], name: str, where: str, high: int) -> tuple[int, ...]:
    return tuple(
        whole(value, f"{where}: {name}[{session}]", 0, high)
        for session, value in enumerate(items(office[name], f"{where}: {name}", length=SESSIONS))
    )


def _flags(values: Any, where: str) -> tuple[bool, ...]:
    return tuple(
        flag(value, f"{where}[{session}]")
        for session, value in enumerate(items(values, where, length=SESSIONS))
    )


def _room(value: Any, where: str, offices: Mapping[str, Office]) -> Room:
    room = record(value, where, required=_names(Room))
    if room["id"] == "overflow":
        raise BadInput(f'{where}: "overflow" is not a room id, it means no room.')
    return Room(
        id=text(room["id"], f"{where}: id"),
        office=known(room["office"], f"{where}: office", offices, "office"),
        private=flag(room["private"], f"{where}: private"),
        bookable_in_advance=flag(room["bookable_in_advance"], f"{where}: bookable_in_advance"),
        open=_flags(room["open"], f"{where}: open"),
    )


def _adviser(value: Any, where: str, offices: Mapping[str, Office]) -> Adviser:
    adviser = record(value, where, required=_names(Adviser))
    return Adviser(
        id=text(adviser["id"], f"{where}: id"),
        max_days=whole(adviser["max_days"], f"{where}: max_days", 0, DAYS),
        available=_flags(adviser["available"], f"{where}: available"),
        travel_minutes=_travel(adviser["travel_minutes"], f"{where}: travel_minutes", offices),
        dedicated=_dedicated(adviser["dedicated"], f"{where}: dedicated", offices),
        last_week=_last_week(adviser["last_week"], f"{where}: last_week", offices),
    )


def _travel(value: Any, where: str, offices: Mapping[str, Office]) -> dict[str, int]:
    if not isinstance(value, dict):
        raise BadInput(f"{where} must be an object, not {shown(value)}.")
    return {
        known(office, where, offices, "office"): whole(minutes, f"{where}: {office}", 0, 1_440)
        for office, minutes in value.items()
    }


def _dedicated(
    values: Any, where: str, offices: Mapping[str, Office]
) -> tuple[tuple[str, int], ...]:
    pairs = [
        items(value, f"{where}[{index}]", length=2)
        for index, value in enumerate(items(values, where))
    ]
    return tuple(
        (known(office, where, offices, "office"), whole(day, f"{where}: day", 0, DAYS - 1))
        for office, day in pairs
    )


def _last_week(values: Any, where: str, offices: Mapping[str, Office]) -> tuple[str | None, ...]:
    return tuple(
        None if value is None else known(value, f"{where}[{day}]", offices, "office")
        for day, value in enumerate(items(values, where, length=DAYS))
    )


def _pins(
    values: Any, advisers: Mapping[str, Adviser], offices: Mapping[str, Office]
) -> tuple[Pin, ...]:
    pins = []
    for index, value in enumerate(items(values, "pinned")):
        where = f"pinned[{index}]"
        pin = record(value, where, required=_names(Pin))
        pins.append(
            Pin(
                adviser=known(pin["adviser"], f"{where}: adviser", advisers, "adviser"),
                day=whole(pin["day"], f"{where}: day", 0, DAYS - 1),
                office=known(pin["office"], f"{where}: office", offices, "office"),
            )
        )
    return tuple(dict.fromkeys(pins))


def _forbidden(
    values: Any, advisers: Mapping[str, Adviser], offices: Mapping[str, Office]
) -> frozenset[tuple[str, str]]:
    pairs = set()
    for index, value in enumerate(items(values, "forbidden")):
        where = f"forbidden[{index}]"
        pair = record(value, where, required=("adviser", "office"))
        pairs.add(
            (
                known(pair["adviser"], f"{where}: adviser", advisers, "adviser"),
                known(pair["office"], f"{where}: office", offices, "office"),
            )
        )
    return frozenset(pairs)


def _weights(value: Any) -> Weights:
    singles = [name for name in _names(Weights) if not name.startswith("fairness")]
    given = dict(record(value, "weights", required=(), optional=(*singles, "fairness")))
    if "fairness" in given:
        pair = items(given.pop("fairness"), "weights: fairness", length=2)
        given["fairness_away"], given["fairness_travel"] = pair
    return Weights(
        **{
            name: whole(weight, f"weights: {name}", 0, MOST_WEIGHT)
            for name, weight in given.items()
        }
    )
