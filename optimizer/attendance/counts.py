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
    shift = np.sqrt(variance)[:, None, None] * NODES[None, :, None]
    attend = 1.0 / (1.0 + np.exp(given_shift[:, None, :] + shift))
    attend = np.where(np.isnan(attend), 0.0, attend)
    days, nodes, most = attend.shape
    pmf = np.zeros((days, nodes, most + 1))
    pmf[:, :, 0] = 1.0
    for i in range(most):
        p = attend[:, :, i, None]
        pmf[:, :, 1 : i + 2] = pmf[:, :, 1 : i + 2] * (1.0 - p) + pmf[:, :, : i + 1] * p
        pmf[:, :, 0] *= 1.0 - p[:, :, 0]
    mixed: Array = np.einsum("dkn,k->dn", pmf, NODE_WEIGHTS)
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
