"""What a rota costs, term by term, in words a lead can argue about."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking.rotas.drafts import Solved
from optimizer.rota.objective import weighted_terms
from optimizer.rota.rota import TERMS, Rota

IN_WORDS = {
    "unmet_session": "Bookings wanted in a half-day and not offered",
    "unmet_week": "Bookings an office wants in the week and is not offered",
    "presence": "Days an office wants somebody and has nobody",
    "continuity": "Adviser-days that differ from last week",
    "spread": "Different offices for one adviser",
    "away": "Adviser-days away from a dedicated office",
    "travel": "Travel, tens of minutes",
    "overflow": "Half-days at a venue nearby, for want of a room",
    "not_bookable": "Half-days in a room that cannot be booked ahead",
    "room_change": "Days on which an adviser changes room",
    "open_plan": "Half-days where a claimant can be overheard",
    "fairness": "The most travelled and the most often away",
}


@dataclass(frozen=True)
class Term:
    """A term's words and its weighted cost in each of some rotas, in their order."""

    name: str
    words: str
    costs: Sequence[int]


def side_by_side(drafts: Sequence[Solved]) -> list[Term]:
    """Each term of several rotas of one week; the first rota's problem prices them all."""
    costs = [weighted_terms(drafts[0].problem, each.rota) for each in drafts]
    return [Term(name, IN_WORDS[name], [cost[name] for cost in costs]) for name in TERMS]


def cost(solved: Solved, rota: Rota) -> int:
    return sum(weighted_terms(solved.problem, rota).values())
