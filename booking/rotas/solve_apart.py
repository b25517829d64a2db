"""The solver's own process: `python -m booking.rotas.solve_apart`.

Reads one JSON line of settings and then the problem; writes a JSON line for each step, one with
the rota, and one with what more advisers would cost. It stops with the best rota so far when it
is sent "stop", and when whoever asked is gone: then its standard input ends.
"""

import json
import os
import signal
import sys
import threading
import time
from typing import Any

from optimizer.errors import BadInput
from optimizer.rota.counterfactual import Counterfactuals, Price, sentence
from optimizer.rota.explain import Shortfall, blocked, funnel, shortfalls
from optimizer.rota.problem import Problem
from optimizer.rota.problem_file import parse_problem
from optimizer.rota.rota import Rota, rota_text
from optimizer.rota.search import Progress
from optimizer.rota.solve import SolverFault, solve

SECONDS_FOR_PRICES = 30.0
POLITELY = 10  # nicer than whoever serves pages and sends texts


def main() -> None:
    os.nice(POLITELY)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)  # sent to a whole group: whoever asked passes it on
    settings = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read(settings["length"])
    stop = threading.Event()
    threading.Thread(target=_listen, args=[stop], daemon=True).start()
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
        _say(fault=str(fault))
        return
    _say(rota=rota_text(rota))
    if rota.status != "infeasible" and not stop.is_set():
        _say(prices=_priced(problem, rota, stop))


def _priced(problem: Problem, rota: Rota, stop: threading.Event) -> dict[str, str]:
    """What one more adviser would cost in the half-days that are shortest of offers.

    First at most, for as many as can be; then exactly, while time is left.
    """
    until = time.monotonic() + SECONDS_FOR_PRICES
    counterfactuals = Counterfactuals(problem, rota)
    short = [each for each in shortfalls(problem, rota) if not blocked(funnel(problem, rota, each))]
    prices: dict[Shortfall, Price] = {}
    for prove in (False, True):
        for shortfall in short:
            if stop.is_set() or time.monotonic() > until:
                break
            if shortfall not in prices or not prices[shortfall].exact:
                prices[shortfall] = counterfactuals.price(shortfall, prove=prove)
    return {f"{each.session} {each.office}": sentence(price) for each, price in prices.items()}


def _listen(stop: threading.Event) -> None:
    sys.stdin.buffer.readline()  # "stop", or nothing: the other end is closed
    stop.set()


def _report(progress: Progress) -> None:
    _say(
        seconds=round(progress.seconds, 1),
        stage=progress.stage,
        objective=progress.objective,
        bound=progress.bound,
    )


def _say(**words: Any) -> None:
    print(json.dumps(words), flush=True)


if __name__ == "__main__":
    main()
