"""Why demand is unmet in a draft, in sentences; prices come from the solver's process."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking.errors import NotFound
from booking.rotas.drafts import Solved
from optimizer.rota.explain import blocked, funnel, sentences, shortfalls


@dataclass(frozen=True)
class Why:
    """An office's half-day in words. `price` is what one more adviser there would cost."""

    office: str
    session: int
    lines: Sequence[str]
    obstacle: str
    price: str


def why(solved: Solved, office_id: int, session: int) -> Why | None:
    """None when everything wanted there is offered."""
    office = office_called(solved, office_id)
    short = shortfalls(solved.problem, solved.rota, office)
    shortfall = next((each for each in short if each.session == session), None)
    if shortfall is None:
        return None
    found = funnel(solved.problem, solved.rota, shortfall)
    price = (solved.draft.run.prices or {}).get(key_of(office, session), "")
    changed = solved.draft.rota != solved.draft.proposed_rota
    if price and changed:
        price = f"Before this draft was changed by hand: {price}"
    return Why(office, session, sentences(shortfall, found), blocked(found) or "", price)


def office_called(solved: Solved, office_id: int) -> str:
    """What the problem calls the office; NotFound when it is not in it."""
    for name, row_id in solved.draft.keys["offices"].items():
        if row_id == office_id:
            return str(name)
    raise NotFound


def key_of(office: str, session: int) -> str:
    return f"{session} {office}"
