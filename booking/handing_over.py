"""A Jobcentre adviser kept for the first minutes of an appointment; inside use cases only."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from booking import audit, clock
from booking.database import db, refused
from booking.errors import AdviserAtHandover, HandoverRefused, NotAllowed, RoomAtHandover
from booking.models import Appointment, Handover, HandoverTime, Slot, User
from booking.rights import Actor
from booking.words import STILL_TO_COME, SessionKind


def arrange(appointment: Appointment, by: Actor) -> Handover:
    """Keep the actor for the start of the appointment.

    Raises HandoverRefused: not in person at the actor's office, over, somebody else's already;
    AdviserAtHandover or RoomAtHandover when the keys say so.
    """
    by.must("hand over in person")
    user = db.session.get(User, by.user_id) if by.user_id else None
    if user is None:
        raise NotAllowed
    if appointment.status not in STILL_TO_COME or appointment.slot.starts_at <= clock.now():
        raise HandoverRefused("The appointment has started or is over: it is too late to join it.")
    handover = of(appointment)
    if handover is not None and handover.is_on:
        raise HandoverRefused(f"{handover.user.name} hands over at that appointment already.")
    if handover is None:
        handover = Handover(appointment_id=appointment.id, appointment=appointment)
        db.session.add(handover)
    handover.user_id, handover.user, handover.asked_at = user.id, user, clock.now()
    handover.ended_at, handover.ended_because = None, ""
    _keep(handover)
    audit.record(
        by,
        "arranged handover",
        appointment,
        office_id=appointment.slot.session.office_id,
        after={"user_id": user.id},
    )
    return handover


def follow(appointment: Appointment, by: Actor, *, must: bool) -> None:
    """The handover goes where the appointment has gone.

    Where its adviser cannot be, it ends with the reason, or with `must` the move is refused.
    """
    handover = of(appointment)
    if handover is None or not handover.is_on:
        return
    try:
        with db.session.begin_nested():
            _keep(handover)
    except HandoverRefused as refusal:
        if must:
            raise type(refusal)(
                f"{refusal} End the handover first, or choose another time."
            ) from None
        end(handover, str(refusal), by)


def end(handover: Handover, because: str, by: Actor) -> None:
    """The appointment goes on without the Jobcentre adviser."""
    give_back(handover.appointment_id)
    handover.ended_at, handover.ended_because = clock.now(), because[:200]
    audit.record(
        by,
        "ended handover",
        handover.appointment,
        office_id=handover.appointment.slot.session.office_id,
        before={"user_id": handover.user_id},
        after={"because": because},
    )


def give_back(appointment_id: int) -> None:
    """The time of adviser and room, for whoever asks next."""
    db.session.execute(delete(HandoverTime).where(HandoverTime.appointment_id == appointment_id))


def of(appointment: Appointment) -> Handover | None:
    return db.session.scalar(select(Handover).where(Handover.appointment_id == appointment.id))


def could(by: Actor, slot: Slot) -> bool:
    """Whether the actor may offer to come along to that slot."""
    session = slot.session
    here = by.office_id == session.office_id and session.kind == SessionKind.INTERVIEWS
    return here and by.user_id is not None and by.may("hand over in person")


def ends_at(appointment: Appointment) -> datetime:
    """When the Jobcentre adviser leaves the other two to it."""
    slot = appointment.slot
    minutes = slot.session.office.rules.handover_minutes
    return min(slot.starts_at + timedelta(minutes=minutes), slot.ends_at)


def _keep(handover: Handover) -> None:
    """Take the marks; the keys refuse a second handover of the adviser or in the room."""
    appointment, user = handover.appointment, handover.user
    _check_place(appointment, user)
    kept = clock.marks(appointment.slot.starts_at, ends_at(appointment))
    key = {"user_id": user.id, "slot_id": appointment.slot_id, "appointment_id": appointment.id}
    name = user.name
    try:
        with refused(
            pk_handover_time=AdviserAtHandover, uq_handover_time_slot_id_mark=RoomAtHandover
        ):
            marks = [{**key, "mark": mark} for mark in kept]
            db.session.execute(insert(HandoverTime), marks)
    except AdviserAtHandover:
        raise AdviserAtHandover(f"{name} is at another handover then.") from None


def _check_place(appointment: Appointment, user: User) -> None:
    session = appointment.slot.session
    if session.kind != SessionKind.INTERVIEWS:
        raise HandoverRefused("A warm handover is at an interview in person.")
    if session.office_id != user.office_id:
        raise HandoverRefused(f"{user.name} cannot hand over at {session.office.name}.")
