"""What is asked of a plan, and which of two plans is the better."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.overbooking.day import Day, Weights
from optimizer.overbooking.figures import Figures, Rows
from optimizer.overbooking.mixture import Array

ROUNDING = 1e-12  # relative to the day's cost scale: below it two costs are the same
MET = 1e-9  # minutes: a promise met exactly is met

Bookings = tuple[int, ...]


@dataclass(frozen=True)
class Promises:
    """Upper bounds in minutes on the mean wait and on overtime; None: no promise."""

    mean_wait: float | None = None
    overtime: float | None = None

    @property
    def any(self) -> bool:
        """Whether anything is promised."""
        return self.mean_wait is not None or self.overtime is not None

    def broken_by(self, day: Day, found: Figures) -> Array:
        """Minutes by which each plan breaks the promises, (plans,); 0 where all are met."""
        return self.excess(day, found.wait, found.overtime, found.booked.astype(float))

    def excess(self, day: Day, wait: Array, overtime: Array, booked: Array) -> Array:
        """`broken_by` for total waits, overtimes and bookings of one shape."""
        over = np.zeros(np.broadcast(wait, booked).shape)
        if self.mean_wait is not None:
            over += _beyond(wait, self.mean_wait * day.attend * booked)
        if self.overtime is not None:
            over += _beyond(overtime, np.asarray(self.overtime))
        return over


@dataclass(frozen=True)
class Question:
    """Which bookings x, lower <= x <= day.max_per_slot, keep the promises at the least cost.

    `total`, if given, is the exact number of bookings; `lower` has one number a slot.
    """

    day: Day
    weights: Weights
    lower: Bookings
    total: int | None = None
    promises: Promises = Promises()

    @property
    def same(self) -> float:
        """Costs closer than this are equal."""
        weights = self.weights
        scale = weights.wait + weights.idle + weights.overtime
        return ROUNDING * scale * self.day.slots * max(self.day.minutes, 1.0)

    def allows(self, rows: Rows) -> NDArray[np.bool_]:
        """Which rows respect the bounds of each slot and the total, (plans,)."""
        within = (rows >= np.array(self.lower)) & (rows <= self.day.max_per_slot)
        fits = np.asarray(within.all(axis=1))
        if self.total is not None:
            fits &= rows.sum(axis=1) == self.total
        return fits


@dataclass(frozen=True)
class Candidate:
    """A plan with its cost and the minutes by which it breaks the promises (0: none)."""

    cost: float
    bookings: Bookings
    broken: float = 0.0

    @property
    def tie_order(self) -> tuple[int, Bookings]:
        """Among equal costs the smallest wins: fewest bookings, then the lexicographic largest."""
        return sum(self.bookings), tuple(-count for count in self.bookings)

    def beats(self, other: "Candidate", same: float) -> bool:
        """Whether this plan is the better: promises first, then cost, then the tie order."""
        if self.broken != other.broken:
            return self.broken < other.broken
        if abs(self.cost - other.cost) > same:
            return self.cost < other.cost
        return self.tie_order < other.tie_order


def best_of(rows: Rows, costs: Array, broken: Array, same: float) -> Candidate:
    """The best of the plans `rows` (plans, slots) with their costs and breaches (plans,)."""
    least = broken == broken.min()
    ties = np.flatnonzero(least & (costs <= costs[least].min() + same))
    candidates = [
        Candidate(float(costs[i]), tuple(rows[i].tolist()), float(broken[i])) for i in ties
    ]
    return min(candidates, key=lambda candidate: candidate.tie_order)


def _beyond(value: Array, bound: Array) -> Array:
    excess = value - bound
    return np.where(excess > MET, excess, 0.0)


def one_each(day: Day) -> Bookings:
    """One booking a slot."""
    return (1,) * day.slots
