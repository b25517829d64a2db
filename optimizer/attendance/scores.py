"""How good forecasts were: per appointment (FTA is positive) and per office-day count."""

import math
from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from optimizer.attendance.columns import Array, Codes

CERTAIN = 1e-15  # a rate of 0 or 1 is scored as if this far from it
PIT_SEED = 20160531


class Bin(TypedDict):
    """Rates of one of ten equal-width bins: how many, their mean, and the share that missed."""

    n: int
    forecast: float
    happened: float


class AppointmentScores(TypedDict):
    """Natural logarithms; ECE over ten equal-width bins; AUC counts ties half.

    `reliability` are the bins behind the ECE that are not empty, lowest rates first.
    """

    n: int
    log_loss: float | None
    brier: float | None
    ece10: float | None
    auc: float | None
    reliability: list[Bin]


class DayScores(TypedDict):
    """Means over office-days; chi-squared of the randomised PIT in ten bins (9 degrees).

    `pit10` counts the office-days in each of those bins.
    """

    n: int
    log_score: float | None
    crps: float | None
    pit_chi2_9: float | None
    pit10: list[int]


def score_appointments(rate: Array, missed: Array) -> AppointmentScores:
    """Scores of rates (n,) for outcomes 1.0 missed, 0.0 attended; None where undefined."""
    if not len(missed):
        return {
            "n": 0,
            "log_loss": None,
            "brier": None,
            "ece10": None,
            "auc": None,
            "reliability": [],
        }
    sure = np.clip(rate, CERTAIN, 1.0 - CERTAIN)
    log_loss = -np.mean(missed * np.log(sure) + (1.0 - missed) * np.log1p(-sure))
    return {
        "n": len(missed),
        "log_loss": float(log_loss),
        "brier": float(np.mean((rate - missed) ** 2)),
        "ece10": _calibration_error(rate, missed),
        "auc": _auc(rate, missed),
        "reliability": _reliability(rate, missed),
    }


def score_days(pmfs: Sequence[Array], attended: Codes) -> DayScores:
    """Scores of P(0, 1, … attend), one vector a day, for the numbers who did attend (days,)."""
    if not len(attended):
        return {"n": 0, "log_score": None, "crps": None, "pit_chi2_9": None, "pit10": []}
    chance = np.random.default_rng(PIT_SEED).random(len(attended))
    log_scores, crps, pit = [], [], []
    for pmf, count, u in zip(pmfs, attended.tolist(), chance.tolist(), strict=True):
        at_most = np.minimum(np.cumsum(pmf), 1.0)
        log_scores.append(-math.log(max(pmf[count], 1e-300)))
        pit.append(at_most[count] - (1.0 - u) * pmf[count])
        at_most[count:] -= 1.0
        crps.append(float(at_most @ at_most))
    seen = np.histogram(np.clip(pit, 0.0, 1.0), bins=10, range=(0.0, 1.0))[0]
    expected = len(attended) / 10.0
    return {
        "n": len(attended),
        "log_score": float(np.mean(log_scores)),
        "crps": float(np.mean(crps)),
        "pit_chi2_9": float(np.sum((seen - expected) ** 2) / expected),
        "pit10": seen.tolist(),
    }


def _calibration_error(rate: Array, missed: Array) -> float:
    gaps = np.bincount(_bins(rate), rate - missed, 10)
    return float(np.abs(gaps).sum() / len(missed))


def _reliability(rate: Array, missed: Array) -> list[Bin]:
    bins = _bins(rate)
    count = np.bincount(bins, minlength=10)
    sums = np.bincount(bins, rate, 10), np.bincount(bins, missed, 10)
    return [
        {"n": int(n), "forecast": float(forecast / n), "happened": float(happened / n)}
        for n, forecast, happened in zip(count, *sums, strict=True)
        if n
    ]


def _bins(rate: Array) -> Codes:
    return np.minimum((rate * 10.0).astype(np.int64), 9)


def _auc(rate: Array, missed: Array) -> float | None:
    """P(a missed one is rated above an attended one), from mid-ranks; None with one class."""
    positives = float(missed.sum())
    negatives = len(missed) - positives
    if positives == 0.0 or negatives == 0.0:
        return None
    _, place, count = np.unique(rate, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - (count - 1) / 2.0
    ranks = float(middle[place] @ missed)
    return (ranks - positives * (positives + 1.0) / 2.0) / (positives * negatives)
