"""A draft's week as people read it: office by office or adviser by adviser, beside last week."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from booking.rotas.drafts import Solved
from booking.rotas.half_days import SESSIONS
from booking.rotas.standing import standing
from booking.words import SessionKind
from optimizer.rota.rota import OVERFLOW


@dataclass(frozen=True)
class Present:
    """Somebody in a half-day, and where they sit; `was_there` in the same one of last week."""

    adviser: str
    adviser_id: int
    place: str
    was_there: bool


@dataclass(frozen=True)
class Cell:
    """One office's half-day. `gone` were there last week and are not now."""

    session: int
    wanted: int
    capacity: int
    present: Sequence[Present]
    gone: Sequence[str]

    @property
    def offered(self) -> int:
        return self.capacity * len(self.present)

    @property
    def unmet(self) -> int:
        return max(0, self.wanted - self.offered)

    @property
    def changed(self) -> bool:
        return bool(self.gone) or not all(each.was_there for each in self.present)


@dataclass(frozen=True)
class OfficeRow:
    office: str
    office_id: int
    days_wanted: int
    cells: Sequence[Cell]

    @property
    def unmet(self) -> int:
        """Bookings of the week that nobody there can take (the week's sum, as the objective)."""
        return max(0, sum(c.wanted for c in self.cells) - sum(c.offered for c in self.cells))

    @property
    def days(self) -> int:
        return len({cell.session // 2 for cell in self.cells if cell.present})


@dataclass(frozen=True)
class Half:
    """One adviser's half-day: where, and where last week; both empty when off."""

    session: int
    office: str
    place: str
    before: str
    available: bool
    shut: bool  # no office is open then, as on a bank holiday

    @property
    def changed(self) -> bool:
        return not self.shut and self.office != self.before


@dataclass(frozen=True)
class AdviserRow:
    adviser: str
    adviser_id: int
    halves: Sequence[Half]
    travel_minutes: int

    @property
    def days(self) -> int:
        return len({half.session // 2 for half in self.halves if half.office})


def by_office(solved: Solved) -> list[OfficeRow]:
    """The week's rows, offices by name."""
    keys, rota = solved.draft.keys, solved.rota
    before = _last_week(solved)
    ids = keys["advisers"]
    present: dict[tuple[str, int], list[Present]] = defaultdict(list)
    for entry in rota.assignments:
        for session, place in sorted(entry.places.items()):
            office_id = keys["offices"][entry.office]
            was_there = before.get((ids[entry.adviser], session)) == office_id
            present[entry.office, session].append(
                Present(
                    entry.adviser, ids[entry.adviser], _in_short(place, entry.office), was_there
                )
            )
    names = {row_id: name for name, row_id in ids.items()}
    there: dict[tuple[int, int], list[int]] = defaultdict(list)
    for (adviser_id, session), office_id in before.items():
        there[office_id, session].append(adviser_id)
    return [
        OfficeRow(
            office.id,
            keys["offices"][office.id],
            office.days_wanted,
            [
                Cell(
                    session,
                    office.demand[session],
                    office.capacity[session],
                    here := present[office.id, session],
                    [
                        names.get(adviser_id, "somebody")
                        for adviser_id in there[keys["offices"][office.id], session]
                        if adviser_id not in {each.adviser_id for each in here}
                    ],
                )
                for session in range(SESSIONS)
            ],
        )
        for office in solved.problem.offices
    ]


def by_adviser(solved: Solved) -> list[AdviserRow]:
    """The week's rows, advisers by name."""
    keys, before = solved.draft.keys, _last_week(solved)
    office_names = {row_id: name for name, row_id in keys["offices"].items()}
    where: dict[tuple[str, int], tuple[str, str]] = {}
    travel: dict[str, int] = defaultdict(int)
    reach = {adviser.id: adviser.travel_minutes for adviser in solved.problem.advisers}
    for entry in solved.rota.assignments:
        travel[entry.adviser] += 2 * reach[entry.adviser].get(entry.office, 0)
        for session, place in entry.places.items():
            where[entry.adviser, session] = entry.office, _in_short(place, entry.office)
    return [
        AdviserRow(
            adviser.id,
            keys["advisers"][adviser.id],
            [
                Half(
                    session,
                    *where.get((adviser.id, session), ("", "")),
                    before=office_names.get(
                        before.get((keys["advisers"][adviser.id], session), 0), ""
                    ),
                    available=adviser.available[session],
                    shut=not any(each.capacity[session] for each in solved.problem.offices),
                )
                for session in range(SESSIONS)
            ],
            travel[adviser.id],
        )
        for adviser in solved.problem.advisers
    ]


def halves_changed(solved: Solved, adviser_id: int, *, beside: Collection[int]) -> list[Half]:
    """The adviser's half-days that are not as last week, on other days than those `beside`."""
    return [
        half
        for row in by_adviser(solved)
        if row.adviser_id == adviser_id
        for half in row.halves
        if half.changed and half.session // 2 not in beside
    ]


def _last_week(solved: Solved) -> Mapping[tuple[int, int], int]:
    """By adviser and half-day, the office of last week's interviews."""
    week = solved.draft.week - timedelta(weeks=1)
    return {
        (each.session.adviser_id, each.index): each.session.office_id
        for each in standing(solved.draft.district_id, week)
        if each.session.kind == SessionKind.INTERVIEWS
    }


def _in_short(place: str, office: str) -> str:
    return "a venue nearby" if place == OVERFLOW else place.removesuffix(f" at {office}")


def differences(one: Solved, other: Solved) -> list[tuple[str, int, str, str]]:
    """Adviser-days that differ between two drafts: adviser, day, where in one, where in other."""
    theirs = {row.adviser_id: row for row in by_adviser(other)}
    found = []
    for row in by_adviser(one):
        beside = theirs.get(row.adviser_id)
        for day in range(SESSIONS // 2):
            here = _day_in_words(row, day)
            there = _day_in_words(beside, day) if beside else "not planned"
            if here != there:
                found.append((row.adviser, day, here, there))
    return found


def _day_in_words(row: AdviserRow, day: int) -> str:
    am, pm = row.halves[2 * day : 2 * day + 2]
    if am.office and am.office == pm.office:
        return am.office
    parts = [f"{half.office} {name}" for half, name in ((am, "am"), (pm, "pm")) if half.office]
    return ", ".join(parts) or "off"
