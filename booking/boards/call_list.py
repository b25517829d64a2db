"""Whom to ring: tomorrow's claimants whom no text reaches, and everybody whose text went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased, contains_eager

from booking import clock, particulars
from booking.boards.call_reasons import Heard, heard_of, reasons, untold_move, went_wrong
from booking.calls import in_vain
from booking.database import db
from booking.models import (
    Appointment,
    Claimant,
    ContactAttempt,
    Office,
    OptOut,
    OutboxMessage,
    Referral,
    Session,
    Slot,
)
from booking.particulars import Particulars
from booking.rights import Actor
from booking.words import STILL_TO_COME, CallOutcome, Nation, ReferralState, Status
from booking.working_days import next_working_day


@dataclass(frozen=True)
class Call:
    """One claimant to ring about one appointment: why, how often in vain, whose referral it is."""

    appointment: Appointment
    facts: Particulars
    reasons: Sequence[str]
    move: OutboxMessage | None  # that they may not have heard of
    attempts: Sequence[ContactAttempt]
    tries: int
    tried_enough: bool
    is_mine: bool

    @property
    def by_letter(self) -> bool:
        """Whether a letter is the way left: no number, a wrong one, or rung often enough."""
        wrong = bool(self.attempts) and self.attempts[-1].outcome == CallOutcome.WRONG_NUMBER
        return not self.appointment.claimant.mobile or wrong or self.tried_enough


def calls(*, by: Actor, office_id: int | None = None) -> Sequence[Call]:
    """Everybody to ring: whoever was referred by the caller first, then in the order of time.

    On the list is every appointment of the next working day whose claimant has no mobile, wants
    no texts, replied STOP or prefers the telephone; and every appointment, until it is over,
    with a text that did not arrive or may not have, or with a move or a cancellation that could
    not go by text. Whoever has said since that they come, or was reached, is off it; so is a
    referral that went back. A cancelled appointment is there for its cancellation's text, and
    while a repair that took the place away has found no other.
    """
    by.must("see the diary")
    appointments = db.session.scalars(_wanted(by, office_id)).unique().all()
    heard = heard_of(appointments)
    found = [_call(each, heard, by) for each in appointments]
    return sorted(
        (each for each in found if each.reasons),
        key=lambda each: (not each.is_mine, each.appointment.slot.starts_at, each.appointment.id),
    )


def _wanted(by: Actor, office_id: int | None) -> Select[tuple[Appointment]]:
    """The appointments that may be on the list; what was heard since decides."""
    now = clock.now()
    query = (
        select(Appointment)
        .join(Appointment.slot)
        .join(Slot.session)
        .join(Session.office)
        .join(Appointment.claimant)
        .join(Appointment.referral)
        .where(
            Slot.ends_at > now,
            Referral.state != ReferralState.RETURNED,
            or_(and_(_is_tomorrow(), _untextable()), _has_a_text_gone_wrong(), _lost_its_place()),
        )
        .options(
            contains_eager(Appointment.claimant),
            contains_eager(Appointment.referral),
            contains_eager(Appointment.slot)
            .contains_eager(Slot.session)
            .contains_eager(Session.office),
        )
    )
    if by.district_id is not None:
        query = query.where(Referral.district_id == by.district_id)
    for office in {by.office_id, office_id} - {None}:
        query = query.where((Session.office_id == office) | (Referral.office_id == office))
    return query


def _is_tomorrow() -> ColumnElement[bool]:
    """After today, up to the office's next working day: on a Friday that is Monday."""
    today = clock.today()
    return or_(
        *(
            and_(
                Office.nation == nation,
                Session.on_date > today,
                Session.on_date <= next_working_day(today, nation),
            )
            for nation in Nation
        )
    )


def _untextable() -> ColumnElement[bool]:
    opted_out = select(OptOut.mobile).where(OptOut.cleared_at.is_(None))
    return and_(
        Appointment.status == Status.BOOKED,
        or_(
            Claimant.mobile == "",
            Claimant.may_text.is_(False),
            Claimant.prefers_telephone.is_(True),
            Claimant.mobile.in_(opted_out),
        ),
    )


def _has_a_text_gone_wrong() -> ColumnElement[bool]:
    about = select(OutboxMessage.appointment_id).where(
        OutboxMessage.appointment_id.is_not(None), went_wrong()
    )
    return and_(
        Appointment.id.in_(about),
        Appointment.status.in_((*STILL_TO_COME, Status.CANCELLED)),
    )


def _lost_its_place() -> ColumnElement[bool]:
    """A repair found no other place, and nobody has given the referral one since."""
    other = aliased(Appointment)
    placed = select(other.id).where(
        other.referral_id == Appointment.referral_id, other.status.in_(STILL_TO_COME)
    )
    return and_(
        Appointment.ring_because != "",
        Appointment.status == Status.CANCELLED,
        ~placed.exists(),
    )


def _call(appointment: Appointment, heard: Heard, by: Actor) -> Call:
    attempts = heard.attempts.get(appointment.id, ())
    tries = in_vain(appointment, attempts)
    return Call(
        appointment,
        particulars.of(appointment),
        list(dict.fromkeys(reasons(appointment, heard))),
        untold_move(appointment, heard),
        attempts,
        tries,
        tries >= appointment.slot.session.office.rules.contact_attempts,
        by.user_id is not None and appointment.referral.referred_by_id == by.user_id,
    )
