"""How many of a day's bookings attend, when the day itself shifts everybody's chance."""

from collections.abc import Iterator, Sequence

import numpy as np

from optimizer.attendance.columns import Array

NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
NODE_WEIGHTS = NODE_WEIGHTS / NODE_WEIGHTS.sum()
# logistic curve averaged over a normal shift of variance v: slope shrinks by sqrt(1 + v * this)
FLATTENING = (16.0 * np.sqrt(3.0) / (15.0 * np.pi)) ** 2
BATCH = 4_000_000


def attended_pmf(logits: Array, variance: Array) -> Array:
    """P(0, 1, … n attend) for each of several days, (days, n + 1).

    `logits` (days, n) of each booking's FTA rate, averaged over the day's shift; NaN where a day
    has fewer bookings.  `variance` (days,) of the shift, normal and common to a day's bookings.
    """
    given_shift = logits * np.sqrt(1.0 + FLATTENING * variance)[:, None]
    # without a shift all nodes are the same
    at, weights = (NODES, NODE_WEIGHTS) if variance.any() else (NODES[:1], np.ones(1))
    shift = np.sqrt(variance)[:, None] * at
    # counts first: each step then works on whole blocks of memory
    pmf = np.zeros((logits.shape[1] + 1, *shift.shape))
    pmf[0] = 1.0
    for i, logit in enumerate(given_shift.T):
        attend = 1.0 / (1.0 + np.exp(logit[:, None] + shift))
        one_more = pmf[: i + 1] * np.where(np.isnan(attend), 0.0, attend)
        pmf[: i + 1] -= one_more
        pmf[1 : i + 2] += one_more
    mixed: Array = np.einsum("ndk,k->dn", pmf, weights)
    return mixed


def batches(logits: Sequence[Array]) -> Iterator[tuple[list[int], Array]]:
    """Days of similar size together: (indices, logits padded with NaN to (days, most))."""
    order = sorted(range(len(logits)), key=lambda day: len(logits[day]))
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order):
            size = len(logits[order[end]])
            if (end + 1 - start) * size * len(NODES) > BATCH:
                break
            end += 1
        chosen = order[start:end]
        padded = np.full((len(chosen), max(len(logits[day]) for day in chosen)), np.nan)
        for row, day in enumerate(chosen):
            padded[row, : len(logits[day])] = logits[day]
        yield chosen, padded
        start = end


def day_pmfs(logits: Sequence[Array], variance: Array) -> list[Array]:
    """`attended_pmf` for days of any sizes: one vector (bookings + 1,) a day."""
    pmfs: list[Array] = [np.ones(1)] * len(logits)
    for chosen, padded in batches(logits):
        for day, pmf in zip(chosen, attended_pmf(padded, variance[chosen]), strict=True):
            pmfs[day] = pmf[: len(logits[day]) + 1]
    return pmfs
