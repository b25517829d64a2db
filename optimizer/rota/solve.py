"""Finds the best rota of a problem, with the bound that certifies it or the reasons against."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event

from optimizer.rota.best_so_far import Progress
from optimizer.rota.infeasible import reasons
from optimizer.rota.model import build_model
from optimizer.rota.objective import weighted_terms
from optimizer.rota.placing import assignments
from optimizer.rota.problem import Problem
from optimizer.rota.rota import Rota
from optimizer.rota.rules import violations
from optimizer.rota.search import Search
from optimizer.rota.timing import Clock


class SolverFault(RuntimeError):
    """The solver returned a rota that the independent rules refuse: a defect, not bad input."""


def solve(
    problem: Problem,
    *,
    seconds: float = 60.0,
    workers: int = 2,
    seed: int = 0,
    nodes: int | None = None,
    report: Callable[[Progress], None] | None = None,
    stop: Event | None = None,
) -> Rota:
    """The best rota within the seconds, or the reasons why there is none.

    Setting `stop` ends the search with the best rota so far. To be audited it is limited by
    `nodes` instead, for each of its steps: these follow one another, so that the same problem,
    seed and nodes give the same rota and bound.
    """
    clock = Clock(seconds, stop or Event(), nodes)
    contradictions = reasons(problem)
    if contradictions:
        return Rota(
            problem.sha256, "infeasible", None, None, clock.elapsed, reasons=tuple(contradictions)
        )
    search = Search(build_model(problem), clock, seed, report or (lambda progress: None))
    search.run(workers if nodes is None else 1)
    return verified(problem, search)


def verified(problem: Problem, search: Search) -> Rota:
    """The search's best as a rota, judged by the rules and terms that the solver does not use."""
    search.make_do()
    best = search.best
    if best.objective is None:
        raise SolverFault("The pinned days alone gave no rota; please report this.")
    draft = Rota(
        problem.sha256,
        "feasible",
        None,
        None,
        0.0,
        assignments=assignments(search.model, best.values),
    )
    wrong = violations(problem, draft)
    if wrong:
        raise SolverFault(f"The solver broke a hard rule; please report this. {wrong[0]}")
    terms = weighted_terms(problem, draft)
    exact = sum(terms.values())
    if exact > best.objective or exact < best.bound:
        raise SolverFault(
            f"The solver counted {best.objective} with bound {best.bound}, the rules {exact};"
            " please report this."
        )
    return replace(
        draft,
        status="optimal" if best.bound >= exact else "feasible",
        objective=exact,
        bound=float(best.bound),
        seconds=search.clock.elapsed,
        terms=terms,
    )
