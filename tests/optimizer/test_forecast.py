"""Forecasts learn what is there to learn, doubt what they must, and know nobody."""

import inspect
import json
from dataclasses import fields
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from optimizer.attendance import learning
from optimizer.attendance.columns import Columns, as_columns
from optimizer.attendance.counts import BATCH, NODES, attended_pmf, batches, day_pmfs
from optimizer.attendance.effects import (
    MOST_VARIANCE,
    PRIOR_LOGIT,
    PRIOR_VARIANCE,
    USUAL_OFFICE_SD,
    USUAL_SD,
    fit_effects,
)
from optimizer.attendance.forecast import Booking, Forecast, _rate
from optimizer.attendance.history import PastAppointment
from optimizer.attendance.level import DAY_SD, START_VARIANCE, WANDER_SD_A_DAY, latest_level
from optimizer.attendance.sides import group_codes, learn_cells
from optimizer.attendance.storage import load, save
from optimizer.errors import BadInput
from optimizer.overbooking.level import level
from tests.optimizer.invented_history import MONDAY, Truth, invent

NEXT_MONDAY_9AM = datetime(2026, 6, 1, 9)
A_WEEK_BEFORE = NEXT_MONDAY_9AM - timedelta(days=7)


def appointments(count, *, missed, office="Exeter", lead_days=7, start=MONDAY, dates=10):
    """`count` of one office over some dates, of which the first `missed` were missed."""
    return [
        PastAppointment(
            office, start + timedelta(days=i % dates), 10, lead_days, "first", i < missed
        )
        for i in range(count)
    ]


def rate_of(forecast, office="Exeter", booked_at=A_WEEK_BEFORE, **more):
    return forecast.rate(office=office, starts_at=NEXT_MONDAY_9AM, booked_at=booked_at, **more)


def test_without_a_history_the_prior_rate_holds_weakly():
    for office, booked_at in (("Exeter", None), ("Truro", A_WEEK_BEFORE), ("X", NEXT_MONDAY_9AM)):
        rate = rate_of(Forecast.train([]), office, booked_at)
        assert rate.mean == pytest.approx(0.375)
        # 20 appointments' worth of the base rate, less an office's usual difference from it
        assert rate.strength == pytest.approx(14.5, abs=0.05)
    assert rate_of(Forecast.train([]), kind="group").mean == pytest.approx(0.375)
    assert Forecast.train([]).usual[7].tolist() == [1.0, 0.0, 0.0, 0.0], "a first one, a week ahead"


def test_a_day_about_which_little_is_known_may_go_very_well_or_badly():
    bookings = [Booking("Truro", NEXT_MONDAY_9AM, A_WEEK_BEFORE)] * 9
    forecast = Forecast.train([])
    pmf, counts = forecast.attended_distribution(bookings), np.arange(10)
    variance = pmf @ (counts - pmf @ counts) ** 2
    # what is not known of the rate, and the day's shift: .276 + .3 ** 2 on the logit scale
    alone = 0.375 * 0.625
    assert variance / (9 * alone) == pytest.approx(1 + 8 * alone * 0.366, rel=0.1)
    assert forecast.dispersion(0.375) == pytest.approx(alone * 0.3**2)


def test_five_bookings_do_not_make_a_rate_and_five_hundred_do():
    district = [row for i in range(20) for row in appointments(60, missed=20, office=f"o{i}")]
    few = Forecast.train(district + appointments(5, missed=5))
    many = Forecast.train(district + appointments(500, missed=400))
    assert 1 / 3 < rate_of(few).mean < 0.5
    assert rate_of(many).mean > 0.7
    assert rate_of(few).strength < rate_of(many).strength


def test_a_new_office_is_forecast_from_its_district():
    north = [row for i in range(6) for row in appointments(300, missed=60, office=f"n{i}")]
    south = [row for i in range(6) for row in appointments(300, missed=150, office=f"s{i}")]
    names = {f"{side}{i}": side for side in "ns" for i in range(7)}
    forecast = Forecast.train(north + south, district_of=names)
    assert rate_of(forecast, "n6").mean == pytest.approx(0.2, abs=0.06)
    assert rate_of(forecast, "s6").mean == pytest.approx(0.5, abs=0.06)
    assert 0.25 < rate_of(forecast, "elsewhere").mean < 0.45
    assert rate_of(forecast, "n6").strength < rate_of(forecast, "n1").strength


