"""What one more adviser in a session would cost, or a day spent otherwise: solved, not guessed."""

from collections.abc import Collection
from dataclasses import dataclass
from threading import Event

from optimizer.rota.alternatives import SECONDS_TO_PROVE, Alternatives
from optimizer.rota.explain import Shortfall
from optimizer.rota.problem import DAY_NAMES, Problem
from optimizer.rota.program import INFINITY, Row, Terms
from optimizer.rota.rota import Assignment, Rota


@dataclass(frozen=True, slots=True)
class Price:
    """What a rota with the wish costs more than this one; exact when proved, else at most that.

    `changes` says which adviser-days would change. No rise means that it cannot be.
    """

    rise: int | None
    exact: bool
    changes: tuple[str, ...]


class Counterfactuals:
    """Prices beside a legal rota of a problem; `kept` adviser-days stay as they are in it."""

    def __init__(
        self,
        problem: Problem,
        rota: Rota,
        kept: Collection[tuple[str, int]] = (),
        stop: Event | None = None,
    ) -> None:
        self._alternatives = Alternatives(problem, rota, kept, stop)
        self._rota = rota

    def price(self, shortfall: Shortfall, *, seconds: float = SECONDS_TO_PROVE) -> Price:
        """The price of one more adviser there, exact if the seconds suffice to prove it."""
        there = [
            (1, index)
            for index, column in enumerate(self._alternatives.model.columns)
            if column.office == shortfall.office and shortfall.session in column.sessions
        ]
        row = Row(there, len(shortfall.present) + 1, INFINITY)
        return self._priced(row, self._who_may_work_at({shortfall.office}), seconds)

    def price_of_day(
        self, adviser: str, day: int, office: str | None, *, seconds: float = SECONDS_TO_PROVE
    ) -> Price:
        """The price of the adviser's day at that office, or off, instead of what the rota says."""
        columns = self._alternatives.model.columns
        working: Terms = [
            (1, index)
            for index, column in enumerate(columns)
            if (column.adviser, column.day) == (adviser, day)
        ]
        there = [term for term in working if columns[term[1]].office == office]
        row = Row(there, 1, INFINITY) if office is not None else Row(working, 0, 0)
        offices = {e.office for e in self._rota.assignments if (e.adviser, e.day) == (adviser, day)}
        if office is not None:
            offices.add(office)
        return self._priced(row, self._who_may_work_at(offices) | {adviser}, seconds)

    def _who_may_work_at(self, offices: Collection[str]) -> set[str]:
        return {
            adviser for adviser, office in self._alternatives.model.works_at if office in offices
        }

    def _priced(self, row: Row, freed: Collection[str], seconds: float) -> Price:
        floor = self._rota.bound or 0.0
        found = self._alternatives.cheapest([row], freed, seconds, floor)
        if found.objective is None or self._rota.objective is None:
            return Price(None, found.proved, ())
        changed = _changes(self._rota, found.assignments)
        return Price(found.objective - self._rota.objective, found.proved, changed)


def _changes(rota: Rota, after: tuple[Assignment, ...]) -> tuple[str, ...]:
    before = {(entry.adviser, entry.day): entry for entry in rota.assignments}
    later = {(entry.adviser, entry.day): entry for entry in after}
    lines = []
    for key in sorted(before.keys() | later.keys()):
        old, new = _where(before.get(key)), _where(later.get(key))
        if old != new:
            lines.append(f"{key[0]} on {DAY_NAMES[key[1]]}: {old} → {new}")
    return tuple(lines)


def _where(entry: Assignment | None) -> str:
    if entry is None:
        return "off"
    halves = " and ".join("pm" if session % 2 else "am" for session in sorted(entry.places))
    return f"{entry.office} {'all day' if len(entry.places) == 2 else halves}"


def sentence(price: Price, what: str = "One more adviser there") -> str:
    """The price of `what` in words, never more certain than it is."""
    if price.rise is None:
        return (
            f"{what} is impossible: it needs somebody else available, a room or a pinned day set"
            " free."
            if price.exact
            else f"{what} was not found possible."
        )
    count = f"{len(price.changes)} adviser-day{'' if len(price.changes) == 1 else 's'}"
    moves = f" It would change {count}: {'; '.join(price.changes[:6])}"
    more = "; …" if len(price.changes) > 6 else "."
    if price.rise < 0:
        saved = f"{'exactly' if price.exact else 'at least'} {points(-price.rise)} less"
        return f"This rota is not the best. {what} would cost {saved}.{moves}{more}"
    if price.rise == 0:
        return f"{what} would cost nothing more.{moves}{more}"
    certainty = "exactly" if price.exact else "at most"
    return f"{what} would cost {certainty} {points(price.rise)} more.{moves}{more}"


def points(count: int) -> str:
    """What a rota costs, as people say it: 1 point, 14 points."""
    return f"{count} point{'' if count == 1 else 's'}"
