"""Finds the repair of least price, and among those the best rota, with the proof of both."""

import math
from collections.abc import Sequence
from dataclasses import replace
from threading import Event

from optimizer.errors import BadInput
from optimizer.repair.changes import Repair, moves_between, session_changes, total_price
from optimizer.repair.model import counting_model, possible_columns, seating_model
from optimizer.repair.problem import RepairProblem, check_repair_problem, settled
from optimizer.rota.columns import Column
from optimizer.rota.highs import IntegerSolution, Task, solve_here
from optimizer.rota.infeasible import reasons
from optimizer.rota.objective import weighted_terms
from optimizer.rota.program import Program
from optimizer.rota.relaxation import Relaxation
from optimizer.rota.rota import Assignment, Rota
from optimizer.rota.rules import violations
from optimizer.rota.solve import SolverFault
from optimizer.rota.timing import Clock

SAFE = 1e-4
PAST_AND_PINNED = "What is over and the days pinned for the rest of the week allow no rota."


def repair(given: RepairProblem, *, seconds: float = 60.0, seed: int = 0) -> Repair:
    """The repair with the fewest changes by price, and the least objective among those.

    Raises BadInput when the published rota or the bookings do not fit, or when the seconds are
    over before anything was found.
    """
    check_repair_problem(given)
    clock = Clock(seconds, Event())
    contradictions = reasons(settled(given))
    if contradictions:
        return _impossible(contradictions, clock)
    chosen = possible_columns(given)
    counting, price = counting_model(given, chosen)
    least = _solved(counting.program, clock, seed)
    if least.objective is None:
        return _impossible([PAST_AND_PINNED], clock)
    useful = _useful(chosen, counting.program, least, clock)
    seating, price, seats = seating_model(given, useful, least.objective)
    best = _solved(seating.program, clock, seed)
    if best.objective is None:
        raise SolverFault("The repair of least price has no seats; please report this.")
    values = best.dense(len(seating.program.costs))
    flows = {flow: count for flow, i in price.flows.items() if (count := round(values[i]))}
    rota = _judged(given, seats.assignments(values), best.objective, clock)
    objective = rota.objective or 0
    changes = session_changes(given, rota)
    moves = moves_between(given, rota, flows)
    paid = total_price(given.prices, changes, moves)
    if paid > least.objective:
        raise SolverFault(
            f"The solver priced a repair {least.objective}, the list {paid}; please report this."
        )
    price_bound, objective_bound = _whole(least.bound), _whole(best.bound)
    proved = price_bound >= paid and objective_bound >= objective
    return Repair(
        "optimal" if proved else "feasible",
        rota,
        price=paid,
        price_bound=min(price_bound, paid),
        objective_bound=min(objective_bound, objective),
        seconds=clock.elapsed,
        changes=changes,
        moves=moves,
    )


def _impossible(because: Sequence[str], clock: Clock) -> Repair:
    return Repair("infeasible", None, 0, 0, 0, clock.elapsed, reasons=tuple(because))


def _solved(program: Program, clock: Clock, seed: int) -> IntegerSolution:
    found = solve_here(program, Task(clock.left, seed))
    if found.objective is None and math.isfinite(found.bound):
        raise BadInput("No repair was found within the seconds given; allow more.")
    return found


def _useful(
    chosen: Sequence[Column], program: Program, least: IntegerSolution, clock: Clock
) -> list[Column]:
    """The adviser-days that some repair of least price may have, by their reduced costs."""
    linear = Relaxation(program).solve(clock.left)
    if linear is None or least.objective is None:
        return list(chosen)
    slack = least.objective - linear.value + SAFE
    costs = linear.reduced_costs
    return [column for index, column in enumerate(chosen) if costs[index] <= slack]


def _judged(
    given: RepairProblem, entries: tuple[Assignment, ...], objective: int, clock: Clock
) -> Rota:
    """The rota with its terms, held to the rules that the solver does not share."""
    draft = Rota(given.problem.sha256, "feasible", None, 0.0, clock.elapsed, assignments=entries)
    wrong = violations(given.problem, draft)
    if wrong:
        raise SolverFault(f"The repair broke a hard rule; please report this. {wrong[0]}")
    terms = weighted_terms(given.problem, draft)
    exact = sum(terms.values())
    if exact > objective:
        raise SolverFault(
            f"The solver counted {objective} for a repair, the rules {exact}; please report this."
        )
    return replace(draft, objective=exact, terms=terms)


def _whole(bound: float) -> int:
    return math.ceil(bound - 1e-4)
