"""What a rota costs, term by term, in words a lead can argue about."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from booking.rotas.drafts import Solved
from booking.rotas.standing import standing
from booking.words import SessionKind
from optimizer.rota.objective import weighted_terms
from optimizer.rota.problem import Weights
from optimizer.rota.rota import TERMS, Assignment, Rota
from optimizer.rota.weeks import IN_WORDS


@dataclass(frozen=True)
class Term:
    """A term's words, the points one of it counts, and its points in each of some rotas."""

    name: str
    words: str
    one_counts: str
    costs: Sequence[int]


def side_by_side(solved: Solved, *others: Rota) -> list[Term]:
    """Each term of a draft and of other rotas, all priced by the draft's own problem."""
    costs = [weighted_terms(solved.problem, rota) for rota in (solved.rota, *others)]
    one = one_counts(solved.problem.weights)
    return [
        Term(name, IN_WORDS[name].capitalize(), one[name], [cost[name] for cost in costs])
        for name in TERMS
    ]


def one_counts(weights: Weights) -> dict[str, str]:
    """The points that one of each term counts."""
    week = weights.unmet_week
    return {name: str(getattr(weights, name)) for name in TERMS if hasattr(weights, name)} | {
        "unmet_week": f"{week}; {2 * week} above half of the office’s week",
        "fairness": f"{weights.fairness_away} a day away, {weights.fairness_travel} a half-hour",
    }


def to_compare(solved: Solved) -> dict[str, Rota]:
    """The rotas a draft is read beside, by their heading."""
    beside = {"Last week again": last_week_again(solved)}
    return beside | ({"Moving nobody": solved.unmoved} if solved.unmoved else {})


def last_week_again(solved: Solved) -> Rota:
    """Last week's sessions as a rota of this week, for its price; closures are not looked at."""
    names = {
        kind: {row_id: name for name, row_id in rows.items()}
        for kind, rows in solved.draft.keys.items()
    }
    reach = {adviser.id: adviser.travel_minutes for adviser in solved.problem.advisers}
    days: dict[tuple[str, int, str], dict[int, str]] = defaultdict(dict)
    for each in standing(solved.draft.district_id, solved.draft.week - timedelta(weeks=1)):
        session = each.session
        adviser = names["advisers"].get(session.adviser_id, "")
        office = names["offices"].get(session.office_id, "")
        room = names["rooms"].get(session.room_id)
        if session.kind == SessionKind.INTERVIEWS and room and office in reach.get(adviser, {}):
            days[adviser, each.index // 2, office][each.index] = room
    assignments = tuple(Assignment(*key, places) for key, places in days.items())
    return replace(solved.rota, assignments=assignments)
