"""Times and signing days as people at a desk type and choose them."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.forms.times import next_signing_on, signing_choices, time_of_day
from booking.particulars import clock_words

DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10:30", time(10, 30)),
        ("1030", time(10, 30)),
        ("10.30", time(10, 30)),
        ("9", time(9)),
        ("9am", time(9)),
        ("2pm", time(14)),
        ("2.15 PM", time(14, 15)),
        ("2", time(14)),  # no office is open at two at night
        ("2:15", time(14, 15)),
        ("02:15", time(2, 15)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("midday", time(12)),
        ("14:45", time(14, 45)),
    ],
)
def test_a_time_is_understood_as_it_is_typed(typed: str, meant: time) -> None:
    assert time_of_day(typed) == meant


@pytest.mark.parametrize("typed", ["noonish", "25:00", "10:60", "10:3", "-1", "1e1", "930pmam"])
def test_what_is_no_time_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ValueError, match="Type a time like 10:30 or 2pm"):
        time_of_day(typed)


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0)))
def test_a_time_as_the_pages_write_it_is_read_back(at: time) -> None:
    assert time_of_day(clock_words(at)) == at


@given(DAYS)
def test_the_choice_of_signing_days_is_every_weekday_of_one_cycle(today: date) -> None:
    offered = [date.fromisoformat(each.value) for each in signing_choices(today)[1:]]

    assert len(offered) == 10
    assert all(on.weekday() < 5 and 0 <= (on - today).days < 14 for on in offered)


@given(DAYS, DAYS)
def test_the_next_signing_day_keeps_to_the_fortnight(signing_from: date, today: date) -> None:
    following = next_signing_on(signing_from, today)

    assert 0 <= (following - today).days < 14
    assert (following - signing_from).days % 14 == 0
