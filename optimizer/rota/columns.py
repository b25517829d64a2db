"""The choices of a rota: one column per adviser, day, office and shape of the day."""

from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.rota.problem import DAYS, MOST_TRAVEL_MINUTES, Adviser, Problem

AM, PM, FULL = 0, 1, 2
SHAPES = (AM, PM, FULL)


@dataclass(frozen=True, slots=True)
class Column:
    """An adviser-day at an office: shape am, pm or full, its own price, round-trip minutes."""

    adviser: str
    day: int
    office: str
    shape: int
    price: int
    minutes: int
    away: bool

    @property
    def sessions(self) -> tuple[int, ...]:
        """The sessions worked, of 0..9."""
        am, pm = 2 * self.day, 2 * self.day + 1
        return ((am,), (pm,), (am, pm))[self.shape]


def columns(problem: Problem) -> list[Column]:
    """Every adviser-day that hard rules 1, 2 and 7 allow, in the order of the problem.

    The price is what the adviser-day costs by itself: travel, away, and as a rebate the
    continuity of repeating last week's office (see `unrepeated_price`).
    """
    pinned = {(pin.adviser, pin.day): pin.office for pin in problem.pinned}
    return [
        column
        for adviser in problem.advisers
        for day in range(DAYS)
        for column in _of_day(problem, adviser, day, pinned.get((adviser.id, day)))
    ]


def _of_day(problem: Problem, adviser: Adviser, day: int, pinned: str | None) -> Iterator[Column]:
    weights = problem.weights
    dedicated = {office for office, _ in adviser.dedicated}
    am, pm = adviser.available[2 * day], adviser.available[2 * day + 1]
    for office, one_way in adviser.travel_minutes.items():
        minutes = 2 * one_way
        barred = (adviser.id, office) in problem.forbidden or minutes > MOST_TRAVEL_MINUTES
        if barred or (pinned is not None and pinned != office):
            continue
        away = office not in dedicated
        price = weights.travel * ((minutes + 5) // 10) + weights.away * away
        price -= weights.continuity * (adviser.last_week[day] == office)
        for shape, possible in zip(SHAPES, (am, pm, am and pm), strict=True):
            if possible:
                yield Column(adviser.id, day, office, shape, price, minutes, away)


def unrepeated_price(problem: Problem) -> int:
    """The continuity term of an empty rota; columns that repeat last week give it back."""
    repeatable = sum(
        office in adviser.travel_minutes
        and (adviser.id, office) not in problem.forbidden
        and (adviser.available[2 * day] or adviser.available[2 * day + 1])
        for adviser in problem.advisers
        for day, office in enumerate(adviser.last_week)
    )
    return problem.weights.continuity * repeatable
