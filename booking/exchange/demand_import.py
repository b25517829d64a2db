"""Demand of another system or a spreadsheet, a row for each office and half-day."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import select

from booking.database import db
from booking.errors import BadDetail
from booking.exchange.csv_files import Cells, read, read_content, required
from booking.models import Office
from booking.rotas.demand_entries import MOST_WANTED, Given
from booking.words import HalfDay

_COLUMNS = ("office", "date", "half_day", "wanted", "reason")


def read_demand(path: Path, *, district_id: int) -> tuple[Sequence[Given], Sequence[str]]:
    """The numbers a file holds for a district, and one sentence for each bad row."""
    return read(path, _COLUMNS, _row_of(district_id))


def demand_in(
    name: str, content: bytes, *, district_id: int
) -> tuple[Sequence[Given], Sequence[str]]:
    """The same of a file that was sent."""
    return read_content(name, content, _COLUMNS, _row_of(district_id))


def _row_of(district_id: int) -> Callable[[Cells], Given]:
    offices = {
        office.code: office
        for office in db.session.scalars(select(Office).where(Office.district_id == district_id))
    }
    seen: set[tuple[int, date, HalfDay]] = set()
    return lambda cells: _given(cells, offices, seen)


def _given(
    cells: Cells, offices: Mapping[str, Office], seen: set[tuple[int, date, HalfDay]]
) -> Given:
    office = offices.get(required(cells, "office", 20))
    if office is None:
        raise BadDetail("office", f"office {cells['office']} is not in the district.")
    given = Given(
        office, _date(cells), _half_day(cells), _wanted(cells), required(cells, "reason", 200)
    )
    key = (office.id, given.on, given.half_day)
    if key in seen:
        raise BadDetail("office", f"{cells['office']} has that half-day twice.")
    seen.add(key)
    return given


def _date(cells: Cells) -> date:
    try:
        on = date.fromisoformat(cells["date"])
    except ValueError:
        raise BadDetail("date", f"date {cells['date']!r} is none like 2026-12-07.") from None
    if on.weekday() > 4:
        raise BadDetail("date", f"date {on} is at a weekend.")
    return on


def _half_day(cells: Cells) -> HalfDay:
    try:
        return HalfDay(cells["half_day"])
    except ValueError:
        raise BadDetail("half_day", f"half_day {cells['half_day']!r} is not am or pm.") from None


def _wanted(cells: Cells) -> int:
    if not cells["wanted"].isdecimal() or int(cells["wanted"]) > MOST_WANTED:
        raise BadDetail("wanted", f"wanted must be a whole number from 0 to {MOST_WANTED}.")
    return int(cells["wanted"])
