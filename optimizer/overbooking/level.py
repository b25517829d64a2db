"""How many slots an adviser-day may offer, each to one claimant, within a stated risk.

Each claimant attends with probability p = 1 - rate, and two claimants of one day correlate by
rho, so the number who attend of n is beta-binomial (binomial at rho = 0).  In urn form, after a
of n - 1 have attended the n-th attends with probability (p(1-rho) + a rho) / (1-rho + (n-1) rho).
"""

import math
from dataclasses import dataclass

from optimizer.errors import check_options
from optimizer.overbooking.words import count_in_words, days_in_words

ROUNDING = 1e-12  # relative: a risk met exactly is met


@dataclass(frozen=True)
class LevelRow:
    """What one number of bookings means for one adviser-day; probabilities in 0..1."""

    booked: int
    expected_attended: float
    p_over_comfortable: float
    p_at_least_one_gap: float


@dataclass(frozen=True)
class Level:
    """The largest number of bookings within the risk, with every row that led to it."""

    level: int
    risk_at_level: float
    expected_attended: float
    comfortable: int
    table: tuple[LevelRow, ...]


def level(
    *,
    rate: float,
    slots: int,
    comfortable: int,
    risk: float,
    strength: float | None = None,
    dispersion: float = 0.0,
) -> Level:
    """The largest n in 0..slots with P(attended > comfortable) <= risk.

    `rate` is the failure-to-attend rate (0..1), `strength` the past appointments behind it (its
    uncertainty enters as a Beta; None: known exactly), `dispersion` the correlation (0 <= r < 1)
    between claimants of one day.  Both act as one correlation rho with
    1 - rho = strength / (strength + 1) * (1 - dispersion).  Raises BadInput.
    """
    checks = {
        "rate": (0.0 <= rate <= 1.0, "must lie between 0 and 1"),
        "slots": (slots >= 1, "must be at least 1"),
        "comfortable": (comfortable >= 0, "must be 0 or more"),
        "risk": (0.0 <= risk <= 1.0, "must lie between 0 and 1"),
        "strength": (strength is None or strength > 0.0, "must be more than 0"),
        "dispersion": (0.0 <= dispersion < 1.0, "must be at least 0 and less than 1"),
    }
    check_options(checks)
    certainty = 1.0 if strength is None else strength / (strength + 1.0)
    rho = 1.0 - certainty * (1.0 - dispersion)
    table = _table(rate, rho, slots, comfortable)
    within = [row for row in table if row.p_over_comfortable <= risk * (1.0 + ROUNDING)]
    best = within[-1] if within else LevelRow(0, 0.0, 0.0, 0.0)
    return Level(
        best.booked, best.p_over_comfortable, best.expected_attended, comfortable, tuple(table)
    )


def explain_level(result: Level) -> str:
    """The level in words, for the page and the letter."""
    if result.level == 0:
        return "None booked: even one booking would break the risk that was set."
    row = result.table[result.level - 1]
    comfortable = count_in_words(result.comfortable)
    booked = count_in_words(row.booked).capitalize()
    gap = days_in_words(row.p_at_least_one_gap)
    return (
        f"{booked} booked: {days_in_words(row.p_over_comfortable)} more than {comfortable} come; "
        f"{gap} there is a gap for a walkover."
    )


def _table(rate: float, rho: float, slots: int, comfortable: int) -> list[LevelRow]:
    attend = 1.0 - rate
    rest = 1.0 - rho
    over, all_attend = 0.0, 1.0
    log_at_comfortable = (
        -math.inf
    )  # log P(exactly `comfortable` of n attend); logs: never underflows
    rows = []
    for n in range(slots + 1):
        urn = rest + (n - 1) * rho
        if n > comfortable:
            over += math.exp(log_at_comfortable) * (attend * rest + comfortable * rho) / urn
            missed = (n - 1 - comfortable) * rho + rate * rest
            log_at_comfortable += _log(n / (n - comfortable) * missed / urn)
        if n:
            all_attend *= (attend * rest + (n - 1) * rho) / urn
            rows.append(LevelRow(n, n * attend, min(over, 1.0), 1.0 - all_attend))
        if n == comfortable:
            log_at_comfortable = sum(
                _log((attend * rest + i * rho) / (rest + i * rho)) for i in range(n)
            )
    return rows


def _log(value: float) -> float:
    return math.log(value) if value > 0.0 else -math.inf
