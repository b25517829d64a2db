"""Plans are the true optimum with the right tie, break-even weight and certificate."""

import itertools
from dataclasses import replace
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.errors import BadInput
from optimizer.overbooking import neighbours
from optimizer.overbooking.break_even import break_even_curve, break_even_wait_weight
from optimizer.overbooking.choice import Candidate, Promises, Question
from optimizer.overbooking.day import Day, Weights
from optimizer.overbooking.figures import figures
from optimizer.overbooking.minimise import EXHAUSTIVE, NEIGHBOURHOOD, minimise
from optimizer.overbooking.plan import explain_plan, plan
from tests.optimizer.test_day_figures import SERVICES, small_days

USUAL = Weights(wait=0.25, idle=1.0, overtime=1.5)
WALKOVERS_FILL_HALF = 0.5

# FTA, optimum, J, seen, mean wait, overtime, J and seen of one each, break-even with and
# without walkovers: 9 slots of 45 minutes, weights .25, 1, 1.5
PUBLISHED = [
    (0.10, "111111111", 40.5, 8.10, 0.0, 0.0, 40.5, 8.10, None, None),
    (0.20, "111111111", 81.0, 7.20, 0.0, 0.0, 81.0, 7.20, 0.192, 0.067),
    (0.30, "211111111", 110.8, 7.00, 10.1, 1.3, 121.5, 6.30, 0.402, 0.187),
    (0.40, "212112111", 134.3, 7.20, 19.3, 7.5, 162.0, 5.40, 0.656, 0.323),
    (0.50, "221212111", 153.0, 6.50, 18.3, 4.3, 202.5, 4.50, 0.997, 0.497),
]


@pytest.mark.parametrize("row", PUBLISHED, ids=[f"FTA {row[0]}" for row in PUBLISHED])
def test_the_published_plans_are_reproduced(row):
    rate, bookings, cost, seen, wait, overtime, one_cost, one_seen, weight, with_walkovers = row
    result = plan(Day(9, 45.0, rate), USUAL)
    assert "".join(map(str, result.chosen.bookings)) == bookings
    assert result.chosen.objective == pytest.approx(cost, abs=0.05)
    assert result.chosen.expected_seen == pytest.approx(seen, abs=0.005)
    assert result.chosen.mean_wait_minutes == pytest.approx(wait, abs=0.05)
    assert result.chosen.overtime_minutes == pytest.approx(overtime, abs=0.05)
    assert result.one_each.objective == pytest.approx(one_cost, abs=0.05)
    assert result.one_each.expected_seen == pytest.approx(one_seen, abs=0.005)
    assert result.certified
    assert result.proof == NEIGHBOURHOOD
    if weight is not None:
        walkovers = Day(9, 45.0, rate, walkover_fill=WALKOVERS_FILL_HALF)
        found, _ = break_even_wait_weight(walkovers, idle=1.0, overtime=1.5)
        assert result.break_even_wait_weight == pytest.approx(weight, abs=0.0005)
        assert found == pytest.approx(with_walkovers, abs=0.0005)


def test_kaandorp_and_koole_instance_is_certified():
    # 22 bookings in 20 slots of 5 minutes, 20 % no-shows: 2^20 neighbours
    question = Question(Day(20, 5.0, 0.2), USUAL, (0,) * 20, total=22)
    found = minimise(question)
    assert sum(found.bookings) == 22
    assert found.proof == NEIGHBOURHOOD
    assert found.bookings == minimise(question, certify=False).bookings


def test_a_plan_without_a_full_neighbourhood_is_not_certified():
    day = Day(neighbours.MOST_SLOTS + 1, 15.0, 0.1)
    found = minimise(Question(day, USUAL, (0,) * day.slots))
    assert found.proof is None
    assert "too large" in found.why_not