@pytest.mark.parametrize("offices", [{"Exeter": 40, "Truro": 360}, {"Truro": 360, "Exeter": 40}])
def test_an_office_not_seen_before_is_like_none_of_those_that_were(offices):
    forecast = Forecast.train(
        [
            row
            for office, missed in offices.items()
            for row in appointments(400, missed=missed, office=office)
        ]
    )
    exeter, new, truro = (rate_of(forecast, name).mean for name in ("Exeter", "new", "Truro"))
    assert exeter + 0.1 < new < truro - 0.1


def test_at_least_one_appointment_stands_behind_a_rate():
    assert _rate(0.5, 0.04) == (0.5, 99.0)
    assert _rate(0.5, 100.0) == (0.5, 1.0)


def test_two_months_ahead_is_a_lead_of_its_own():
    rows = appointments(400, missed=40, lead_days=30) + appointments(400, missed=300, lead_days=70)
    forecast = Forecast.train(rows)
    a_month, two, three = (
        rate_of(forecast, booked_at=NEXT_MONDAY_9AM - timedelta(days=days)).mean
        for days in (30, 61, 90)
    )
    assert a_month < 0.2
    assert two == three > 0.6


def test_a_forecast_is_tuned_on_what_it_has_not_seen(monkeypatch):
    columns, seen = as_columns(invent(offices=4, weeks=16, a_day=10, seed=5).rows), []
    learn = learning._learn_effects

    def watched(rows, district_of):
        seen.append(rows)
        return learn(rows, district_of)

    monkeypatch.setattr(learning, "_learn_effects", watched)
    scores = learning.tune(columns, {}).scores
    (early,) = seen
    late = columns.where(columns.day > early.day.max())
    assert len(early) + len(late) == len(columns)
    assert scores["per_appointment"]["n"] == len(late)


def test_the_usual_rates_of_a_day_are_those_of_its_appointments() -> None:
    invented = invent(offices=3, weeks=20, a_day=8.0, seed=4)
    forecast = Forecast.train(invented.rows)
    starts = [datetime(2026, 6, 1, hour, 15) for hour in (9, 12, 16)]
    for office in ("office-1", "somewhere new"):
        for days in (0, 21, 1):
            together = [each + timedelta(days=days) for each in starts]
            alone = [forecast.rate(office=office, starts_at=each) for each in together]
            assert np.allclose(forecast.usual_rates(office, together), alone)


def test_same_day_and_booked_ahead_are_apart():
    rows = appointments(400, missed=160) + appointments(400, missed=20, lead_days=0)
    forecast = Forecast.train(rows)
    assert rate_of(forecast).mean == pytest.approx(0.4, abs=0.05)
    assert rate_of(forecast, booked_at=NEXT_MONDAY_9AM).mean == pytest.approx(0.05, abs=0.03)
    few = Forecast.train(appointments(4000, missed=1600) + appointments(20, missed=1, lead_days=0))
    assert rate_of(few, booked_at=NEXT_MONDAY_9AM).strength < rate_of(few).strength / 4
    # booked as usual means booked ahead
    assert rate_of(forecast, booked_at=None).mean == pytest.approx(0.4, abs=0.05)


def test_longer_leads_and_other_kinds_are_learned():
    rows = invent(offices=20, weeks=10, a_day=10, seed=3).rows
    forecast = Forecast.train(rows)
    leads = [
        rate_of(forecast, "new", NEXT_MONDAY_9AM - timedelta(days=days)).mean
        for days in (1, 7, 28, 90)
    ]
    assert leads == sorted(leads)
    assert rate_of(forecast, kind="return").mean < rate_of(forecast, kind="first").mean


def test_the_forecast_follows_a_level_that_has_moved():
    # 300 days at 20 %, then eight weeks at 50 %
    chance = np.random.default_rng(3)
    rows = [
        PastAppointment(
            f"o{i % 5}",
            MONDAY + timedelta(day),
            10,
            7,
            "first",
            bool(chance.random() < (0.2 if day < 300 else 0.5)),
        )
        for day in range(356)
        for i in range(20)
    ]
    assert rate_of(Forecast.train(rows), "o1").mean == pytest.approx(0.5, abs=0.07)


def test_an_office_keeps_its_own_weekdays_where_they_matter():
    # at even offices Mondays are bad, at odd ones Fridays; together the weekdays are alike
    chance = np.random.default_rng(5)
    rows = [
        PastAppointment(
            f"o{office}",
            MONDAY + timedelta(day),
            10,
            7,
            "first",
            bool(chance.random() < (0.6 if day % 7 == (0, 4)[office % 2] else 0.25)),
        )
        for day in range(140)
        for office in range(8)
        for _ in range(5 * (day % 7 < 5))
    ]
    forecast = Forecast.train(rows)
    assert forecast.tuning.cell_sd > 0.0
    assert rate_of(forecast, "o2").mean > rate_of(forecast, "o3").mean + 0.1


