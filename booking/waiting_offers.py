"""A slot that comes free is offered to those who wait: a few at a time; the first yes has it.

It is noted in the transaction that frees or opens it and offered by the worker in one of its own,
so that cancelling waits for nobody, and the note's key lets one worker offer a slot at a time.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from booking import audit, clock
from booking.availability import Needs
from booking.database import db, use_case
from booking.free_slots import is_free_for
from booking.messages import outbox
from booking.messages.quiet_hours import after_waking_minutes, is_quiet
from booking.models import Claimant, FreedSlot, Office, Slot, WaitingEntry, WaitingOffer
from booking.rights import THE_SERVICE
from booking.rules import Rules
from booking.waiting_turns import may_be_asked, needs_of, whom_each_suits
from booking.words import OfferState, WaitingState

_TO_GET_THERE = timedelta(minutes=60)  # from the last moment to say yes until the start


def offer_freed_slots() -> int:
    """Offer every slot that came free and suits somebody who waits; returns how many were asked."""
    asked = sum(map(offer, _on_offer()))
    waited_for = select(WaitingEntry.office_id).where(WaitingEntry.state == WaitingState.WAITING)
    office_ids = db.session.scalars(waited_for.distinct().order_by(WaitingEntry.office_id)).all()
    for office_id in office_ids:
        asked += _offer_at(db.session.get_one(Office, office_id))
    return asked


def _on_offer() -> list[int]:
    """Slots that somebody was asked about and has not answered: the offer may be over."""
    open_offers = select(WaitingOffer.slot_id).where(WaitingOffer.state == OfferState.OPEN)
    return list(db.session.scalars(open_offers.distinct().order_by(WaitingOffer.slot_id)))


def _offer_at(office: Office) -> int:
    """The soonest first, each only as long as somebody is left who may be asked of it."""
    now, rules = clock.now(), office.rules
    if is_quiet(now, rules):
        return 0
    asked = 0
    not_before = after_waking_minutes(now, rules.waiting_offer_minutes, rules) + _TO_GET_THERE
    everybody = whom_each_suits(office, not_before=not_before)
    left = everybody
    for slot_id in everybody:
        if left.get(slot_id):
            count = offer(slot_id)
            asked += count
            left = whom_each_suits(office, not_before=not_before) if count else left
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
    chosen = _next_in_turn(
        slot, freed.freed_at, now, rules.waiting_offers_at_once - still_open, rules
    )
    for entry in chosen:
        _ask(entry, slot, now, lapses_at)
    return len(chosen)


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


def _next_in_turn(
    slot: Slot, freed_at: datetime, now: datetime, count: int, rules: Rules
) -> list[WaitingEntry]:
    """The first of those who wait whom the slot suits and who may be asked now."""
    if count <= 0:
        return []
    waiting = may_be_asked(slot, freed_at, now, rules)
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
    for entry in may_be_asked(slot, freed_at, now, rules):
        asked_already = entry.claimant_id in {each.claimant_id for each in chosen}
        if not asked_already and is_free_for(slot, needs_of(entry.claimant), after=now):
            chosen.append(entry)
        if len(chosen) == count:
            break
    return chosen


def _ask(entry: WaitingEntry, slot: Slot, now: datetime, lapses_at: datetime) -> None:
    made = WaitingOffer(entry_id=entry.id, slot_id=slot.id, offered_at=now, lapses_at=lapses_at)
    db.session.add(made)
    db.session.flush()
    outbox.tell_offered(made)
    audit.record(THE_SERVICE, "offered a freed slot", made, office_id=entry.office_id)
