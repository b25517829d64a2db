"""The least-cost plan of a question, with its proof."""

from dataclasses import dataclass, replace

import numpy as np

from optimizer.errors import BadInput
from optimizer.overbooking.choice import Bookings, Candidate, Promises, Question
from optimizer.overbooking.exhaustive import best_of_all
from optimizer.overbooking.figures import figures
from optimizer.overbooking.neighbours import best_neighbour, descend, is_multimodular

NEIGHBOURHOOD, EXHAUSTIVE = "full neighbourhood", "exhaustive"
NOT_ASKED = "No proof was asked for."


@dataclass(frozen=True)
class Found:
    """The best plan found; `proof` says how it is proved, or is None and `why_not` says why."""

    bookings: Bookings
    proof: str | None
    why_not: str | None = None


def minimise(question: Question, *, certify: bool = True) -> Found:
    """The least-cost bookings; ties go to fewest bookings, then the lexicographic largest.

    `certify=False` stops after the local search.  Raises BadInput when no plan keeps the
    promises, or none is found and there are too many plans to try.
    """
    found = _unpromised(replace(question, promises=Promises()), certify=certify)
    plan = figures(question.day, np.array([found.bookings]))
    if question.promises.broken_by(question.day, plan)[0] == 0.0:
        return found  # the best of all plans keeps the promises: the best of those that do
    best = descend(question, _start(question))
    known = best if best.broken == 0.0 else None
    if certify:
        return _exhausted(question, known, "promises that bind")
    if known is None:
        raise _no_plan(question)
    return Found(known.bookings, None, NOT_ASKED)


def _unpromised(question: Question, *, certify: bool) -> Found:
    """Local search, then proof and improvement by turns."""
    best = descend(question, _start(question))
    if not certify:
        return Found(best.bookings, None, NOT_ASKED)
    if not is_multimodular(question):
        return _exhausted(question, best, "walkovers beside sessions of varying length")
    while True:
        neighbour = best_neighbour(question, best.bookings)
        if neighbour is None:
            why = "The full neighbourhood, the only proof for so long a day, is too large to try."
            return Found(best.bookings, None, why)
        if not neighbour.beats(best, question.same):
            return Found(best.bookings, NEIGHBOURHOOD)
        best = descend(question, neighbour.bookings)


def _exhausted(question: Question, known: Candidate | None, reason: str) -> Found:
    proved, best = best_of_all(question, known)
    if proved and best is not None:
        return Found(best.bookings, EXHAUSTIVE)
    if known is None:
        raise _no_plan(question)
    why = f"With {reason}, only trying every plan is a proof, and there are too many."
    return Found(known.bookings, None, why)


def _no_plan(question: Question) -> BadInput:
    promises = question.promises
    bounds = {"--max-mean-wait": promises.mean_wait, "--max-overtime": promises.overtime}
    kept = " and ".join(f"{flag} {bound:g}" for flag, bound in bounds.items() if bound is not None)
    exactly = "" if question.total is None else f" of exactly {question.total} bookings (--total)"
    return BadInput(f"No plan{exactly} was found that keeps {kept}.")


def _start(question: Question) -> Bookings:
    """One each, or the total spread evenly; within the bounds of each slot."""
    slots, total = question.day.slots, question.total
    if total is None:
        return tuple(max(low, 1) for low in question.lower)
    each, over = divmod(total, slots)
    return tuple(each + (slot < over) for slot in range(slots))
