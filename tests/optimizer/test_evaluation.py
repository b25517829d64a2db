"""The forecast beats the plain baselines on days to come, and its counts are calibrated."""

from datetime import timedelta

import numpy as np
import pytest

from optimizer.attendance.columns import as_columns
from optimizer.attendance.days import office_days
from optimizer.attendance.evaluate import evaluate
from optimizer.attendance.learning import Tuning, learn, scores_of
from optimizer.attendance.scores import score_appointments
from optimizer.errors import BadInput
from tests.optimizer.invented_history import MONDAY, Truth, invent

WEEKS = 12
LAST_OF_THREE = MONDAY + timedelta(days=7 * 3 - 3)
LAST_TRAINED = MONDAY + timedelta(days=7 * 9 - 3)  # a Friday


@pytest.fixture(scope="module")
def world():
    return invent(offices=40, weeks=WEEKS, a_day=9, seed=8)


@pytest.fixture(scope="module")
def figures(world):
    return evaluate(world.rows, train_until=LAST_TRAINED)


def test_it_beats_every_baseline(figures):
    baselines = figures["baselines"]
    for name in ("constant", "lead_table"):
        for part in ("per_appointment", "booked_ahead_only"):
            assert figures[part]["log_loss"] < baselines[name][part]["log_loss"]
            assert figures[part]["brier"] < baselines[name][part]["brier"]
            assert figures[part]["auc"] > baselines[name][part]["auc"]
    binomial = baselines["binomial_day"]
    assert figures["per_office_day"]["log_score"] < binomial["log_score"] - 0.05
    assert figures["per_office_day"]["crps"] < binomial["crps"]


def test_it_comes_close_to_knowing_the_truth(world, figures):
    columns = as_columns(world.rows)
    scored = (columns.day > LAST_TRAINED.toordinal()) & columns.ahead
    known = 1.0 / (1.0 + np.exp(-world.logit[scored]))
    best = score_appointments(known, columns.missed[scored])["log_loss"]
    found = figures["booked_ahead_only"]["log_loss"]
    table = figures["baselines"]["lead_table"]["booked_ahead_only"]["log_loss"]
    assert found - best < 0.4 * (table - best)


def test_its_counts_are_calibrated_where_the_binomials_are_not(figures):
    assert figures["per_office_day"]["pit_chi2_9"] < 27.9  # one in a thousand
    assert (
        figures["baselines"]["binomial_day"]["pit_chi2_9"]
        > 1.5 * figures["per_office_day"]["pit_chi2_9"]
    )
    assert figures["booked_ahead_only"]["ece10"] < 0.03
    assert 0.15 < figures["day_sd"] < 0.45


def test_a_common_shift_is_what_makes_big_days_likely():
    rows = as_columns(invent(offices=12, weeks=WEEKS, a_day=40, seed=6).rows)
    past = rows.day <= LAST_TRAINED.toordinal()
    learned, tuning = learn(rows.where(past), {})
    test = rows.where(~past)
    logit = learned.logit(test, {})
    found = scores_of(learned, tuning, test, logit)["per_office_day"]
    alone = scores_of(learned, Tuning(tuning.cell_sd, 0.0), test, logit)["per_office_day"]
    assert found["log_score"] < alone["log_score"] - 0.03
    assert found["pit_chi2_9"] < 27.9


def test_the_counts_and_baselines_are_what_they_say(world, figures):
    train = [row for row in world.rows if row.starts_on <= LAST_TRAINED]
    test = [row for row in world.rows if row.starts_on > LAST_TRAINED]
    assert (figures["n_train"], figures["n_test"]) == (len(train), len(test))
    assert figures["base_rate"] == pytest.approx(np.mean([row.missed for row in test]))
    rate = np.mean([row.missed for row in train])
    missed = np.array([row.missed for row in test], dtype=float)
    constant = score_appointments(np.full(len(test), rate), missed)
    assert figures["baselines"]["constant"]["log_loss"] == pytest.approx(constant["log_loss"])
    ahead = [row.missed for row in train if row.lead_days >= 1]
    assert figures["baselines"]["binomial_day"]["rate"] == pytest.approx(np.mean(ahead))
    bands = [(0, 0), (1, 1), (2, 3), (4, 7), (8, 14), (15, 21), (22, 28), (29, 60), (61, 10_000)]
    band_of = {days: band for band in bands for days in range(band[0], min(band[1], 400) + 1)}
    raw = {
        band: np.mean([row.missed for row in train if band_of[row.lead_days] == band])
        for band in {band_of[row.lead_days] for row in test}
    }
    table = score_appointments(np.array([raw[band_of[row.lead_days]] for row in test]), missed)
    assert figures["baselines"]["lead_table"]["log_loss"] == pytest.approx(table["log_loss"])
    assert figures["baselines"]["lead_table"]["auc"] == pytest.approx(table["auc"])


