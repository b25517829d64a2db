"""Every plan compared, where the full neighbourhood is no proof: promises, uneven walkovers.

Halves that cannot be part of a winner are left out first.  Work w carried over a cut only adds to
the later slots' wait and overtime and saves at most w minutes of their idle time, so a plan costs
at least (cost of the slots before, idle time counted as if the work left were done there) + (cost
of the slots after from an empty start).  A promise joins that bound with a price: cost + price *
(wait - bound * attenders) is no more than the cost of any plan that keeps it.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.overbooking.choice import MET, ROUNDING, Candidate, Question
from optimizer.overbooking.figures import Rows
from optimizer.overbooking.growing import grow
from optimizer.overbooking.halves import Block, affordable, best_pair
from optimizer.overbooking.mixture import Array, Mixture, day_mixture
from optimizer.overbooking.neighbours import descending

MOST_SLOTS = 16
PRICES = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0)  # of a broken minute, times the idle weight


@dataclass(frozen=True)
class Half:
    """Bookings of the slots on one side of the cut, and what they lead to alone, each (rows,)."""

    rows: Rows
    cost: Array  # without overtime; idle time as if the work left were done
    wait: Array
    left: Array  # minutes of work left at the end
    booked: NDArray[np.int64]

    def only(self, keep: NDArray[np.bool_]) -> "Half":
        """The rows to keep."""
        return Half(
            self.rows[keep], self.cost[keep], self.wait[keep], self.left[keep], self.booked[keep]
        )


def best_of_all(question: Question, known: Candidate | None) -> tuple[bool, Candidate | None]:
    """(proved, best plan): the best of all plans that keep the promises, None if none does.

    `known`, a plan that keeps the promises, bounds the search.  (False, None) when there are too
    many plans to compare.
    """
    day = question.day
    if day.slots > MOST_SLOTS:
        return False, None
    cut = day.slots // 2
    ceiling = math.inf if known is None else known.cost + question.same
    most = _most_booked(question, ceiling)
    mixture = day_mixture(day.attend, day.dispersion, most)
    heads = _grown(question, mixture, (0, cut), ceiling, most)
    if heads is None:
        return False, None
    rest = ceiling - float(heads.cost.min(initial=math.inf))
    tails = _grown(question, mixture, (cut, day.slots), rest, most)
    if tails is None:
        return False, None
    blocks = _blocks(question, ceiling, *_worth_trying(question, ceiling, heads, tails))
    if not affordable(day, blocks, most):
        return False, None
    return True, best_pair(question, blocks, most)


def _most_booked(question: Question, ceiling: float) -> int:
    """No better plan books more: overtime is at least the attenders' work less the day."""
    day, weights = question.day, question.weights
    if question.total is not None:
        return question.total
    most = day.slots * day.max_per_slot
    work = day.attend * day.mean_session_minutes
    overtime = ceiling / weights.overtime if weights.overtime else math.inf
    if question.promises.overtime is not None:
        overtime = min(overtime, question.promises.overtime + MET)
    if work == 0.0 or math.isinf(overtime):
        return most
    return min(most, int((overtime + day.slots * day.minutes) / work * (1.0 + ROUNDING)))


def _grown(
    question: Question, mixture: Mixture, slots: tuple[int, int], ceiling: float, most: int
) -> Half | None:
    first, last = slots
    grown = grow(question, mixture, first, [ceiling] * (last - first), most)
    if grown is None:
        return None
    left = grown.left(question, mixture)
    return Half(grown.rows, grown.cost(question), grown.wait, left, grown.booked)


def _worth_trying(
    question: Question, ceiling: float, heads: Half, tails: Half
) -> tuple[Half, Half]:
    """Both halves without the rows that cannot be part of a winner."""
    most = np.array(float(question.total or question.day.slots * question.day.max_per_slot))
    none = np.array(0.0)
    broken_by = question.promises.excess
    heads = heads.only(broken_by(question.day, heads.wait, none, most) == 0.0)
    tails = tails.only(broken_by(question.day, tails.wait, tails.left, most) == 0.0)
    for price in PRICES:
        some, others = _bounds(question, heads, tails, price)
        least, least_other = some.min(initial=math.inf), others.min(initial=math.inf)
        if math.isfinite(ceiling) and math.isfinite(least + least_other):
            heads = heads.only(some <= ceiling - least_other)
            tails = tails.only(others <= ceiling - least)
    return heads, tails


def _blocks(question: Question, ceiling: float, heads: Half, tails: Half) -> list[Block]:
    """The pairs that may win, grouped by the bookings before and after the cut."""
    return [
        Block(descending(some.rows), descending(rest.rows))
        for some, rest in itertools.product(_by_booked(heads), _by_booked(tails))
        if question.total in (None, int(some.booked[0] + rest.booked[0]))
        and max(_least(question, some, rest, price) for price in PRICES) <= ceiling
    ]


def _least(question: Question, heads: Half, tails: Half, price: float) -> float:
    some, others = _bounds(question, heads, tails, price)
    return float(some.min() + others.min())


def _bounds(question: Question, heads: Half, tails: Half, price: float) -> tuple[Array, Array]:
    """Parts, (h,) and (t,), whose sums bound the costs of pairs that keep the promises."""
    weights, promises = question.weights, question.promises
    price *= weights.idle
    some = heads.cost
    others = tails.cost + (weights.idle + weights.overtime) * tails.left
    if promises.mean_wait is not None:
        per_booking = promises.mean_wait * question.day.attend
        some = some + price * (heads.wait - per_booking * heads.booked)
        others = others + price * (tails.wait - per_booking * tails.booked)
    if promises.overtime is not None:
        others = others + price * (tails.left - promises.overtime)
    return some, others


def _by_booked(half: Half) -> list[Half]:
    return [half.only(half.booked == booked) for booked in np.unique(half.booked)]
