"""Forgetting: personal details leave when the retention time is over; counts stay."""

from datetime import timedelta

from sqlalchemy import CursorResult, delete, func, select, update

from booking import audit, clock
from booking.database import db, use_case
from booking.models import (
    Appointment,
    Claimant,
    ContactNote,
    InboundText,
    OptOut,
    OutboxMessage,
    Referral,
    Slot,
    WaitingEntry,
)
from booking.models.places import District
from booking.rights import THE_SERVICE
from booking.words import WaitingState

_BATCH = 500
_STRANGERS_KEPT = timedelta(days=30)  # no longer than the shortest retention there can be


@use_case
def forget_old_claimants() -> int:
    """Redact claimants whose last appointment and referral are past the retention time."""
    forgotten = 0
    for district in db.session.scalars(select(District)):
        for claimant in _long_gone(district):
            _redact(claimant)
            forgotten += 1
    return forgotten


@use_case
def forget_strangers_texts() -> int:
    """Texts that are on record with no appointment leave after a month, read or not."""
    gone = db.session.execute(
        delete(InboundText).where(
            InboundText.appointment_id.is_(None),
            InboundText.received_at < clock.now() - _STRANGERS_KEPT,
        )
    )
    assert isinstance(gone, CursorResult)
    return gone.rowcount


def _long_gone(district: District) -> list[Claimant]:
    limit = clock.now() - timedelta(days=district.rules.retention_days)
    recent_appointment = (
        select(Appointment.id)
        .join(Slot, Appointment.slot_id == Slot.id)
        .where(Appointment.claimant_id == Claimant.id, Slot.ends_at > limit)
    )
    recent_referral = select(Referral.id).where(
        Referral.claimant_id == Claimant.id, Referral.created_at > limit
    )
    return list(
        db.session.scalars(
            select(Claimant)
            .where(
                Claimant.district_id == district.id,
                Claimant.redacted_at.is_(None),
                Claimant.created_at <= limit,
                ~recent_appointment.exists(),
                ~recent_referral.exists(),
            )
            .limit(_BATCH)
        )
    )


def _redact(claimant: Claimant) -> None:
    _forget_number(claimant)
    for field in ("name", "name_key", "mobile", "other_contact", "language", "reference"):
        setattr(claimant, field, "")
    claimant.signing_weekday = claimant.signing_from = None
    claimant.available_from = claimant.available_until = None
    claimant.needs_step_free = claimant.needs_private = False
    claimant.redacted_at = clock.now()
    theirs = select(Appointment.id).where(Appointment.claimant_id == claimant.id)
    db.session.execute(
        update(Appointment)
        .where(Appointment.claimant_id == claimant.id)
        .values(cancel_reason="", override_reason="")
    )
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.claimant_id == claimant.id)
        .values(sent_to="", body="")
    )
    db.session.execute(
        update(ContactNote).where(ContactNote.appointment_id.in_(theirs)).values(said="")
    )
    db.session.execute(
        update(InboundText)
        .where(InboundText.appointment_id.in_(theirs))
        .values(sent_from="", body="", answer="", answer_no=None)
    )
    db.session.execute(
        update(Referral).where(Referral.claimant_id == claimant.id).values(job_goal="", note="")
    )
    db.session.execute(
        update(WaitingEntry)
        .where(WaitingEntry.claimant_id == claimant.id, WaitingEntry.left_at.is_(None))
        .values(state=WaitingState.LEFT, left_at=clock.now())
    )
    audit.record(THE_SERVICE, "redacted claimant", claimant)


def _forget_number(claimant: Claimant) -> None:
    """An opt-out goes with the last who had the number; the network remembers a STOP for itself."""
    others = select(Claimant.id).where(
        Claimant.mobile == claimant.mobile, Claimant.id != claimant.id
    )
    if claimant.mobile and db.session.scalar(others.limit(1)) is None:
        db.session.execute(
            update(OptOut)
            .where(OptOut.mobile == claimant.mobile)
            .values(mobile="", cleared_at=func.coalesce(OptOut.cleared_at, clock.now()))
        )
