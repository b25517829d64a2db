"""Reads attendance history: one past appointment a row, bad rows named by line.

Times without an offset are London time.  A wall-clock time that comes twice (the October hour) is
read as the first, summer-time one; one that never comes (the March hour) as if clocks had not yet
gone forward.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, TextIO
from zoneinfo import ZoneInfo

from optimizer.errors import BadInput

LONDON = ZoneInfo("Europe/London")
COLUMNS = ("booked_at", "starts_at", "office", "adviser", "kind", "reminder", "outcome")
KINDS = ("first", "return", "walkover", "group")
REMINDERS = ("none", "sent", "delivered", "confirmed")
MISSED_BY_OUTCOME = {
    "attended": False,
    "failed_to_attend": True,
    "cancelled": None,
    "excused": None,
}
DATE_LENGTH = len("2016-05-31")


class PastAppointment(NamedTuple):
    """What was known when an appointment was booked, and what came of it.

    `starts_on`, `hour` and `lead_days` are on the London calendar and clock.  `missed` is None
    for cancelled and excused appointments, which count neither way.
    """

    office: str
    starts_on: date
    hour: int
    lead_days: int
    kind: str
    missed: bool | None

    @classmethod
    def at(
        cls,
        *,
        office: str,
        starts_at: datetime,
        booked_at: datetime,
        kind: str,
        missed: bool | None,
    ) -> "PastAppointment":
        """From instants (without an offset: London time)."""
        starts, booked = on_london_clock(starts_at), on_london_clock(booked_at)
        lead_days = starts.toordinal() - booked.toordinal()
        return cls(office, starts.date(), starts.hour, lead_days, kind, missed)


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used: its line in the file (from 1) and what is wrong, in words."""

    line: int
    problem: str


class _RowError(ValueError):
    """What is wrong with a row."""


def read_history(
    path: Path, *, strict: bool = False, on_bad_row: Callable[[BadRow], None]
) -> Iterator[PastAppointment]:
    """Stream the appointments of a CSV file, handing bad rows to `on_bad_row`.

    With `strict` the first bad row raises BadInput instead, as do a missing file or column.
    """
    try:
        # bytes that are no UTF-8 survive as surrogates, so that their row can be named
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            yield from _rows(path, file, strict, on_bad_row)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None


def past_appointment(
    *, booked_at: str, starts_at: str, office: str, kind: str, outcome: str
) -> PastAppointment:
    """An appointment from the texts of its fields; raises ValueError with the problem in words."""
    if not office:
        raise _RowError("office is empty")
    if kind not in KINDS:
        raise _RowError(f"kind is '{kind}', not one of {', '.join(KINDS)}")
    if outcome not in MISSED_BY_OUTCOME:
        raise _RowError(f"outcome is '{outcome}', not one of {', '.join(MISSED_BY_OUTCOME)}")
    booked, starts = _time("booked_at", booked_at), _time("starts_at", starts_at)
    missed = MISSED_BY_OUTCOME[outcome]
    try:
        if _is_after(booked, starts):
            raise _RowError("it was booked after it started")
        return PastAppointment.at(
            office=office, starts_at=starts, booked_at=booked, kind=kind, missed=missed
        )
    except OverflowError:
        raise _RowError("a time lies beyond the calendar") from None


def on_london_clock(instant: datetime) -> datetime:
    """A time in London; one without an offset is in London already."""
    return instant if instant.tzinfo is None else instant.astimezone(LONDON)


def _rows(
    path: Path, file: TextIO, strict: bool, on_bad_row: Callable[[BadRow], None]
) -> Iterator[PastAppointment]:
    reader = csv.reader(file)
    header = _header(path, reader)
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise BadInput(f"{path} line 1: the header has no column {missing[0]}.")
    places = [header.index(column) for column in COLUMNS]
    line = reader.line_num + 1
    while True:
        try:
            row = next(reader)
            if row:
                yield _checked(row, places, len(header))
        except StopIteration:
            return
        except (_RowError, csv.Error) as problem:
            if strict:
                raise BadInput(f"{path} line {line}: {problem}.") from None
            on_bad_row(BadRow(line, str(problem)))
        line = reader.line_num + 1


def _header(path: Path, reader: Iterator[list[str]]) -> list[str]:
    try:
        return [name.strip() for name in next(reader, [])]
    except csv.Error as problem:
        raise BadInput(f"{path} line 1: {problem}.") from None


def _checked(row: list[str], places: list[int], fields: int) -> PastAppointment:
    if len(row) != fields:
        raise _RowError(f"it has {len(row)} fields and the header {fields}")
    booked_at, starts_at, office, _, kind, reminder, outcome = [
        row[place].strip() for place in places
    ]
    if reminder not in REMINDERS:
        raise _RowError(f"reminder is '{reminder}', not one of {', '.join(REMINDERS)}")
    if not office.isprintable():
        raise _RowError("office holds characters that cannot be read as UTF-8 text")
    return past_appointment(
        booked_at=booked_at, starts_at=starts_at, office=office, kind=kind, outcome=outcome
    )


def _time(field: str, text: str) -> datetime:
    try:
        if len(text) <= DATE_LENGTH:
            raise ValueError
        return datetime.fromisoformat(text)
    except ValueError:
        raise _RowError(f"{field} is '{text}', not an ISO 8601 time") from None


def _is_after(booked: datetime, starts: datetime) -> bool:
    if booked.tzinfo is None and starts.tzinfo is None:
        return booked > starts
    return _aware(booked) > _aware(starts)


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=LONDON)
