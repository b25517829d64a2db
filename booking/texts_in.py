"""A text from a claimant: kept once, acted on when it is sure, shown to staff when it is not."""

from dataclasses import dataclass

from sqlalchemy import select

from booking import clock, waiting_answers
from booking.claimant_links import link_to
from booking.database import TryAgain, db, refused, use_case
from booking.from_claimants import is_ahead, settle_confirmed
from booking.messages import opt_outs, replies
from booking.messages.replies import Fitting, Meaning, Reply
from booking.models import Appointment, ContactNote, InboundText, OutboxMessage, WaitingOffer
from booking.placing import give_back, locked, record_change
from booking.rights import the_claimant
from booking.words import ContactWay, OfferState, OptOutSource, Reading, Status

_LONGEST_TEXT, _LONGEST_NOTE, _LONGEST_REASON = 1600, 300, 200
_ANSWERS = (Meaning.YES, Meaning.NO, Meaning.CHANGE)


@dataclass(frozen=True)
class Settled:
    """What a text led to: the name of its answer, if any, and whether somebody has to read it."""

    answer: str = ""
    appointment: Appointment | None = None
    for_staff: bool = False


@use_case
def receive(*, provider_id: str, sent_from: str, sent_to: str, body: str) -> str:
    """Take in one text; returns the words it is answered with, none for no answer.

    The provider may tell of it again, even at the same time: the unique key over its id decides
    who acts, and every repeat gets the same answer.
    """
    known = db.session.scalar(select(InboundText).filter_by(provider_id=provider_id))
    if known is not None:
        return known.answer
    reply = replies.read(body)
    text = InboundText(
        provider_id=provider_id,
        sent_from=sent_from,
        sent_to=sent_to,
        body=body[:_LONGEST_TEXT],
        received_at=clock.now(),
        reading=Reading(reply.meaning.value),
    )
    with refused(uq_inbound_text_provider_id=TryAgain):
        db.session.add(text)
    fits = replies.fitting(sent_from, reply.code)
    text.outbox = fits.text
    settled = _settle(text, reply, fits)
    if settled.appointment is not None:
        keep_note(text, settled.appointment)
    if not settled.for_staff:
        text.handled_at = clock.now()
    if settled.answer:
        _answer(text, settled, reply, fits)
    return text.answer


def keep_note(text: InboundText, appointment: Appointment) -> ContactNote:
    """Put the text on record with the appointment it is about, at the time it came (002:2142)."""
    note = ContactNote(
        appointment=appointment,
        appointment_id=appointment.id,
        way=ContactWay.TEXT,
        said=text.body.strip()[:_LONGEST_NOTE] or "(a text without words)",
        at=text.received_at,
    )
    db.session.add(note)
    text.appointment, text.contact_note = appointment, note
    by = the_claimant(appointment.claimant)
    record_change(by, "noted contact", appointment, None, {"way": ContactWay.TEXT})
    return note


def _settle(text: InboundText, reply: Reply, fits: Fitting) -> Settled:
    if reply.meaning == Meaning.STOP:
        opt_outs.record(text.sent_from, source=OptOutSource.REPLY)
        # The network makes the same of CANCEL; whoever wrote it may have meant the appointment.
        return Settled(appointment=fits.only_appointment, for_staff=bool(reply.spare))
    if reply.meaning == Meaning.START:
        opt_outs.clear(text.sent_from)
        return Settled(appointment=fits.only_appointment)
    if reply.meaning == Meaning.PLEASE_STOP:  # one more text is what they do not want
        return Settled(appointment=fits.only_appointment, for_staff=True)
    if reply.meaning in _ANSWERS:
        if fits.text is not None:
            return _about(fits.text.appointment or fits.text.waiting_offer, reply, fits.text)
        if not reply.code and reply.plain and fits.only_one is not None:
            return _about(fits.only_one, reply)
    known = fits.only_appointment if not reply.code else None
    return Settled("noted" if known or not fits.open else "which", known, for_staff=True)


def _about(
    subject: Appointment | WaitingOffer | None, reply: Reply, told_by: OutboxMessage | None = None
) -> Settled:
    if isinstance(subject, Appointment):
        version = told_by.start_version if told_by else subject.start_version
        return _about_appointment(subject, reply, version)
    if subject is None or reply.meaning == Meaning.CHANGE:
        return Settled("noted", for_staff=True)
    return _about_offer(subject, reply)


def _about_offer(offer: WaitingOffer, reply: Reply) -> Settled:
    """The text about the appointment is the answer of whoever was first."""
    by = the_claimant(offer.entry.claimant)
    wants = reply.meaning == Meaning.YES
    state = waiting_answers.settle(offer_id=offer.id, wants=wants, by=by)
    answers = {OfferState.TAKEN: "", OfferState.REFUSED: "offer_refused"}
    return Settled(answers.get(state, "offer_gone"), for_staff=bool(reply.spare))


def _about_appointment(told_of: Appointment, reply: Reply, version: int) -> Settled:
    by = the_claimant(told_of.claimant)
    appointment = locked(told_of.id, by)
    if not is_ahead(appointment):
        gone = appointment.status in (Status.CANCELLED, Status.EXCUSED)
        under_way = not gone and clock.now() < appointment.slot.ends_at
        return Settled("gone" if gone else "over", appointment, for_staff=under_way)
    for_staff = reply.asks_to_stop
    if reply.meaning == Meaning.CHANGE:
        return Settled("change", appointment, for_staff)
    if version != appointment.start_version:
        return Settled("moved", appointment, for_staff)
    if reply.meaning == Meaning.YES:
        if appointment.confirmed_at is None:
            settle_confirmed(appointment)
        return Settled("coming", appointment, for_staff=bool(reply.spare))
    # The text about the cancellation is the answer, and has a state as every text has.
    give_back(appointment, reply.spare[:_LONGEST_REASON], by)
    return Settled("", appointment, for_staff)


def _answer(text: InboundText, settled: Settled, reply: Reply, fits: Fitting) -> None:
    language = fits.text.language if fits.text is not None else reply.language
    appointment = settled.appointment
    words = replies.phrase(
        settled.answer,
        appointment,
        number=text.sent_from,
        language=language,
        link=link_to(appointment) if appointment is not None else "",
    )
    replies.reply_to(text, settled.answer, words)
