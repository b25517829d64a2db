"""Scores agree with their textbook definitions and with an independent library."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from optimizer.attendance.scores import score_appointments, score_days


def test_appointment_scores_agree_with_scikit_learn():
    rng = np.random.default_rng(5)
    rate = np.round(rng.beta(2, 4, 3000), 2)  # rounded, so that there are ties
    missed = (rng.random(3000) < rate).astype(float)
    scores = score_appointments(rate, missed)
    assert scores["log_loss"] == pytest.approx(log_loss(missed, np.clip(rate, 1e-15, 1 - 1e-15)))
    assert scores["brier"] == pytest.approx(brier_score_loss(missed, rate))
    assert scores["auc"] == pytest.approx(roc_auc_score(missed, rate))


def test_calibration_error_by_hand():
    # two bins: .1-.2 holds three with mean .15, one missed; .9-1 holds one, missed
    rate, missed = np.array([0.15, 0.15, 0.15, 1.0]), np.array([1.0, 0.0, 0.0, 1.0])
    expected = 0.75 * abs(0.15 - 1 / 3) + 0.25 * 0.0
    assert score_appointments(rate, missed)["ece10"] == pytest.approx(expected)


def test_the_bins_behind_the_calibration_error_by_hand():
    rate = np.array([0.12, 0.18, 0.15, 0.9, 1.0])  # a rate of 1 is in the highest bin
    low, high = score_appointments(rate, np.array([1.0, 0.0, 0.0, 1.0, 1.0]))["reliability"]
    assert low == {"n": 3, "forecast": pytest.approx(0.15), "happened": pytest.approx(1 / 3)}
    assert high == {"n": 2, "forecast": pytest.approx(0.95), "happened": 1.0}


def test_the_tenths_run_from_few_who_came_to_many():
    few, many = (np.array([0.05, 0.95]), 0), (np.array([0.95, 0.05]), 1)
    for (pmf, came), tenth in ((few, 0), (many, 9)):
        counts = score_days([pmf], np.array([came]))["pit10"]
        assert counts == [int(n == tenth) for n in range(10)]


def test_a_certain_and_wrong_rate_is_scored_finitely():
    scores = score_appointments(np.array([0.0, 1.0]), np.array([1.0, 0.0]))
    assert scores["log_loss"] == pytest.approx(-np.log(1e-15), rel=1e-3)
    assert scores["auc"] == 0.0


def test_scores_that_are_undefined_are_none():
    assert score_appointments(np.array([0.2]), np.array([0.0]))["auc"] is None
    assert score_appointments(np.zeros(0), np.zeros(0))["log_loss"] is None
    assert score_days([], np.zeros(0, dtype=int))["crps"] is None


def test_day_scores_by_hand():
    # P(0, 1, 2) = .2, .5, .3 and one came: F - step = .2, -.3, 0
    scores = score_days([np.array([0.2, 0.5, 0.3])], np.array([1]))
    assert scores["log_score"] == pytest.approx(-np.log(0.5))
    assert scores["crps"] == pytest.approx(0.2**2 + 0.3**2)
    assert scores["pit_chi2_9"] == pytest.approx((1 - 0.1) ** 2 / 0.1 + 9 * 0.1)


def test_true_distributions_have_a_flat_pit_and_wrong_ones_do_not():
    rng = np.random.default_rng(7)
    pmf = rng.dirichlet(np.ones(9))
    counts = rng.choice(9, 4000, p=pmf)
    assert score_days([pmf] * 4000, counts)["pit_chi2_9"] < 22  # 99 % of chi-squared with 9
    assert score_days([pmf[::-1]] * 4000, counts)["pit_chi2_9"] > 100


def test_scores_are_the_same_every_time():
    pmfs, counts = [np.array([0.3, 0.7])] * 50, np.arange(50) % 2
    assert score_days(pmfs, counts) == score_days(pmfs, counts)