@st.composite
def questions(draw):
    day = draw(small_days())
    most = draw(st.integers(1, 3 if day.slots == 5 else 4))
    day = replace(day, max_per_slot=most)
    weight = st.sampled_from([0.0, 0.05, 0.25, 1.0, 1.5])
    weights = Weights(draw(weight), draw(weight), draw(weight))
    total = draw(st.none() | st.integers(0, day.slots * most))
    promise = st.none() | st.sampled_from([0.0, 2.0, 10.0, 30.0])
    return Question(day, weights, (0,) * day.slots, total, Promises(draw(promise), draw(promise)))


def all_plans(day):
    return np.array(list(itertools.product(range(day.max_per_slot + 1), repeat=day.slots)))


def by_trying_all(question):
    """The best plan by the rules in their plainest form, or None."""
    rows = all_plans(question.day)
    found = figures(question.day, rows)
    costs = found.cost(question.day, question.weights)
    attended = question.day.attend * found.booked
    mean_wait = np.divide(found.wait, attended, out=np.zeros(len(rows)), where=attended > 0)
    keeps = np.ones(len(rows), dtype=bool)
    if question.total is not None:
        keeps &= found.booked == question.total
    if question.promises.mean_wait is not None:
        keeps &= mean_wait <= question.promises.mean_wait + 1e-9
    if question.promises.overtime is not None:
        keeps &= found.overtime <= question.promises.overtime + 1e-9
    if not keeps.any():
        return None
    ties = rows[keeps & (costs <= costs[keeps].min() + 1e-9)]
    return min((tuple(row.tolist()) for row in ties), key=lambda x: (sum(x), [-n for n in x]))


@settings(max_examples=200, deadline=None)
@given(questions())
def test_the_plan_is_the_best_of_all_plans(question):
    truth = by_trying_all(question)
    if truth is None:
        with pytest.raises(BadInput, match="No plan"):
            minimise(question)
        return
    found = minimise(question)
    assert found.bookings == truth
    assert found.proof is not None


def test_of_two_plans_promises_come_first_then_cost_then_fewer_bookings():
    ascending = [
        Candidate(1.0, (2, 2), broken=2.0),
        Candidate(9.0, (2, 2), broken=1.0),
        Candidate(5.0, (1, 1)),
        Candidate(4.0, (2, 1)),
        Candidate(4.0, (0, 2)),
        Candidate(4.0 + 1e-13, (1, 1)),
    ]
    for worse, better in itertools.pairwise(ascending):
        assert better.beats(worse, same=1e-12)
        assert not worse.beats(better, same=1e-12)


@pytest.mark.parametrize("slots", [2, 3, 4])
@pytest.mark.parametrize("weights", [USUAL, Weights(0.01, 1.0, 0.05)])
@pytest.mark.parametrize("total", [None, 5, 7])
def test_the_plan_is_the_best_of_those_that_keep_promises_that_bind(slots, weights, total):
    day = Day(slots, 45.0, 0.3, (), 2 if slots > 2 else None, 20.0, max_per_slot=4)
    free = plan(day, weights, total=total).chosen
    kept = 0
    for waits, over in itertools.product((None, 0.95, 0.8), repeat=2):
        wait = waits and waits * free.mean_wait_minutes
        promises = Promises(wait, over and over * free.overtime_minutes)
        question = Question(day, weights, (0,) * slots, total, promises)
        assert neighbours.is_multimodular(question) == (not promises.any)
        truth = by_trying_all(question)
        if truth is not None:
            kept += 1
            assert minimise(question).bookings == truth
    assert kept >= 1


SHORT_SESSIONS = ((30.0, 1.0),)  # so that a walkover fills a slot better than a booking


