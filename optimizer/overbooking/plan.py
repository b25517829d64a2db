"""Shared starts: how many claimants to book into each slot of a day, what follows, the proof."""

from dataclasses import dataclass

import numpy as np

from optimizer.errors import BadInput
from optimizer.overbooking.break_even import break_even_wait_weight
from optimizer.overbooking.choice import Bookings, Promises, Question, one_each
from optimizer.overbooking.day import Day, Weights
from optimizer.overbooking.figures import figures, longest_waits
from optimizer.overbooking.minimise import minimise
from optimizer.overbooking.words import count_in_words


@dataclass(frozen=True)
class DayFigures:
    """What bookings lead to, in expectation; minutes, claimants and cost.

    `longest_waits_minutes` is, per slot, the wait of the last claimant booked into it if they
    come (None: slot empty), and `worst_off_wait_minutes` the largest of them.
    """

    bookings: Bookings
    total: int
    objective: float
    expected_seen: float
    expected_attended: float
    mean_wait_minutes: float
    total_wait_minutes: float
    worst_off_wait_minutes: float
    longest_waits_minutes: tuple[float | None, ...]
    idle_minutes: float
    overtime_minutes: float


@dataclass(frozen=True)
class Plan:
    """The best bookings with their proof, beside one booking a slot.

    `proof` says how optimality is proved (None: it is not, and `why_not_certified` says why).
    `break_even_wait_weight`: from which wait weight one booking a slot is best (None: never,
    for one a slot makes people wait by itself).
    """

    chosen: DayFigures
    one_each: DayFigures
    proof: str | None
    why_not_certified: str | None
    break_even_wait_weight: float | None
    break_even_certified: bool

    @property
    def certified(self) -> bool:
        """Whether the plan is proved optimal."""
        return self.proof is not None


def plan(
    day: Day, weights: Weights, *, total: int | None = None, promises: Promises | None = None
) -> Plan:
    """The least-cost bookings of 0..max-per-slot a slot; ties: fewest, then lexicographic largest.

    `total` is exact.  Raises BadInput for a total or promise out of range, or one no plan keeps.
    """
    question = _question(day, weights, total, promises or Promises())
    found = minimise(question)
    weight, proved = break_even_wait_weight(day, idle=weights.idle, overtime=weights.overtime)
    return Plan(
        chosen=day_figures(day, weights, found.bookings),
        one_each=day_figures(day, weights, one_each(day)),
        proof=found.proof,
        why_not_certified=found.why_not,
        break_even_wait_weight=weight,
        break_even_certified=proved,
    )


def day_figures(day: Day, weights: Weights, bookings: Bookings) -> DayFigures:
    """Exact expectations of one plan."""
    found = figures(day, np.array([bookings]))
    attended = day.attend * sum(bookings)
    wait = float(found.wait[0])
    longest = longest_waits(day, bookings)
    return DayFigures(
        bookings=bookings,
        total=sum(bookings),
        objective=float(found.cost(day, weights)[0]),
        expected_seen=attended + float(found.walkovers[0]),
        expected_attended=attended,
        mean_wait_minutes=wait / attended if attended > 0.0 else 0.0,
        total_wait_minutes=wait,
        worst_off_wait_minutes=max((slot for slot in longest if slot is not None), default=0.0),
        longest_waits_minutes=tuple(longest),
        idle_minutes=float(found.idle(day)[0]),
        overtime_minutes=float(found.overtime[0]),
    )


def explain_plan(result: Plan) -> str:
    """The plan in words: what it brings, who pays for it, and when not to do it."""
    chosen = result.chosen
    booked = count_in_words(chosen.total).capitalize()
    text = (
        f"{booked} booked: {chosen.expected_seen:.1f} are seen instead of "
        f"{result.one_each.expected_seen:.1f} with one a slot; those who come wait "
        f"{chosen.mean_wait_minutes:.0f} minutes on average, the worst placed "
        f"{chosen.worst_off_wait_minutes:.0f}, and the day runs {chosen.overtime_minutes:.0f} "
        "minutes over."
    )
    if result.break_even_wait_weight is None:
        return f"{text} One booking a slot makes people wait by itself."
    return (
        f"{text} One booking a slot is best when a minute of waiting is weighed at "
        f"{result.break_even_wait_weight:.2f} or more."
    )


def _question(day: Day, weights: Weights, total: int | None, promises: Promises) -> Question:
    most = day.slots * day.max_per_slot
    if total is not None and not 0 <= total <= most:
        raise BadInput.in_option("total", f"must lie between 0 and slots × max-per-slot = {most}")
    for field in ("mean_wait", "overtime"):
        bound = getattr(promises, field)
        if bound is not None and not bound >= 0.0:
            raise BadInput.in_option(f"max_{field}", "must be 0 or more")
    return Question(day, weights, (0,) * day.slots, total, promises)
