"""Warm handovers: asked for and ended by staff; they move and end with their appointment."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import clock, handing_over
from booking.database import db, use_case
from booking.errors import HandoverRefused
from booking.models import Appointment, Handover, Session, Slot
from booking.placing import locked
from booking.rights import Actor

_SHOWN_AFTER_IT_ENDED = timedelta(days=7)


@use_case
def ask(*, appointment_id: int, by: Actor) -> Handover:
    """The Jobcentre adviser who asks comes along for the first minutes.

    Raises HandoverRefused with the sentence that says why not.
    """
    by.must("hand over in person")
    return handing_over.arrange(locked(appointment_id, by), by)


@use_case
def end(*, appointment_id: int, by: Actor) -> Handover:
    """The appointment stands, and begins without the Jobcentre adviser."""
    by.must("move")
    handover = handing_over.of(locked(appointment_id, by))
    if handover is None or not handover.is_on:
        raise HandoverRefused("There is no handover to end.")
    handing_over.end(handover, f"Ended by {by.name}.", by)
    return handover


def of_user(user_id: int) -> Sequence[Handover]:
    """Handovers of a Jobcentre adviser from today on, and those lately ended, by time."""
    today, _ = clock.day_bounds(clock.today())
    rows = db.session.scalars(
        select(Handover)
        .join(Handover.appointment)
        .join(Appointment.slot)
        .where(Handover.user_id == user_id, Slot.starts_at >= today)
        .options(
            joinedload(Handover.appointment).joinedload(Appointment.claimant),
            joinedload(Handover.appointment)
            .joinedload(Appointment.slot)
            .joinedload(Slot.session)
            .options(
                joinedload(Session.room), joinedload(Session.adviser), joinedload(Session.office)
            ),
        )
        .order_by(Slot.starts_at, Handover.id)
    )
    since = clock.now() - _SHOWN_AFTER_IT_ENDED
    return [each for each in rows if each.is_on or (each.ended_at or clock.now()) >= since]