@pytest.mark.parametrize(
    ("day", "idle", "overtime"),
    [
        (Day(2, 45.0, 0.4, SHORT_SESSIONS, walkover_fill=1.0, max_per_slot=1), 1.0, 1.5),
        (Day(3, 45.0, 0.4, SHORT_SESSIONS, walkover_fill=1.0, max_per_slot=2), 1.0, 1.5),
        (Day(3, 45.0, 0.1, SHORT_SESSIONS, walkover_fill=0.9, max_per_slot=3), 1.0, 0.1),
        (Day(3, 45.0, 0.4, SHORT_SESSIONS, 1, 20.0, walkover_fill=0.8, max_per_slot=3), 1.0, 0.0),
        (Day(2, 45.0, 1.0), 1.0, 1.5),
    ],
)
def test_the_break_even_weight_where_empty_slots_are_cheaper(day, idle, overtime):
    check_break_even(day, idle, overtime)


@settings(max_examples=100, deadline=None)
@given(small_days(), st.sampled_from([0.0, 0.3, 1.0]), st.sampled_from([0.0, 0.5, 1.5]))
def test_the_break_even_weight_is_the_best_ratio_of_all_plans(day, idle, overtime):
    check_break_even(day, idle, overtime)


def check_break_even(day, idle, overtime):
    rows = all_plans(day)
    found = figures(day, rows)
    costs = found.cost(day, Weights(0.0, idle, overtime))
    one = int(np.flatnonzero((rows == 1).all(axis=1))[0])
    weight, proved = break_even_wait_weight(day, idle=idle, overtime=overtime)
    assert proved
    if found.wait[one] > 1e-9:
        assert weight is None
        return
    waits = found.wait > 1e-9
    ratios = (costs[one] - costs[waits]) / found.wait[waits]
    assert weight == pytest.approx(max(0.0, ratios.max(initial=0.0)), abs=1e-8)


STEPS = (61, 127, 191, 251, 509, 1009)  # prime, so that no value of anything is passed over


def small_questions(slots):
    """Of all combinations of slot length, rate, sessions, break, dispersion, walkovers, weights
    and number of bookings some fifty, in which each value meets those of the others."""
    weights = (USUAL, Weights(1.0, 1.0, 1.0), Weights(0.05, 1.0, 0.5), Weights(0.5, 1.0, 0.0))
    breaks = (None, *range(1, slots))
    totals = (None, *range(7))
    every = list(itertools.product(
        (5.0, 30.0, 45.0), (0.05, 0.2, 0.375, 0.6), SERVICES, breaks, (0.0, 0.02, 0.3), (0.0, 0.5),
        weights, totals,
    ))  # fmt: skip
    some = every[:: STEPS[slots - 1]]
    for minutes, rate, service, after, dispersion, fill, weight, total in some:
        most = 3 if slots < 5 else 2
        if total is not None and total > most * slots:
            continue
        shape = slots, minutes, rate, service, after, 30.0 if after else 0.0
        day = Day(*shape, fill, dispersion, most)
        yield Question(day, weight, (0,) * slots, total)


@pytest.mark.parametrize("slots", range(1, 7))
def test_local_search_finds_the_optimum_of_every_small_day(slots):
    """All numbers of slots and of bookings up to six, against every plan there is."""
    seen = set()
    for question in small_questions(slots):
        truth = by_trying_all(question)
        found = minimise(question)
        assert found.bookings == truth
        assert found.proof is not None
        if neighbours.is_multimodular(question):
            assert found.proof == NEIGHBOURHOOD
            assert minimise(question, certify=False).bookings == truth
            seen.add(question.total)
    assert seen >= {None, *range(min(6, 3 * slots) + 1)}


def test_one_a_slot_that_makes_people_wait_has_no_break_even():
    day = Day(4, 45.0, 0.4, service=((30.0, 0.5), (60.0, 0.5)))
    assert break_even_wait_weight(day, idle=1.0, overtime=1.5) == (None, True)


def test_the_break_even_curve_rises_with_the_rate():
    curve = break_even_curve(Day(9, 45.0, 0.0), rates=[0.2, 0.3, 0.4], idle=1.0, overtime=1.5)
    assert [rate for rate, _ in curve] == [0.2, 0.3, 0.4]
    assert [round(weight, 3) for _, weight in curve] == [0.192, 0.402, 0.656]


