"""Time: instants are UTC, rules are London's; every day from 2025 to 2035, both clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from booking import clock
from booking.day_shape import slot_times
from booking.messages.outbox import reminder_due_at
from booking.messages.quiet_hours import end_of_quiet, is_quiet
from booking.rules import Rules
from booking.words import HalfDay, Nation
from booking.working_days import bank_holidays, is_working_day, previous_working_day

SPRING_FORWARD, FALL_BACK, LEAP_DAY = date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29)

days = st.dates(date(2025, 1, 1), date(2035, 12, 31))
instants = st.datetimes(datetime(2025, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))
office_times = st.times(time(9), time(16, 15)).map(lambda at: at.replace(second=0, microsecond=0))
nations = st.sampled_from(Nation)

on_every_odd_day = [SPRING_FORWARD, FALL_BACK, LEAP_DAY, date(2025, 12, 25), date(2035, 12, 31)]


@given(days, office_times)
@example(SPRING_FORWARD, time(9))
@example(FALL_BACK, time(9))
def test_a_wall_clock_time_comes_back_from_its_instant(on: date, at: time) -> None:
    assert clock.london(clock.instant(on, at)).replace(tzinfo=None) == datetime.combine(on, at)


@pytest.mark.parametrize(
    ("on", "hours"),
    [(SPRING_FORWARD, 23), (FALL_BACK, 25), (LEAP_DAY, 24)],
)
def test_a_day_is_as_long_as_london_makes_it(on: date, hours: int) -> None:
    starts, ends = clock.day_bounds(on)
    assert ends - starts == timedelta(hours=hours)


def test_the_hour_that_october_repeats_is_taken_the_first_time_round() -> None:
    assert clock.instant(FALL_BACK, time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_time_that_march_skips_is_an_hour_later_on_the_wall() -> None:
    assert clock.london(clock.instant(SPRING_FORWARD, time(1, 30))).time() == time(2, 30)


@given(days)
@example(SPRING_FORWARD)
@example(FALL_BACK)
@example(LEAP_DAY)
def test_slots_are_forty_five_real_minutes_and_touch_without_overlapping(on: date) -> None:
    for half_day in HalfDay:
        slots = [
            slot.instants(on)
            for slot in slot_times(Rules(), half_day, opens=time(9), closes=time(17))
        ]
        assert all(ends - starts == timedelta(minutes=45) for starts, ends in slots)
        assert all(
            not clock.overlap(*one, *other) and one[1] == other[0] for one, other in pairwise(slots)
        )


def test_the_default_day_is_nine_slots_with_a_protected_break() -> None:
    shape = [
        [slot.starts for slot in slot_times(Rules(), half, opens=time(9), closes=time(17))]
        for half in HalfDay
    ]
    assert shape == [
        [time(9), time(9, 45), time(10, 30), time(11, 15), time(12)],
        [time(13, 15), time(14), time(14, 45), time(15, 30)],
    ]


def test_an_office_with_a_9am_limit_loses_the_first_slot_and_keeps_the_others() -> None:
    limited = slot_times(
        Rules(), HalfDay.AM, opens=time(9), closes=time(17), first_start=time(9, 30)
    )
    assert [slot.starts for slot in limited] == [
        time(9, 45),
        time(10, 30),
        time(11, 15),
        time(12),
    ]


@given(days, nations)
def test_the_previous_working_day_is_the_last_one_before(on: date, nation: Nation) -> None:
    before = previous_working_day(on, nation)
    assert before < on
    assert is_working_day(before, nation)
    between = [before + timedelta(days=n) for n in range(1, (on - before).days)]
    assert not any(is_working_day(each, nation) for each in between)


@pytest.mark.parametrize(
    ("starts_on", "nation", "due"),
    [
        # an ordinary Wednesday: the day before
        (date(2027, 1, 20), Nation.ENGLAND, "2027-01-19T10:00:00+00:00"),
        # a Monday: the Friday before
        (date(2027, 1, 18), Nation.ENGLAND, "2027-01-15T10:00:00+00:00"),
        # the Tuesday after Easter: Maundy Thursday in England, where Monday is a holiday too
        (date(2026, 4, 7), Nation.ENGLAND, "2026-04-02T09:00:00+00:00"),
        # Scotland works on Easter Monday
        (date(2026, 4, 7), Nation.SCOTLAND, "2026-04-06T09:00:00+00:00"),
        # the Monday after the clocks go forward: Friday, still on winter time
        (date(2026, 3, 30), Nation.WALES, "2026-03-27T10:00:00+00:00"),
        # the Monday after the clocks go back: Friday, still on summer time
        (date(2026, 10, 26), Nation.ENGLAND, "2026-10-23T09:00:00+00:00"),
        # after Christmas
        (date(2026, 12, 29), Nation.ENGLAND, "2026-12-24T10:00:00+00:00"),
    ],
)
def test_the_reminder_is_at_ten_on_the_working_day_before(
    starts_on: date, nation: Nation, due: str
) -> None:
    starts_at = clock.instant(starts_on, time(10, 30))
    assert reminder_due_at(starts_at, Rules(), nation) == datetime.fromisoformat(due)


@given(days, office_times, nations)
def test_a_reminder_is_always_at_ten_by_the_wall_before_the_day(
    on: date, at: time, nation: Nation
) -> None:
    due = clock.london(reminder_due_at(clock.instant(on, at), Rules(), nation))
    assert due.time() == time(10)
    assert due.date() < on


@given(instants)
@example(datetime(2026, 3, 28, 22, tzinfo=UTC))
@example(datetime(2026, 10, 25, 3, tzinfo=UTC))
def test_quiet_hours_end_at_nine_by_the_wall_and_not_before_now(at: datetime) -> None:
    rules = Rules()
    if not is_quiet(at, rules):
        assert time(9) <= clock.london(at).time() < time(19)
        return
    end = end_of_quiet(at, rules)
    assert at < end <= at + timedelta(hours=15)
    assert clock.london(end).time() == time(9)
    assert not is_quiet(end, rules)


@pytest.mark.parametrize("nation", Nation)
def test_bank_holidays_are_known_for_the_next_twelve_months(nation: Nation) -> None:
    last = max(bank_holidays(nation))
    assert last > clock.today() + timedelta(days=365), (
        "Update govuk-bank-holidays: it knows no holidays of the year after next."
    )
