"""The exact figures of a day with shared starts equal the sum over every way it can go."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.errors import BadInput
from optimizer.overbooking.day import Day, Weights
from optimizer.overbooking.figures import figures, longest_waits
from optimizer.overbooking.mixture import day_mixture
from tests.optimizer.by_enumeration import expected

SERVICES = [(), ((15.0, 0.2), (45.0, 0.5), (60.0, 0.3)), ((30.0, 0.25), (52.5, 0.75))]


@st.composite
def small_days(draw, services=SERVICES):
    slots = draw(st.integers(1, 5))
    has_break = slots > 1 and draw(st.booleans())
    return Day(
        slots=slots,
        minutes=45.0,
        rate=draw(st.sampled_from([0.0, 0.1, 0.375, 0.6, 1.0])),
        service=draw(st.sampled_from(services)),
        break_after=draw(st.integers(1, slots - 1)) if has_break else None,
        break_minutes=draw(st.sampled_from([0.0, 20.0, 30.0])) if has_break else 0.0,
        walkover_fill=draw(st.sampled_from([0.0, 0.5, 1.0])),
        dispersion=draw(st.sampled_from([0.0, 0.02, 0.3, 0.9])),
        max_per_slot=3,
    )


@st.composite
def small_plans(draw):
    day = draw(small_days())
    most = 5 if day.service else 7
    bookings, left = [], most
    for _ in range(day.slots):
        bookings.append(draw(st.integers(0, min(3, left))))
        left -= bookings[-1]
    return day, tuple(bookings)


@settings(max_examples=150, deadline=None)
@given(small_plans())
def test_figures_equal_the_sum_over_all_attendance_patterns(plan):
    day, bookings = plan
    found, truth = figures(day, np.array([bookings])), expected(day, bookings)
    idle = day.slots * day.minutes + truth.overtime - truth.work - day.minutes * truth.walkovers
    assert found.wait[0] == pytest.approx(truth.wait, abs=1e-9)
    assert found.overtime[0] == pytest.approx(truth.overtime, abs=1e-9)
    assert found.walkovers[0] == pytest.approx(truth.walkovers, abs=1e-9)
    assert found.idle(day)[0] == pytest.approx(idle, abs=1e-9)
    cost = found.cost(day, Weights(0.25, 1.0, 1.5))[0]
    assert cost == pytest.approx(0.25 * truth.wait + idle + 1.5 * truth.overtime, abs=1e-9)


def test_a_break_delays_the_second_of_the_slot_before_it():
    # all come: the second of slot 1 would start at 45, when the break begins, and starts at 75
    day = Day(2, 45.0, 0.0, break_after=1, break_minutes=30.0)
    found = figures(day, np.array([[2, 0], [2, 1], [1, 2]]))
    assert found.wait.tolist() == [75.0, 120.0, 45.0]
    assert found.overtime.tolist() == [0.0, 45.0, 45.0]


def test_a_session_under_way_is_suspended_over_the_break():
    # 60-minute sessions: the first runs into the break, ends at 90, and slot 2 opens at 75
    day = Day(2, 45.0, 0.0, service=((60.0, 1.0),), break_after=1, break_minutes=30.0)
    found = figures(day, np.array([[1, 1]]))
    assert found.wait.tolist() == [15.0]
    assert found.overtime.tolist() == [30.0]


def test_the_last_booked_into_a_slot_waits_longest():
    # with everybody attending the third of three waits for two sessions
    assert longest_waits(Day(3, 45.0, 0.0), (3, 0, 1)) == [90.0, None, 45.0]
    assert longest_waits(Day(2, 45.0, 1.0), (2, 0)) == [0.0, None]
    # with p = .6 the second of the first slot waits .6 sessions on average, if they come
    assert longest_waits(Day(2, 45.0, 0.4), (2, 1))[0] == pytest.approx(27.0)


def test_dispersion_makes_the_second_of_a_pair_wait_longer_given_that_they_come():
    # the first comes with the others: P(first comes | second comes) = p + r (1 - p)
    waits = longest_waits(Day(2, 45.0, 0.4, dispersion=0.5), (2, 0))
    assert waits[0] == pytest.approx(45.0 * (0.6 + 0.5 * 0.4))


@pytest.mark.parametrize(
    ("attend", "dispersion", "bookings"),
    [(0.6, 0.1, 9), (0.01, 0.999, 10), (0.5, 0.5, 54), (0.3, 1e-6, 30), (0.625, 0.05, 22)],
)
def test_a_day_mixture_has_the_moments_of_its_beta(attend, dispersion, bookings):
    mixture = day_mixture(attend, dispersion, bookings)
    certainty = 1.0 / dispersion - 1.0
    moment = 1.0
    for k in range(bookings + 1):
        assert mixture.attend**k @ mixture.weight == pytest.approx(moment, rel=1e-11)
        moment *= (attend * certainty + k) / (certainty + k)


def test_a_length_listed_twice_or_with_no_share_is_no_other_length():
    day = Day(2, 45.0, 0.4, service=((45.0, 0.25), (45.0, 0.75), (60.0, 0.0)))
    assert day.fixed_length
    assert day.mean_session_minutes == 45.0
    twice = Day(2, 45.0, 0.4, service=((30.0, 0.25), (30.0, 0.25), (60.0, 0.5)))
    assert twice.mean_session_minutes == 45.0
    nearly = Day(2, 45.0, 0.4, service=((30.0, 0.5), (60.0, 0.5 - 9e-10)))
    assert sum(share for _, share in nearly.lattice.services) == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize(
    ("wrong", "flag"),
    [
        ({"slots": 0}, "--slots"),
        ({"minutes": 0.0}, "--minutes"),
        ({"rate": 1.2}, "--rate"),
        ({"rate": float("nan")}, "--rate"),
        ({"service": ((45.0, 0.5),)}, "--service"),
        ({"service": ((-5.0, 1.0),)}, "--service"),
        ({"service": ((15.0, 1.2), (30.0, -0.2))}, "--service"),
        ({"service": ((45.00001, 1.0),)}, "--service"),
        ({"break_after": 0}, "--break-after"),
        ({"break_after": 3}, "--break-after"),
        ({"break_after": 1, "break_minutes": -1.0}, "--break-minutes"),
        ({"walkover_fill": 1.5}, "--walkover-fill"),
        ({"dispersion": 1.0}, "--dispersion"),
        ({"dispersion": -0.1}, "--dispersion"),
        ({"max_per_slot": 0}, "--max-per-slot"),
    ],
)
def test_a_wrong_day_is_refused_by_name(wrong, flag):
    with pytest.raises(BadInput, match=f"^{flag} "):
        Day(**{"slots": 3, "minutes": 45.0, "rate": 0.4, **wrong})
