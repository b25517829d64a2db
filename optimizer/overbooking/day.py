"""The shape of an adviser-day with shared starts, and what a minute costs in it."""

import math
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from optimizer.errors import BadInput, check_options

MOST_STEPS = 2_000  # of the common time unit in the longest session; keeps the exact sums small
SHARES_SLACK = 1e-9


@dataclass(frozen=True)
class Weights:
    """Cost per minute of claimants' waiting, adviser's idling and overtime; each 0 or more."""

    wait: float
    idle: float
    overtime: float

    def __post_init__(self) -> None:
        for name in ("wait", "idle", "overtime"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0.0):
                raise BadInput.in_option(f"{name}_weight", "must be 0 or more")


@dataclass(frozen=True)
class Lattice:
    """Durations as whole steps of one time unit: exact work-in-system needs a common unit."""

    unit_minutes: float
    slot: int
    services: tuple[tuple[int, float], ...]  # (steps, share), shares sum to 1

    @property
    def longest(self) -> int:
        """Steps of the longest session."""
        return max(steps for steps, _ in self.services)


@dataclass(frozen=True)
class Day:
    """One adviser-day: `slots` starts, `minutes` apart.

    `rate` is the failure-to-attend rate.  `service` lists (minutes, share) of session lengths
    (empty: every session lasts `minutes`).  After slot `break_after` (1 for the first; None: no
    break) nothing starts for `break_minutes`.  A slot with nobody present is filled by a walkover
    with probability `walkover_fill`.  `dispersion` is the correlation between claimants of one
    day.
    Raises BadInput naming the field.
    """

    slots: int
    minutes: float
    rate: float
    service: tuple[tuple[float, float], ...] = field(default=())
    break_after: int | None = None
    break_minutes: float = 0.0
    walkover_fill: float = 0.0
    dispersion: float = 0.0
    max_per_slot: int = 6

    def __post_init__(self) -> None:
        share = math.fsum(share for _, share in self.service) if self.service else 1.0
        checks = {
            "slots": (self.slots >= 1, "must be at least 1"),
            "minutes": (0.0 < self.minutes < math.inf, "must be more than 0"),
            "rate": (0.0 <= self.rate <= 1.0, "must lie between 0 and 1"),
            "service": (
                all(0.0 < length < math.inf and part >= 0.0 for length, part in self.service)
                and abs(share - 1.0) <= SHARES_SLACK,
                "must list lengths above 0 minutes with shares of 0 or more that sum to 1",
            ),
            "break_after": (
                self.break_after is None or 1 <= self.break_after < self.slots,
                "must be at least 1 and less than --slots",
            ),
            "break_minutes": (0.0 <= self.break_minutes < math.inf, "must be 0 or more"),
            "walkover_fill": (0.0 <= self.walkover_fill <= 1.0, "must lie between 0 and 1"),
            "dispersion": (0.0 <= self.dispersion < 1.0, "must be at least 0 and less than 1"),
            "max_per_slot": (self.max_per_slot >= 1, "must be at least 1"),
        }
        check_options(checks)
        if max(self.lattice.slot, self.lattice.longest) > MOST_STEPS:
            problem = f"and --minutes must share a unit of 1/{MOST_STEPS} of the longest or more"
            raise BadInput.in_option("service", problem)

    @property
    def attend(self) -> float:
        """Mean probability that a booked claimant attends."""
        return 1.0 - self.rate

    @property
    def mean_session_minutes(self) -> float:
        """Expected length of an attended session."""
        return math.fsum(
            steps * self.lattice.unit_minutes * share for steps, share in self.lattice.services
        )

    @property
    def fixed_length(self) -> bool:
        """Whether every session lasts exactly one slot."""
        return self.lattice.services == ((self.lattice.slot, 1.0),)

    @cached_property
    def lattice(self) -> Lattice:
        """Slot and session lengths in steps of their greatest common divisor."""
        slot = Fraction(str(self.minutes))
        shares: dict[Fraction, float] = {}
        for length, share in self.service or ((self.minutes, 1.0),):
            if share > 0.0:
                exact = Fraction(str(length))
                shares[exact] = shares.get(exact, 0.0) + share
        unit = slot
        for exact in shares:
            unit = _common_divisor(unit, exact)
        total = math.fsum(shares.values())
        services = tuple((int(exact / unit), share / total) for exact, share in shares.items())
        return Lattice(float(unit), int(slot / unit), services)


def _common_divisor(a: Fraction, b: Fraction) -> Fraction:
    return Fraction(
        math.gcd(a.numerator * b.denominator, b.numerator * a.denominator),
        a.denominator * b.denominator,
    )
