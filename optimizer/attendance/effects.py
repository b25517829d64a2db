"""Failure-to-attend rates as a sum of shrunken effects on the logit scale.

logit P(missed) = base + office + weekday and half-day + hour + lead band and kind + lead in days
+ date (+ district), each kind of effect normal around 0 with a variance learned from the data
(empirical Bayes), the base around the prior rate.  So an office with few rows stays near its
district and one with many keeps its own rate.  Posterior mode by Newton's method, offices
eliminated first since no two of them meet in a row.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.attendance.columns import Array, Codes

PRIOR_RATE = 0.375  # 35 to 40 per cent fail to attend, 000:1276
PRIOR_STRENGTH = 20.0  # appointments' worth: local outcomes soon take over
PRIOR_LOGIT = math.log(PRIOR_RATE / (1.0 - PRIOR_RATE))
PRIOR_VARIANCE = 1.0 / (PRIOR_STRENGTH * PRIOR_RATE * (1.0 - PRIOR_RATE))  # of the logit

USUAL_SD, USUAL_OFFICE_SD = 0.1, 0.25  # of effects, before there is data; worth one level each
MOST_VARIANCE = 4.0  # where every appointment of an office was missed
MOST_ROUNDS, LONGEST_STEP, SETTLED = 40, 1.0, 2e-3


@dataclass
class Effects:
    """Effects on the logit, by group and level, and by office; `spread` holds their variances.

    `office_variance` is the posterior variance of an office's usual logit, (offices,), and
    `base_variance` that of the base.
    """

    base: float
    base_variance: float
    groups: dict[str, Array]
    spread: dict[str, float]
    office: Array
    office_spread: float
    office_variance: Array
    uncertainty: dict[str, Array]  # posterior variances of `groups`

    def logit(self, codes: Mapping[str, Codes], office: Codes) -> Array:
        """Logit of the rate of rows, (n,), office -1 for one not seen before; no date effect."""
        total = self.base + np.append(self.office, 0.0)[office]
        for name, effect in self.groups.items():
            total = total + effect[codes[name]]
        return total


def no_effects(sizes: Mapping[str, int], offices: int) -> Effects:
    """What is known before any appointment: the prior rate everywhere."""
    return Effects(
        base=PRIOR_LOGIT,
        base_variance=PRIOR_VARIANCE,
        groups={name: np.zeros(size) for name, size in sizes.items()},
        spread=dict.fromkeys(sizes, USUAL_SD**2),
        office=np.zeros(offices),
        office_spread=USUAL_OFFICE_SD**2,
        office_variance=np.full(offices, PRIOR_VARIANCE + USUAL_OFFICE_SD**2),
        uncertainty={name: np.full(size, USUAL_SD**2) for name, size in sizes.items()},
    )


def fit_effects(
    codes: Mapping[str, Codes],
    sizes: Mapping[str, int],
    office: Codes,
    offices: int,
    missed: Array,
) -> Effects:
    """Effects that fit `missed` (n,) given each row's level in each group and its office."""
    effects = no_effects(sizes, offices)
    sums = _Sums(codes, sizes, office, offices)
    for _ in range(MOST_ROUNDS):
        rate = 1.0 / (1.0 + np.exp(-effects.logit(codes, office)))
        step = _newton_step(sums, effects, missed - rate, rate * (1.0 - rate))
        if step < SETTLED:
            break
    return effects