def test_rates_near_the_truth_within_their_stated_strength():
    world = invent(offices=60, weeks=12, a_day=8, seed=11, truth=Truth(day_sd=0.2))
    forecast = Forecast.train(world.rows)
    pulls = []
    for office in sorted({row.office for row in world.rows}):
        one = next(i for i, row in enumerate(world.rows) if row.office == office and row.lead_days)
        # one appointment of the office stands for it: its other effects are well known
        example = world.rows[one]
        logit = world.logit[one]
        starts_at = datetime.combine(example.starts_on, datetime.min.time()).replace(
            hour=example.hour
        )
        rate = forecast.rate(
            office=office,
            starts_at=starts_at,
            kind=example.kind,
            booked_at=starts_at - timedelta(days=example.lead_days),
        )
        truth = 1.0 / (1.0 + np.exp(-logit / np.sqrt(1.0 + 0.346 * 0.04)))
        sd = np.sqrt(rate.mean * (1.0 - rate.mean) / (rate.strength + 1.0))
        pulls.append((rate.mean - truth) / sd)
    assert abs(np.mean(pulls)) < 0.5
    assert 0.6 < np.std(pulls) < 1.6


def test_a_days_distribution_is_wider_than_independent_claimants():
    forecast = Forecast.train(invent(offices=20, weeks=12, a_day=10, seed=4).rows)
    bookings = [Booking("office-1", NEXT_MONDAY_9AM, A_WEEK_BEFORE)] * 9
    pmf = forecast.attended_distribution(bookings)
    counts = np.arange(10)
    mean = pmf @ counts
    miss = forecast.rate(**vars(bookings[0])).mean
    assert pmf.sum() == pytest.approx(1.0)
    assert mean == pytest.approx(9 * (1.0 - miss), abs=0.03)
    assert pmf @ (counts - mean) ** 2 > 9 * miss * (1.0 - miss) * 1.05
    assert forecast.attended_distribution([]).tolist() == [1.0]


def test_a_shift_free_day_is_the_plain_product_of_its_bookings():
    logits = np.array([[-1.0, 0.3, np.nan]])
    attend = 1.0 / (1.0 + np.exp(logits[0, :2]))
    expected = np.convolve([1 - attend[0], attend[0]], [1 - attend[1], attend[1]])
    assert attended_pmf(logits, np.zeros(1))[0] == pytest.approx([*expected, 0.0])


def test_a_shift_keeps_the_mean_and_days_of_all_sizes_come_back_in_order():
    logits = [np.full(size, -0.4) for size in (30, 5, 12)]
    variance = np.array([0.25, 0.0, 0.09])
    pmfs = day_pmfs(logits, variance)
    for day, (size, pmf) in enumerate(zip((30, 5, 12), pmfs, strict=True)):
        assert len(pmf) == size + 1
        assert pmf == pytest.approx(attended_pmf(logits[day][None], variance[day : day + 1])[0])
        mean = pmf @ np.arange(size + 1)
        assert mean == pytest.approx(size / (1.0 + np.exp(-0.4)), rel=0.005)


LEADS = [(0, 0), (1, 1), (3, 2), (4, 3), (7, 3), (8, 4), (14, 4), (15, 5), (21, 5), (22, 6)]
LEADS += [(28, 6), (29, 7), (60, 7), (61, 8), (400, 8)]


def test_many_days_are_worked_out_in_few_parts_that_fit_in_memory():
    parts = list(batches([np.zeros(n % 101) for n in range(3_000)]))
    assert [padded.size * len(NODES) <= BATCH for _, padded in parts] == [True, True]
    assert sorted(day for chosen, _ in parts for day in chosen) == list(range(3_000))


def test_columns_know_weekdays_half_days_and_lead_bands():
    one = appointments(1, missed=0)[0]
    days = as_columns(one._replace(starts_on=MONDAY + timedelta(n)) for n in range(7))
    assert days.weekday.tolist() == list(range(7))
    hours = as_columns(one._replace(hour=hour) for hour in (11, 12, 13))
    assert hours.half_day.tolist() == [0, 1, 1]
    assert np.ptp(group_codes(hours, None)["weekday_and_half"]) == 1
    leads = as_columns(one._replace(lead_days=lead) for lead, _ in LEADS)
    assert leads.lead_band.tolist() == [band for _, band in LEADS]
    assert leads.ahead.tolist() == [lead > 0 for lead, _ in LEADS]


