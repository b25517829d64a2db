"""A repair plan carried out inside one transaction; whatever does not fit any more ends it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from booking import audit, placing
from booking.attendance import levels
from booking.database import db
from booking.errors import AdviserBusy, BookingError, CannotOpenSession
from booking.models import (
    Adviser,
    Appointment,
    District,
    Office,
    RepairPlan,
    Session,
    Slot,
    WaitingEntry,
)
from booking.models.diary import HOLDS_A_PLACE
from booking.rights import Actor
from booking.rotas.half_days import when
from booking.rotas.mishap import Mishap
from booking.rotas.mishap_on_record import put_on_record
from booking.rotas.news import advisers_told
from booking.rotas.repair_weeks import whole_of
from booking.rotas.seats import Seat, room_for
from booking.rotas.standing import standing
from booking.sessions import open_session_within
from booking.taking_over import take_over
from booking.words import (
    STILL_TO_COME,
    SessionState,
    WaitingState,
)
from optimizer.rota.rota import OVERFLOW


class PlanOutdated(BookingError):
    code = "plan_outdated"
    sentence = "The diary has changed since this plan was made. Ask for a new one."


def carry_out(
    plan: RepairPlan, answer: Mapping[str, Any], mishap: Mishap, by: Actor
) -> Sequence[Appointment]:
    """Every step of the plan; returns the appointments that moved or lost their place."""
    db.session.get(District, plan.district_id, with_for_update=True)
    standing(plan.district_id, plan.week, lock=True)
    stranded = _still_stranded(answer)
    week = (plan.week, plan.week + timedelta(days=6))
    with advisers_told(plan.district, *week, why=f"{mishap.in_words}.", by=by):
        _cancel(answer["lost"], by)
        _change_rooms(answer["rooms"], plan.asked["keys"], by)
        _give_to_others(answer.get("covered", {}), by)
        opened = _open(answer["opened"], plan, by)
    promised = _keep_promised(answer, opened)
    for appointment in stranded:
        _settle(appointment, answer, opened, plan.reason, by)
    for adviser_id, on in promised:
        levels.settle_now(adviser_id, on)
    if _live(answer["lost"]):
        raise PlanOutdated
    put_on_record(mishap, whole_of(plan), plan.reason, by)
    db.session.flush()
    return stranded


def _still_stranded(answer: Mapping[str, Any]) -> list[Appointment]:
    """Those of the plan that still are where it found them; nobody else may be there."""
    slots = {int(key): slot for key, slot in answer["stranded"].items()}
    found = db.session.scalars(
        select(Appointment)
        .where(Appointment.id.in_(slots), Appointment.status.in_(STILL_TO_COME))
        .order_by(Appointment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    still = [each for each in found if each.slot_id == slots[each.id]]
    touched = [*answer["lost"], *map(int, answer.get("covered", {}))]
    if set(_live(touched)) - {each.id for each in still}:
        raise PlanOutdated
    return still


def _live(session_ids: Sequence[int]) -> Sequence[int]:
    return db.session.scalars(
        select(Appointment.id)
        .join(Slot, Appointment.slot_id == Slot.id)
        .where(Slot.session_id.in_(session_ids), HOLDS_A_PLACE)
    ).all()


def _cancel(session_ids: Sequence[int], by: Actor) -> None:
    """Before new sessions are opened: their advisers and rooms are free from here on."""
    for session_id in session_ids:
        session = db.session.get_one(Session, session_id)
        if session.state == SessionState.CANCELLED:
            raise PlanOutdated
        session.state = SessionState.CANCELLED
        audit.record(by, "cancelled session", session, office_id=session.office_id)
    db.session.flush()


def _change_rooms(
    rooms: Mapping[str, str], keys: Mapping[str, Mapping[str, int]], by: Actor
) -> None:
    """Sessions into their new rooms, those first whose room is free already."""
    waiting = {
        db.session.get_one(Session, int(session_id)): place for session_id, place in rooms.items()
    }
    while waiting:
        ready = [s for s, place in waiting.items() if _room(s, place, keys) is not None]
        if not ready:
            raise PlanOutdated
        for session in ready:
            room_id = _room(session, waiting.pop(session), keys)
            if room_id is None:
                raise PlanOutdated
            before, after = audit.change(session, room_id=room_id)
            audit.record(
                by,
                "changed room",
                session,
                office_id=session.office_id,
                before=before,
                after=after,
            )
            db.session.flush()


def _give_to_others(covered: Mapping[str, Mapping[str, Any]], by: Actor) -> None:
    """Sessions that the rota does not plan, to whoever takes them over."""
    for session_id, cover in covered.items():
        session = db.session.get_one(Session, int(session_id))
        if session.state == SessionState.CANCELLED:
            raise PlanOutdated
        which = f"{cover['name']}, {session.on_date:%A} {session.half_day}"
        try:
            take_over(session, cover["adviser"], by)
        except (AdviserBusy, CannotOpenSession) as refusal:
            raise PlanOutdated(f"{which}: {refusal}") from refusal


def _room(session: Session, place: str, keys: Mapping[str, Mapping[str, int]]) -> int | None:
    """The room's id when nobody sits in it in that half-day."""
    if place == OVERFLOW:
        return None
    room_id = keys["rooms"][place]
    taken = select(Session.id).where(
        Session.room_id == room_id,
        Session.on_date == session.on_date,
        Session.half_day == session.half_day,
        Session.state == SessionState.PUBLISHED,
    )
    return None if db.session.scalar(taken.limit(1)) else room_id


