"""A question's own process: `python -m booking.rotas.answer_apart`, JSON in, JSON out."""

import os
from collections.abc import Mapping
from typing import Any

from booking.rotas.apart import first_line, say, when_nobody_waits
from booking.words import QuestionKind
from optimizer.errors import BadInput
from optimizer.rota.counterfactual import Counterfactuals, sentence
from optimizer.rota.explain import shortfalls
from optimizer.rota.problem_file import parse_problem
from optimizer.rota.rooms_wanted import one_more_room, room_sentence
from optimizer.rota.rota import parse_rota
from optimizer.rota.solve import SolverFault
from optimizer.rota.weeks import moved, price_of_staying

POLITELY = 5


def main() -> None:
    asked = first_line(nicer=POLITELY)
    when_nobody_waits(lambda: os._exit(1))
    try:
        say(answer=answered(asked))
    except (BadInput, SolverFault) as fault:
        say(fault=str(fault))


def answered(asked: Mapping[str, Any]) -> str:
    """The answer in words."""
    problem = parse_problem(asked["problem"].encode())
    rota = parse_rota(asked["rota"].encode())
    about, half = asked["about"], asked["half"]
    if asked["kind"] == QuestionKind.STAYING:
        day = (about, half // 2)
        change = next(each for each in moved(problem, rota) if (each.adviser, each.day) == day)
        staying = f"Staying at {change.before}" if change.before else "A day off"
        return sentence(price_of_staying(Counterfactuals(problem, rota), change), staying)
    short = next(each for each in shortfalls(problem, rota, about) if each.session == half)
    if asked["kind"] == QuestionKind.ONE_MORE_ROOM:
        return room_sentence(one_more_room(problem, rota, short))
    return sentence(Counterfactuals(problem, rota).price(short))


if __name__ == "__main__":
    main()
