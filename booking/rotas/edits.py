"""A draft changed by hand: every legal day for an adviser with its cost, and the choice kept."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import update

from booking import audit, clock
from booking.database import db, use_case
from booking.errors import BookingError, NotFound
from booking.models import RotaDraft
from booking.rights import Actor
from booking.rotas import drafts
from booking.rotas.drafts import AlreadyPublished, DraftChanged, Solved
from booking.rotas.half_days import DAYS
from optimizer.rota.counterfactual import points
from optimizer.rota.objective import weighted_terms
from optimizer.rota.problem import Adviser, Office, Room
from optimizer.rota.rota import OVERFLOW, Assignment, Rota, rota_text
from optimizer.rota.rules import violations

OFF = "off"


class EditRefused(BookingError):
    code = "edit_refused"


@dataclass(frozen=True)
class Option:
    """One way for an adviser to spend a day. `rise` is what the week then costs more (or less).

    `key` names it in a form: the office and its half-days, or "off".
    """

    key: str
    office: str
    assignment: Assignment | None
    rise: int
    is_now: bool

    @property
    def rise_in_words(self) -> str:
        """`3 points more`, `1 point less`, `the same`."""
        if not self.rise:
            return "the same"
        return f"{points(abs(self.rise))} {'more' if self.rise > 0 else 'less'}"


def options(solved: Solved, adviser_name: str, day: int) -> list[Option]:
    """Every legal day of the adviser, the cheapest first."""
    now = sum(weighted_terms(solved.problem, solved.rota).values())
    current = _current(solved.rota, adviser_name, day)
    found = []
    for candidate in _candidates(solved, adviser_name, day):
        changed = _with(solved.rota, adviser_name, day, candidate)
        if not violations(solved.problem, changed):
            cost = sum(weighted_terms(solved.problem, changed).values())
            office = candidate.office if candidate else ""
            is_now = _shape(candidate) == _shape(current)
            found.append(Option(key_of(candidate), office, candidate, cost - now, is_now))
    return sorted(found, key=lambda option: (option.rise, not option.is_now, option.key))


@use_case
def choose(
    *, draft_id: int, version: int, adviser_id: int, day: int, key: str, by: Actor
) -> Option:
    """Give the adviser that day in the draft; returns it with what it costs.

    Raises DraftChanged when somebody was quicker, EditRefused when it is no legal day any more,
    AlreadyPublished when the rota is no draft any more.
    """
    by.must("plan the rota")
    solved = drafts.solved(draft_id, by)
    if solved.draft.published_at is not None:
        raise AlreadyPublished
    if day >= DAYS:
        raise NotFound
    name = adviser_called(solved, adviser_id)
    option = next((each for each in options(solved, name, day) if each.key == key), None)
    if option is None:
        raise EditRefused(f"{name} cannot do that, as the rota stands.")
    changed = _judged(solved, _with(solved.rota, name, day, option.assignment))
    result = db.session.execute(
        update(RotaDraft)
        .where(RotaDraft.id == draft_id, RotaDraft.version == version)
        .values(
            rota=rota_text(changed),
            version=version + 1,
            changed_at=clock.now(),
            changed_by=by.name,
        )
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise DraftChanged
    audit.record(
        by, "edited rota", solved.draft, after={"adviser_id": adviser_id, "day": day, "to": key}
    )
    return option


def adviser_called(solved: Solved, adviser_id: int) -> str:
    """What the problem calls the adviser; NotFound when they are not in it."""
    for name, row_id in solved.draft.keys["advisers"].items():
        if row_id == adviser_id:
            return str(name)
    raise NotFound


def key_of(assignment: Assignment | None) -> str:
    return OFF if assignment is None else json.dumps(_shape(assignment))


def _shape(assignment: Assignment | None) -> list[object]:
    return [] if assignment is None else [assignment.office, *sorted(assignment.places)]


def _current(rota: Rota, adviser: str, day: int) -> Assignment | None:
    days = (each for each in rota.assignments if (each.adviser, each.day) == (adviser, day))
    return next(days, None)


def _with(rota: Rota, adviser: str, day: int, assignment: Assignment | None) -> Rota:
    others = [each for each in rota.assignments if (each.adviser, each.day) != (adviser, day)]
    return replace(rota, assignments=(*others, *([assignment] if assignment else [])))


def _candidates(solved: Solved, name: str, day: int) -> Iterator[Assignment | None]:
    """Off, and each office in reach for the morning, the afternoon or both."""
    yield None
    adviser = next(each for each in solved.problem.advisers if each.id == name)
    current = _current(solved.rota, name, day)
    others = _with(solved.rota, name, day, None)
    halves = [s for s in (2 * day, 2 * day + 1) if adviser.available[s]]
    shapes = [[half] for half in halves] + ([halves] if len(halves) == 2 else [])
    for office in solved.problem.offices:
        if not _may_work(solved, adviser, office):
            continue
        for shape in shapes:
            if not all(office.capacity[session] for session in shape):
                continue
            if _shape(current) == [office.id, *shape]:
                yield current
                continue
            places = _places(solved, others, office, shape)
            if places is not None:
                yield Assignment(name, day, office.id, dict(zip(shape, places, strict=True)))


def _may_work(solved: Solved, adviser: Adviser, office: Office) -> bool:
    kept_from = (adviser.id, office.id) in solved.problem.forbidden
    return office.id in adviser.travel_minutes and not kept_from


def _places(solved: Solved, others: Rota, office: Office, shape: Sequence[int]) -> list[str] | None:
    """The best free room for the whole day, else one for each half, else None."""
    taken = {
        (session, place) for each in others.assignments for session, place in each.places.items()
    }
    sent_out = [
        sum(
            each.office == office.id and each.places.get(s) == OVERFLOW
            for each in others.assignments
        )
        for s in shape
    ]
    rooms = sorted((r for r in solved.problem.rooms if r.office == office.id), key=_comfort)
    free = [[r.id for r in rooms if r.open[s] and (s, r.id) not in taken] for s in shape]
    for number, session_rooms in enumerate(free):
        if sent_out[number] < office.overflow_places:
            session_rooms.append(OVERFLOW)
    all_day = [place for place in free[0] if all(place in each for each in free)]
    if all_day:
        return [all_day[0]] * len(shape)
    return [each[0] for each in free] if all(free) else None


def _comfort(room: Room) -> tuple[int, str]:
    return 3 * (not room.private) + 2 * (not room.bookable_in_advance), room.id


def _judged(solved: Solved, changed: Rota) -> Rota:
    """The rota with its true price; the bound was proved for the problem, so it still holds."""
    terms = weighted_terms(solved.problem, changed)
    objective = sum(terms.values())
    best = changed.bound is not None and objective <= changed.bound
    return replace(
        changed, status="optimal" if best else "feasible", objective=objective, terms=terms
    )