class _Sums:
    """Sums over rows by level and by pairs of levels; the base is a level that all rows share."""

    def __init__(
        self, codes: Mapping[str, Codes], sizes: Mapping[str, int], office: Codes, offices: int
    ) -> None:
        self.names = list(sizes)
        self.starts, end = {}, 1
        for name, size in sizes.items():
            self.starts[name] = slice(end, end + size)
            end += size
        self.width, self.office, self.offices = end, office, offices
        self.codes, self.sizes = codes, sizes
        self.pairs = {
            (a, b): codes[a] * sizes[b] + codes[b]
            for i, a in enumerate(self.names)
            for b in self.names[i + 1 :]
        }
        self.by_office = {name: office * size + codes[name] for name, size in sizes.items()}

    def vector(self, values: Array) -> Array:
        """Sum of values by level, (width,)."""
        total = np.empty(self.width)
        total[0] = values.sum()
        for name, place in self.starts.items():
            total[place] = np.bincount(self.codes[name], values, self.sizes[name])
        return total

    def matrix(self, weight: Array) -> Array:
        """Sum of weights by pair of levels, (width, width)."""
        single = self.vector(weight)
        total = np.diag(single)
        total[0, 1:] = total[1:, 0] = single[1:]
        for (a, b), index in self.pairs.items():
            size = self.sizes[a] * self.sizes[b]
            block = np.bincount(index, weight, size).reshape(self.sizes[a], self.sizes[b])
            total[self.starts[a], self.starts[b]] = block
            total[self.starts[b], self.starts[a]] = block.T
        return total

    def per_office(self, weight: Array) -> Array:
        """Sum of weights by office and level, (offices, width)."""
        total = np.empty((self.offices, self.width))
        total[:, 0] = np.bincount(self.office, weight, self.offices)
        for name, index in self.by_office.items():
            size = self.sizes[name]
            block = np.bincount(index, weight, self.offices * size)
            total[:, self.starts[name]] = block.reshape(self.offices, size)
        return total


def _newton_step(sums: _Sums, effects: Effects, residual: Array, weight: Array) -> float:
    """One step towards the posterior mode, then new variances; returns the longest change."""
    values = np.concatenate(([effects.base - PRIOR_LOGIT], *effects.groups.values()))
    spread = [np.full(sums.sizes[name], effects.spread[name]) for name in sums.names]
    precision = 1.0 / np.concatenate(([PRIOR_VARIANCE], *spread))
    gradient = sums.vector(residual) - precision * values
    of_offices = np.bincount(sums.office, residual, sums.offices)
    office_gradient = of_offices - effects.office / effects.office_spread

    with_offices = sums.per_office(weight)
    office_precision = with_offices[:, 0] + 1.0 / effects.office_spread
    ratio: Array = with_offices / office_precision[:, None]
    reduced = sums.matrix(weight) + np.diag(precision) - with_offices.T @ ratio
    covariance = np.asarray(np.linalg.inv(reduced), dtype=np.float64)
    step = covariance @ (gradient - ratio.T @ office_gradient)
    office_step = office_gradient / office_precision - ratio @ step
    longest = float(max(np.abs(step).max(), np.abs(office_step).max(initial=0.0)))
    shorter = min(1.0, LONGEST_STEP / longest) if longest else 1.0

    effects.base += shorter * float(step[0])
    effects.base_variance = float(covariance[0, 0])
    effects.office = effects.office + shorter * office_step
    for name, place in sums.starts.items():
        effects.groups[name] = effects.groups[name] + shorter * step[place]
        effects.uncertainty[name] = np.diag(covariance)[place].copy()
    # an office's usual logit: its own effect plus the levels it usually meets
    usual = with_offices / np.maximum(with_offices[:, :1], 1e-12)
    base_alone = np.eye(1, sums.width)
    unusual: Array = np.where(with_offices[:, :1] > 0.0, usual - ratio, base_alone)
    own: Array = 1.0 / office_precision
    effects.office_variance = own + _quadratic(unusual, covariance)
    own_variance = own + _quadratic(ratio, covariance)
    return max(longest, _learn_spread(sums, effects, own_variance))


def _quadratic(rows: Array, matrix: Array) -> Array:
    total: Array = np.einsum("ij,ij->i", rows @ matrix, rows)
    return total


def _learn_spread(sums: _Sums, effects: Effects, office_variance: Array) -> float:
    """MacKay's update of every variance of effects; returns the largest change of its log."""
    changes = []
    for name in sums.names:
        old = effects.spread[name]
        effects.spread[name] = _spread(
            effects.groups[name], effects.uncertainty[name], old, USUAL_SD
        )
        changes.append(abs(math.log(effects.spread[name] / old)))
    old = effects.office_spread
    effects.office_spread = _spread(effects.office, office_variance, old, USUAL_OFFICE_SD)
    changes.append(abs(math.log(effects.office_spread / old)))
    return max(changes) / 10.0  # a few per cent of a variance are of no account


def _spread(values: Array, uncertainty: Array, old: float, usual_sd: float) -> float:
    """A level that no row has is as uncertain as before, and so adds nothing to what is known."""
    known = len(values) - float(uncertainty.sum()) / old
    spread = (float(values @ values) + usual_sd**2) / (known + 1.0)
    return min(spread, MOST_VARIANCE)
