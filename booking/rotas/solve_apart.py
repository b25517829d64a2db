"""The solver's own process: `python -m booking.rotas.solve_apart`.

Reads one JSON line of settings and then the problem; writes a JSON line for each step, one with
the rota, one with the best that moves nobody, and one with what more advisers would cost. It
stops with the best rota so far when whoever asked says so or is gone.
"""

import sys
import threading
import time
from typing import Any

from booking.rotas.apart import first_line, say, when_nobody_waits
from optimizer.errors import BadInput
from optimizer.rota.best_so_far import Progress
from optimizer.rota.counterfactual import Counterfactuals, Price, sentence
from optimizer.rota.explain import Shortfall, blocked, funnel, shortfalls
from optimizer.rota.problem import Problem
from optimizer.rota.problem_file import parse_problem
from optimizer.rota.rota import Rota, rota_text
from optimizer.rota.solve import SolverFault, solve
from optimizer.rota.weeks import changing_nobody

SECONDS_FOR_PRICES = 30.0
POLITELY = 10  # nicer than whoever serves pages and sends texts


def main() -> None:
    settings = first_line(nicer=POLITELY)
    data = sys.stdin.buffer.read(settings["length"])
    stop = threading.Event()
    when_nobody_waits(stop.set)
    try:
        problem = parse_problem(data)
        rota = solve(
            problem,
            seconds=settings["seconds"],
            workers=settings["workers"],
            report=_report,
            stop=stop,
        )
    except (BadInput, SolverFault) as fault:
        say(fault=str(fault))
        return
    say(rota=rota_text(rota))
    if rota.status != "infeasible":
        say(unmoved=rota_text(changing_nobody(problem)))
        say(prices=_priced(problem, rota, stop))


def _priced(problem: Problem, rota: Rota, stop: threading.Event) -> dict[str, dict[str, Any]]:
    """What one more adviser would cost in the half-days that are shortest of offers.

    First at most, for as many as can be; then exactly, while time is left.
    """
    until = time.monotonic() + SECONDS_FOR_PRICES
    counterfactuals = Counterfactuals(problem, rota, stop=stop)
    short = [each for each in shortfalls(problem, rota) if not blocked(funnel(problem, rota, each))]
    prices: dict[Shortfall, Price] = {}
    for prove in (False, True):
        for shortfall in short:
            left = until - time.monotonic()
            if stop.is_set() or left < 0:
                break
            if shortfall not in prices or not prices[shortfall].exact:
                seconds = left if prove else 0
                prices[shortfall] = counterfactuals.price(shortfall, seconds=seconds)
    return {
        f"{each.session} {each.office}": {"words": sentence(price), "exact": price.exact}
        for each, price in prices.items()
    }


def _report(progress: Progress) -> None:
    say(
        seconds=round(progress.seconds, 1),
        stage=progress.stage,
        objective=progress.objective,
        bound=progress.bound,
    )


if __name__ == "__main__":
    main()
