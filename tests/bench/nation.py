"""Invented districts of 20 offices and 30 advisers, a different one for every number."""

import random
from datetime import date
from math import hypot

from optimizer.rota.problem import DAYS, SESSIONS, Adviser, Office, Problem, Room, Weights

OFFICES, ADVISERS = 20, 30
Point = tuple[float, float]


def district(number: int) -> Problem:
    """Offices scattered over an hour and a half by car; advisers live near one of them."""
    chance = random.Random(number)
    at = {f"O{n + 1}": (chance.uniform(0, 90), chance.uniform(0, 90)) for n in range(OFFICES)}
    offices = tuple(_office(chance, name) for name in at)
    rooms = tuple(room for office in offices for room in _rooms(chance, office.id))
    advisers = tuple(_adviser(chance, f"A{n + 1}", at) for n in range(ADVISERS))
    return Problem(date(2026, 12, 7), offices, rooms, advisers, (), frozenset(), Weights(), "")


def _office(chance: random.Random, name: str) -> Office:
    size = chance.choice([1, 1, 2, 3])
    return Office(
        name,
        days_wanted=min(DAYS, 1 + size),
        overflow_places=chance.choice([0, 1]),
        demand=tuple(chance.randint(size - 1, 3 * size) for _ in range(SESSIONS)),
        capacity=tuple(chance.choice([4, 5]) for _ in range(SESSIONS)),
    )


def _rooms(chance: random.Random, office: str) -> list[Room]:
    return [
        Room(
            f"{office}-R{n + 1}",
            office,
            private=chance.random() < 0.6,
            bookable_in_advance=chance.random() < 0.8,
            open=tuple(chance.random() < 0.9 for _ in range(SESSIONS)),
        )
        for n in range(chance.choice([1, 1, 2, 3]))
    ]


def _adviser(chance: random.Random, name: str, offices: dict[str, Point]) -> Adviser:
    home = chance.choice(sorted(offices))
    minutes = {office: _minutes(offices[home], at) for office, at in offices.items()}
    reach = dict(sorted(minutes.items(), key=lambda pair: pair[1])[: chance.randint(4, 8)])
    days_off = {chance.randrange(DAYS) for _ in range(chance.choice([0, 0, 1]))}
    usual = [chance.choice([home, home, None, *list(reach)[:2]]) for _ in range(DAYS)]
    return Adviser(
        name,
        max_days=chance.choice([3, 4, 5]),
        available=tuple(
            session // 2 not in days_off and chance.random() < 0.95 for session in range(SESSIONS)
        ),
        travel_minutes=reach,
        dedicated=tuple((home, day) for day in range(chance.choice([0, 2]))),
        last_week=tuple(usual),
    )


def _minutes(here: Point, there: Point) -> int:
    return 5 + round(hypot(here[0] - there[0], here[1] - there[1]))
