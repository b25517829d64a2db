"""The overbooking level keeps the stated risk, exactly, with rates known or uncertain."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.errors import BadInput
from optimizer.overbooking.level import explain_level, level
from optimizer.overbooking.words import days_in_words
from tests.optimizer.by_enumeration import chance_of_pattern


class OneDay:
    """Just what the enumeration asks of a day."""

    def __init__(self, rate, dispersion):
        self.rate, self.dispersion = rate, dispersion


def chance_of_more(rate, correlation, booked, comfortable):
    """P(attended > comfortable), one set of attenders at a time."""
    day = OneDay(rate, correlation)
    return sum(
        comb(booked, attended) * chance_of_pattern(day, attended, booked)
        for attended in range(comfortable + 1, booked + 1)
    )


@pytest.mark.parametrize(
    ("rate", "found", "risk", "attended", "all_come"),
    [  # exact rates, comfortable 7, risk .10
        (0.35, 8, 0.0319, 5.2, 0.021),
        (0.375, 9, 0.0931, 5.625, 0.0146),
        (0.40, 9, 0.0705, 5.4, 0.0101),
    ],
)
def test_the_published_levels_are_reproduced(rate, found, risk, attended, all_come):
    result = level(rate=rate, slots=9, comfortable=7, risk=0.10)
    assert result.level == found
    assert result.risk_at_level == pytest.approx(risk, abs=5e-5)
    assert result.expected_attended == pytest.approx(attended)
    assert 1.0 - result.table[8].p_at_least_one_gap == pytest.approx(all_come, abs=5e-4)


@given(
    rate=st.floats(0.0, 1.0),
    strength=st.none() | st.floats(0.5, 1e5),
    dispersion=st.sampled_from([0.0, 0.02, 0.3, 0.95]),
    slots=st.integers(1, 12),
    comfortable=st.integers(0, 12),
    risk=st.floats(0.0, 1.0),
)
def test_every_row_is_exact_and_the_level_is_the_largest_within_the_risk(
    *, rate, strength, dispersion, slots, comfortable, risk
):
    result = level(
        rate=rate,
        strength=strength,
        dispersion=dispersion,
        slots=slots,
        comfortable=comfortable,
        risk=risk,
    )
    sure = 1.0 if strength is None else 1.0 - 1.0 / (1.0 + strength)
    correlation = 1.0 - sure * (1.0 - dispersion)
    assert [row.booked for row in result.table] == list(range(1, slots + 1))
    for row in result.table:
        truth = chance_of_more(rate, correlation, row.booked, comfortable)
        full = chance_of_more(rate, correlation, row.booked, row.booked - 1)
        assert row.p_over_comfortable == pytest.approx(truth, rel=1e-9, abs=1e-12)
        assert row.p_at_least_one_gap == pytest.approx(1.0 - full, abs=1e-12)
        assert row.expected_attended == pytest.approx(row.booked * (1.0 - rate))
        assert (row.p_over_comfortable <= risk * (1.0 + 1e-12)) == (row.booked <= result.level)


def test_a_risk_met_exactly_is_met():
    # .5: two booked, both come with probability exactly 1/4
    assert level(rate=0.5, slots=2, comfortable=1, risk=0.25).level == 2
    assert level(rate=0.5, slots=2, comfortable=1, risk=0.2499).level == 1
    assert level(rate=0.2, slots=3, comfortable=0, risk=0.8).level == 1
    # .8 squared is found a little above .64, which it is not
    assert level(rate=0.2, slots=2, comfortable=1, risk=0.64).level == 2


def test_the_ends_of_the_scale():
    assert level(rate=0.0, slots=9, comfortable=7, risk=0.1).level == 7
    assert level(rate=0.0, strength=20, dispersion=0.1, slots=9, comfortable=7, risk=0.1).level == 7
    assert level(rate=1.0, slots=9, comfortable=7, risk=0.0).level == 9
    assert level(rate=0.1, slots=9, comfortable=0, risk=0.1).level == 0


def test_a_less_certain_rate_never_raises_the_level_at_a_low_risk():
    levels = [
        level(rate=0.4, strength=strength, slots=9, comfortable=7, risk=0.1).level
        for strength in (None, 1000, 100, 10)
    ]
    assert levels == sorted(levels, reverse=True)


def test_a_very_long_day_does_not_underflow():
    # .3 ** 1000 is below the smallest float, yet half of 3,333 attended days exceed 1,000
    result = level(rate=0.7, slots=3400, comfortable=1000, risk=0.5)
    assert result.level == pytest.approx(1000 / 0.3, abs=5)


@pytest.mark.parametrize(
    ("wrong", "flag"),
    [
        ({"rate": -0.1}, "--rate"),
        ({"rate": 1.1}, "--rate"),
        ({"slots": 0}, "--slots"),
        ({"comfortable": -1}, "--comfortable"),
        ({"risk": 1.01}, "--risk"),
        ({"strength": 0.0}, "--strength"),
        ({"dispersion": 1.0}, "--dispersion"),
        ({"dispersion": -0.01}, "--dispersion"),
    ],
)
def test_a_wrong_question_is_refused_by_name(wrong, flag):
    with pytest.raises(BadInput, match=f"^{flag} "):
        level(**{"rate": 0.375, "slots": 9, "comfortable": 7, "risk": 0.1, **wrong})


def test_a_level_in_words():
    assert explain_level(level(rate=0.40, slots=9, comfortable=7, risk=0.10)) == (
        "Nine booked: on one day in fourteen more than seven come; "
        "on 99 days in 100 there is a gap for a walkover."
    )
    none = explain_level(level(rate=0.1, slots=9, comfortable=0, risk=0.1))
    assert none == "None booked: even one booking would break the risk that was set."


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.0, "never"),
        (1e-6, "on fewer than one day in 2,000"),
        (0.004, "on one day in 250"),
        (0.0043, "on one day in 230"),
        (0.0012, "on one day in 800"),
        (0.05, "on one day in twenty"),
        (0.3, "on one day in three"),
        (0.45, "on 45 days in 100"),
        (0.999, "on almost every day"),
        (1.0, "always"),
    ],
)
def test_a_chance_in_days(chance, words):
    assert days_in_words(chance) == words
