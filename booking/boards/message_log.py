"""The message log: every text with its fate, those that need somebody first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import contains_eager, joinedload

from booking.database import db
from booking.errors import NotFound
from booking.models import (
    Appointment,
    Claimant,
    ContactNote,
    InboundText,
    Office,
    OutboxMessage,
    Session,
    Slot,
    WaitingOffer,
)
from booking.rights import Actor
from booking.words import MessageState

NEEDS_SOMEBODY = (
    MessageState.UNKNOWN,
    MessageState.FAILED,
    MessageState.UNDELIVERED,
    MessageState.NOT_SENT,
)
ON_A_PAGE = 60
Line = tuple[datetime, str, OutboxMessage | ContactNote | InboundText]


@dataclass(frozen=True)
class Conversation:
    """The texts to a claimant in order, and what the claimant said.

    `about` is the appointment or the offer it is about; None when it is about everything.
    """

    claimant: Claimant
    texts: Sequence[OutboxMessage]
    about: Appointment | WaitingOffer | None = None
    notes: Sequence[ContactNote] = ()
    replies: Sequence[InboundText] = ()

    @property
    def in_order(self) -> Sequence[Line]:
        """Everything said, each with its time: when it went, or is to go.

        A reply that is on record as a note is told once, as the note.
        """
        said: list[Line] = [(_at(text), "text", text) for text in self.texts]
        said += [(note.at, "note", note) for note in self.notes]
        said += [
            (text.received_at, "reply", text)
            for text in self.replies
            if text.contact_note_id is None
        ]
        said += [(text.received_at, "answer", text) for text in self.replies if text.answer]
        return sorted(said, key=lambda line: line[0])

    @property
    def urgent_first(self) -> Sequence[OutboxMessage]:
        """The texts that need somebody, then the latest."""
        latest = sorted(self.texts, key=lambda text: (_at(text), text.id), reverse=True)
        return sorted(latest, key=lambda text: text.state not in NEEDS_SOMEBODY)


def log(
    *, office_id: int | None = None, state: MessageState | None = None, page: int = 1, by: Actor
) -> tuple[Sequence[Conversation], bool]:
    """One page of texts, grouped by what they are about, and whether there are more.

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
    return Conversation(
        appointment.claimant,
        texts,
        appointment,
        notes_of([appointment_id]),
        replies_where(InboundText.appointment_id == appointment_id),
    )


def notes_of(appointment_ids: Sequence[int]) -> Sequence[ContactNote]:
    """What was noted of some appointments, oldest first."""
    return db.session.scalars(
        select(ContactNote)
        .where(ContactNote.appointment_id.in_(appointment_ids))
        .options(joinedload(ContactNote.appointment), joinedload(ContactNote.noted_by))
        .order_by(ContactNote.id)
    ).all()


def replies_where(theirs: ColumnElement[bool]) -> Sequence[InboundText]:
    """Claimants' texts, oldest first."""
    return db.session.scalars(select(InboundText).where(theirs).order_by(InboundText.id)).all()


def _at(text: OutboxMessage) -> datetime:
    return text.claimed_at or text.settled_at or text.due_at


def _reached(by: Actor) -> Select[tuple[OutboxMessage]]:
    """The texts in reach with what they are about: an appointment, or a slot on offer."""
    by.must("see messages")
    of_slot = func.coalesce(Appointment.slot_id, WaitingOffer.slot_id)
    query = (
        select(OutboxMessage)
        .join(OutboxMessage.claimant)
        .outerjoin(OutboxMessage.appointment)
        .outerjoin(OutboxMessage.waiting_offer)
        .join(Slot, Slot.id == of_slot)
        .join(Slot.session)
        .join(Session.office)
        .options(
            contains_eager(OutboxMessage.claimant),
            *(
                contains_eager(OutboxMessage.appointment)
                .contains_eager(Appointment.slot)
                .contains_eager(Slot.session)
                .contains_eager(Session.office),
                contains_eager(OutboxMessage.waiting_offer)
                .contains_eager(WaitingOffer.slot)
                .contains_eager(Slot.session)
                .contains_eager(Session.office),
            ),
        )
    )
    if by.district_id is not None:
        query = query.where(Office.district_id == by.district_id)
    return query


def _grouped(rows: Sequence[OutboxMessage]) -> list[Conversation]:
    groups: dict[Appointment | WaitingOffer, list[OutboxMessage]] = {}
    for row in rows:
        subject = row.appointment or row.waiting_offer
        if subject is not None:
            groups.setdefault(subject, []).append(row)
    return [
        Conversation(texts[0].claimant, sorted(texts, key=lambda text: text.id), subject)
        for subject, texts in groups.items()
    ]
