"""Local search over plans, and the full neighbourhood that proves its end to be the optimum.

Write X_t for the bookings made before slot t closes.  Expected wait, overtime and break waits
are submodular in X and unchanged by adding 1 to all X (waits are maxima of terms increasing in
one start each), a Beta mixture of such functions is one too, and bounds on each slot and on the
total are bounds on differences of X.  Such a function (multimodular in x, Kaandorp & Koole 2007;
L-convex in X) has its minimum where no set S of coordinates can be raised by 1 with profit: the
full neighbourhood, 2^(slots + 1) plans, or 2^slots at a fixed total.  Walkovers are covered when
every session lasts one slot, for then they scale idle time by 1 - fill.  The tie order is a
linear term that is small enough, which changes nothing in this.
"""

import itertools

import numpy as np
from numpy.typing import NDArray

from optimizer.overbooking.choice import Bookings, Candidate, Question, best_of
from optimizer.overbooking.figures import Rows, figures
from optimizer.overbooking.halves import Block, affordable, best_pair

MOST_SLOTS = 28  # beyond it the halves alone are too many to list


def is_multimodular(question: Question) -> bool:
    """Whether the full neighbourhood is a proof for this question."""
    day = question.day
    walkovers_covered = day.walkover_fill == 0.0 or day.fixed_length or question.weights.idle == 0.0
    return walkovers_covered and not question.promises.any


def evaluated(question: Question, rows: Rows) -> Candidate:
    """The best of some plans (plans, slots)."""
    found = figures(question.day, rows)
    costs = found.cost(question.day, question.weights)
    broken = question.promises.broken_by(question.day, found)
    return best_of(rows, costs, broken, question.same)


def descend(question: Question, start: Bookings) -> Candidate:
    """Add, remove or move one booking at a time, steepest first, until nothing improves."""
    best = evaluated(question, np.array([start]))
    floor = best
    while True:
        rows = _near(np.array(best.bookings))
        rows = rows[question.allows(rows)]
        found = evaluated(question, rows) if len(rows) else best
        # against `floor` too, so that ties within rounding never drift upwards or go round
        if not found.beats(best, question.same) or (
            found.broken == floor.broken and found.cost > floor.cost + question.same
        ):
            return best
        best = found
        if (best.broken, best.cost) < (floor.broken, floor.cost):
            floor = best


def best_neighbour(question: Question, bookings: Bookings) -> Candidate | None:
    """The best plan of the full neighbourhood, `bookings` included; None if it is too large."""
    if question.day.slots > MOST_SLOTS:
        return None
    most = sum(bookings) + (1 if question.total is None else 0)
    blocks = _neighbourhood(question, bookings)
    if not affordable(question.day, blocks, most):
        return None
    return best_pair(question, blocks, most)


def _near(bookings: NDArray[np.int64]) -> Rows:
    """One booking added, one removed, or one moved; (n^2 + n, n)."""
    one = np.eye(len(bookings), dtype=np.int64)
    moves = (one[:, None, :] - one[None, :, :]).reshape(-1, len(bookings))
    moves = moves[moves.any(axis=1)]
    return np.concatenate((bookings + one, bookings - one, bookings + moves))


def _neighbourhood(question: Question, bookings: Bookings) -> list[Block]:
    """All plans with X raised by 1 on a set of coordinates 0..slots, cut in two halves."""
    cut = len(bookings) // 2
    bits = (0, 1)
    blocks = []
    for before, middle, after in itertools.product(bits, bits, bits):
        if question.total is not None and before != after:
            continue
        heads = _raised(question, bookings[:cut], 0, before, middle)
        tails = _raised(question, bookings[cut:], cut, middle, after)
        if len(heads) and len(tails):
            blocks.append(Block(heads, tails))
    return blocks


def _raised(question: Question, part: Bookings, first: int, before: int, after: int) -> Rows:
    """Slots of `part` with X at its ends raised by `before` and `after`, freely in between."""
    if not part:
        return np.zeros((int(before == after), 0), dtype=np.int64)
    inner = len(part) - 1
    raised = (np.arange(2**inner)[:, None] >> np.arange(inner)) & 1
    ends = np.full((len(raised), 1), 1)
    steps = np.diff(np.hstack((ends * before, raised, ends * after)), axis=1)
    rows = np.array(part) + steps
    lower = np.array(question.lower[first : first + len(part)])
    rows = rows[((rows >= lower) & (rows <= question.day.max_per_slot)).all(axis=1)]
    return descending(rows)


def descending(rows: Rows) -> Rows:
    """Rows in descending lexicographic order."""
    return rows[np.lexsort(-rows.T[::-1])] if rows.shape[1] else rows
