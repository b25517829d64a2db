"""Trains on the past, scores on what came after, beside three plain baselines."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np

from optimizer.attendance.columns import Array, Codes, Columns, as_columns
from optimizer.attendance.counts import day_pmfs
from optimizer.attendance.days import OfficeDays, office_days
from optimizer.attendance.history import PastAppointment
from optimizer.attendance.learning import learn, scores_of
from optimizer.attendance.scores import DayScores, score_appointments, score_days
from optimizer.errors import BadInput


def evaluate(
    rows: Iterable[PastAppointment],
    *,
    train_until: date,
    district_of: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Scores of a forecast trained on rows that start on `train_until` or before, on the rest.

    Raises BadInput when either side of the date is empty.
    """
    return evaluate_columns(as_columns(rows), train_until=train_until, district_of=district_of)


def evaluate_columns(
    columns: Columns, *, train_until: date, district_of: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """`evaluate` for appointments read already."""
    past = columns.day <= train_until.toordinal()
    train, test = columns.where(past), columns.where(~past)
    if not len(train):
        raise BadInput(f"--train-until {train_until}: no kept or missed appointment to train on.")
    if not len(test):
        raise BadInput(
            f"--train-until {train_until}: no kept or missed appointment to score after."
        )
    districts = district_of or {}
    learned, tuning = learn(train, districts)
    logit = learned.logit(test, districts)
    return {
        "n_train": len(train),
        "n_test": len(test),
        "base_rate": float(test.missed.mean()),
        "left_out": columns.left_out,
        **scores_of(learned, tuning, test, logit),
        "day_sd": tuning.day_sd,
        "baselines": _baselines(train, test),
    }


def _baselines(train: Columns, test: Columns) -> dict[str, Any]:
    days = office_days(test)
    constant = float(train.missed.mean())
    table = _lead_table(train, constant)
    ahead = train.missed[train.ahead]
    ahead_rate = float(ahead.mean()) if len(ahead) else constant
    rates = {"constant": np.full(len(test), constant), "lead_table": table[test.lead_band]}
    figures: dict[str, Any] = {}
    for name, rate in rates.items():
        by_appointment = _appointment_figures(test, rate)
        figures[name] = {
            **by_appointment["per_appointment"],
            **by_appointment,
            "per_office_day": _score_rates(days, rate),
        }
    binomial = _score_rates(days, np.full(len(test), ahead_rate))
    figures["binomial_day"] = {**binomial, "rate": ahead_rate, "per_office_day": binomial}
    return figures


def _appointment_figures(test: Columns, rate: Array) -> dict[str, Any]:
    ahead = test.ahead
    return {
        "per_appointment": score_appointments(rate, test.missed),
        "booked_ahead_only": score_appointments(rate[ahead], test.missed[ahead]),
    }


def _lead_table(train: Columns, otherwise: float) -> Array:
    """Raw rate of each lead band; a band without appointments has the training rate."""
    band: Codes = train.lead_band
    seen = np.bincount(band, minlength=9)
    missed = np.bincount(band, train.missed, 9)
    return np.where(seen > 0, missed / np.maximum(seen, 1), otherwise)


def _score_rates(days: OfficeDays, rate: Array) -> DayScores:
    """Day counts when every appointment stands alone with its rate."""
    sure = np.clip(rate, 1e-15, 1.0 - 1e-15)
    logits = days.split(np.log(sure) - np.log1p(-sure))
    return score_days(day_pmfs(logits, np.zeros(len(days))), days.attended)
