"""Which days may share starts, what they are taken for, and how far a plan of them is trusted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from booking.attendance import shared_starts
from booking.attendance.chances import Chances
from booking.models import Session, Slot
from booking.rules import Rules
from booking.words import Hold
from optimizer.overbooking.day import Weights

NINE = datetime(2027, 1, 20, 9, tzinfo=UTC)
FORTY_PER_CENT = Chances(rate=0.4004, strength=99.0, dispersion=0.1, learned=True)


def make_slots(*times: tuple[int, int], hold: Hold | None = None) -> list[Session]:
    """A session for each half of a day; times as minutes after nine; the last slot may be kept."""
    slots = [
        Slot(
            id=number,
            position=number,
            starts_at=NINE + timedelta(minutes=starts),
            ends_at=NINE + timedelta(minutes=ends),
        )
        for number, (starts, ends) in enumerate(times)
    ]
    if slots:
        slots[-1].hold = hold
    half = len(slots) // 2
    return [Session(slots=slots[:half]), Session(slots=slots[half:])]


SHAPES = [
    ([(0, 45), (45, 90), (90, 135)], (3, 45.0, None, 0.0)),
    ([(0, 45), (45, 90), (120, 165)], (3, 45.0, 2, 30.0)),
    ([], None),
    ([(0, 45), (45, 90), (90, 120)], None),  # of two lengths
    ([(0, 45), (60, 105), (120, 165)], None),  # two breaks
    ([(0, 45), (30, 75)], None),  # one begins before the other ends
]


@pytest.mark.parametrize(("times", "shape"), SHAPES)
def test_a_regular_day_has_a_shape(
    times: list[tuple[int, int]], shape: tuple[int, float, int | None, float] | None
) -> None:
    assert shared_starts.shape_of(make_slots(*times)) == shape


def test_a_day_in_which_time_is_kept_has_none() -> None:
    assert shared_starts.shape_of(make_slots((0, 45), (45, 90), hold=Hold.BLOCKED)) is None


def test_what_is_not_known_of_a_rate_is_shared_by_the_day() -> None:
    day = shared_starts.day_of((9, 45.0, 5, 30.0), FORTY_PER_CENT)
    assert (day.slots, day.minutes, day.break_after, day.break_minutes) == (9, 45.0, 5, 30.0)
    assert (day.rate, day.dispersion) == (0.4, 0.109)  # 1 - 99/100 * (1 - 0.1)


def test_each_weight_is_the_rules_own() -> None:
    rules = Rules(wait_weight=0.5, overtime_weight=2.0)
    assert shared_starts.weights_of(rules) == Weights(wait=0.5, idle=1.0, overtime=2.0)


def test_a_plan_that_is_not_proved_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions, rules = make_slots((0, 45), (45, 90)), Rules(shared_starts=True)
    found = shared_starts.planned(sessions, FORTY_PER_CENT, rules)
    assert found is not None
    assert set(found) == {0, 1}
    proved = shared_starts.within_cap
    monkeypatch.setattr(
        shared_starts, "within_cap", lambda *asked: replace(proved(*asked), proof=None)
    )
    assert shared_starts.planned(sessions, FORTY_PER_CENT, rules) is None
