"""The interval of a difference of proportions, against the tables that published it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.proportions import difference, wilson

# Newcombe 1998, Statistics in Medicine 17:873-890, Table II, method 10: his p1 - p2.
PUBLISHED = [
    ((56, 70), (48, 80), (0.2000, 0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.6000, 0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.5714, 0.0582, 0.8062)),
    ((5, 56), (0, 29), (0.0893, -0.0381, 0.1926)),
    ((0, 10), (0, 20), (0.0000, -0.1611, 0.2775)),
    ((0, 10), (0, 10), (0.0000, -0.2775, 0.2775)),
    ((10, 10), (0, 20), (1.0000, 0.6791, 1.0000)),
    ((10, 10), (0, 10), (1.0000, 0.6075, 1.0000)),
]


@pytest.mark.parametrize(("first", "second", "published"), PUBLISHED)
def test_the_published_intervals(
    first: tuple[int, int], second: tuple[int, int], published: tuple[float, float, float]
) -> None:
    found = difference(*second, *first)
    assert found is not None
    assert (found.estimate, found.lower, found.upper) == pytest.approx(published, abs=5e-5)


def test_wilsons_interval_as_published() -> None:
    """Newcombe 1998, Statistics in Medicine 17:857-872, Table I, method 3: 81 of 263."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_nobody_in_an_arm_says_nothing() -> None:
    assert difference(0, 0, 3, 5) is None
    assert difference(3, 5, 0, 0) is None


@given(st.data())
def test_swapping_the_arms_mirrors_the_interval(data: st.DataObject) -> None:
    totals = data.draw(st.tuples(st.integers(1, 400), st.integers(1, 400)))
    a, b = (data.draw(st.integers(0, total)) for total in totals)
    one, other = difference(a, totals[0], b, totals[1]), difference(b, totals[1], a, totals[0])
    assert one is not None
    assert other is not None
    assert (one.lower, one.upper) == pytest.approx((-other.upper, -other.lower))
    assert -1 <= one.lower <= one.estimate <= one.upper <= 1
