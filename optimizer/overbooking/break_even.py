"""The wait weight from which one booking a slot is best: when *not* to overbook."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from optimizer.overbooking.choice import Bookings, Question, one_each
from optimizer.overbooking.day import Day, Weights
from optimizer.overbooking.figures import figures
from optimizer.overbooking.minimise import minimise

NO_WAIT = 1e-12  # minutes, relative to the slot
ENOUGH = 1e-12


def break_even_wait_weight(day: Day, *, idle: float, overtime: float) -> tuple[float | None, bool]:
    """(w, proved): the smallest w >= 0 from which one booking a slot is optimal ever after.

    w = max(0, max over plans x with wait > 0 of (C(one each) - C(x)) / wait(x)), with C the cost
    of idle time and overtime; None if one a slot makes people wait by itself.  Dinkelbach's
    method: minimise C + w wait, raise w to that plan's ratio, repeat until the ratio stands.
    """
    free = Weights(0.0, idle, overtime)
    no_wait = NO_WAIT * day.minutes
    one_cost, one_wait = _cost_and_wait(day, free, one_each(day))
    if one_wait > no_wait:
        return None, True
    weight, proved = 0.0, True
    while day.attend > 0.0:
        question = Question(day, replace(free, wait=weight), (0,) * day.slots)
        best = minimise(question)
        proved = proved and best.proof is not None
        cost, wait = _cost_and_wait(day, free, best.bookings)
        if wait <= no_wait and cost < one_cost - question.same:
            # slots left empty are cheaper still, so look only where people do wait
            cost, wait, proved_here = _best_with_wait(question, free)
            proved = proved and proved_here
        ratio = (one_cost - cost) / wait if wait > no_wait else 0.0
        if ratio <= weight + ENOUGH * (1.0 + weight):
            break
        weight = ratio
    return weight, proved


def break_even_curve(
    day: Day, *, rates: Iterable[float], idle: float, overtime: float
) -> list[tuple[float, float | None]]:
    """(FTA rate, break-even wait weight) for each rate: the curve shown to the manager."""
    return [
        (rate, break_even_wait_weight(replace(day, rate=rate), idle=idle, overtime=overtime)[0])
        for rate in rates
    ]


def _best_with_wait(question: Question, free: Weights) -> tuple[float, float, bool]:
    """Cost, wait and proof of the best plan in which some slot has two claimants or more.

    One each makes nobody wait here, so these are exactly the plans with wait.
    """
    if question.day.max_per_slot == 1:
        return 0.0, 0.0, True
    options = []
    for slot in range(question.day.slots):
        lower = tuple(2 if other == slot else 0 for other in range(question.day.slots))
        best = minimise(replace(question, lower=lower))
        cost, wait = _cost_and_wait(question.day, free, best.bookings)
        options.append((cost + question.weights.wait * wait, cost, wait, best.proof is not None))
    _, cost, wait, _ = min(options)
    return cost, wait, all(proved for *_, proved in options)


def _cost_and_wait(day: Day, weights: Weights, bookings: Bookings) -> tuple[float, float]:
    found = figures(day, np.array([bookings]))
    return float(found.cost(day, weights)[0]), float(found.wait[0])
