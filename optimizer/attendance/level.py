"""Where rates stand now: dates' effects follow a slowly wandering level."""

import math
from dataclasses import dataclass

import numpy as np

from optimizer.attendance.columns import Array, Codes

WANDER_SD_A_DAY = (0.0, 0.003, 0.01, 0.02, 0.04, 0.08)
DAY_SD = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
START_VARIANCE = 0.02  # of the level on the first date


@dataclass(frozen=True)
class Level:
    """The level after the last date and its variance, on the logit scale."""

    mean: float
    variance: float


def latest_level(days: Codes, effects: Array, uncertainty: Array, spread: float) -> Level:
    """The level after the last of `days` (dates as ordinals, ascending).

    `effects` and `uncertainty` (days,) are posterior means and variances of the dates' effects
    under variance `spread`.  A Kalman filter over a random walk seen through day-to-day noise,
    averaged over a small table of its two variances, each by its likelihood.
    """
    if len(days) < 2:
        return Level(0.0, 0.0)
    known = np.maximum(1.0 - uncertainty / spread, 1e-6)
    seen, noise = effects / known, uncertainty / known  # as if nothing had been shrunk
    gaps = np.diff(days, prepend=days[0])
    options = [
        _filtered(seen, noise, gaps, wander**2, day**2)
        for wander in WANDER_SD_A_DAY
        for day in DAY_SD
    ]
    likelihood, mean, variance = np.array(options).T
    share = np.exp(likelihood - likelihood.max())
    share /= share.sum()
    average = float(share @ mean)
    return Level(average, float(share @ (variance + (mean - average) ** 2)))


def _filtered(
    seen: Array, noise: Array, gaps: Codes, wander: float, day_variance: float
) -> tuple[float, float, float]:
    mean, variance, likelihood = 0.0, START_VARIANCE, 0.0
    for value, error, gap in zip(seen.tolist(), noise.tolist(), gaps.tolist(), strict=True):
        variance += wander * gap
        total = variance + error + day_variance
        surprise = value - mean
        likelihood -= 0.5 * (math.log(total) + surprise * surprise / total)
        mean += variance / total * surprise
        variance *= 1.0 - variance / total
    return likelihood, mean, variance
