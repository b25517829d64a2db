"""The other times a claimant may choose from: a few a day, the same adviser and office first."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from booking import clock, free_slots
from booking.availability import FreeSlot, Needs, Offer, Rank
from booking.boards.offers import NamedOffer, named
from booking.models import Appointment
from booking.waiting_turns import needs_of
from booking.words import AppointmentKind, SessionKind

_DAYS_AT_ONCE = 5
_BEST_OF_A_DAY = 3
_MOST_OF_A_DAY = 40  # a page for an old phone over a poor link


@dataclass(frozen=True)
class DayOfChoices:
    on: date
    offers: Sequence[NamedOffer]
    more: int  # how many times of the day are not shown


@dataclass(frozen=True)
class Choices:
    """Days in order. `later_than` asks for the days after those shown, None when there are none."""

    days: Sequence[DayOfChoices]
    later_than: date | None
    elsewhere: bool  # whether other offices may be asked for


def of(
    appointment: Appointment, *, on: date | None = None, after: date | None = None, near: bool
) -> Choices:
    """What suits the claimant: all times of one day, or a few on each of the next days."""
    if appointment.kind == AppointmentKind.GROUP:  # staff fill groups
        return Choices([], None, elsewhere=False)
    office = appointment.slot.session.office
    nearest = [other for other, _ in free_slots.nearest_offices(office)][: free_slots.NEAREST]
    needs = _needs_of(appointment, on=on, after=after)
    offices = nearest if near else [office.id]
    by_day: dict[date, list[FreeSlot]] = defaultdict(list)
    for slot in free_slots.suitable(needs, offices, office.rules, now=clock.now()):
        if slot.slot_id != appointment.slot_id:
            by_day[slot.on_date].append(slot)
    days = sorted(by_day)
    most = _MOST_OF_A_DAY if on else _BEST_OF_A_DAY
    shown = [_day(each, by_day[each], appointment, most) for each in days[:_DAYS_AT_ONCE]]
    later = days[_DAYS_AT_ONCE - 1] if len(days) > _DAYS_AT_ONCE else None
    return Choices(shown, later, elsewhere=bool(nearest) and not near)


def _day(on: date, slots: list[FreeSlot], appointment: Appointment, most: int) -> DayOfChoices:
    session = appointment.slot.session
    telephone_first = appointment.claimant.prefers_telephone

    def order(slot: FreeSlot) -> tuple[bool, bool, bool, datetime, int]:
        by_telephone = slot.kind == SessionKind.TELEPHONE
        return (
            by_telephone != telephone_first,
            slot.adviser_id != session.adviser_id,
            slot.office_id != session.office_id,
            slot.starts_at,
            slot.slot_id,
        )

    best = sorted(slots, key=order)[:most]
    best.sort(key=lambda slot: (slot.starts_at, slot.slot_id))
    offers = named(Offer(slot, Rank.SOONEST, ()) for slot in best)
    return DayOfChoices(on, offers, len(slots) - len(best))


def _needs_of(appointment: Appointment, *, on: date | None, after: date | None) -> Needs:
    first_on = on or (max(after + timedelta(days=1), clock.today()) if after else None)
    # By telephone or not: those who would rather are shown it first, and may choose either.
    needs = needs_of(appointment.claimant)
    return replace(needs, telephone=None, first_on=first_on, last_on=on)
