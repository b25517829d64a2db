"""The message log: every text with its fate, those that need somebody first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import contains_eager

from booking.database import db
from booking.errors import NotFound
from booking.models import Appointment, ContactNote, Office, OutboxMessage, Session, Slot
from booking.rights import Actor
from booking.words import MessageState

NEEDS_SOMEBODY = (
    MessageState.UNKNOWN,
    MessageState.FAILED,
    MessageState.UNDELIVERED,
    MessageState.NOT_SENT,
)
ON_A_PAGE = 60


@dataclass(frozen=True)
class Conversation:
    """The texts of one appointment in order, and what the claimant said."""

    appointment: Appointment
    texts: Sequence[OutboxMessage]
    notes: Sequence[ContactNote] = ()

    @property
    def in_order(self) -> Sequence[tuple[datetime, OutboxMessage | ContactNote]]:
        """Everything said, each with its time: when it went, or is to go."""
        said = [(_at(text), text) for text in self.texts]
        heard = [(note.at, note) for note in self.notes]
        return sorted([*said, *heard], key=lambda line: line[0])


def log(
    *, office_id: int | None = None, state: MessageState | None = None, page: int = 1, by: Actor
) -> tuple[Sequence[Conversation], bool]:
    """One page of texts, grouped by appointment, and whether there are more.

    Texts that failed or whose fate is unknown come first, then the latest.
    """
    query = _reached(by)
    if office_id is not None:
        query = query.where(Session.office_id == office_id)
    if state is not None:
        query = query.where(OutboxMessage.state == state)
    happened_at = func.coalesce(
        OutboxMessage.settled_at, OutboxMessage.claimed_at, OutboxMessage.created_at
    )
    urgent = case((OutboxMessage.state.in_(NEEDS_SOMEBODY), 0), else_=1)
    rows = db.session.scalars(
        query.order_by(urgent, happened_at.desc(), OutboxMessage.id.desc())
        .offset((page - 1) * ON_A_PAGE)
        .limit(ON_A_PAGE + 1)
    ).all()
    return _grouped(rows[:ON_A_PAGE]), len(rows) > ON_A_PAGE


def about(appointment_id: int, *, by: Actor) -> Conversation:
    """Everything said about one appointment, by text and by the claimant."""
    texts = db.session.scalars(
        _reached(by)
        .where(OutboxMessage.appointment_id == appointment_id)
        .order_by(OutboxMessage.id)
    ).all()
    appointment = texts[0].appointment if texts else None
    if appointment is None:
        raise NotFound
    notes = db.session.scalars(
        select(ContactNote)
        .where(ContactNote.appointment_id == appointment_id)
        .order_by(ContactNote.id)
    ).all()
    return Conversation(appointment, texts, notes)


def _at(text: OutboxMessage) -> datetime:
    return text.claimed_at or text.settled_at or text.due_at


def _reached(by: Actor) -> Select[tuple[OutboxMessage]]:
    by.must("see messages")
    query = (
        select(OutboxMessage)
        .join(OutboxMessage.appointment)
        .join(Appointment.slot)
        .join(Slot.session)
        .join(Session.office)
        .join(Appointment.claimant)
        .options(
            contains_eager(OutboxMessage.appointment).options(
                contains_eager(Appointment.claimant),
                contains_eager(Appointment.slot)
                .contains_eager(Slot.session)
                .contains_eager(Session.office),
            )
        )
    )
    if by.district_id is not None:
        query = query.where(Office.district_id == by.district_id)
    return query


def _grouped(rows: Sequence[OutboxMessage]) -> list[Conversation]:
    groups: dict[Appointment, list[OutboxMessage]] = {}
    for row in rows:
        if row.appointment is not None:
            groups.setdefault(row.appointment, []).append(row)
    return [
        Conversation(appointment, sorted(texts, key=lambda text: text.id))
        for appointment, texts in groups.items()
    ]
