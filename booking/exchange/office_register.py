"""The official Jobcentre register as its files say it: the latest entry of each office."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from booking import clock
from booking.errors import BadDetail
from booking.exchange.csv_files import BadFile, Cells, fitting, read, required
from booking.words import Nation

T = TypeVar("T")
Point = tuple[float, float]  # latitude, longitude in degrees

_COLUMNS = ("entry-timestamp", "address", "jobcentre", "jobcentre-district", "name", "end-date")
_DISTRICT_COLUMNS = ("entry-timestamp", "jobcentre-district", "jobcentre-group", "name")
_GROUP_COLUMNS = ("entry-timestamp", "jobcentre-group", "name")
_POINT_COLUMNS = ("jobcentre", "lat", "lon")


@dataclass(frozen=True, order=True)
class Entry:
    """One office's row. The order tells which of two rows for a code is the later one."""

    entered_at: datetime
    code: str
    district_code: str
    name: str
    uprn: str
    ended_on: date = date.max

    @property
    def closed_on(self) -> date | None:
        """The day the office closed, once that is in the past."""
        return self.ended_on if self.ended_on < clock.today() else None


@dataclass(frozen=True, order=True)
class Named:
    """A district, `part_of` a group, or such a group."""

    entered_at: datetime
    code: str
    name: str
    part_of: str = ""


Dated = TypeVar("Dated", Entry, Named)


@dataclass(frozen=True)
class Register:
    """The latest entry of each code; `problems` has one sentence for each bad row."""

    entries: Sequence[Entry]
    districts: Mapping[str, Named]
    groups: Mapping[str, Named]
    points: Mapping[str, Point]
    problems: Sequence[str]

    def district_name(self, code: str) -> str:
        """The district's name, or its code when the register does not say."""
        return self.districts[code].name if code in self.districts else code

    def nation(self, district_code: str) -> Nation:
        """By the name of the district's group: the register covers Great Britain only."""
        district = self.districts.get(district_code)
        group = self.groups.get(district.part_of) if district else None
        words = group.name.split() if group else []
        if "Wales" in words:
            return Nation.WALES
        return Nation.SCOTLAND if "Scotland" in words else Nation.ENGLAND


def read_register(path: Path, *, district_code: str | None = None) -> Register:
    """The register in a file, with its districts, groups and coordinates if they lie beside it.

    Raises BadFile, also when no usable row is of the district asked for.
    """
    entries, problems = read(path, _COLUMNS, _entry)
    wanted = [e for e in _latest(entries).values() if district_code in (None, e.district_code)]
    if not wanted:
        where = f" in district {district_code}" if district_code else ""
        raise BadFile(f"{path.name} has no office{where} that can be used.")
    beside = path.parent
    districts, more = _if_there(beside / "jobcentre-district.csv", _DISTRICT_COLUMNS, _district)
    groups, yet_more = _if_there(beside / "jobcentre-group.csv", _GROUP_COLUMNS, _group)
    points, last = _if_there(
        beside / "jobcentre-approximate-coordinates.csv", _POINT_COLUMNS, _point
    )
    return Register(
        entries=sorted(wanted, key=lambda entry: entry.code),
        districts=_latest(districts),
        groups=_latest(groups),
        points={code: point for code, point in points if point is not None},
        problems=[*problems, *more, *yet_more, *last],
    )


def _if_there(
    path: Path, columns: Sequence[str], parse: Callable[[Cells], T]
) -> tuple[list[T], list[str]]:
    return read(path, columns, parse) if path.exists() else ([], [])


def _latest(rows: Iterable[Dated]) -> dict[str, Dated]:
    return {row.code: row for row in sorted(rows)}


def _entry(cells: Cells) -> Entry:
    ended = cells["end-date"]
    return Entry(
        entered_at=_instant(cells["entry-timestamp"]),
        code=required(cells, "jobcentre", 20),
        district_code=required(cells, "jobcentre-district", 20),
        name=required(cells, "name", 100),
        uprn=fitting(cells, "address", 20),
        ended_on=_date(ended) if ended else date.max,
    )


def _district(cells: Cells) -> Named:
    return Named(
        entered_at=_instant(cells["entry-timestamp"]),
        code=required(cells, "jobcentre-district", 20),
        name=required(cells, "name", 100),
        part_of=cells["jobcentre-group"],
    )


def _group(cells: Cells) -> Named:
    return Named(
        entered_at=_instant(cells["entry-timestamp"]),
        code=required(cells, "jobcentre-group", 20),
        name=required(cells, "name", 100),
    )


def _point(cells: Cells) -> tuple[str, Point | None]:
    code, latitude, longitude = cells["jobcentre"], cells["lat"], cells["lon"]
    if not latitude and not longitude:
        return code, None
    try:
        point = float(latitude), float(longitude)
    except ValueError:
        raise BadDetail("lat", f"{latitude!r} and {longitude!r} are not a point.") from None
    if not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
        raise BadDetail("lat", f"{latitude} and {longitude} are not on the globe.")
    return code, point


def _instant(text: str) -> datetime:
    try:
        entered_at = datetime.fromisoformat(text)
    except ValueError:
        raise BadDetail("entry-timestamp", f"entry-timestamp {text!r} is not a time.") from None
    if entered_at.tzinfo is None:
        raise BadDetail("entry-timestamp", f"entry-timestamp {text!r} has no time zone.")
    return entered_at


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadDetail("end-date", f"end-date {text!r} is not a date.") from None
