"""A rota and its certificate: the `rota/1` document, written and read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from optimizer.errors import BadInput
from optimizer.rota.fields import items, parse_json, read_file, record, shown, text, whole
from optimizer.rota.problem import DAYS, SESSIONS

FORMAT = "rota/1"
OVERFLOW = "overflow"
TERMS = (
    "unmet_session",
    "unmet_week",
    "presence",
    "continuity",
    "spread",
    "away",
    "travel",
    "overflow",
    "not_bookable",
    "room_change",
    "open_plan",
    "fairness",
)
Status = Literal["optimal", "feasible", "infeasible"]


@dataclass(frozen=True, slots=True)
class Assignment:
    """One adviser-day at one office; `places` maps session to a room id or "overflow"."""

    adviser: str
    day: int
    office: str
    places: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Rota:
    """A week's rota. `bound` is proved: no legal rota costs less. Infeasible ones carry reasons."""

    problem_sha256: str
    status: Status
    objective: int | None
    bound: float | None
    seconds: float
    assignments: tuple[Assignment, ...] = ()
    terms: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()


def rota_text(rota: Rota) -> str:
    """The rota as a `rota/1` JSON document."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "problem_sha256": rota.problem_sha256,
        "status": rota.status,
        "objective": rota.objective,
        "bound": rota.bound,
        "seconds": round(rota.seconds, 2),
        "assignments": [_written(assignment) for assignment in rota.assignments],
        "terms": dict(rota.terms),
    }
    if rota.status == "infeasible":
        document["reasons"] = list(rota.reasons)
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _written(assignment: Assignment) -> dict[str, Any]:
    places = {str(session): place for session, place in sorted(assignment.places.items())}
    return {
        "adviser": assignment.adviser,
        "day": assignment.day,
        "office": assignment.office,
        "places": places,
    }


def read_rota(path: Path) -> Rota:
    """The rota in a file; raises BadInput, naming the file, with one sentence."""
    return read_file(path, parse_rota)


def parse_rota(data: bytes) -> Rota:
    """The rota in the bytes of a `rota/1` document; whether it is legal is for `check`."""
    document = record(
        parse_json(data),
        "The rota",
        required=("format", "problem_sha256", "status", "objective", "bound", "seconds"),
        optional=("assignments", "terms", "reasons"),
    )
    if document["format"] != FORMAT:
        raise BadInput(f'The format must be "{FORMAT}", not {shown(document["format"])}.')
    if document["status"] not in ("optimal", "feasible", "infeasible"):
        raise BadInput(
            f'status must be "optimal", "feasible" or "infeasible",'
            f" not {shown(document['status'])}."
        )
    found = document["status"] != "infeasible"
    for name in ("assignments", "terms") if found else ("reasons",):
        if name not in document:
            raise BadInput(f"The rota: the field {shown(name)} is missing.")
    return Rota(
        problem_sha256=text(document["problem_sha256"], "problem_sha256"),
        status=cast(Status, document["status"]),
        objective=whole(document["objective"], "objective", 0, 10**12) if found else None,
        bound=_number(document["bound"], "bound") if found else None,
        seconds=_number(document["seconds"], "seconds"),
        assignments=tuple(
            _assignment(value, f"assignments[{index}]")
            for index, value in enumerate(items(document.get("assignments", []), "assignments"))
        ),
        terms=_terms(document["terms"]) if found else {},
        reasons=tuple(_reason(value) for value in items(document.get("reasons", []), "reasons")),
    )


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise BadInput(f"{where} must be a number from 0, not {shown(value)}.")
    return float(value)


def _reason(value: Any) -> str:
    if not isinstance(value, str):
        raise BadInput(f"reasons must be sentences, not {shown(value)}.")
    return value


def _terms(value: Any) -> dict[str, int]:
    terms = record(value, "terms", required=TERMS)
    return {name: whole(terms[name], f"terms: {name}", 0, 10**12) for name in TERMS}


def _assignment(value: Any, where: str) -> Assignment:
    entry = record(value, where, required=("adviser", "day", "office", "places"))
    places = entry["places"]
    if not isinstance(places, dict):
        raise BadInput(f"{where}: places must be an object, not {shown(places)}.")
    sessions = {str(session): session for session in range(SESSIONS)}
    for name in places:
        if name not in sessions:
            raise BadInput(f"{where}: places: {shown(name)} is not a session from 0 to 9.")
    return Assignment(
        adviser=text(entry["adviser"], f"{where}: adviser"),
        day=whole(entry["day"], f"{where}: day", 0, DAYS - 1),
        office=text(entry["office"], f"{where}: office"),
        places={
            sessions[name]: text(place, f"{where}: places: {name}")
            for name, place in places.items()
        },
    )
