"""The demand forecast: an office's own bookings, leaning on the district while they are few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.rotas.demand import Past, forecast, in_whole_bookings

OPEN = [True] * 10
QUIET = Past([0] * 10, weeks=8)


def week(past: Past, *others: Past, is_open: list[bool] = OPEN) -> float:
    """The bookings forecast for the first office's week."""
    pasts = dict(enumerate((past, *others)))
    return sum(each.mean for each in forecast(pasts, dict.fromkeys(pasts, is_open))[0])


def test_with_many_weeks_an_office_speaks_for_itself() -> None:
    busy = Past([80] * 10, weeks=80)  # ten a week, in every session alike
    assert week(busy, QUIET) == pytest.approx(10, rel=0.05)


def test_with_no_weeks_the_district_speaks_for_it() -> None:
    new = Past([0] * 10, weeks=0)
    busy = Past([16] * 10, weeks=8)  # twenty a week
    assert week(new, busy) == pytest.approx(20, rel=0.15)


def test_claims_say_what_a_new_office_will_refer() -> None:
    assert week(Past([0] * 10, weeks=0, referred=33.0)) == pytest.approx(33)


def test_who_waits_is_to_be_seen_within_two_weeks() -> None:
    assert week(Past([0] * 10, weeks=8, waiting=6)) - week(QUIET) == pytest.approx(3)


def test_a_shut_session_wants_nothing_and_the_others_take_its_bookings() -> None:
    past = Past([8] * 10, weeks=8)
    shut_monday = [False] * 2 + [True] * 8
    wanted = forecast({1: past}, {1: shut_monday})[1]
    assert [each.mean for each in wanted[:2]] == [0, 0]
    assert week(past, is_open=shut_monday) == pytest.approx(week(past))


def test_the_signing_day_draws_bookings() -> None:
    wanted = forecast({1: Past([0] * 10, weeks=8, signing=(0, 0, 30, 0, 0))}, {1: OPEN})[1]
    wednesday = wanted[4].mean + wanted[5].mean
    assert wednesday > 3 * (wanted[0].mean + wanted[1].mean)


def test_the_less_is_known_the_wider_the_range() -> None:
    little = forecast({1: Past([2] * 10, weeks=2)}, {1: OPEN})[1][0]
    much = forecast({1: Past([80] * 10, weeks=80)}, {1: OPEN})[1][0]
    assert little.high - little.low >= much.high - much.low
    assert little.low <= little.mean <= little.high


@given(
    bookings=st.lists(st.integers(0, 60), min_size=10, max_size=10),
    is_open=st.lists(st.booleans(), min_size=10, max_size=10),
    weeks=st.integers(0, 8),
)
def test_whole_bookings_are_near_the_means_and_sum_to_the_week(
    bookings: list[int], is_open: list[bool], weeks: int
) -> None:
    wanted = forecast({1: Past(bookings, weeks=weeks)}, {1: is_open})[1]
    whole = in_whole_bookings(wanted)
    assert sum(whole) == round(sum(each.mean for each in wanted))
    assert all(abs(n - each.mean) < 1 for n, each in zip(whole, wanted, strict=True))
    assert all(not n for n, is_it in zip(whole, is_open, strict=True) if not is_it)
