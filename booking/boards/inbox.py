"""The inbox: what claimants wrote that nobody has dealt with, and what it may be about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from booking import clock
from booking.database import db
from booking.inbox import reached
from booking.messages import opt_outs
from booking.messages.replies import of_number
from booking.models import Appointment, Claimant, InboundText, Session, Slot
from booking.rights import Actor

_MOST_WAITING, _MOST_DEALT_WITH, _MOST_CANDIDATES = 100, 20, 6
_A_WHILE = timedelta(days=28)


@dataclass(frozen=True)
class Waiting:
    """A text to deal with: who may have sent it, and the appointments it may be about."""

    text: InboundText
    people: Sequence[Claimant]
    candidates: Sequence[Appointment]
    opted_out: bool


@dataclass(frozen=True)
class Inbox:
    waiting: Sequence[Waiting]
    dealt_with: Sequence[InboundText]


def inbox(*, by: Actor) -> Inbox:
    """What waits, the oldest first, and what was dealt with last."""
    texts = reached(by).options(
        joinedload(InboundText.handled_by),
        joinedload(InboundText.appointment).joinedload(Appointment.claimant),
        joinedload(InboundText.appointment).joinedload(Appointment.slot),
    )
    waiting = db.session.scalars(
        texts.where(InboundText.handled_at.is_(None))
        .order_by(InboundText.received_at, InboundText.id)
        .limit(_MOST_WAITING)
    ).all()
    dealt_with = db.session.scalars(
        texts.where(InboundText.handled_at.is_not(None))
        .order_by(InboundText.handled_at.desc(), InboundText.id.desc())
        .limit(_MOST_DEALT_WITH)
    ).all()
    return Inbox([_waiting(text, by) for text in waiting], dealt_with)


def _waiting(text: InboundText, by: Actor) -> Waiting:
    appointments = db.session.scalars(
        select(Appointment)
        .join(Appointment.claimant)
        .join(Appointment.slot)
        .join(Slot.session)
        .join(Session.office)
        .where(of_number(text.sent_from), Slot.starts_at > clock.now() - _A_WHILE)
        .options(
            contains_eager(Appointment.claimant),
            contains_eager(Appointment.slot)
            .contains_eager(Slot.session)
            .contains_eager(Session.office),
        )
        .order_by(Slot.starts_at.desc())
    ).all()
    mine = [each for each in appointments if by.reaches(each)][:_MOST_CANDIDATES]
    known = [text.appointment] if text.appointment is not None else mine
    people = dict.fromkeys(each.claimant for each in known)
    return Waiting(text, list(people), mine, opt_outs.is_opted_out(text.sent_from))