def test_what_is_left_of_a_cell_is_shrunk_and_another_cell_has_none_of_it():
    rows = as_columns(appointments(20, missed=15, dates=1))
    cells = learn_cells(rows, np.zeros(20), sd=0.2)
    # 15 missed where 10 were fitted; information 20/4, and 1/.04 of the prior
    assert cells.offsets.tolist() == pytest.approx([5.0 / (5.0 + 25.0)])
    assert cells.of(rows, rows.office).tolist() == pytest.approx([1 / 6] * 20)
    other = as_columns(appointments(1, missed=0, lead_days=1))
    assert cells.of(other, other.office).tolist() == [0.0]


@pytest.mark.parametrize(
    ("count", "dates", "tuned"), [(900, 30, True), (900, 6, False), (500, 30, False)]
)
def test_a_forecast_is_tuned_on_its_latest_third_where_that_is_enough(count, dates, tuned):
    scores = Forecast.train(appointments(count, missed=300, dates=dates)).tuning.scores
    assert (scores is not None) == tuned
    if scores is not None:
        assert scores["per_appointment"]["n"] == pytest.approx(count / 3, abs=count / dates)


def test_effects_and_their_doubt_are_those_of_the_whole_matrix():
    """Offices are eliminated first; all effects at once give the same mode and variances."""
    chance = np.random.default_rng(4)
    office, group = chance.integers(0, 4, 600), chance.integers(0, 3, 600)
    missed = (chance.random(600) < 0.2 + 0.1 * office + 0.1 * group).astype(float)
    found = fit_effects({"group": group}, {"group": 3}, office, 4, missed)
    design = np.column_stack((np.ones(600), np.eye(3)[group], np.eye(4)[office]))
    values = np.array([found.base - PRIOR_LOGIT, *found.groups["group"], *found.office])
    spread = [PRIOR_VARIANCE, *[found.spread["group"]] * 3, *[found.office_spread] * 4]
    rate = 1.0 / (1.0 + np.exp(-(PRIOR_LOGIT + design @ values)))
    assert design.T @ (missed - rate) == pytest.approx(values / spread, abs=0.2)
    weight = rate * (1.0 - rate)
    covariance = np.linalg.inv(
        design.T @ (weight[:, None] * design) + np.diag(1.0 / np.array(spread))
    )
    assert found.base_variance == pytest.approx(covariance[0, 0], rel=0.02)
    assert found.uncertainty["group"] == pytest.approx(np.diag(covariance)[1:4], rel=0.02)
    for code in range(4):
        usual = np.average(design, axis=0, weights=weight * (office == code))
        assert found.office_variance[code] == pytest.approx(usual @ covariance @ usual, rel=0.02)
    # each variance is that of its effects, as far as they are known (MacKay)
    doubt = np.diag(covariance)
    for effects, uncertainty, variance, usual_sd in (
        (found.groups["group"], doubt[1:4], found.spread["group"], USUAL_SD),
        (found.office, doubt[4:], found.office_spread, USUAL_OFFICE_SD),
    ):
        known = len(effects) - uncertainty.sum() / variance
        assert variance == pytest.approx((effects @ effects + usual_sd**2) / (known + 1), rel=0.02)


@pytest.mark.parametrize("rows", [0, 4])
def test_of_an_office_without_appointments_is_known_what_is_of_a_new_one(rows):
    office, missed = np.arange(rows) % 2, np.ones(rows)
    found = fit_effects({}, {}, office, 3, missed)
    assert found.office[2] == 0.0
    new = found.base_variance + found.office_spread
    assert found.office_variance[2] == pytest.approx(new, rel=0.01)


def test_where_everybody_misses_effects_stay_within_reason():
    found = fit_effects({}, {}, np.arange(90) % 3, 3, np.ones(90))
    assert found.office_spread == MOST_VARIANCE
    assert 0.95 < 1.0 / (1.0 + np.exp(-found.base - found.office[0])) < 0.999