def _open(
    seats: Sequence[Sequence[Any]], plan: RepairPlan, by: Actor
) -> dict[tuple[str, int], Session]:
    """The sessions of those who cover, by adviser's name and half-day."""
    keys = plan.asked["keys"]
    opened = {}
    for name, index, office_name, place in seats:
        on, half_day = when(plan.week, index)
        office = db.session.get_one(Office, keys["offices"][office_name])
        adviser = db.session.get_one(Adviser, keys["advisers"][name])
        room_id = None if place == OVERFLOW else keys["rooms"][place]
        room = room_for(Seat(office.id, adviser.id, index, room_id), office, plan.week)
        if room is None:
            raise PlanOutdated(f"No room is free for {name} at {office_name} on {on:%A}.")
        try:
            opened[name, index] = open_session_within(
                office_id=room.office_id,
                adviser_id=adviser.id,
                on=on,
                half_day=half_day,
                room_id=room.id,
                by=by,
            )
        except (AdviserBusy, CannotOpenSession) as refusal:
            raise PlanOutdated(f"{name}, {on:%A} {half_day}: {refusal}") from refusal
    return opened


def _keep_promised(
    answer: Mapping[str, Any], opened: Mapping[tuple[str, int], Session]
) -> list[tuple[int, date]]:
    """The places of the plan are given whatever the levels of days with more sessions say now.

    Returns adviser and day of each, to be settled when everybody is in their place.
    """
    keys = [slot_key for slot_key, _ in answer["placed"].values()]
    slots = [db.session.get_one(Slot, _slot_id(key, opened)) for key in keys]
    for slot in slots:
        slot.beyond_level = False
    db.session.flush()
    return sorted({(slot.session.adviser_id, slot.session.on_date) for slot in slots})


def _settle(
    appointment: Appointment,
    answer: Mapping[str, Any],
    opened: Mapping[tuple[str, int], Session],
    reason: str,
    by: Actor,
) -> None:
    """Move one appointment as planned; without a place it waits, and somebody rings."""
    placed = answer["placed"].get(str(appointment.id))
    if placed is not None:
        slot_id = _slot_id(placed[0], opened)
        if slot_id == appointment.slot_id:
            was = answer["covered"][str(appointment.slot.session_id)]["was"]
            placing.stay_with_another(appointment, by, was=was)
            return
        placing.move_within(appointment_id=appointment.id, slot_id=slot_id, by=by)
        return
    office_id = appointment.slot.session.office_id
    placing.give_back(appointment, reason, by)
    appointment.ring_because = "The session was lost, and no other place was free"
    waits = select(WaitingEntry.id).where(
        WaitingEntry.referral_id == appointment.referral_id,
        WaitingEntry.state == WaitingState.WAITING,
    )
    if db.session.scalar(waits) is None:
        entry = WaitingEntry(
            office_id=office_id,
            claimant_id=appointment.claimant_id,
            referral_id=appointment.referral_id,
            state=WaitingState.WAITING,
            since=appointment.booked_at,  # they keep their turn
        )
        db.session.add(entry)
        audit.record(by, "waits again", entry, office_id=office_id)


def _slot_id(key: str, opened: Mapping[tuple[str, int], Session]) -> int:
    if not key.startswith("new|"):
        return int(key)
    _, name, index, position = key.split("|")
    session = opened[name, int(index)]
    return next(slot.id for slot in session.slots if slot.position == int(position))
