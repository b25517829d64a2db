"""The truth about small repairs: their own price list, and the least of it by trying all.

Works on the raw JSON documents and imports nothing of the optimizer.
"""

import functools
import itertools
from collections.abc import Iterator
from typing import Any

from tests.optimizer_rota.by_enumeration import _options, _seat_price, _seatings, _within_week
from tests.optimizer_rota.by_enumeration import evaluate as evaluate_terms

Document = dict[str, Any]
PRICES = {
    "work": 10,
    "room": 1,
    "other_room": 1,
    "other_adviser": 3,
    "same_day": 6,
    "other_day": 12,
    "no_place": 30,
}


def best_repair(
    problem: Document,
    published: list[Document],
    booked: dict[tuple[str, int], int],
    from_session: int = 0,
) -> tuple[int, int] | None:
    """The least price, and the least objective at that price; None when no rota is legal."""
    before = _seated(published)
    days = [
        (adviser, day, list(_options(problem, adviser, day)))
        for adviser in problem["advisers"]
        for day in range(5)
    ]
    days = [(adviser, day, options) for adviser, day, options in days if options != [None]]
    best = None
    for choice in itertools.product(*(options for _, _, options in days)):
        worked = [
            (adviser, day, *option)
            for (adviser, day, _), option in zip(days, choice, strict=True)
            if option is not None
        ]
        if not (_within_week(problem, worked) and _past_is_kept(before, worked, from_session)):
            continue
        entries = _nearest_places(problem, worked, before, booked, from_session)
        if entries is not None:
            price = price_of(problem, before, _seated(entries), booked, from_session)
            key = price, sum(evaluate_terms(problem, entries).values())
            best = key if best is None else min(best, key)
    return best


def _seated(entries: list[Document]) -> dict[tuple[str, int], tuple[str, str]]:
    return {
        (entry["adviser"], int(session)): (entry["office"], place)
        for entry in entries
        for session, place in entry["places"].items()
    }


def _past_is_kept(before: Any, worked: list[Any], from_session: int) -> bool:
    now = {(who["id"], session): at for who, _, at, chosen in worked for session in chosen}
    return all(
        (before.get(key) or (None,))[0] == now.get(key)
        for key in before.keys() | now.keys()
        if key[1] < from_session
    )


def _nearest_places(
    problem: Document, worked: list[Any], before: Any, booked: Any, from_session: int
) -> list[Document] | None:
    """Every office-day seated with the cheapest room changes, then as cheaply as can be."""
    entries: list[Document] = []
    for office in problem["offices"]:
        for day in range(5):
            here = [w for w in worked if (w[2], w[1]) == (office["id"], day)]
            seats = [(who["id"], session) for who, _, _, chosen in here for session in chosen]
            options = list(_seated_days(problem, office, here, seats, before, from_session))
            if not options:
                return None
            entries += min(
                options,
                key=lambda seated: (
                    _room_price(before, _seated(seated), booked),
                    _seat_price(problem, seated),
                ),
            )
    return entries


def _seated_days(  # noqa: PLR0917 - all of a day's facts
    problem: Document, office: Document, here: Any, seats: Any, before: Any, from_session: int
) -> Iterator[list[Document]]:
    for seating in _seatings(problem, office, seats):
        if all(before[key][1] == seating[key] for key in seats if key[1] < from_session):
            yield [
                {
                    "adviser": who["id"],
                    "day": day,
                    "office": at,
                    "places": {str(session): seating[who["id"], session] for session in chosen},
                }
                for who, day, at, chosen in here
            ]


def _room_price(before: Any, after: Any, booked: Any) -> int:
    total = 0
    for key, (office, place) in after.items():
        old = before.get(key)
        if old and old[0] == office and old[1] not in (place, "overflow"):
            total += PRICES["room"] + PRICES["other_room"] * booked.get(key, 0)
    return total


def price_of(problem: Document, before: Any, after: Any, booked: Any, from_session: int) -> int:
    """The price of a repaired week, its stranded appointments placed as cheaply as can be."""
    changed = [
        key
        for key in before.keys() | after.keys()
        if (before.get(key) or (None,))[0] != (after.get(key) or (None,))[0]
    ]
    total = PRICES["work"] * len(changed) + _room_price(before, after, booked)
    for office in {at for at, _ in before.values()}:
        lost = [
            key[1]
            for key in changed
            if (before.get(key) or (None,))[0] == office
            for _ in range(booked.get(key, 0))
        ]
        total += _cheapest(problem, office, lost, before, after, booked, from_session)
    return total


def _cheapest(  # noqa: PLR0917 - all of an office's facts
    problem: Document,
    office: str,
    lost: list[int],
    before: Any,
    after: Any,
    booked: Any,
    start: int,
) -> int:
    capacity = next((o["capacity"] for o in problem["offices"] if o["id"] == office), [0] * 10)
    spare = [0] * 10
    for (who, session), (at, _) in after.items():
        if at == office and session >= start:
            own = (before.get((who, session)) or (None,))[0] == office
            spare[session] += max(
                0, capacity[session] - (booked.get((who, session), 0) if own else 0)
            )

    @functools.cache
    def rest(number: int, left: tuple[int, ...]) -> int:
        if number == len(lost):
            return 0
        found = PRICES["no_place"] + rest(number + 1, left)
        for to, places in enumerate(left):
            if places:
                after_it = (*left[:to], places - 1, *left[to + 1 :])
                found = min(found, _step(lost[number], to) + rest(number + 1, after_it))
        return found

    return rest(0, tuple(min(places, len(lost)) for places in spare))


def _step(session: int, to: int) -> int:
    if to == session:
        return PRICES["other_adviser"]
    return PRICES["same_day" if to // 2 == session // 2 else "other_day"]
