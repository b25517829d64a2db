"""A repair plan as a lead reads it before it is published: every session, move and text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import clock
from booking.database import db
from booking.models import Appointment, RepairPlan, Session, Slot
from booking.particulars import clock_words
from booking.rotas.half_days import when


@dataclass(frozen=True)
class Move:
    """One appointment: from where, to where, what is kept, what the claimant is sent.

    `to` is empty when there is no place; `kept` says why then.
    """

    appointment: Appointment
    was: str
    to: str
    kept: str
    text: str


@dataclass(frozen=True)
class PlanInWords:
    moves: Sequence[Move]
    unplaced: Sequence[Move]
    sessions: Sequence[str]


def in_words(plan: RepairPlan) -> PlanInWords | None:
    """None while there is no plan."""
    if plan.plan is None:
        return None
    answer = plan.plan
    rows = {
        str(each.id): each
        for each in db.session.scalars(
            select(Appointment)
            .where(Appointment.id.in_([int(key) for key in answer["stranded"]]))
            .options(joinedload(Appointment.claimant))
        )
    }
    texts, diary = plan.texts or {}, _Diary(answer)
    moves = [
        Move(
            rows[key],
            _was(diary.slots[answer["stranded"][key]], answer),
            _to(slot, plan, diary),
            rung[:1].upper() + rung[1:],
            texts.get(key, ""),
        )
        for key, (slot, rung) in answer["placed"].items()
    ]
    unplaced = [
        Move(
            rows[key],
            _was(diary.slots[answer["stranded"][key]], answer),
            "",
            why[:1].upper() + why[1:] + ".",
            texts.get(key, ""),
        )
        for key, why in answer["unplaced"].items()
    ]
    return PlanInWords(moves, unplaced, _sessions(plan, diary))


class _Diary:
    """The slots and sessions that a plan names, read at once."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        found = [slot for slot, _ in answer["placed"].values() if not slot.startswith("new|")]
        slot_ids = {*answer["stranded"].values(), *map(int, found)}
        session_ids = {*answer["lost"], *map(int, [*answer["rooms"], *answer.get("covered", {})])}
        whose = (joinedload(Session.adviser), joinedload(Session.room), joinedload(Session.office))
        slots = select(Slot).where(Slot.id.in_(slot_ids))
        sessions = select(Session).where(Session.id.in_(session_ids)).options(*whose)
        self.slots = {
            slot.id: slot
            for slot in db.session.scalars(slots.options(joinedload(Slot.session).options(*whose)))
        }
        self.sessions = {session.id: session for session in db.session.scalars(sessions)}


def _was(slot: Slot, answer: Mapping[str, Any]) -> str:
    return _place(slot.starts_at, slot.session, _before(slot.session, answer))


def _to(key: str, plan: RepairPlan, diary: _Diary) -> str:
    assert plan.plan is not None
    if not key.startswith("new|"):
        slot = diary.slots[int(key)]
        cover = plan.plan.get("covered", {}).get(str(slot.session_id))
        name = cover["name"] if cover else slot.session.adviser.name
        return _place(slot.starts_at, slot.session, name)
    _, name, index, position = key.split("|")
    seats = {(each[0], each[1]): each[2:] for each in plan.plan["opened"]}
    office, place = seats[name, int(index)]
    shape = plan.asked["shapes"][f"{office}|{index}"]
    starts = next(start for at, start, _ in shape if at == int(position))
    return f"{_at(datetime.fromisoformat(starts))}, {name}, {place}"


def _before(session: Session, answer: Mapping[str, Any]) -> str:
    """Whose session it was: once published, it is whoever's took it over."""
    cover = answer.get("covered", {}).get(str(session.id))
    return str(cover["was"]) if cover else session.adviser.name


def _place(starts_at: datetime, session: Session, adviser: str) -> str:
    return f"{_at(clock.london(starts_at))}, {adviser}, {_where(session)}"


def _where(session: Session) -> str:
    return f"{session.room.name} at {session.office.name}" if session.room else "by telephone"


def _at(wall: datetime) -> str:
    return f"{wall:%a} {wall.day} {wall:%b}, {clock_words(wall.time())}"


def _sessions(plan: RepairPlan, diary: _Diary) -> list[str]:
    """What becomes of the week's sessions, a line for each."""
    assert plan.plan is not None
    lines = []
    for session_id in plan.plan["lost"]:
        session = diary.sessions[session_id]
        lines.append(f"{_half(session, plan.plan)}: cancelled")
    for session_id, place in plan.plan["rooms"].items():
        session = diary.sessions[int(session_id)]
        lines.append(
            f"{_half(session, plan.plan)}: into {place}, and everybody booked keeps their time"
        )
    for session_id, cover in plan.plan.get("covered", {}).items():
        session = diary.sessions[int(session_id)]
        lines.append(f"{_half(session, plan.plan)}: {cover['name']} takes it over as it stands")
    for name, index, _office, place in sorted(plan.plan["opened"], key=lambda each: each[1]):
        on, half_day = when(plan.week, index)
        lines.append(f"{on:%A} {half_day}, {name}: opened in {place}, to cover")
    return lines


def _half(session: Session, answer: Mapping[str, Any]) -> str:
    adviser = _before(session, answer)
    return f"{session.on_date:%A} {session.half_day}, {adviser}, {_where(session)}"
