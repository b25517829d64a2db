"""Plain makers of small rota problems and rotas, as the documents of the two formats."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from optimizer.rota.problem import Problem
from optimizer.rota.problem_file import parse_problem
from optimizer.rota.rota import Rota, parse_rota

Document = dict[str, Any]
HERE = Path(__file__).resolve()


def make_office(name: str = "O1", **fields: Any) -> Document:
    """An office that wants nobody, where an adviser offers 5 in the morning and 4 after noon."""
    return {
        "id": name,
        "days_wanted": 0,
        "overflow_places": 0,
        "demand": [0] * 10,
        "capacity": [5, 4] * 5,
    } | fields


def make_room(name: str = "O1-R1", office: str = "O1", **fields: Any) -> Document:
    """A private room, bookable in advance, open all week."""
    return {
        "id": name,
        "office": office,
        "private": True,
        "bookable_in_advance": True,
        "open": [True] * 10,
    } | fields


def make_adviser(name: str = "A1", **fields: Any) -> Document:
    """An adviser free all week, 20 minutes from O1, dedicated to no office."""
    return {
        "id": name,
        "max_days": 5,
        "available": [True] * 10,
        "travel_minutes": {"O1": 20},
        "dedicated": [],
        "last_week": [None] * 5,
    } | fields


def make_document(**fields: Any) -> Document:
    """One office with one room, one adviser, no wishes."""
    return {
        "format": "rota-problem/1",
        "week_starting": "2026-12-07",
        "offices": [make_office()],
        "rooms": [make_room()],
        "advisers": [make_adviser()],
    } | fields


def sessions(*numbers: int) -> list[bool]:
    """Ten flags, true in the sessions named."""
    return [session in numbers for session in range(10)]


def as_bytes(document: Document) -> bytes:
    return json.dumps(document).encode()


def problem_of(document: Document) -> Problem:
    return parse_problem(as_bytes(document))


def make_problem(**fields: Any) -> Problem:
    return problem_of(make_document(**fields))


def entry(adviser: str, day: int, office: str, **places: str) -> Document:
    """An adviser-day; places as am="O1-R1", pm="overflow"."""
    return {
        "adviser": adviser,
        "day": day,
        "office": office,
        "places": {str(2 * day + (half == "pm")): place for half, place in places.items()},
    }


def make_rota(document: Document, *entries: Document, **fields: Any) -> Rota:
    """A rota of these adviser-days, its figures all nought unless given."""
    terms = "unmet_session unmet_week presence continuity spread away travel overflow"
    terms += " not_bookable room_change open_plan fairness"
    written = {
        "format": "rota/1",
        "problem_sha256": hashlib.sha256(as_bytes(document)).hexdigest(),
        "status": "feasible",
        "objective": 0,
        "bound": 0,
        "seconds": 0,
        "assignments": list(entries),
        "terms": dict.fromkeys(terms.split(), 0),
    }
    return parse_rota(as_bytes(written | fields))


def shared_problem(name: str) -> Path:
    """A problem of the shared data; skips, naming it, where that is absent."""
    default = HERE.parents[3] / "shared" / "data"
    path = Path(os.environ.get("LOCAL_DIARIES_SHARED", default)) / "rota" / name
    if not path.exists():
        pytest.skip(f"the shared rota problem {name} is absent ({path}; set LOCAL_DIARIES_SHARED)")
    return path
