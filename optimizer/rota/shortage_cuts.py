"""Rounding rows on an office's weekly shortage: unmet + capacity offered >= wanted.

Some days are counted by their housing patterns, relative to a likely one; the other days by
their advisers, each either by column, a certain one complemented, or by "works there at all in
the week" times the most it could then offer. The row that results is rounded.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from optimizer.rota.model import OfficeWeek
from optimizer.rota.problem import DAYS
from optimizer.rota.program import Terms
from optimizer.rota.rounding import LEAST_VIOLATION, Cut, Visitor, cut_of, rounded

NEVER, ALMOST, RATHER = 2.0, 0.999, 0.5
MOST_OF_AN_OFFICE = 6
Values = Sequence[float]


@dataclass(frozen=True, slots=True)
class _Guest:
    """A visitor's uncertain columns (day, offered, variable), and the likely ones' values.

    `prefixes` are growing sets of days, each with the most the visitor could offer in them.
    """

    link: int
    link_value: float
    columns: list[tuple[int, int, int]]
    likely: list[tuple[int, int, float]]
    prefixes: list[tuple[frozenset[int], int]]


@dataclass(frozen=True, slots=True)
class _Split:
    """One way to read the capacity row: a base, patterns beyond it, certain columns, guests."""

    base: int
    patterns: Terms
    sure: Terms
    guests: list[_Guest]
    likely_guests: list[_Guest]
    likely: list[tuple[int, float]]
    """Factor and value of the patterns in use."""

    def divisors(self, left: int) -> list[int]:
        """The steps at which rounding can bite."""
        steps = {abs(factor) for factor, _ in self.patterns} | {left + 1}
        steps |= {offered for guest in self.guests for _, offered, _ in guest.columns}
        steps |= {most for guest in self.guests for _, most in guest.prefixes}
        return sorted(step for step in steps if step > 1 and left % step)


def shortage_cuts(week: OfficeWeek, guests: Sequence[Visitor], values: Values) -> list[Cut]:
    """Violated rows of one office's week."""
    found: list[Cut] = []
    for split in _splits(week, guests, values):
        for unmet, wanted in week.shortages:
            left = wanted - split.base - sum(factor for factor, _ in split.sure)
            if left > 0:
                for divisor in split.divisors(left):
                    cut = _rounded(split, unmet, left, divisor, values)
                    if cut is not None:
                        found.append(cut)
    return sorted(found, key=lambda cut: -cut.depth)[:MOST_OF_AN_OFFICE]


def _splits(week: OfficeWeek, guests: Sequence[Visitor], values: Values) -> Iterator[_Split]:
    unpatterned = {day for day in range(DAYS) if not week.days[day].patterns}
    fractional = {
        day for guest in guests for day, _, index in guest.columns if 0.001 < values[index] < 0.999
    } - unpatterned
    for size in range(len(fractional) + 1):
        for some in combinations(sorted(fractional), size):
            days = unpatterned.union(some)
            yield from _splits_by(week, guests, values, days)
    if fractional:
        yield from _splits_by(week, guests, values, set(range(DAYS)))


def _splits_by(
    week: OfficeWeek, guests: Sequence[Visitor], values: Values, days: set[int]
) -> Iterator[_Split]:
    """The days given are counted by adviser, the others by pattern."""
    rest = [week.days[day].capacity for day in range(DAYS) if day not in days]
    bases = {
        tuple(max(terms, key=lambda term: values[term[1]])[0] for terms in rest),
        tuple(min(factor for factor, index in terms if values[index] > 1e-6) for terms in rest),
    }
    for certain in (NEVER, ALMOST, RATHER) if days else (NEVER,):
        here = [[entry for entry in guest.columns if entry[0] in days] for guest in guests]
        sure = [
            (offered, index)
            for columns in here
            for _, offered, index in columns
            if values[index] > certain
        ]
        if certain != NEVER and not sure:
            continue
        unsure = [
            _guest(guest, [c for c in columns if values[c[2]] <= certain], values)
            for guest, columns in zip(guests, here, strict=True)
            if columns
        ]
        for base in bases:
            patterns = [
                (factor - own, index)
                for own, terms in zip(base, rest, strict=True)
                for factor, index in terms
                if factor != own
            ]
            likely = [(new, values[i]) for new, i in patterns if values[i] > 1e-9]
            coming = [guest for guest in unsure if guest.likely]
            yield _Split(sum(base), patterns, sure, unsure, coming, likely)


def _guest(guest: Visitor, columns: list[tuple[int, int, int]], values: Values) -> _Guest:
    likely = [(day, offered, values[i]) for day, offered, i in columns if values[i] > 1e-9]
    prefixes = []
    if likely:
        most: dict[int, int] = defaultdict(int)
        amount: dict[int, float] = defaultdict(float)
        for day, offered, index in columns:
            most[day] = max(most[day], offered)
            amount[day] += offered * values[index]
        order = sorted(most, key=lambda day: -amount[day] / max(most[day], 1))
        for size in range(1, len(order) + 1):
            offers = sorted((most[day] for day in order[:size]), reverse=True)
            prefixes.append((frozenset(order[:size]), sum(offers[: guest.max_days])))
    return _Guest(guest.link, values[guest.link], columns, likely, prefixes)


def _rounded(split: _Split, unmet: int, left: int, divisor: int, values: Values) -> Cut | None:
    """The rounded row if it is violated; most are not, so the row is written only then."""
    factor, low = rounded(left, divisor)
    reached = values[unmet] + sum(factor(old) * value for old, value in split.likely)
    reached += sum(factor(-offered) * (1 - values[index]) for offered, index in split.sure)
    replaced: dict[int, tuple[frozenset[int], int]] = {}
    for guest in split.likely_guests:
        if reached > low - LEAST_VIOLATION:
            return None
        days, most, amount = _cheapest(guest, factor)
        replaced[guest.link] = days, most
        reached += amount
    if reached > low - LEAST_VIOLATION:
        return None
    terms: Terms = [(1, unmet), *((factor(old), index) for old, index in split.patterns)]
    for offered, index in split.sure:
        complement = factor(-offered)
        terms.append((-complement, index))
        low -= complement
        reached -= complement
    for guest in split.guests:
        days, most = replaced.get(guest.link, (frozenset(), 0))
        terms += [(factor(old), index) for day, old, index in guest.columns if day not in days]
        if days:
            terms.append((factor(most), guest.link))
    return cut_of(terms, low, reached)


def _cheapest(guest: _Guest, factor: Callable[[int], int]) -> tuple[frozenset[int], int, float]:
    """The days to replace by the week's link, the most they offer, and what it then reaches."""
    by_day = [(day, factor(offered) * value) for day, offered, value in guest.likely]
    best: tuple[frozenset[int], int, float] = (frozenset(), 0, sum(v for _, v in by_day))
    if best[2] > 0:
        for days, most in guest.prefixes:
            amount = factor(most) * guest.link_value
            amount += sum(value for day, value in by_day if day not in days)
            if amount < best[2] - 1e-9:
                best = days, most, amount
    return best
