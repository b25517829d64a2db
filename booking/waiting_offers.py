"""A freed slot is offered to those who wait: a few at a time, in turn; the first yes has it.

A freed slot is noted in the transaction that frees it and offered by the worker in one of its
own, so that cancelling waits for nobody, and the note's key lets one worker offer a slot at a time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import aliased

from booking import audit, clock
from booking.availability import Needs
from booking.database import db, use_case
from booking.free_slots import is_free_for, languages_spoken
from booking.messages import outbox
from booking.messages.quiet_hours import after_waking_minutes, is_quiet
from booking.models import (
    Appointment,
    Claimant,
    FreedSlot,
    Referral,
    Session,
    Slot,
    WaitingEntry,
    WaitingOffer,
)
from booking.rights import THE_SERVICE
from booking.rules import Rules
from booking.words import STILL_TO_COME, OfferState, ReferralState, Status, WaitingState

_TO_GET_THERE = timedelta(minutes=60)  # from the last moment to say yes until the start
_A_WEEK = timedelta(days=7)


def offer_freed_slots() -> int:
    """Offer every freed slot that somebody waits for; returns how many were asked."""
    asked = 0
    for slot_id in _freed_where_somebody_waits():
        asked += offer(slot_id)
    return asked


@use_case
def offer(slot_id: int) -> int:
    """Ask the next who wait about one freed slot, as long as there is time to answer and come.

    Never more than the rules allow at once; whoever was asked of it before is not asked again.
    """
    freed = db.session.scalar(
        select(FreedSlot)
        .where(FreedSlot.slot_id == slot_id, FreedSlot.settled_at.is_(None))
        .with_for_update(skip_locked=True)
    )
    if freed is None:
        return 0
    now, slot = clock.now(), freed.slot
    rules = slot.session.office.rules
    free = is_free_for(slot, Needs(), after=now)
    still_open = _settle_open(slot_id, now, free=free)
    lapses_at = after_waking_minutes(now, rules.waiting_offer_minutes, rules)
    too_late = lapses_at + _TO_GET_THERE > slot.starts_at
    if not free or too_late:
        if not still_open:
            freed.settled_at = now
        return 0
    if is_quiet(now, rules):
        return 0
    chosen = _next_in_turn(slot, now, rules.waiting_offers_at_once - still_open, rules)
    for entry in chosen:
        _ask(entry, slot, now, lapses_at)
    return len(chosen)


def _freed_where_somebody_waits() -> Sequence[int]:
    somebody = select(WaitingEntry.id).where(
        WaitingEntry.office_id == Session.office_id, WaitingEntry.state == WaitingState.WAITING
    )
    asked = select(WaitingOffer.id).where(
        WaitingOffer.slot_id == Slot.id, WaitingOffer.state == OfferState.OPEN
    )
    return db.session.scalars(
        select(FreedSlot.slot_id)
        .join(Slot, Slot.id == FreedSlot.slot_id)
        .join(Session, Session.id == Slot.session_id)
        .where(
            FreedSlot.settled_at.is_(None),
            (Slot.starts_at > clock.now()) | asked.exists(),
            somebody.exists() | asked.exists(),
        )
        .order_by(Slot.starts_at, Slot.id)
    ).all()


def _settle_open(slot_id: int, now: datetime, *, free: bool) -> int:
    """Offers that nobody can take any more end; returns how many still stand."""
    of_slot = (WaitingOffer.slot_id == slot_id, WaitingOffer.state == OfferState.OPEN)
    over = (*of_slot, WaitingOffer.lapses_at <= now) if free else of_slot
    db.session.execute(
        update(WaitingOffer)
        .where(*over)
        .values(state=OfferState.LAPSED if free else OfferState.GONE, settled_at=now),
        execution_options={"synchronize_session": False},
    )
    return db.session.scalar(select(func.count()).select_from(WaitingOffer).where(*of_slot)) or 0


def _next_in_turn(slot: Slot, now: datetime, count: int, rules: Rules) -> list[WaitingEntry]:
    """The first of those who wait whom the slot suits and who may be asked now."""
    if count <= 0:
        return []
    waiting = _may_be_asked(slot, now, rules)
    # Held until they are asked: another slot's offers count towards the same person's week.
    claimant_ids = db.session.scalars(
        select(WaitingEntry.claimant_id).where(WaitingEntry.id.in_([each.id for each in waiting]))
    )
    db.session.execute(
        select(Claimant.id)
        .where(Claimant.id.in_(set(claimant_ids)))
        .order_by(Claimant.id)
        .with_for_update()
    )
    chosen: list[WaitingEntry] = []
    for entry in _may_be_asked(slot, now, rules):
        asked_already = entry.claimant_id in {each.claimant_id for each in chosen}
        if not asked_already and is_free_for(slot, needs_of(entry.claimant), after=now):
            chosen.append(entry)
        if len(chosen) == count:
            break
    return chosen


def _may_be_asked(slot: Slot, now: datetime, rules: Rules) -> Sequence[WaitingEntry]:
    """In turn: not asked of this slot yet, nor of another now, nor often this week; nothing as
    soon booked; and not seen since."""
    theirs = aliased(WaitingEntry)
    offers_to_them = (
        select(func.count())
        .select_from(WaitingOffer)
        .join(theirs, theirs.id == WaitingOffer.entry_id)
        .where(theirs.claimant_id == WaitingEntry.claimant_id)
    )
    of_this_slot = offers_to_them.where(WaitingOffer.slot_id == slot.id)
    open_now = offers_to_them.where(
        WaitingOffer.state == OfferState.OPEN, WaitingOffer.lapses_at > now
    )
    this_week = offers_to_them.where(WaitingOffer.offered_at > now - _A_WEEK)
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
    seen = select(Appointment.id).where(
        Appointment.referral_id == WaitingEntry.referral_id,
        Appointment.status == Status.ATTENDED,
        Appointment.outcome_at > WaitingEntry.since,
    )
    return db.session.scalars(
        select(WaitingEntry)
        .join(Referral, Referral.id == WaitingEntry.referral_id)
        .where(
            WaitingEntry.office_id == slot.session.office_id,
            WaitingEntry.state == WaitingState.WAITING,
            Referral.state == ReferralState.OPEN,
            of_this_slot.scalar_subquery() == 0,
            open_now.scalar_subquery() == 0,
            this_week.scalar_subquery() < rules.waiting_offers_a_week,
            ~exists(as_soon.correlate(WaitingEntry)),
            ~exists(seen.correlate(WaitingEntry)),
        )
        .order_by(WaitingEntry.since, WaitingEntry.id)
        .execution_options(populate_existing=True)
    ).all()


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


def _ask(entry: WaitingEntry, slot: Slot, now: datetime, lapses_at: datetime) -> None:
    made = WaitingOffer(entry_id=entry.id, slot_id=slot.id, offered_at=now, lapses_at=lapses_at)
    db.session.add(made)
    db.session.flush()
    outbox.tell_offered(made)
    audit.record(THE_SERVICE, "offered a freed slot", made, office_id=entry.office_id)
