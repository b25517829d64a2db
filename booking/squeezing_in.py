"""Squeeze-in slots: time beyond the level that is not offered, but the adviser's own to give."""

from booking.attendance import levels
from booking.errors import SlotNotOpen
from booking.models import Session, Slot
from booking.rights import Actor
from booking.words import Role


class DayIsFull(SlotNotOpen):
    def __init__(self, name: str, cap: int) -> None:
        super().__init__(f"{name} sees at most {cap} a day, and so many are booked.")


def may_give(session: Session, by: Actor) -> bool:
    """Whether somebody may put a claimant who is here now beyond the level of a session.

    Advisers in their own diary, leads in their district's; nobody on a machine's behalf.
    """
    if by.user_id is None or not by.may("squeeze in"):
        return False
    return by.role == Role.DISTRICT_LEAD or session.adviser.user_id == by.user_id


def take_beyond_level(slot: Slot, by: Actor) -> None:
    """Refuse, or hold the adviser's day until the use case ends: its cap stands.

    Raises SlotNotOpen, or DayIsFull.
    """
    session = slot.session
    if not may_give(session, by):
        raise SlotNotOpen
    day = levels.locked_day(session.adviser_id, session.on_date)
    if sum(day.held.values()) >= day.rules.daily_cap:
        raise DayIsFull(session.adviser.name, day.rules.daily_cap)


def settle(slot: Slot) -> None:
    """Mark the day again: who is squeezed in counts, so one slot fewer may be offered."""
    levels.settle_now(slot.session.adviser_id, slot.session.on_date)
