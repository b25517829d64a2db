"""The files of a repair: `rota-booked/1`, who is booked, and `rota-repair/1`, what changes.

    {"format": "rota-booked/1", "from_session": 3,
     "booked": [{"adviser": "A1", "session": 4, "appointments": 5}],
     "prices": {"work": 10, "room": 1, "other_room": 1, "other_adviser": 3, "same_day": 6,
                "other_day": 12, "no_place": 30}}

`booked` counts the appointments by adviser and published session; others have none. Sessions
before `from_session` (absent: 0) are over. `prices` and each of them may be absent.

    {"format": "rota-repair/1", "status": "optimal", "price": 42, "price_bound": 42,
     "objective_bound": 39, "seconds": 0.1,
     "changes": [{"adviser": "A1", "session": 4, "before": {"office": "O1", "place": "O1-R1"},
                  "after": null, "booked": 5}],
     "moves": [{"office": "O1", "adviser": "A1", "session": 4, "to_adviser": "A2",
                "to_session": 4, "count": 5}],
     "reasons": []}

The new rota is a `rota/1` file beside it, whose status is "feasible": what is proved is that no
repair has a lower price, and none of this price a lower objective. `changes` are all
adviser-sessions that differ, null meaning off; a move to null has no place in the week.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, cast

from optimizer.errors import BadInput
from optimizer.repair.changes import AppointmentMove, Repair, RepairStatus, Seat, SessionChange
from optimizer.repair.problem import AdviserSession, Prices
from optimizer.rota.fields import items, parse_json, read_file, record, shown, text, whole
from optimizer.rota.problem import SESSIONS
from optimizer.rota.rota import Rota

BOOKED_FORMAT = "rota-booked/1"
REPAIR_FORMAT = "rota-repair/1"
MOST_BOOKED = 1_000
MOST_PRICE = 10_000
LARGEST = 10**12


@dataclass(frozen=True, slots=True)
class Booked:
    """Appointments by adviser and session, where the week stands, and prices of changes."""

    booked: Mapping[AdviserSession, int] = field(default_factory=dict)
    from_session: int = 0
    prices: Prices = field(default_factory=Prices)


def read_booked(path: Path) -> Booked:
    """The bookings in a file; raises BadInput, naming the file, with one sentence."""
    return read_file(path, parse_booked)


def parse_booked(data: bytes) -> Booked:
    """The bookings in the bytes of a `rota-booked/1` document."""
    document = record(
        parse_json(data),
        "The bookings",
        required=("format", "booked"),
        optional=("from_session", "prices"),
    )
    _check_format(document, BOOKED_FORMAT)
    booked: dict[AdviserSession, int] = {}
    for index, value in enumerate(items(document["booked"], "booked")):
        where = f"booked[{index}]"
        entry = record(value, where, required=("adviser", "session", "appointments"))
        key = text(entry["adviser"], f"{where}: adviser"), _session(entry["session"], where)
        if key in booked:
            raise BadInput(f"{where}: {key[0]} is given twice for session {key[1]}.")
        booked[key] = whole(entry["appointments"], f"{where}: appointments", 0, MOST_BOOKED)
    return Booked(
        booked,
        whole(document.get("from_session", 0), "from_session", 0, SESSIONS),
        _prices(document.get("prices", {})),
    )


def _check_format(document: Mapping[str, Any], wanted: str) -> None:
    if document["format"] != wanted:
        raise BadInput(f'The format must be "{wanted}", not {shown(document["format"])}.')


def _session(value: Any, where: str) -> int:
    return whole(value, f"{where}: session", 0, SESSIONS - 1)


def _prices(value: Any) -> Prices:
    names = [each.name for each in fields(Prices)]
    given = record(value, "prices", required=(), optional=names)
    return Prices(
        **{name: whole(each, f"prices: {name}", 0, MOST_PRICE) for name, each in given.items()}
    )


def repair_text(found: Repair) -> str:
    """What a repair changes as a `rota-repair/1` JSON document; its rota is a file of its own."""
    document = {
        "format": REPAIR_FORMAT,
        "status": found.status,
        "price": found.price,
        "price_bound": found.price_bound,
        "objective_bound": found.objective_bound,
        "seconds": round(found.seconds, 2),
        "changes": [asdict(change) for change in found.changes],
        "moves": [asdict(move) for move in found.moves],
        "reasons": list(found.reasons),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def read_repair(path: Path, rota: Rota) -> Repair:
    """The repair in a file, with its rota; raises BadInput, naming the file."""
    return read_file(path, lambda data: parse_repair(data, rota))


def parse_repair(data: bytes, rota: Rota) -> Repair:
    """The repair in the bytes of a `rota-repair/1` document; whether it is right is for `check`."""
    names = ("format", "status", "price", "price_bound", "objective_bound", "seconds")
    document = record(
        parse_json(data), "The repair", required=(*names, "changes", "moves", "reasons")
    )
    _check_format(document, REPAIR_FORMAT)
    if document["status"] not in ("optimal", "feasible"):
        raise BadInput(f'status must be "optimal" or "feasible", not {shown(document["status"])}.')
    return Repair(
        status=cast(RepairStatus, document["status"]),
        rota=rota,
        price=whole(document["price"], "price", 0, LARGEST),
        price_bound=whole(document["price_bound"], "price_bound", 0, LARGEST),
        objective_bound=whole(document["objective_bound"], "objective_bound", 0, LARGEST),
        seconds=0.0,
        changes=tuple(
            _change(value, f"changes[{index}]")
            for index, value in enumerate(items(document["changes"], "changes"))
        ),
        moves=tuple(
            _move(value, f"moves[{index}]")
            for index, value in enumerate(items(document["moves"], "moves"))
        ),
    )


def _change(value: Any, where: str) -> SessionChange:
    entry = record(value, where, required=[each.name for each in fields(SessionChange)])
    return SessionChange(
        text(entry["adviser"], f"{where}: adviser"),
        _session(entry["session"], where),
        _seat(entry["before"], f"{where}: before"),
        _seat(entry["after"], f"{where}: after"),
        whole(entry["booked"], f"{where}: booked", 0, MOST_BOOKED),
    )


def _seat(value: Any, where: str) -> Seat | None:
    if value is None:
        return None
    entry = record(value, where, required=("office", "place"))
    return Seat(text(entry["office"], f"{where}: office"), text(entry["place"], f"{where}: place"))


def _move(value: Any, where: str) -> AppointmentMove:
    entry = record(value, where, required=[each.name for each in fields(AppointmentMove)])
    placed = entry["to_adviser"] is not None
    return AppointmentMove(
        text(entry["office"], f"{where}: office"),
        text(entry["adviser"], f"{where}: adviser"),
        _session(entry["session"], where),
        to_adviser=text(entry["to_adviser"], f"{where}: to_adviser") if placed else None,
        to_session=_session(entry["to_session"], where) if placed else None,
        count=whole(entry["count"], f"{where}: count", 1, MOST_BOOKED),
    )
