"""Verifies a rota without the solver: hard rules, objective, terms and certificate."""

from optimizer.rota.objective import weighted_terms
from optimizer.rota.problem import Problem
from optimizer.rota.rota import TERMS, Rota
from optimizer.rota.rules import violations


def faults(problem: Problem, rota: Rota) -> list[str]:
    """What is wrong with the rota, in sentences; empty when it is legal and its figures right.

    A bound cannot be verified without solving; only that it agrees with the status is checked.
    """
    if rota.problem_sha256 != problem.sha256:
        return ["The rota was made for another problem file: their SHA-256 differ."]
    if rota.status == "infeasible":
        return ["The file says that no rota is possible, so there is no rota to check."]
    wrong = violations(problem, rota)
    if wrong:
        return wrong
    return [*_wrong_terms(problem, rota), *_wrong_certificate(rota)]


def _wrong_terms(problem: Problem, rota: Rota) -> list[str]:
    terms = weighted_terms(problem, rota)
    wrong = [
        f"Term {name} is {terms[name]}, not {rota.terms[name]} as stated."
        for name in TERMS
        if terms[name] != rota.terms[name]
    ]
    objective = sum(terms.values())
    if objective != rota.objective:
        wrong.append(f"The objective is {objective}, not {rota.objective} as stated.")
    return wrong


def _wrong_certificate(rota: Rota) -> list[str]:
    if rota.objective is None or rota.bound is None:
        return ["The objective and the bound are missing."]
    if rota.bound > rota.objective:
        return [f"The bound {rota.bound:g} is above the objective {rota.objective}."]
    if rota.status == "optimal" and rota.bound != rota.objective:
        return [
            f"The status is optimal, but the bound {rota.bound:g} is not the"
            f" objective {rota.objective}."
        ]
    return []
