"""The truth about small problems: an evaluation of its own, and the best rota by trying all.

Works on the raw JSON documents and imports nothing of the optimizer.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

Document = dict[str, Any]
DEFAULTS = {
    "unmet_session": 1,
    "unmet_week": 4,
    "presence": 20,
    "continuity": 8,
    "spread": 5,
    "away": 3,
    "travel": 1,
    "overflow": 4,
    "not_bookable": 2,
    "room_change": 2,
    "open_plan": 3,
}


def evaluate(problem: Document, entries: list[Document]) -> dict[str, int]:
    """The weighted terms of a legal rota, straight from the definition of the format."""
    rooms = {room["id"]: room for room in problem["rooms"]}
    weights = DEFAULTS | problem.get("weights", {})
    away_of, minutes_of = {}, {}
    terms = dict.fromkeys(DEFAULTS, 0)
    for adviser in problem["advisers"]:
        mine = [e for e in entries if e["adviser"] == adviser["id"]]
        home = {office for office, _ in adviser["dedicated"]}
        away_of[adviser["id"]] = len([e for e in mine if e["office"] not in home])
        trips = [2 * adviser["travel_minutes"][e["office"]] for e in mine]
        minutes_of[adviser["id"]] = sum(trips)
        terms["travel"] += sum(math.floor(trip / 10 + 0.5) for trip in trips)
        terms["spread"] += len({e["office"] for e in mine})
        for day, old in enumerate(adviser["last_week"]):
            barred = {"adviser": adviser["id"], "office": old} in problem.get("forbidden", [])
            usable = old in adviser["travel_minutes"] and not barred
            if usable and any(adviser["available"][2 * day : 2 * day + 2]):
                terms["continuity"] += not any((e["day"], e["office"]) == (day, old) for e in mine)
    terms["away"] = sum(away_of.values())
    for e in entries:
        places = list(e["places"].values())
        terms["room_change"] += len(places) == 2 and places[0] != places[1]
        for place in places:
            terms["overflow"] += place == "overflow"
            if place != "overflow":
                terms["open_plan"] += not rooms[place]["private"]
                terms["not_bookable"] += not rooms[place]["bookable_in_advance"]
    for office in problem["offices"]:
        there = [e for e in entries if e["office"] == office["id"]]
        worked = [int(session) for e in there for session in e["places"]]
        unmet = [
            max(0, wanted - office["capacity"][session] * worked.count(session))
            for session, wanted in enumerate(office["demand"])
        ]
        terms["unmet_session"] += sum(unmet)
        total = sum(office["demand"])
        week = max(0, total - sum(office["capacity"][session] for session in worked))
        terms["unmet_week"] += week + max(0, week - total // 2)
        terms["presence"] += max(0, office["days_wanted"] - len({e["day"] for e in there}))
    weighted = {name: weights[name] * amount for name, amount in terms.items()}
    away_weight, travel_weight = weights.get("fairness", [5, 1])
    weighted["fairness"] = away_weight * max(away_of.values(), default=0)
    weighted["fairness"] += travel_weight * math.ceil(max(minutes_of.values(), default=0) / 30)
    return weighted


def best_objective(
    problem: Document, obeys: Callable[[list[Any]], bool] = lambda worked: True
) -> int | None:
    """The least objective of any legal rota, or None when there is none; tries everything.

    Rotas are judged by adviser-days: adviser, day, office, sessions.
    """
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
        if _within_week(problem, worked) and obeys(worked):
            entries = _cheapest_places(problem, worked)
            if entries is not None:
                total = sum(evaluate(problem, entries).values())
                best = total if best is None else min(best, total)
    return best


def _options(problem: Document, adviser: Document, day: int) -> Iterator[Any]:
    """Off, or an office with one or both sessions, as rules 1, 2 and 7 allow."""
    pins = [
        pin["office"]
        for pin in problem.get("pinned", [])
        if (pin["adviser"], pin["day"]) == (adviser["id"], day)
    ]
    if not pins:
        yield None
    free = [session for session in (2 * day, 2 * day + 1) if adviser["available"][session]]
    for office in adviser["travel_minutes"]:
        if {"adviser": adviser["id"], "office": office} in problem.get("forbidden", []):
            continue
        if all(pin == office for pin in pins):
            for size in range(1, len(free) + 1):
                for chosen in itertools.combinations(free, size):
                    yield office, chosen


def _within_week(problem: Document, worked: list[Any]) -> bool:
    for adviser in problem["advisers"]:
        mine = [office for who, _, office, _ in worked if who is adviser]
        minutes = sum(2 * adviser["travel_minutes"][office] for office in mine)
        if len(mine) > adviser["max_days"] or minutes > 600:
            return False
    return True


def _cheapest_places(problem: Document, worked: list[Any]) -> list[Document] | None:
    """Every office-day housed as cheaply as can be, by trying every seating."""
    entries = []
    for office in problem["offices"]:
        for day in range(5):
            here = [w for w in worked if (w[2], w[1]) == (office["id"], day)]
            seats = [(who["id"], session) for who, _, _, chosen in here for session in chosen]
            seatings = [
                [_entry(w, seating) for w in here] for seating in _seatings(problem, office, seats)
            ]
            if not seatings:
                return None
            entries += min(seatings, key=lambda seated: _seat_price(problem, seated))
    return entries


def _seatings(problem: Document, office: Document, seats: list[Any]) -> Iterator[Any]:
    rooms = [room for room in problem["rooms"] if room["office"] == office["id"]]
    choices = [
        [room["id"] for room in rooms if room["open"][session]] + ["overflow"]
        for _, session in seats
    ]
    for chosen in itertools.product(*choices):
        taken = [(place, session) for place, (_, session) in zip(chosen, seats, strict=True)]
        if all(
            taken.count(seat) <= (office["overflow_places"] if seat[0] == "overflow" else 1)
            for seat in taken
        ):
            yield dict(zip(seats, chosen, strict=True))


def _entry(worked: Any, seating: dict[Any, str]) -> Document:
    who, day, office, chosen = worked
    places = {str(session): seating[who["id"], session] for session in chosen}
    return {"adviser": who["id"], "day": day, "office": office, "places": places}


def _seat_price(problem: Document, entries: list[Document]) -> int:
    terms = evaluate(problem, entries)
    return sum(terms[name] for name in ("overflow", "open_plan", "not_bookable", "room_change"))
