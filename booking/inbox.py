"""Claimants' texts that a person reads: whose they are to see, and what is done with them."""

from sqlalchemy import ColumnElement, Select, or_, select, true

from booking import audit, clock
from booking.database import db, use_case
from booking.errors import BadDetail, NotFound, WrongState
from booking.messages import opt_outs, outbox
from booking.messages.replies import of_number
from booking.models import (
    Appointment,
    Claimant,
    InboundText,
    Referral,
    Session,
    Slot,
    WaitingEntry,
)
from booking.placing import locked
from booking.rights import Actor
from booking.texts_in import keep_note
from booking.words import OptOutSource


def reached(by: Actor) -> Select[tuple[InboundText]]:
    """The texts that are this person's to see: by the appointment, else by the number.

    A text from a number that nobody is known by is for the leads of every district: somebody
    has to read it, and it names nobody's claimant.
    """
    by.must("see the diary")
    query = select(InboundText)
    if by.district_id is None:
        return query
    theirs = select(Claimant.id).where(of_number(InboundText.sent_from), reached_claimants(by))
    seen = or_(
        InboundText.appointment_id.in_(_reached_appointments(by)),
        InboundText.appointment_id.is_(None) & theirs.exists(),
    )
    if by.may("read strangers' texts"):
        anybody = select(Claimant.id).where(of_number(InboundText.sent_from))
        seen |= InboundText.appointment_id.is_(None) & ~anybody.exists()
    return query.where(seen)


def _reached_appointments(by: Actor) -> Select[tuple[int]]:
    query = (
        select(Appointment.id)
        .join(Appointment.referral)
        .join(Appointment.slot)
        .join(Slot.session)
        .where(Referral.district_id == by.district_id)
    )
    if by.office_id is not None:
        here = (Session.office_id == by.office_id) | (Referral.office_id == by.office_id)
        query = query.where(here)
    return query


def reached_claimants(by: Actor) -> ColumnElement[bool]:
    """The claimants of one's district; of one office, those it referred, sees or keeps waiting."""
    if by.district_id is None:
        return true()
    if by.office_id is None:
        return Claimant.district_id == by.district_id
    referred = select(Referral.claimant_id).where(Referral.office_id == by.office_id)
    seen_here = (
        select(Appointment.claimant_id)
        .join(Appointment.slot)
        .join(Slot.session)
        .where(Session.office_id == by.office_id)
    )
    waits_here = select(WaitingEntry.claimant_id).where(WaitingEntry.office_id == by.office_id)
    return Claimant.id.in_(referred.union(seen_here, waits_here))


def visible(text_id: int, *, by: Actor) -> InboundText:
    """A text for reading; NotFound when it is not this person's to see."""
    text = db.session.scalar(reached(by).where(InboundText.id == text_id))
    if text is None:
        raise NotFound
    return text


@use_case
def attach(*, text_id: int, appointment_id: int, by: Actor) -> InboundText:
    """Say which appointment a text is about: it is on record there, and receipted."""
    return _attach(_text(text_id, by), locked(appointment_id, by), by)


@use_case
def attach_by_reference(*, text_id: int, reference: str, by: Actor) -> InboundText:
    """The same by the reference on the card; BadDetail when no appointment has it."""
    text = _text(text_id, by)
    wanted = select(Appointment.id).where(Appointment.reference == reference.strip().upper())
    appointment_id = db.session.scalar(wanted)
    try:
        appointment = locked(appointment_id or 0, by)
    except NotFound:
        raise BadDetail("reference", "No appointment of yours has that reference.") from None
    return _attach(text, appointment, by)


@use_case
def deal_with(*, text_id: int, by: Actor) -> InboundText:
    """Somebody has read it and done what it asks."""
    return _dealt_with(_text(text_id, by), "dealt with text", by)


@use_case
def stop_texting(*, text_id: int, by: Actor) -> InboundText:
    """The sender asked in words for no more texts, and a person says that it is so."""
    text = _text(text_id, by)
    opt_outs.record(text.sent_from, source=OptOutSource.STAFF, by=by)
    return _dealt_with(text, "stopped texts", by)


def _text(text_id: int, by: Actor) -> InboundText:
    by.must("note a contact")
    wanted = reached(by).where(InboundText.id == text_id)
    text = db.session.scalar(wanted.with_for_update(of=InboundText))
    if text is None:
        raise NotFound
    return text


def _attach(text: InboundText, appointment: Appointment, by: Actor) -> InboundText:
    if text.contact_note is not None:
        raise WrongState("That text is on record with an appointment already.")
    note = keep_note(text, appointment)
    note.noted_by_id = by.user_id
    if not text.answer:  # else the answer said already that we have the message
        outbox.acknowledge(note)
    return _dealt_with(text, "attached text", by)


def _dealt_with(text: InboundText, action: str, by: Actor) -> InboundText:
    if text.handled_at is None:
        text.handled_at, text.handled_by_id = clock.now(), by.user_id
    audit.record(by, action, text, after={"appointment_id": text.appointment_id})
    return text
