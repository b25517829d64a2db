"""A question's own process: `python -m booking.rotas.answer_apart`, JSON in, JSON out."""

import os
from collections.abc import Collection, Mapping
from typing import Any

from booking.rotas.apart import first_line, say, when_nobody_waits
from booking.words import QuestionKind
from optimizer.errors import BadInput
from optimizer.rota.counterfactual import Counterfactuals, sentence
from optimizer.rota.explain import shortfalls
from optimizer.rota.problem import Problem
from optimizer.rota.problem_file import parse_problem
from optimizer.rota.rooms_wanted import one_more_room, room_sentence
from optimizer.rota.rota import Rota, parse_rota
from optimizer.rota.solve import SolverFault
from optimizer.rota.weeks import moved, price_of_staying

POLITELY = 5
STAYS = "In this, the days changed by hand stay as they are."
Day = tuple[str, int]


def main() -> None:
    asked = first_line(nicer=POLITELY)
    when_nobody_waits(lambda: os._exit(1))
    try:
        say(answer=answered(asked))
    except (BadInput, SolverFault) as fault:
        say(fault=str(fault))


def answered(asked: Mapping[str, Any]) -> str:
    """The answer in words; what was changed by hand stays, but for the day that is asked about."""
    problem = parse_problem(asked["problem"].encode())
    rota = parse_rota(asked["rota"].encode())
    about, half = asked["about"], asked["half"]
    by_hand = {(adviser, day) for adviser, day in asked["by_hand"]}
    if asked["kind"] == QuestionKind.STAYING:
        by_hand.discard((about, half // 2))
        said = _staying(problem, rota, by_hand, (about, half // 2))
    else:
        said = _one_more(problem, rota, by_hand, asked)
    return f"{said} {STAYS}" if by_hand else said


def _staying(problem: Problem, rota: Rota, kept: Collection[Day], day: Day) -> str:
    change = next(each for each in moved(problem, rota) if (each.adviser, each.day) == day)
    staying = f"Staying at {change.before}" if change.before else "A day off"
    return sentence(price_of_staying(Counterfactuals(problem, rota, kept), change), staying)


def _one_more(problem: Problem, rota: Rota, kept: Collection[Day], asked: Mapping[str, Any]) -> str:
    found = shortfalls(problem, rota, asked["about"])
    short = next(each for each in found if each.session == asked["half"])
    if asked["kind"] == QuestionKind.ONE_MORE_ROOM:
        return room_sentence(one_more_room(problem, rota, short, kept))
    return sentence(Counterfactuals(problem, rota, kept).price(short))


if __name__ == "__main__":
    main()