def test_office_days_have_five_or_more_booked_ahead(world):
    columns = as_columns(world.rows)
    days = office_days(columns)
    booked, came = {}, {}
    for row in world.rows:
        if row.lead_days >= 1:
            key = (row.office, row.starts_on)
            booked[key] = booked.get(key, 0) + 1
            came[key] = came.get(key, 0) + (not row.missed)
    enough = {key for key, count in booked.items() if count >= 5}
    assert len(days) == len(enough)
    assert sorted(days.attended.tolist()) == sorted(came[key] for key in enough)
    assert sum(len(part) for part in days.split(columns.missed)) == days.sizes.sum()


def test_only_what_starts_by_the_date_is_learned_from(world, figures):
    future_changed = [
        row if row.starts_on <= LAST_TRAINED else row._replace(missed=not row.missed)
        for row in world.rows
    ]
    other = evaluate(future_changed, train_until=LAST_TRAINED)
    rates = (each["baselines"]["binomial_day"]["rate"] for each in (figures, other))
    assert len(set(rates)) == 1
    # what was right is now exactly as wrong: not one rate has moved
    for part in ("per_appointment", "booked_ahead_only"):
        assert other[part]["auc"] == pytest.approx(1.0 - figures[part]["auc"], abs=1e-12)


def test_baselines_of_what_was_never_seen_have_the_rate_of_all():
    same_day = invent(offices=2, weeks=4, a_day=10, seed=2).rows
    rows = [row._replace(lead_days=0 if row.starts_on <= MONDAY else 7) for row in same_day]
    found = evaluate(rows, train_until=MONDAY)["baselines"]
    assert 0.0 < found["binomial_day"]["rate"] < 1.0
    assert found["lead_table"]["log_loss"] == pytest.approx(found["constant"]["log_loss"])
    assert found["binomial_day"]["crps"] == pytest.approx(
        found["constant"]["per_office_day"]["crps"]
    )


def test_what_always_or_never_happened_is_scored_finitely():
    rows = invent(offices=2, weeks=4, a_day=10, seed=2).rows
    for missed in (False, True):
        sure = [r._replace(missed=missed) if r.starts_on <= MONDAY else r for r in rows]
        with np.errstate(divide="raise", invalid="raise"):
            found = evaluate(sure, train_until=MONDAY)["baselines"]["binomial_day"]
        assert found["rate"] == missed
        assert found["log_score"] < 300.0


def test_cancelled_and_excused_are_counted_as_left_out():
    rows = invent(offices=2, weeks=4, a_day=10, seed=2).rows
    more = [rows[0]._replace(missed=None), rows[-1]._replace(missed=None)]
    assert evaluate([*rows, *more], train_until=MONDAY)["left_out"] == 2


def test_an_office_without_a_past_is_scored_by_its_district():
    truth = Truth(office_sd=0.0, day_sd=0.0)
    rows = invent(offices=6, weeks=6, a_day=10, seed=3, truth=truth).rows
    districts = {f"office-{n}": "often" if n % 2 else "rarely" for n in range(6)}
    missed_often = [row._replace(missed=districts[row.office] == "often") for row in rows]
    known, new = ("0", "1", "2", "3"), ("4", "5")  # each office by its last letter
    shown = [
        row
        for row in missed_often
        if row.office.endswith(known if row.starts_on <= LAST_OF_THREE else new)
    ]
    alone, with_districts = (
        evaluate(shown, train_until=LAST_OF_THREE, district_of=known_districts)
        for known_districts in (None, districts)
    )
    assert (
        with_districts["per_appointment"]["log_loss"] < alone["per_appointment"]["log_loss"] - 0.005
    )


def test_where_there_is_nothing_to_learn_it_loses_nothing():
    flat = Truth(
        office_sd=0.0,
        day_sd=0.0,
        weekday=(0.0,) * 5,
        per_log_lead=0.0,
        afternoon=0.0,
        returning=0.0,
    )
    found = evaluate(
        invent(offices=30, weeks=WEEKS, a_day=6, seed=9, truth=flat).rows, train_until=LAST_TRAINED
    )
    table = found["baselines"]["lead_table"]["booked_ahead_only"]["log_loss"]
    assert found["booked_ahead_only"]["log_loss"] < table + 0.004


def test_an_empty_side_of_the_date_is_refused(world):
    for train_until in (MONDAY - timedelta(days=1), MONDAY + timedelta(days=400)):
        with pytest.raises(BadInput, match="--train-until"):
            evaluate(world.rows, train_until=train_until)
