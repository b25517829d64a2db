"""Ringing claimants: each call is on record; three in vain come before a referral goes back."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import audit, clock
from booking.database import db, use_case
from booking.errors import BookingError, WrongState
from booking.from_claimants import is_ahead, settle_confirmed
from booking.models import Appointment, ContactAttempt, ContactNote
from booking.placing import give_back, locked, record_change
from booking.rights import Actor
from booking.words import REACHED, CallOutcome, ContactWay, ReferralState


class TooFewAttempts(BookingError):
    """Three attempts to reach somebody come before a referral is returned (000:1970-1971)."""

    code = "too_few_attempts"


@use_case
def record_call(*, appointment_id: int, outcome: CallOutcome, by: Actor) -> ContactAttempt:
    """Say what came of ringing the claimant.

    Whoever will come is reminded no more; whoever will not gives the place back at once. That
    and the time of the call are on record.
    """
    by.must("note a contact")
    appointment = locked(appointment_id, by)
    now = clock.now()
    if appointment.slot.ends_at <= now:
        raise WrongState("The appointment is over, so there is nothing to ring about.")
    attempt = ContactAttempt(
        appointment_id=appointment.id,
        start_version=appointment.start_version,
        outcome=outcome,
        at=now,
        by_id=by.user_id,
    )
    db.session.add(attempt)
    record_change(by, "rang", appointment, None, {"outcome": outcome})
    if outcome in REACHED and is_ahead(appointment):
        _take_their_word(appointment, outcome, by)
    return attempt


@use_case
def return_referral(*, appointment_id: int, by: Actor) -> None:
    """Send the referral back to whoever made it: nobody could be reached.

    The appointment stands. The claimant may come all the same, and only a person cancels.
    """
    by.must("refer")
    appointment = locked(appointment_id, by)
    needed = appointment.slot.session.office.rules.contact_attempts
    tries = in_vain(appointment, attempts_about([appointment.id]).get(appointment.id, []))
    if tries < needed:
        raise TooFewAttempts(f"Ring {needed} times before it goes back: {tries} so far.")
    referral = appointment.referral
    before, after = audit.change(referral, state=ReferralState.RETURNED)
    audit.record(by, "returned", referral, office_id=referral.office_id, before=before, after=after)


def attempts_about(appointment_ids: Iterable[int]) -> Mapping[int, Sequence[ContactAttempt]]:
    """The calls about each appointment, oldest first."""
    found: dict[int, list[ContactAttempt]] = {}
    rows = db.session.scalars(
        select(ContactAttempt)
        .where(ContactAttempt.appointment_id.in_(set(appointment_ids)))
        .options(joinedload(ContactAttempt.by))
        .order_by(ContactAttempt.id)
    )
    for row in rows:
        found.setdefault(row.appointment_id, []).append(row)
    return found


def in_vain(appointment: Appointment, attempts: Sequence[ContactAttempt]) -> int:
    """How often nobody was reached about the appointment as it stands, since somebody was."""
    tries = 0
    for attempt in attempts:
        if attempt.start_version == appointment.start_version:
            tries = 0 if attempt.outcome in REACHED else tries + 1
    return tries


def _take_their_word(appointment: Appointment, outcome: CallOutcome, by: Actor) -> None:
    comes = outcome == CallOutcome.WILL_COME
    note = ContactNote(
        appointment_id=appointment.id,
        way=ContactWay.PHONE,
        said="Will come." if comes else "Will not come.",
        at=clock.now(),
        noted_by_id=by.user_id,
    )
    db.session.add(note)
    if comes:
        settle_confirmed(appointment)
    else:
        give_back(appointment, "said so when we rang", by)
