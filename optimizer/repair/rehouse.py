"""Gives stranded appointments free slots: the cheapest moves on the ladder, proved by a flow."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from optimizer.repair.problem import Prices


class Rung(Enum):
    """What a claimant keeps, best first; the values are the words for it."""

    OTHER_ROOM = "same time, same adviser, another room"
    OTHER_ADVISER = "same time, another adviser"
    SAME_DAY = "same day, another time"
    OTHER_DAY = "another day"


@dataclass(frozen=True, slots=True)
class Stranded:
    """An appointment that has lost its slot; keys are opaque, times are the office's own.

    It may start from `earliest` to `latest`; `needs` are words that a slot must offer, such as
    "step-free", "private" or a language.
    """

    key: str
    office: str
    adviser: str
    starts_at: datetime
    minutes: int
    earliest: datetime
    latest: datetime
    needs: frozenset[str] = frozenset()
    session: str = ""


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A slot with free places for appointments of at most `minutes`, and what it offers."""

    key: str
    office: str
    adviser: str
    starts_at: datetime
    minutes: int
    offers: frozenset[str] = frozenset()
    places: int = 1


@dataclass(frozen=True, slots=True)
class Placement:
    """An appointment's new slot, by their keys, and what is kept."""

    appointment: str
    slot: str
    rung: Rung


@dataclass(frozen=True, slots=True)
class Rehousing:
    """The cheapest placements, and by key why each other appointment has no place."""

    price: int
    placed: tuple[Placement, ...]
    unplaced: Mapping[str, str] = field(default_factory=dict)


def rung_of(appointment: Stranded, slot: FreeSlot) -> Rung:
    """What is kept when the appointment goes to the slot."""
    if slot.starts_at == appointment.starts_at:
        same = slot.adviser == appointment.adviser
        return Rung.OTHER_ROOM if same else Rung.OTHER_ADVISER
    same_day = slot.starts_at.date() == appointment.starts_at.date()
    return Rung.SAME_DAY if same_day else Rung.OTHER_DAY


def suits(appointment: Stranded, slot: FreeSlot) -> bool:
    """Whether the slot can take the appointment."""
    return all(fits(appointment, slot) for fits in _QUESTIONS.values())


def rehouse(
    appointments: Sequence[Stranded], slots: Sequence[FreeSlot], prices: Prices | None = None
) -> Rehousing:
    """The placements of least price; among those the nearest in time, the same adviser first.

    The least is proved: a flow of least cost is one. A slot takes as many as it has places, and
    only the appointments given are moved.
    """
    prices = prices or Prices()
    pairs = pairs_of(appointments, slots, prices)
    chosen = _cheapest(len(appointments), slots, pairs, prices)
    placed = {appointments[a].key: placement(appointments[a], slots[s]) for a, s in chosen}
    unplaced = {each.key: why_not(each, slots) for each in appointments if each.key not in placed}
    price = sum(rung_price(prices, each.rung) for each in placed.values())
    return Rehousing(price + prices.no_place * len(unplaced), tuple(placed.values()), unplaced)


def placement(appointment: Stranded, slot: FreeSlot) -> Placement:
    """The appointment in the slot, with what is kept."""
    return Placement(appointment.key, slot.key, rung_of(appointment, slot))


def rung_price(prices: Prices, rung: Rung) -> int:
    """What an appointment costs that keeps no more than this."""
    return {
        Rung.OTHER_ROOM: prices.other_room,
        Rung.OTHER_ADVISER: prices.other_adviser,
        Rung.SAME_DAY: prices.same_day,
        Rung.OTHER_DAY: prices.other_day,
    }[rung]


def pairs_of(
    appointments: Sequence[Stranded], slots: Sequence[FreeSlot], prices: Prices
) -> list[tuple[int, int, int, int]]:
    """Appointment, slot, price and distance, of every pair that suits."""
    at_office: dict[str, list[int]] = defaultdict(list)
    for s, slot in enumerate(slots):
        at_office[slot.office].append(s)
    return [
        (a, s, rung_price(prices, rung_of(each, slots[s])), _distance(each, slots[s]))
        for a, each in enumerate(appointments)
        for s in at_office[each.office]
        if suits(each, slots[s])
    ]


def _distance(appointment: Stranded, slot: FreeSlot) -> int:
    """Five-minute steps between the two times, and one more for another adviser."""
    seconds = abs((slot.starts_at - appointment.starts_at).total_seconds())
    return 2 * round(seconds / 300) + (slot.adviser != appointment.adviser)


def _cheapest(
    count: int,
    slots: Sequence[FreeSlot],
    pairs: Sequence[tuple[int, int, int, int]],
    prices: Prices,
) -> list[tuple[int, int]]:
    """The pairs of a flow of least cost from every appointment to a slot or to no place."""
    from ortools.graph.python import min_cost_flow

    flow = min_cost_flow.SimpleMinCostFlow()
    sink = count + len(slots)
    # Price comes first: all distances together are less than one unit of it.
    unit = 1 + count * max((distance for *_, distance in pairs), default=0)
    for a, s, price, distance in pairs:
        flow.add_arc_with_capacity_and_unit_cost(a, count + s, 1, price * unit + distance)
    for s, slot in enumerate(slots):
        flow.add_arc_with_capacity_and_unit_cost(count + s, sink, slot.places, 0)
    for a in range(count):
        flow.add_arc_with_capacity_and_unit_cost(a, sink, 1, prices.no_place * unit)
        flow.set_node_supply(a, 1)
    flow.set_node_supply(sink, -count)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise ArithmeticError(f"The flow of least cost was not found (status {status}).")
    return [(a, s) for arc, (a, s, _, _) in enumerate(pairs) if flow.flow(arc)]


_QUESTIONS: dict[str, Callable[[Stranded, FreeSlot], bool]] = {
    "no slot is free at {office}": lambda a, s: s.office == a.office,
    "none starts between the times that suit": lambda a, s: a.earliest <= s.starts_at <= a.latest,
    "none is {minutes} minutes long": lambda a, s: s.minutes >= a.minutes,
    "none offers {needs}": lambda a, s: a.needs <= s.offers,
}


def why_not(appointment: Stranded, slots: Sequence[FreeSlot]) -> str:
    """Why it has no place: the first question that no slot is left after, in words."""
    left = list(slots)
    for words, fits in _QUESTIONS.items():
        left = [slot for slot in left if fits(appointment, slot)]
        if not left:
            needs = " and ".join(sorted(appointment.needs))
            return words.format(office=appointment.office, minutes=appointment.minutes, needs=needs)
    return "every slot that suits is taken by another appointment"