def test_the_latest_level_is_that_of_all_dates_together():
    """The filter goes from date to date; here every date is looked at in one matrix."""
    chance = np.random.default_rng(8)
    days = np.cumsum(chance.integers(1, 9, 12))
    effects, uncertainty, spread = chance.normal(0.2, 0.3, 12), np.full(12, 0.01), 0.09
    known = 1.0 - uncertainty / spread
    since = days - days[0]
    results = []
    for wander in WANDER_SD_A_DAY:
        for day_sd in DAY_SD:
            level = START_VARIANCE + wander**2 * np.minimum.outer(since, since)
            seen = level + np.diag(uncertainty / known + day_sd**2)
            gain = np.linalg.solve(seen, level[-1])
            y = effects / known
            likelihood = -0.5 * (np.linalg.slogdet(seen)[1] + y @ np.linalg.solve(seen, y))
            results.append((likelihood, gain @ y, level[-1, -1] - gain @ level[-1]))
    likelihood, mean, variance = np.array(results).T
    share = np.exp(likelihood - likelihood.max())
    share /= share.sum()
    found = latest_level(days, effects, uncertainty, spread)
    assert found.mean == pytest.approx(share @ mean)
    assert found.variance == pytest.approx(share @ (variance + (mean - share @ mean) ** 2))


def test_the_level_of_steady_dates_is_none():
    steady = latest_level(np.arange(60), np.zeros(60), np.full(60, 0.01), 0.04)
    assert abs(steady.mean) < 1e-9
    assert latest_level(np.array([5]), np.ones(1), np.ones(1), 1.0).mean == 0.0


def test_a_forecast_feeds_an_overbooking_level():
    forecast = Forecast.train(invent(offices=20, weeks=12, a_day=10, seed=4).rows)
    rate = rate_of(forecast, "office-1", None)
    result = level(
        rate=rate.mean,
        strength=rate.strength,
        dispersion=forecast.dispersion(rate.mean),
        slots=9,
        comfortable=7,
        risk=0.1,
    )
    assert 7 <= result.level <= 9
    assert result.risk_at_level <= 0.1


def test_a_saved_forecast_says_the_same_and_from_when_it_is(tmp_path):
    world = invent(offices=8, weeks=10, a_day=8, seed=2, districts=2)
    forecast = Forecast.train(world.rows, district_of=world.district_of)
    save(forecast, tmp_path / "forecast.json")
    again = load(tmp_path / "forecast.json")
    for office in ("office-1", "office-7", "new"):
        assert rate_of(again, office) == rate_of(forecast, office)
    assert again.window == forecast.window
    assert again.window.first_on == date(2026, 1, 5)
    assert again.tuning.scores == forecast.tuning.scores
    assert again.tuning.scores["booked_ahead_only"]["log_loss"] < 0.69
    assert [path.name for path in tmp_path.iterdir()] == ["forecast.json"]


def test_a_saved_forecast_is_replaced_whole_and_another_format_is_refused(tmp_path):
    path, forecast = tmp_path / "forecast.json", Forecast.train([])
    save(forecast, path)
    kept = path.open()  # a reader of the old one goes on reading the old one
    save(Forecast.train(appointments(40, missed=10)), path)
    assert json.load(kept)["window"]["appointments"] == 0
    assert load(path).window.appointments == 40
    path.write_text(path.read_text().replace("attendance-forecast/1", "attendance-forecast/2"))
    with pytest.raises(BadInput, match="is no attendance-forecast/1 file"):
        load(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "rota/1"}', "\x00"])
def test_a_file_that_is_no_forecast_is_refused(tmp_path, text):
    path = tmp_path / "forecast.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"forecast\.json"):
        load(path)


def test_a_forecast_keeps_nothing_of_single_appointments(tmp_path):
    save(Forecast.train(appointments(400, missed=100)), tmp_path / "few.json")
    save(Forecast.train(appointments(4000, missed=1000)), tmp_path / "many.json")
    few, many = (json.loads((tmp_path / name).read_text()) for name in ("few.json", "many.json"))
    assert few.keys() == many.keys()
    assert len(few["ahead"]["office"]) == len(many["ahead"]["office"]) == 1


def test_nothing_about_a_person_can_be_asked_or_learned():
    allowed = {"office", "starts_at", "booked_at", "kind"}
    assert set(inspect.signature(Forecast.rate).parameters) - {"self"} == allowed
    assert {field.name for field in fields(Booking)} == allowed
    assert set(PastAppointment._fields) == {
        "office",
        "starts_on",
        "hour",
        "lead_days",
        "kind",
        "missed",
    }


def test_cancelled_and_excused_are_left_out():
    rows = [*appointments(10, missed=5), appointments(1, missed=0)[0]._replace(missed=None)]
    columns = as_columns(rows)
    assert (len(columns), columns.left_out) == (10, 1)
    assert isinstance(columns, Columns)


def test_what_cannot_be_is_refused():
    forecast = Forecast.train([])
    with pytest.raises(ValueError, match="booked after"):
        rate_of(forecast, booked_at=NEXT_MONDAY_9AM + timedelta(days=1))
    with pytest.raises(ValueError, match="kind"):
        rate_of(forecast, kind="sermon")
