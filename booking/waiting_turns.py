"""Whose turn it is: who of those that wait may be asked now, and of which slots."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased

from booking import clock
from booking.availability import FreeSlot, Needs
from booking.database import db
from booking.free_slots import languages_spoken, put_up_for
from booking.models import (
    Appointment,
    Claimant,
    Office,
    Referral,
    Slot,
    WaitingEntry,
    WaitingOffer,
)
from booking.rules import Rules
from booking.words import STILL_TO_COME, OfferState, ReferralState, Status, WaitingState

_A_WEEK = timedelta(days=7)


def may_be_asked(
    slot: Slot, freed_at: datetime, now: datetime, rules: Rules
) -> Sequence[WaitingEntry]:
    """In turn, who may be asked of a slot: waiting since before it came free, not asked of it
    yet, and with nothing as soon booked. Whoever joined later has seen it among the free slots."""
    theirs = aliased(WaitingEntry)
    of_this_slot = (
        select(WaitingOffer.id)
        .join(theirs, theirs.id == WaitingOffer.entry_id)
        .where(theirs.claimant_id == WaitingEntry.claimant_id, WaitingOffer.slot_id == slot.id)
    )
    as_soon = (
        select(Appointment.id)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(
            Appointment.claimant_id == WaitingEntry.claimant_id,
            Appointment.status.in_(STILL_TO_COME),
            Slot.starts_at < slot.ends_at,
            Slot.ends_at > now,
        )
    )
    query = _may_be_asked_of_any(slot.session.office_id, now, rules).where(
        WaitingEntry.since <= freed_at,
        ~exists(of_this_slot.correlate(WaitingEntry)),
        ~exists(as_soon.correlate(WaitingEntry)),
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def whom_each_suits(office: Office, *, not_before: datetime) -> dict[int, set[int]]:
    """Slot id -> entries who may be asked of it, the soonest slot first; nobody is asked by it.

    A look before the locks, so that a tick costs little while nobody can be asked: the slots
    that came free, start late enough and lie within the office's search days.
    """
    now = clock.now()
    entries = db.session.scalars(_may_be_asked_of_any(office.id, now, office.rules)).all()
    if not entries:
        return {}
    claimant_ids = {entry.claimant_id for entry in entries}
    asked, booked = _asked_of(claimant_ids), _booked_at(claimant_ids, now)
    by_needs: dict[Needs, list[WaitingEntry]] = {}
    for entry in entries:
        by_needs.setdefault(needs_of(entry.claimant), []).append(entry)
    suits: dict[FreeSlot, set[int]] = {}
    for needs, alike in by_needs.items():
        for slot, freed_at in put_up_for(needs, office, not_before=not_before):
            suits.setdefault(slot, set()).update(
                entry.id
                for entry in alike
                if entry.since <= freed_at
                and (entry.claimant_id, slot.slot_id) not in asked
                and booked.get(entry.claimant_id, slot.ends_at) >= slot.ends_at
            )
    in_turn = sorted(suits, key=lambda slot: (slot.starts_at, slot.slot_id))
    return {slot.slot_id: suits[slot] for slot in in_turn}


def _may_be_asked_of_any(
    office_id: int, now: datetime, rules: Rules
) -> Select[tuple[WaitingEntry]]:
    """In turn: not asked of a slot now, nor often this week; and not seen since they joined."""
    theirs = aliased(WaitingEntry)
    offers_to_them = (
        select(func.count())
        .select_from(WaitingOffer)
        .join(theirs, theirs.id == WaitingOffer.entry_id)
        .where(theirs.claimant_id == WaitingEntry.claimant_id)
    )
    open_now = offers_to_them.where(
        WaitingOffer.state == OfferState.OPEN, WaitingOffer.lapses_at > now
    )
    this_week = offers_to_them.where(WaitingOffer.offered_at > now - _A_WEEK)
    seen = select(Appointment.id).where(
        Appointment.referral_id == WaitingEntry.referral_id,
        Appointment.status == Status.ATTENDED,
        Appointment.outcome_at > WaitingEntry.since,
    )
    return (
        select(WaitingEntry)
        .join(Referral, Referral.id == WaitingEntry.referral_id)
        .where(
            WaitingEntry.office_id == office_id,
            WaitingEntry.state == WaitingState.WAITING,
            Referral.state == ReferralState.OPEN,
            open_now.scalar_subquery() == 0,
            this_week.scalar_subquery() < rules.waiting_offers_a_week,
            ~exists(seen.correlate(WaitingEntry)),
        )
        .order_by(WaitingEntry.since, WaitingEntry.id)
    )


def _asked_of(claimant_ids: set[int]) -> set[tuple[int, int]]:
    """(claimant id, slot id) of every offer made to them."""
    rows = db.session.execute(
        select(WaitingEntry.claimant_id, WaitingOffer.slot_id)
        .join(WaitingOffer, WaitingOffer.entry_id == WaitingEntry.id)
        .where(WaitingEntry.claimant_id.in_(claimant_ids))
    )
    return set(rows.tuples())


def _booked_at(claimant_ids: set[int], now: datetime) -> dict[int, datetime]:
    """Claimant id -> when the first appointment starts that they still have."""
    rows = db.session.execute(
        select(Appointment.claimant_id, func.min(Slot.starts_at))
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(
            Appointment.claimant_id.in_(claimant_ids),
            Appointment.status.in_(STILL_TO_COME),
            Slot.ends_at > now,
        )
        .group_by(Appointment.claimant_id)
    )
    return dict(rows.tuples().all())


def needs_of(claimant: Claimant) -> Needs:
    """What is on record of when, where and how a claimant can come."""
    spoken = languages_spoken(claimant.district_id)
    wanted = claimant.language.casefold()
    return Needs(
        not_before=claimant.available_from,
        not_after=claimant.available_until,
        step_free=claimant.needs_step_free,
        private=claimant.needs_private,
        telephone=True if claimant.prefers_telephone else None,
        language=claimant.language if wanted in (each.casefold() for each in spoken) else "",
    )