def test_walkovers_are_seen_too():
    # one booked of two: the empty slot, and .4 of the time the other, is filled half the time
    chosen = plan(Day(2, 45.0, 0.4, walkover_fill=0.5), USUAL, total=1).chosen
    assert chosen.expected_attended == pytest.approx(0.6)
    assert chosen.expected_seen == pytest.approx(0.6 + 0.5 * (1.0 + 0.4))


def test_the_worst_off_is_who_waits_longest():
    chosen = plan(Day(9, 45.0, 0.4), USUAL).chosen
    assert chosen.longest_waits_minutes[0] == pytest.approx(27.0)
    known = [wait for wait in chosen.longest_waits_minutes if wait is not None]
    assert chosen.worst_off_wait_minutes == max(known) > min(known)


@pytest.mark.parametrize("rate", [0.3, 0.35, 0.4, 0.43, 0.47, 0.5, 0.55])
def test_a_promise_met_exactly_is_met(rate):
    day = Day(9, 45.0, rate)
    free = plan(day, USUAL).chosen
    kept = Promises(free.mean_wait_minutes, free.overtime_minutes)
    assert plan(day, USUAL, promises=kept).chosen.bookings == free.bookings
    tighter = Promises(free.mean_wait_minutes - 0.01, None)
    result = plan(day, USUAL, promises=tighter)
    assert result.chosen.bookings != free.bookings
    assert result.proof == EXHAUSTIVE


def test_nine_slots_with_every_complication_are_still_proved():
    day = Day(
        9, 45.0, 0.4, service=SERVICES[1], walkover_fill=0.5, break_after=5, break_minutes=30.0
    )
    assert plan(day, USUAL, promises=Promises(15.0, 8.0)).proof == EXHAUSTIVE


@pytest.mark.parametrize(
    ("total", "promises", "says"),
    [
        (-1, None, "--total"),
        (55, None, "--total"),
        (None, Promises(mean_wait=-1.0), "--max-mean-wait"),
        (None, Promises(overtime=-1.0), "--max-overtime"),
        (54, Promises(mean_wait=1.0), "No plan of exactly 54"),
    ],
)
def test_what_no_plan_can_keep_is_refused(total, promises, says):
    with pytest.raises(BadInput, match=says):
        plan(Day(9, 45.0, 0.4), USUAL, total=total, promises=promises)


def test_a_negative_weight_is_refused():
    with pytest.raises(BadInput, match="--idle-weight"):
        Weights(0.25, -1.0, 1.5)


def test_a_plan_in_words_names_the_worst_placed_and_the_break_even():
    text = explain_plan(plan(Day(9, 45.0, 0.4), USUAL))
    assert text.startswith("Twelve booked: 7.2 are seen instead of 5.4")
    assert "worst placed" in text
    assert "0.66" in text


@pytest.mark.parametrize(
    ("rate", "limit"), [(0.2, 11), (0.3, 12), (0.35, 13), (0.4, 14), (0.5, 16)]
)
def test_newsvendor_limits(rate, limit):
    # one slot of nine sessions' length: no waiting counted, idle 45 and denied 67.5 a session
    costs = []
    for booked in range(9, 21):
        chance = [
            comb(booked, n) * (1 - rate) ** n * rate ** (booked - n) for n in range(booked + 1)
        ]
        costs.append(
            sum(p * (45 * max(9 - n, 0) + 67.5 * max(n - 9, 0)) for n, p in enumerate(chance))
        )
    assert 9 + costs.index(min(costs)) == limit
    day = Day(1, 405.0, rate, service=((45.0, 1.0),), max_per_slot=20)
    # overtime weight 1.5 over the end of the day, as overtime itself is not idle time
    assert minimise(Question(day, Weights(0.0, 1.0, 1.5), (0,))).bookings == (limit,)
