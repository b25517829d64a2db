"""Which free slot suits a claimant best, and why: pure ranking, no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from typing import NamedTuple

from booking import clock
from booking.words import SessionKind

_STRAIGHT_AFTER = timedelta(minutes=45)
_AT_THIS_OFFICE = 9
_AT_EACH_OTHER = 2


class FreeSlot(NamedTuple):
    """A slot with a place left, as the diary query returns it."""

    slot_id: int
    starts_at: datetime
    ends_at: datetime
    on_date: date
    office_id: int
    adviser_id: int
    room_id: int | None
    kind: SessionKind
    places_left: int


@dataclass(frozen=True)
class Needs:
    """What a claimant can manage and would like; everything may be left open.

    `interview_ends_at` is the end of the Jobcentre interview under way or booked.
    `signing_from` is any one signing date: every second week from it is a signing day.
    """

    interview_ends_at: datetime | None = None
    not_before: time | None = None
    not_after: time | None = None
    weekdays: frozenset[int] = frozenset()
    first_on: date | None = None
    last_on: date | None = None
    signing_from: date | None = None
    step_free: bool = False
    private: bool = False
    telephone: bool | None = None  # None: either; True: telephone only; False: in person only
    language: str = ""
    same_adviser_id: int | None = None

    def suit(self, slot: FreeSlot) -> bool:
        """Whether the claimant can come at all then."""
        if self.interview_ends_at is not None and slot.starts_at < self.interview_ends_at:
            return False
        if self.weekdays and slot.on_date.weekday() not in self.weekdays:
            return False
        if self.not_before is None and self.not_after is None:
            return True
        starts, ends = clock.london(slot.starts_at).time(), clock.london(slot.ends_at).time()
        return starts >= (self.not_before or time.min) and ends <= (self.not_after or time.max)

    def is_signing_day(self, on: date) -> bool:
        return self.signing_from is not None and (on - self.signing_from).days % 14 == 0


class Rank(IntEnum):
    """Best first. The order is the adviser's: now, then today, then a day they come anyway."""

    STRAIGHT_AFTER = 0
    SAME_ADVISER = 1
    TODAY = 2
    SIGNING_DAY = 3
    SOONEST = 4


@dataclass(frozen=True)
class Offer:
    """A free slot with the reasons that put it where it is."""

    slot: FreeSlot
    rank: Rank
    reasons: Sequence[str]


@dataclass(frozen=True)
class Ranking:
    """Offers at this office, best first; then those of each other office, nearest first."""

    here: Sequence[Offer]
    elsewhere: Mapping[int, Sequence[Offer]]

    @property
    def best(self) -> Sequence[Offer]:
        """All offers in one row: this office, then the others."""
        return [*self.here, *(offer for offers in self.elsewhere.values() for offer in offers)]


def rank(
    slots: Iterable[FreeSlot],
    needs: Needs,
    *,
    now: datetime,
    office_id: int,
    nearest: Sequence[int],
    here: int = _AT_THIS_OFFICE,
    each: int = _AT_EACH_OTHER,
) -> Ranking:
    """Put the slots that suit in order. `nearest` are the other offices, nearest first."""
    today = clock.london(now).date()
    by_office: dict[int, list[tuple[Rank, FreeSlot]]] = {office_id: []}
    for other in nearest:
        by_office[other] = []
    for slot in slots:
        if needs.suit(slot) and slot.office_id in by_office:
            by_office[slot.office_id].append((_rank(slot, needs, now, today), slot))
    best = {
        office: [_offer(*ranked, needs, now, today) for ranked in _first(ranked, needs, count)]
        for office, ranked in by_office.items()
        for count in [here if office == office_id else each]
    }
    mine = best.pop(office_id)
    return Ranking(mine, {office: offers for office, offers in best.items() if offers})


def _first(
    ranked: list[tuple[Rank, FreeSlot]], needs: Needs, count: int
) -> list[tuple[Rank, FreeSlot]]:
    def order(pair: tuple[Rank, FreeSlot]) -> tuple[Rank, bool, datetime, int]:
        rank, slot = pair
        return rank, slot.adviser_id != needs.same_adviser_id, slot.starts_at, slot.slot_id

    return sorted(ranked, key=order)[:count]


def _rank(slot: FreeSlot, needs: Needs, now: datetime, today: date) -> Rank:
    if slot.on_date == today and _is_straight_after(slot, needs, now):
        return Rank.STRAIGHT_AFTER
    if slot.adviser_id == needs.same_adviser_id:
        return Rank.SAME_ADVISER
    if slot.on_date == today:
        return Rank.TODAY
    return Rank.SIGNING_DAY if needs.is_signing_day(slot.on_date) else Rank.SOONEST


def _is_straight_after(slot: FreeSlot, needs: Needs, now: datetime) -> bool:
    return slot.starts_at - (needs.interview_ends_at or now) <= _STRAIGHT_AFTER


def _offer(rank: Rank, slot: FreeSlot, needs: Needs, now: datetime, today: date) -> Offer:
    reasons = []
    if slot.adviser_id == needs.same_adviser_id:
        reasons.append("same adviser")
    if slot.on_date == today:
        straight = _is_straight_after(slot, needs, now)
        after = "straight after this interview" if needs.interview_ends_at else "within the hour"
        reasons.append(f"today, {after}" if straight else "today")
    elif slot.on_date == today + timedelta(days=1):
        reasons.append("tomorrow")
    if needs.is_signing_day(slot.on_date):
        reasons.append("on signing day")
    return Offer(slot, rank, reasons or ["soonest"])
