"""All bookings of some slots, grown slot by slot, without those that can no longer win."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.overbooking.choice import MET, Question
from optimizer.overbooking.figures import (
    CHUNK,
    Rows,
    one_more,
    one_slot_later,
    wait_minutes,
    work_width,
)
from optimizer.overbooking.mixture import Array, Mixture

MOST_HELD = 100_000_000  # numbers kept at once


@dataclass(frozen=True)
class Grown:
    """Bookings of some slots (rows, slots) and what they lead to alone from an empty start.

    `wait` minutes so far (rows,); `walkovers` so far (rows,); `work` left (rows, nodes, steps).
    """

    rows: Rows
    wait: Array
    walkovers: Array
    work: Array

    @property
    def booked(self) -> NDArray[np.int64]:
        """Bookings of each row, (rows,)."""
        booked: NDArray[np.int64] = self.rows.sum(axis=1)
        return booked

    def left(self, question: Question, mixture: Mixture) -> Array:
        """Expected minutes of work left at the end, (rows,)."""
        minutes = np.arange(self.work.shape[2]) * question.day.lattice.unit_minutes
        left: Array = (self.work @ minutes) @ mixture.weight
        return left

    def cost(self, question: Question) -> Array:
        """Cost of waiting, and of idle time as if all work were done within the slots, (rows,)."""
        day, weights = question.day, question.weights
        used = day.attend * day.mean_session_minutes * self.booked + day.minutes * self.walkovers
        idle = self.rows.shape[1] * day.minutes - used
        cost: Array = weights.wait * self.wait + weights.idle * idle
        return cost

    def only(self, keep: NDArray[np.bool_]) -> "Grown":
        """The rows to keep."""
        return Grown(self.rows[keep], self.wait[keep], self.walkovers[keep], self.work[keep])


def grow(
    question: Question, mixture: Mixture, first: int, ceilings: Sequence[float], most: int
) -> Grown | None:
    """Bookings of slots `first`…: one slot for each of `ceilings`, at most `most` in all.

    Rows are dropped whose `cost` after a slot exceeds its ceiling, or whose wait alone is more
    than all bookings may wait.  None if too many are left.
    """
    promised = question.promises.mean_wait
    longest_wait = math.inf if promised is None else promised * question.day.attend * most + MET
    grown = Grown(
        np.zeros((1, 0), dtype=np.int64),
        np.zeros(1),
        np.zeros(1),
        np.ones((1, len(mixture.weight), 1)),
    )
    for slot, ceiling in enumerate(ceilings, start=first):
        highest = min(most, int(grown.booked.max(initial=0)) + question.day.max_per_slot)
        width = work_width(question.day, highest)
        state = width * len(mixture.weight)
        parts, held = [], 0
        size = max(1, CHUNK // state)
        for start in range(0, len(grown.rows), size):
            chosen = grown.only(_slice(len(grown.rows), start, size))
            for child in _children(question, mixture, chosen, slot, width):
                cheap = (child.cost(question) <= ceiling) & (child.wait <= longest_wait)
                kept = child.only(cheap & (child.booked <= most))
                held += len(kept.rows) * state
                parts.append(kept)
            if held > MOST_HELD:
                return None
        grown = _concatenated(parts)
    return grown


def _children(
    question: Question, mixture: Mixture, grown: Grown, slot: int, width: int
) -> list[Grown]:
    """The grown with 0, 1, … bookings in one more slot; bookings join one at a time."""
    day = question.day
    p = mixture.attend[:, None]
    work = np.zeros((len(grown.rows), len(p), width))
    work[:, :, : grown.work.shape[2]] = grown.work[:, :, :width]
    wait, nobody = grown.wait, work[:, :, 0].copy()
    minutes = wait_minutes(day, slot, width)
    children = []
    for booked in range(day.max_per_slot + 1):
        if booked >= question.lower[slot]:
            walkovers = grown.walkovers + day.walkover_fill * (nobody @ mixture.weight)
            column = np.full((len(grown.rows), 1), booked)
            rows = np.hstack((grown.rows, column))
            children.append(Grown(rows, wait, walkovers, one_slot_later(day, work)))
        wait = wait + (work @ minutes * p[:, 0]) @ mixture.weight
        nobody *= 1.0 - p[:, 0]
        work = one_more(day, work, p)
    return children


def _slice(length: int, start: int, size: int) -> NDArray[np.bool_]:
    index = np.arange(length)
    return (index >= start) & (index < start + size)


def _concatenated(parts: list[Grown]) -> Grown:
    return Grown(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.wait for part in parts]),
        np.concatenate([part.walkovers for part in parts]),
        np.concatenate([part.work for part in parts]),
    )
