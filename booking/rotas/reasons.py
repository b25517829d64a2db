"""Why demand is unmet in a draft and why somebody moved, in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking.errors import NotFound
from booking.rotas.drafts import Solved
from booking.words import QuestionKind
from optimizer.rota.explain import Cause, Funnel, blocked, cause, funnel, sentences, shortfalls
from optimizer.rota.weeks import Moved, moved, moved_sentence


@dataclass(frozen=True)
class Why:
    """An office's half-day in words.

    `cause` is the first obstacle for whoever could come; `price` what one more adviser there
    would cost, as far as the search worked it out itself; `question` what can still be asked,
    None where nobody could come or the price is exact.
    """

    office: str
    session: int
    cause: str
    lines: Sequence[str]
    obstacle: str
    price: str
    question: QuestionKind | None


@dataclass(frozen=True)
class Move:
    """An adviser's day that is not as last week, with what stood in the way, if anything did.

    `before` is last week's office, empty for a day off.
    """

    day: int
    before: str
    words: str
    can_stay: bool


def why(solved: Solved, office_id: int, session: int) -> Why | None:
    """None when everything wanted there is offered."""
    office = office_called(solved, office_id)
    short = shortfalls(solved.problem, solved.rota, office)
    shortfall = next((each for each in short if each.session == session), None)
    if shortfall is None:
        return None
    found = funnel(solved.problem, solved.rota, shortfall)
    prices = {} if solved.by_hand else solved.draft.run.prices or {}
    price = prices.get(f"{session} {office}", {"words": "", "exact": False})
    return Why(
        office,
        session,
        _cause_in_words(solved, cause(found)),
        sentences(shortfall, found),
        blocked(found) or "",
        price["words"],
        None if price["exact"] else _to_ask(found),
    )


def _cause_in_words(solved: Solved, first: Cause) -> str:
    if first is Cause.DEARER and solved.rota.status != "optimal":
        return "somebody could come; that it would cost more than it brings is not proved"
    return first.value


def _to_ask(found: Funnel) -> QuestionKind | None:
    if not found.available:
        return None
    return QuestionKind.ONE_MORE_ADVISER if found.has_place else QuestionKind.ONE_MORE_ROOM


def moves(solved: Solved, adviser: str) -> list[Move]:
    """The adviser's days that are not as last week."""
    return [
        Move(each.day, each.before or "", _move_in_words(solved, each), can_stay=not each.because)
        for each in moved(solved.problem, solved.rota)
        if each.adviser == adviser
    ]


def _move_in_words(solved: Solved, change: Moved) -> str:
    by_hand = (change.adviser, change.day) in solved.by_hand
    return moved_sentence(change) + (" Changed by hand." if by_hand else "")


def office_called(solved: Solved, office_id: int) -> str:
    """What the problem calls the office; NotFound when it is not in it."""
    for name, row_id in solved.draft.keys["offices"].items():
        if row_id == office_id:
            return str(name)
    raise NotFound
