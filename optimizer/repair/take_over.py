"""Finds who takes over sessions that lost their adviser as they stand, and where the rest go.

A session by telephone or of a group is no rota's business: no room is sought for it, its time
and its claimants stay, and somebody else holds it. The least price is proved by HiGHS.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from optimizer.errors import BadInput
from optimizer.repair.problem import Prices
from optimizer.repair.rehouse import (
    FreeSlot,
    Placement,
    Stranded,
    pairs_of,
    placement,
    rung_price,
    why_not,
)
from optimizer.rota.highs import Task, solve_here
from optimizer.rota.program import Program, Terms

NOBODY = "nobody else could hold the session, and {why}"


@dataclass(frozen=True, slots=True)
class Cover:
    """An adviser who could hold a session that lost its own, at a price.

    `keeps` are the keys of the appointments that could stay in it; `rank` decides between covers
    of one price, the least first; an `extra_day` is one more of the adviser's days of the week.
    """

    session: str
    adviser: str
    price: int
    keeps: frozenset[str]
    rank: int = 0
    extra_day: bool = False


@dataclass(frozen=True, slots=True)
class TakenOver:
    """The least price: covers chosen, appointments placed elsewhere, and why others have no place.

    Whoever is neither placed nor unplaced is kept by the cover of their session.
    """

    price: int
    covers: tuple[Cover, ...]
    placed: tuple[Placement, ...]
    unplaced: Mapping[str, str] = field(default_factory=dict)


def take_over(
    appointments: Sequence[Stranded],
    slots: Sequence[FreeSlot],
    covers: Sequence[Cover],
    *,
    extra_days: Mapping[str, int],
    prices: Prices | None = None,
    seconds: float = 60.0,
) -> TakenOver:
    """The covers and placements of least price, one cover a session and one slot a place.

    `extra_days` says how many more days each adviser may work; who is not in it, none. Of answers
    of one price the one with the least ranks and the nearest times. Raises BadInput when the
    seconds are over before the proof.
    """
    prices = prices or Prices()
    program = Program()
    pairs = pairs_of(appointments, slots, prices)
    # Price comes first: all ranks and distances together are less than one unit of it.
    unit = 1 + len(appointments) * max((distance for *_, distance in pairs), default=0)
    unit += sum(cover.rank for cover in covers)
    homes: dict[str, Terms] = {
        each.key: [(1, program.variable(prices.no_place * unit, 1))] for each in appointments
    }
    places: dict[int, Terms] = defaultdict(list)
    moves = {}
    for a, s, price, distance in pairs:
        index = program.variable(price * unit + distance, 1)
        moves[index] = (a, s)
        homes[appointments[a].key].append((1, index))
        places[s].append((1, index))
    chosen = {
        program.variable(_price(cover, prices) * unit + cover.rank, 1): cover for cover in covers
    }
    _add_covers(program, chosen, homes, extra_days)
    for terms in homes.values():
        program.equal(terms, 1)
    for s, terms in places.items():
        program.at_most(terms, slots[s].places)
    found = solve_here(program, Task(seconds))
    if not found.is_proved:
        raise BadInput("Who takes the sessions over was not proved within the seconds given.")
    taken = tuple(cover for index, cover in chosen.items() if found.values.get(index))
    placed = tuple(
        placement(appointments[a], slots[s])
        for index, (a, s) in moves.items()
        if found.values.get(index)
    )
    return _told(appointments, slots, taken, placed, prices)


def _add_covers(
    program: Program,
    chosen: Mapping[int, Cover],
    homes: Mapping[str, Terms],
    extra_days: Mapping[str, int],
) -> None:
    """One cover a session, no adviser beyond their days; whom a cover keeps has a home."""
    sessions: dict[str, Terms] = defaultdict(list)
    extra: dict[str, Terms] = defaultdict(list)
    for index, cover in chosen.items():
        sessions[cover.session].append((1, index))
        if cover.extra_day:
            extra[cover.adviser].append((1, index))
        for key in cover.keeps:
            homes[key].append((1, index))
    for terms in sessions.values():
        program.at_most(terms, 1)
    for adviser, terms in extra.items():
        program.at_most(terms, extra_days.get(adviser, 0))


def _price(cover: Cover, prices: Prices) -> int:
    return cover.price + prices.other_adviser * len(cover.keeps)


def _told(
    appointments: Sequence[Stranded],
    slots: Sequence[FreeSlot],
    covers: tuple[Cover, ...],
    placed: tuple[Placement, ...],
    prices: Prices,
) -> TakenOver:
    kept = {key for cover in covers for key in cover.keeps}
    housed = kept | {each.appointment for each in placed}
    held = {cover.session for cover in covers}
    unplaced = {
        each.key: why_not(each, slots)
        if each.session in held
        else NOBODY.format(why=why_not(each, slots))
        for each in appointments
        if each.key not in housed
    }
    price = sum(_price(cover, prices) for cover in covers)
    price += sum(rung_price(prices, each.rung) for each in placed)
    return TakenOver(price + prices.no_place * len(unplaced), covers, placed, unplaced)
