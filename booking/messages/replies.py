"""Which text a reply answers, and the words it is answered with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from booking import clock, particulars
from booking.database import db, refused
from booking.messages import opt_outs
from booking.models import Appointment, Claimant, InboundText, OutboxMessage, Slot, WaitingOffer
from booking.words import STILL_TO_COME, OfferState
from notifications.answers import ONLY_POLITE, answer, as_twiml
from notifications.phones import PhoneError, normalise_mobile
from notifications.replies import Meaning, Reply, read
from notifications.texts import TEXTS
from notifications.when import when_fields

__all__ = ["Fitting", "Meaning", "Reply", "as_twiml", "fitting", "phrase", "read", "reply_to"]

_ANSWERS_A_DAY = 8  # to one number, beside the one polite answer
LANGUAGES = {language for _, language in TEXTS}
Subject = Appointment | WaitingOffer


@dataclass(frozen=True)
class Fitting:
    """What a reply can be about: the text with its code, or what else stands open.

    `text` is None with a code that was not sent to the number, and without one. `open` is every
    appointment to come and every open offer that this number was told of.
    """

    text: OutboxMessage | None
    open: Sequence[Subject]

    @property
    def only_one(self) -> Subject | None:
        return self.open[0] if len(self.open) == 1 else None

    @property
    def only_appointment(self) -> Appointment | None:
        return self.only_one if isinstance(self.only_one, Appointment) else None


class _Answered(Exception):
    """That answer of the day has been given already."""


def fitting(number: str, code: str) -> Fitting:
    """What a reply from a number can be about. Nothing is guessed from the number alone."""
    return Fitting(_text_with(number, code) if code else None, _open_to(number))


def of_number(number: str | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Claimants who have the number, or whose texts were sent to it."""
    owner = aliased(Claimant)
    owners = select(owner.id).where(owner.mobile == number, owner.mobile != "")
    texted = select(OutboxMessage.claimant_id).where(
        OutboxMessage.sent_to == number, OutboxMessage.sent_to != ""
    )
    # In a union nothing is correlated by itself.
    either = [each.correlate(InboundText) for each in (owners, texted)]
    return Claimant.id.in_(either[0].union(either[1]))


def _text_with(number: str, code: str) -> OutboxMessage | None:
    """The one text with this code sent to the number; the same code twice names neither."""
    texts = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.sent_to == number, OutboxMessage.code == code)
        .order_by(OutboxMessage.id.desc())
    ).all()
    subjects = {(text.appointment_id, text.waiting_offer_id) for text in texts}
    return texts[0] if len(subjects) == 1 else None


def _open_to(number: str) -> Sequence[Subject]:
    now = clock.now()
    appointments = db.session.scalars(
        select(Appointment)
        .join(Appointment.slot)
        .join(Appointment.claimant)
        .where(of_number(number), Appointment.status.in_(STILL_TO_COME), Slot.ends_at > now)
        .order_by(Slot.starts_at)
    ).all()
    offers = db.session.scalars(
        select(WaitingOffer)
        .join(OutboxMessage, OutboxMessage.waiting_offer_id == WaitingOffer.id)
        .where(
            OutboxMessage.sent_to == number,
            WaitingOffer.state == OfferState.OPEN,
            WaitingOffer.lapses_at > now,
        )
    ).all()
    return [*appointments, *offers]


def phrase(
    name: str, appointment: Appointment | None, *, number: str, language: str, link: str = ""
) -> str:
    """The words of an answer, about the appointment as it stands now."""
    language = language if language in LANGUAGES else "en"
    fields = dict.fromkeys(("when", "where", "code", "phone", "link"), "")
    if appointment is not None:
        fields |= _fields(appointment, number, language)
    return answer(name, {**fields, "link": link}, language=language)


def _fields(appointment: Appointment, number: str, language: str) -> Mapping[str, str]:
    facts = particulars.of(appointment)
    when = when_fields(facts.starts_at, language=language)
    return {
        "when": f"{when['weekday']} {when['date']}, {when['time']}",
        "where": "" if facts.by_telephone else facts.office,
        "phone": facts.phone,
        "code": _latest_code(appointment, number),
    }


def _latest_code(appointment: Appointment, number: str) -> str:
    """The code of the last text that told this number of the appointment as it stands."""
    latest = (
        select(OutboxMessage.code)
        .where(
            OutboxMessage.appointment_id == appointment.id,
            OutboxMessage.start_version == appointment.start_version,
            OutboxMessage.sent_to == number,
        )
        .order_by(OutboxMessage.id.desc())
    )
    return db.session.scalar(latest.limit(1)) or ""


def reply_to(text: InboundText, name: str, words: str) -> None:
    """Answer the text, unless its sender cannot be texted or had the day's answers already.

    The unique key over number, day and answer decides, so that two machines cannot chat.
    """
    if not _can_be_texted(text.sent_from) or opt_outs.is_opted_out(text.sent_from):
        return
    on = clock.london(text.received_at).date()
    for number in (0,) if name in ONLY_POLITE else _numbers_left(text.sent_from, on):
        try:
            key = "uq_inbound_text_sent_from_answered_on_answer_no"
            with db.session.begin_nested(), refused(**{key: _Answered}):
                db.session.execute(
                    update(InboundText)
                    .where(InboundText.id == text.id)
                    .values(answer=words, answered_on=on, answer_no=number)
                )
        except _Answered:
            continue
        db.session.refresh(text)
        return


def _numbers_left(sent_from: str, on: object) -> range:
    given = select(func.max(InboundText.answer_no)).where(
        InboundText.sent_from == sent_from, InboundText.answered_on == on
    )
    return range((db.session.scalar(given) or 0) + 1, _ANSWERS_A_DAY + 1)


def _can_be_texted(number: str) -> bool:
    try:
        return normalise_mobile(number) == number
    except PhoneError:
        return False
