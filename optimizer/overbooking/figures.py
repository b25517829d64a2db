"""What a day's bookings lead to: exact expectations by convolution over work-in-system.

Time runs without the break, so slot t (from 0) starts at t * minutes and unfinished work is what
was left after the slot before.  The j-th claimant booked into a slot finds the carried work plus
the sessions of those before who attended; that is the wait if they attend.  Whoever of a slot up
to the break would start at or after it waits `break_minutes` longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.overbooking.day import Day, Weights
from optimizer.overbooking.mixture import Array, Mixture, day_mixture

Rows = NDArray[np.int64]  # (plans, slots): bookings in each slot
CHUNK = 4_000_000  # numbers held at once


@dataclass(frozen=True)
class Figures:
    """Expectations per plan, each (plans,): minutes of wait and overtime, walkovers, bookings."""

    wait: Array
    overtime: Array
    walkovers: Array
    booked: NDArray[np.int64]

    def cost(self, day: Day, weights: Weights) -> Array:
        """wait weight * wait + idle weight * idle + overtime weight * overtime, (plans,)."""
        idle = weights.idle * self.idle(day)
        cost: Array = weights.wait * self.wait + idle + weights.overtime * self.overtime
        return cost

    def idle(self, day: Day) -> Array:
        """slots * minutes + overtime - E[attenders' work] - minutes * E[walkovers], (plans,)."""
        worked = day.attend * day.mean_session_minutes * self.booked
        return day.slots * day.minutes + self.overtime - worked - day.minutes * self.walkovers


@dataclass(frozen=True)
class Passed:
    """After some slots: wait and walkovers so far (plans,), work left (plans, nodes, steps)."""

    wait: Array
    walkovers: Array
    work: Array


def figures(day: Day, rows: Rows) -> Figures:
    """Figures of each plan in `rows` (plans, slots)."""
    booked = rows.sum(axis=1)
    mixture = day_mixture(day.attend, day.dispersion, int(booked.max()))
    width = work_width(day, int(booked.max()))
    size = max(1, CHUNK // (width * len(mixture.weight)))
    parts = [_figures(day, mixture, rows[i : i + size], width) for i in range(0, len(rows), size)]
    wait, overtime, walkovers = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Figures(wait, overtime, walkovers, booked)


def longest_waits(day: Day, bookings: Sequence[int]) -> list[float | None]:
    """Expected wait in minutes of the last claimant booked into each slot, if they attend.

    None for an empty slot.  Nobody waits for those who come after, so it is what the slot's
    last booking adds to the total wait of the slots up to it.
    """
    slots = np.arange(day.slots)
    with_last = np.where(slots[None, :] <= slots[:, None], np.array(bookings), 0)
    before_last = with_last - np.eye(day.slots, dtype=np.int64)
    booked = with_last.diagonal() > 0
    if day.attend == 0.0 or not booked.any():
        return [None if not any_booked else 0.0 for any_booked in booked]
    rows = np.concatenate((with_last, np.maximum(before_last, 0)))
    wait = figures(day, rows).wait / day.attend
    return [
        max(float(wait[slot] - wait[day.slots + slot]), 0.0) if booked[slot] else None
        for slot in range(day.slots)
    ]


def work_width(day: Day, bookings: int) -> int:
    """Length of a vector over work-in-system, 0 steps to all of `bookings` still to be seen."""
    return bookings * day.lattice.longest + 1


def forward(day: Day, mixture: Mixture, rows: Rows, width: int, first: int = 0) -> Passed:
    """Play slots `first`, first + 1, … of each row from an empty start.

    `rows` (plans, some slots); `width` must hold all their work.  Each plan's `work` sums to 1
    at every node of the mixture.
    """
    p = mixture.attend[:, None]
    work = np.zeros((len(rows), len(p), width))
    work[:, :, 0] = 1.0
    wait = np.zeros((len(rows), len(p)))
    walkovers = np.zeros((len(rows), len(p)))
    for slot, booked in enumerate(rows.T, start=first):
        nobody = work[:, :, 0] * (1.0 - p[:, 0]) ** booked[:, None]
        walkovers += day.walkover_fill * nobody
        minutes = wait_minutes(day, slot, width)
        for place in range(int(booked.max(initial=0))):
            who = np.flatnonzero(booked > place)
            found = work[who]
            wait[who] += p[:, 0] * (found @ minutes)
            work[who] = one_more(day, found, p)
        work = one_slot_later(day, work)
    return Passed(wait @ mixture.weight, walkovers @ mixture.weight, work)


def wait_minutes(day: Day, slot: int, width: int) -> Array:
    """Minutes that a claimant of `slot` (from 0) waits who finds 0, 1, … steps of work."""
    minutes: Array = np.arange(width, dtype=np.float64) * day.lattice.unit_minutes
    if day.break_after is not None and slot < day.break_after:
        minutes[(day.break_after - slot) * day.lattice.slot :] += day.break_minutes
    return minutes


def _figures(day: Day, mixture: Mixture, rows: Rows, width: int) -> tuple[Array, Array, Array]:
    passed = forward(day, mixture, rows, width)
    left = passed.work @ (np.arange(width) * day.lattice.unit_minutes)
    return passed.wait, left @ mixture.weight, passed.walkovers


def one_more(day: Day, found: Array, p: Array) -> Array:
    """Work after one more booked claimant, who attends with probability p."""
    work = (1.0 - p) * found
    for steps, share in day.lattice.services:
        work[:, :, steps:] += p * share * found[:, :, :-steps]
    return work


def one_slot_later(day: Day, work: Array) -> Array:
    """Work left when the slot has passed."""
    slot = day.lattice.slot
    later = np.zeros_like(work)
    if slot < work.shape[2]:
        later[:, :, :-slot] = work[:, :, slot:]
    later[:, :, 0] = work[:, :, : slot + 1].sum(axis=2)
    return later
