"""From a solution's whole numbers to a rota: each adviser is given rooms of the kinds used."""

from collections.abc import Iterator, Sequence

from optimizer.rota.columns import FULL, Column
from optimizer.rota.housing import RoomKind, Use
from optimizer.rota.model import RotaModel
from optimizer.rota.office_days import OfficeDay
from optimizer.rota.rota import Assignment


def assignments(model: RotaModel, values: Sequence[float]) -> tuple[Assignment, ...]:
    """The adviser-days of a solution, by adviser and day, with a place for every session."""
    there: dict[tuple[str, int], list[Column]] = {}
    for index, column in enumerate(model.columns):
        if round(values[index]):
            there.setdefault((column.office, column.day), []).append(column)
    placed = [
        assignment
        for week in model.weeks
        for day, office_day in enumerate(week.days)
        for assignment in _place(
            there.get((week.office.id, day), []), office_day.kinds, _uses(office_day, values)
        )
    ]
    order = {adviser.id: number for number, adviser in enumerate(model.problem.advisers)}
    return tuple(sorted(placed, key=lambda entry: (order[entry.adviser], entry.day)))


def _uses(office_day: OfficeDay, values: Sequence[float]) -> tuple[Use, ...]:
    for pattern, housing in office_day.patterns.items():
        if round(values[pattern]):
            return housing.uses
    return tuple(
        Use(round(values[stay]), round(values[am]), round(values[pm]))
        for stay, am, pm in office_day.numbers
    )


def _place(
    present: Sequence[Column], kinds: Sequence[RoomKind], uses: Sequence[Use]
) -> Iterator[Assignment]:
    all_day: list[str] = []
    mornings: list[str] = []
    afternoons: list[str] = []
    for kind, use in zip(kinds, uses, strict=False):
        all_day += kind.places[: use.stay]
        mornings += kind.places[use.stay : use.stay + use.am]
        afternoons += kind.places[use.stay : use.stay + use.pm]
    for column in sorted(present, key=lambda column: column.shape != FULL):
        if column.shape == FULL and all_day:
            places = [all_day.pop(0)] * 2
        else:
            halves = (mornings, afternoons)
            places = [halves[session % 2].pop(0) for session in column.sessions]
        yield Assignment(
            column.adviser,
            column.day,
            column.office,
            dict(zip(column.sessions, places, strict=True)),
        )
