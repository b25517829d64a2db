"""Costs of very many plans at once: every head (first slots) joined with every tail (the rest).

A day's cost is what the head has cost so far plus the expectation, over the work it leaves, of
the tail's cost given that work.  So the costs of all pairs are one matrix product, and a million
plans take a fraction of a second.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.overbooking.choice import Candidate, Question
from optimizer.overbooking.day import Day
from optimizer.overbooking.figures import Rows, forward, wait_minutes, work_width
from optimizer.overbooking.mixture import Array, Mixture, day_mixture

Prices = tuple[float, float, float]  # per minute of wait, per minute of overtime, per walkover
WAIT: Prices = (1.0, 0.0, 0.0)
OVERTIME: Prices = (0.0, 1.0, 0.0)

MOST_PAIRS = 300_000_000
MOST_PRODUCTS = 200_000_000_000  # of two numbers; some 10^10 a second on two cores
MOST_HELD = 150_000_000  # numbers kept for the heads and tails of one block
MATRIX = 8_000_000  # costs held at once


@dataclass(frozen=True)
class Block:
    """Heads (h, slots before the cut) and tails (t, slots after): every pair is a plan.

    All pairs have the same total; both are in descending lexicographic order.
    """

    heads: Rows
    tails: Rows

    @property
    def total(self) -> int:
        """Bookings of every plan in the block."""
        return int(self.heads[0].sum() + self.tails[0].sum())

    @property
    def pairs(self) -> int:
        """Number of plans."""
        return len(self.heads) * len(self.tails)


def affordable(day: Day, blocks: list[Block], most: int) -> bool:
    """Whether all plans of the blocks can be compared in about a minute and two gigabytes."""
    nodes = len(day_mixture(day.attend, day.dispersion, most).weight)
    pairs = multiplications = held = 0
    for block in blocks:
        state = nodes * work_width(day, int(block.heads.sum(axis=1).max(initial=0)))
        tail_state = state + nodes * day.lattice.longest * int(block.tails.sum(axis=1).max())
        pairs += block.pairs
        steps = day.slots * day.max_per_slot * len(day.lattice.services)
        set_up = steps * (len(block.heads) * state + len(block.tails) * tail_state)
        multiplications += block.pairs * state + set_up
        held = max(held, 3 * (len(block.heads) * state + len(block.tails) * tail_state))
    return pairs <= MOST_PAIRS and multiplications <= MOST_PRODUCTS and held <= MOST_HELD


def best_pair(question: Question, blocks: Iterable[Block], most: int) -> Candidate | None:
    """The best plan of all blocks that keeps the promises; None if none does.

    `most` bounds the bookings of any plan in the blocks.
    """
    day, weights = question.day, question.weights
    mixture = day_mixture(day.attend, day.dispersion, most)
    prices = [(weights.wait, weights.overtime + weights.idle, -weights.idle * day.minutes)]
    if question.promises.any:
        prices += [WAIT, OVERTIME]
    best: Candidate | None = None
    for block in blocks:
        work = day.attend * day.mean_session_minutes * block.total
        unused = weights.idle * (day.slots * day.minutes - work)
        for part, products in _joined(day, mixture, block, prices):
            cost = products[0] + unused
            if question.promises.any:
                booked = np.array(float(block.total))
                broken = question.promises.excess(day, products[1], products[2], booked)
                cost[broken > 0.0] = np.inf
            found = _best_in(part, cost, question.same)
            if found is not None and (best is None or found.beats(best, question.same)):
                best = found
    return best


def _joined(
    day: Day, mixture: Mixture, block: Block, prices: list[Prices]
) -> Iterator[tuple[Block, list[Array]]]:
    """Expected prices of every pair, in parts of the block: each price an array (heads, tails)."""
    width = work_width(day, int(block.heads.sum(axis=1).max(initial=0)))
    tails = [
        backward(day, mixture, block.tails, width, price).reshape(len(block.tails), -1).T
        for price in prices
    ]
    size = max(1, MATRIX // len(block.tails))
    for start in range(0, len(block.heads), size):
        heads = block.heads[start : start + size]
        passed = forward(day, mixture, heads, width)
        work = (passed.work * mixture.weight[:, None]).reshape(len(heads), -1)
        products = []
        for price, tail in zip(prices, tails, strict=True):
            product = work @ tail
            product += (price[0] * passed.wait + price[2] * passed.walkovers)[:, None]
            products.append(product)
        yield Block(heads, block.tails), products


def backward(day: Day, mixture: Mixture, tails: Rows, width: int, prices: Prices) -> Array:
    """Expected price of the day's last slots, booked as in each tail, given the work before them.

    Returns (tails, nodes, width): entry w is the price when w steps of work are carried in.
    """
    first = day.slots - tails.shape[1]
    full = width + work_width(day, int(tails.sum(axis=1).max(initial=0)))
    p = mixture.attend[:, None]
    value = np.zeros((len(tails), len(p), full))
    value += prices[1] * day.lattice.unit_minutes * np.arange(full)
    for slot in range(day.slots - 1, first - 1, -1):
        booked = tails[:, slot - first]
        value = _one_slot_earlier(day, value)
        price = p * (prices[0] * wait_minutes(day, slot, full))
        for place in range(int(booked.max(initial=0))):
            who = np.flatnonzero(booked > place)
            value[who] = _before_one_more(day, value[who], p) + price
        nobody = (1.0 - mixture.attend) ** booked[:, None]
        value[:, :, 0] += prices[2] * day.walkover_fill * nobody
    return value[:, :, :width]


def _best_in(block: Block, cost: Array, same: float) -> Candidate | None:
    least = float(cost.min())
    if not np.isfinite(least):
        return None
    # rows and columns are in descending order, so the first tie is lexicographically largest
    head, tail = divmod(int(np.argmax(cost <= least + same)), len(block.tails))
    bookings = (*block.heads[head].tolist(), *block.tails[tail].tolist())
    return Candidate(float(cost[head, tail]), bookings)


def _one_slot_earlier(day: Day, value: Array) -> Array:
    slot = min(day.lattice.slot, value.shape[2])
    earlier = np.repeat(value[:, :, :1], value.shape[2], axis=2)
    earlier[:, :, slot:] = value[:, :, : value.shape[2] - slot]
    return earlier


def _before_one_more(day: Day, value: Array, p: Array) -> Array:
    """Value before one more claimant joins; the top entries, never reached, are left as is."""
    before = (1.0 - p) * value
    for steps, share in day.lattice.services:
        before[:, :, :-steps] += p * share * value[:, :, steps:]
    return before
