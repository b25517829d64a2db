"""Everything sent to and heard from one claimant, as far as whoever asks may see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from booking.boards.message_log import Conversation, notes_of, replies_where
from booking.database import db
from booking.errors import NotFound
from booking.inbox import reached_claimants
from booking.models import (
    Appointment,
    Claimant,
    ContactAttempt,
    InboundText,
    Notice,
    OutboxMessage,
    Referral,
    Session,
    Slot,
    WaitingEntry,
    WaitingOffer,
)
from booking.rights import Actor


@dataclass(frozen=True)
class ClaimantLog:
    """What was said to a claimant and by them; calls and letters with the latest first.

    `elsewhere` is whether there is more, about appointments of other offices.
    """

    conversation: Conversation
    calls: Sequence[ContactAttempt]
    notices: Sequence[Notice]
    elsewhere: bool

    @property
    def claimant(self) -> Claimant:
        return self.conversation.claimant


def with_claimant(claimant_id: int, *, by: Actor) -> ClaimantLog:
    """The log of one claimant over all their appointments and offers in reach.

    Staff of one office see what is about its diary, its waiting list and its referrals. Raises
    NotFound when the claimant is out of reach.
    """
    if not by.may("see messages"):
        by.must("see the diary")
    claimant = db.session.scalar(
        select(Claimant).where(Claimant.id == claimant_id, reached_claimants(by))
    )
    if claimant is None:
        raise NotFound
    appointments, offers = _appointments_of(claimant), _offers_to(claimant)
    appointment_ids = [each.id for each in appointments if by.reaches(each)]
    offer_ids = [each.id for each in offers if _reaches(by, each.entry)]
    return ClaimantLog(
        Conversation(
            claimant,
            _texts_about(appointment_ids, offer_ids),
            notes=notes_of(appointment_ids),
            replies=_replies_of(claimant, appointment_ids, offer_ids),
        ),
        _calls_about(appointment_ids),
        _notices_of(appointment_ids),
        elsewhere=len(appointment_ids) + len(offer_ids) < len(appointments) + len(offers),
    )


def _reaches(by: Actor, entry: WaitingEntry) -> bool:
    return by.office_id in (None, entry.office_id, entry.referral.office_id)


def _appointments_of(claimant: Claimant) -> Sequence[Appointment]:
    return db.session.scalars(
        select(Appointment)
        .where(Appointment.claimant_id == claimant.id)
        .options(
            joinedload(Appointment.referral),
            joinedload(Appointment.slot).joinedload(Slot.session).joinedload(Session.office),
        )
    ).all()


def _offers_to(claimant: Claimant) -> Sequence[WaitingOffer]:
    return db.session.scalars(
        select(WaitingOffer)
        .join(WaitingOffer.entry)
        .where(WaitingEntry.claimant_id == claimant.id)
        .options(
            joinedload(WaitingOffer.entry)
            .joinedload(WaitingEntry.referral)
            .joinedload(Referral.office),
            joinedload(WaitingOffer.slot).joinedload(Slot.session).joinedload(Session.office),
        )
    ).all()


def _texts_about(
    appointment_ids: Sequence[int], offer_ids: Sequence[int]
) -> Sequence[OutboxMessage]:
    return db.session.scalars(
        select(OutboxMessage)
        .where(
            or_(
                OutboxMessage.appointment_id.in_(appointment_ids),
                OutboxMessage.waiting_offer_id.in_(offer_ids),
            )
        )
        .order_by(OutboxMessage.id)
    ).all()


def _replies_of(
    claimant: Claimant, appointment_ids: Sequence[int], offer_ids: Sequence[int]
) -> Sequence[InboundText]:
    """Their texts, and those from their number of which nobody has said what they are about."""
    answering = select(OutboxMessage.id).where(OutboxMessage.waiting_offer_id.in_(offer_ids))
    nobodys = InboundText.appointment_id.is_(None) & InboundText.outbox_id.is_(None)
    theirs = or_(
        InboundText.appointment_id.in_(appointment_ids), InboundText.outbox_id.in_(answering)
    )
    if claimant.mobile:
        theirs |= nobodys & (InboundText.sent_from == claimant.mobile)
    return replies_where(theirs)


def _calls_about(appointment_ids: Sequence[int]) -> Sequence[ContactAttempt]:
    return db.session.scalars(
        select(ContactAttempt)
        .where(ContactAttempt.appointment_id.in_(appointment_ids))
        .options(joinedload(ContactAttempt.appointment), joinedload(ContactAttempt.by))
        .order_by(ContactAttempt.id.desc())
    ).all()


def _notices_of(appointment_ids: Sequence[int]) -> Sequence[Notice]:
    return db.session.scalars(
        select(Notice)
        .where(Notice.appointment_id.in_(appointment_ids))
        .options(joinedload(Notice.appointment), joinedload(Notice.issued_by))
        .order_by(Notice.id.desc())
    ).all()
