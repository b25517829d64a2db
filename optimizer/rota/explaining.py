"""`python -m optimizer rota explain`: unmet demand, moved advisers and the week in sentences."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from optimizer.errors import BadInput
from optimizer.rota.check import faults
from optimizer.rota.counterfactual import Counterfactuals, sentence
from optimizer.rota.explain import Cause, Shortfall, cause, funnel, sentences, shortfalls
from optimizer.rota.problem import Problem
from optimizer.rota.problem_file import read_problem
from optimizer.rota.rooms_wanted import one_more_room, room_sentence
from optimizer.rota.rota import Rota, read_rota
from optimizer.rota.weeks import (
    changing_nobody,
    compared,
    moved,
    moved_sentence,
    price_of_staying,
)

PRICED_WITHOUT_OFFICE = 5


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `explain`; it sets `func`, which returns the exit code."""
    explainer = commands.add_parser(
        "explain",
        help="why demand is unmet, why somebody moved, what the week costs",
        description="For every session with unmet demand: who could come, which rooms are free,"
        f" and, for the {PRICED_WITHOUT_OFFICE} largest or all of --office, what one more"
        " adviser would cost or one more room would bring.",
    )
    explainer.add_argument("problem", type=Path, metavar="PROBLEM.json")
    explainer.add_argument("rota", type=Path, metavar="ROTA.json")
    subject = explainer.add_mutually_exclusive_group()
    subject.add_argument("--office", metavar="O", help="only this office")
    subject.add_argument("--adviser", metavar="A", help="where this adviser moved, and why")
    subject.add_argument(
        "--week", action="store_true", help="the terms beside the best rota that moves nobody"
    )
    explainer.set_defaults(func=_explain)


def _explain(arguments: argparse.Namespace) -> int:
    problem = read_problem(arguments.problem)
    rota = read_rota(arguments.rota)
    offices, advisers = {o.id for o in problem.offices}, {a.id for a in problem.advisers}
    if arguments.office is not None and arguments.office not in offices:
        raise BadInput(f"Office {arguments.office} is not in the problem.")
    if arguments.adviser is not None and arguments.adviser not in advisers:
        raise BadInput(f"Adviser {arguments.adviser} is not in the problem.")
    if rota.status == "infeasible":
        print("\n".join(["No rota is possible:", *rota.reasons]))
        return 0
    wrong = faults(problem, rota)
    if wrong:
        raise BadInput(f"{arguments.rota}: {wrong[0]}")
    if arguments.adviser is not None:
        lines = _of_adviser(problem, rota, arguments.adviser)
    elif arguments.week:
        lines = _of_week(problem, rota)
    else:
        lines = _of_shortfalls(problem, rota, arguments.office)
    for line in lines:
        print(line, flush=True)
    return 0


def _of_shortfalls(problem: Problem, rota: Rota, office: str | None) -> Iterator[str]:
    short = shortfalls(problem, rota, office)
    if not short:
        yield "All demand is met."
        return
    prices = Counterfactuals(problem, rota)
    for number, shortfall in enumerate(short):
        found = funnel(problem, rota, shortfall)
        yield "\n  ".join([*sentences(shortfall, found), f"Why: {cause(found).value}."])
        if office is not None or number < PRICED_WITHOUT_OFFICE:
            yield f"  {_what_would_change(problem, rota, prices, shortfall)}"


def _what_would_change(
    problem: Problem, rota: Rota, prices: Counterfactuals, shortfall: Shortfall
) -> str:
    obstacle = cause(funnel(problem, rota, shortfall))
    if obstacle is Cause.NO_PLACE:
        return room_sentence(one_more_room(problem, rota, shortfall))
    if obstacle in (Cause.NOBODY_IN_REACH, Cause.NOBODY_AVAILABLE):
        return "What would change it: an adviser in reach who is available then; there is none."
    return sentence(prices.price(shortfall))


def _of_adviser(problem: Problem, rota: Rota, adviser: str) -> Iterator[str]:
    changes = [change for change in moved(problem, rota) if change.adviser == adviser]
    if not changes:
        yield f"{adviser} works where they did last week."
        return
    prices = Counterfactuals(problem, rota)
    for change in changes:
        staying = None if change.because else price_of_staying(prices, change)
        yield moved_sentence(change, staying)


def _of_week(problem: Problem, rota: Rota) -> Iterator[str]:
    yield f"{'this week':>10} {'moving nobody':>14}"
    for row in compared(problem, rota, changing_nobody(problem)):
        now, unmoved = row.values
        yield f"{now:>10} {unmoved:>14}  {row.words}"
