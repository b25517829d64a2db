"""Where the advisers of one office-day sit, and what that costs, by kinds of room.

Rooms of one kind (same price, same open half-days) are interchangeable, so only numbers
matter: how many advisers stay in a kind all day, and how many sit there for a half-day only.
An adviser who works all day and changes place counts as one am and one pm half-day.
"""

from collections import defaultdict
from dataclasses import dataclass

from optimizer.rota.problem import Office, Problem
from optimizer.rota.rota import OVERFLOW

Counts = tuple[int, int, int]
"""Advisers in am only, in pm only, and all day."""


@dataclass(frozen=True, slots=True)
class RoomKind:
    """Places of one price per adviser-session, open am, pm or both."""

    price: int
    am: bool
    pm: bool
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """How one kind is used: advisers who stay all day, am half-days, pm half-days."""

    stay: int
    am: int
    pm: int


@dataclass(frozen=True, slots=True)
class Housing:
    """The least price of housing some counts of advisers, with the use of each kind."""

    price: int
    uses: tuple[Use, ...]


def room_kinds(problem: Problem, office: Office, day: int) -> tuple[RoomKind, ...]:
    """The kinds of place of an office on a day, overflow among them."""
    weights = problem.weights
    groups: dict[tuple[int, bool, bool], list[str]] = defaultdict(list)
    for room in problem.rooms:
        am, pm = room.open[2 * day], room.open[2 * day + 1]
        if room.office == office.id and (am or pm):
            price = 0 if room.private else weights.open_plan
            price += 0 if room.bookable_in_advance else weights.not_bookable
            groups[price, am, pm].append(room.id)
    kinds = [RoomKind(*key, places=tuple(rooms)) for key, rooms in sorted(groups.items())]
    if office.overflow_places:
        places = (OVERFLOW,) * office.overflow_places
        kinds.append(RoomKind(weights.overflow, True, True, places))
    return tuple(kinds)


def most_present(kinds: tuple[RoomKind, ...], reach: int) -> int:
    """The most advisers who can be there in one session, of `reach` who might come."""
    am = sum(len(kind.places) for kind in kinds if kind.am)
    pm = sum(len(kind.places) for kind in kinds if kind.pm)
    return min(max(am, pm), reach)


def housing_table(
    kinds: tuple[RoomKind, ...], room_change: int, reach: int
) -> dict[Counts, Housing]:
    """The cheapest housing of every possible count of at most `reach` advisers."""
    placed: dict[Counts, Housing] = {(0, 0, 0): Housing(0, ())}
    for kind in kinds:
        wider: dict[Counts, Housing] = {}
        for counts, housing in placed.items():
            for use in _uses(kind):
                am, pm, stay = counts[0] + use.am, counts[1] + use.pm, counts[2] + use.stay
                if max(am, pm) + stay <= reach:
                    price = housing.price + kind.price * (2 * use.stay + use.am + use.pm)
                    _keep(wider, (am, pm, stay), Housing(price, (*housing.uses, use)))
        placed = wider
    table: dict[Counts, Housing] = {}
    for (am, pm, stay), housing in placed.items():
        for changing in range(min(am, pm) + 1):
            counts = (am - changing, pm - changing, stay + changing)
            if sum(counts) <= reach:
                price = housing.price + room_change * changing
                _keep(table, counts, Housing(price, housing.uses))
    return table


def _uses(kind: RoomKind) -> list[Use]:
    rooms = len(kind.places)
    return [
        Use(stay, am, pm)
        for stay in range(rooms + 1 if kind.am and kind.pm else 1)
        for am in range(rooms - stay + 1 if kind.am else 1)
        for pm in range(rooms - stay + 1 if kind.pm else 1)
    ]


def _keep(table: dict[Counts, Housing], counts: Counts, housing: Housing) -> None:
    known = table.get(counts)
    if known is None or housing.price < known.price:
        table[counts] = housing
