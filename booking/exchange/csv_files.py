"""CSV files of other systems: rows with their line numbers, one sentence for what is wrong."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from booking.errors import BadDetail, BookingError

T = TypeVar("T")
Cells = Mapping[str, str]

# A spreadsheet runs a cell that starts with one of these as a formula.
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class BadFile(BookingError):
    """A file that cannot be used at all; the sentence names it."""

    code, status = "bad_file", 422


def read(
    path: Path, columns: Sequence[str], parse: Callable[[Cells], T]
) -> tuple[list[T], list[str]]:
    """As `read_content`, of a file of this machine; BadFile also when it is missing."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path}: {error.strerror or 'it cannot be read'}.") from None
    return read_content(path.name, content, columns, parse)


def read_content(
    name: str, content: bytes, columns: Sequence[str], parse: Callable[[Cells], T]
) -> tuple[list[T], list[str]]:
    """The parsed rows of UTF-8 text with a header row, and a sentence for each bad row.

    `parse` gets a row's cells by column, trimmed, and raises BadDetail when it cannot use them.
    Raises BadFile when the text is empty, not UTF-8, not CSV or lacks a column.
    """
    good: list[T] = []
    problems: list[str] = []
    for line, cells in _rows(name, content, columns):
        try:
            good.append(parse(_trimmed(cells)))
        except BadDetail as problem:
            problems.append(f"{name}, line {line}: {problem}")
    return good, problems


def required(cells: Cells, column: str, longest: int) -> str:
    """A cell that must hold something, of a length that fits; BadDetail otherwise."""
    if not cells[column]:
        raise BadDetail(column, f"{column} is empty.")
    return fitting(cells, column, longest)


def fitting(cells: Cells, column: str, longest: int) -> str:
    """A cell that may be empty, of a length that fits; BadDetail otherwise."""
    if len(cells[column]) > longest:
        raise BadDetail(column, f"{column} is longer than {longest} characters.")
    return cells[column]


def first_of(problems: Sequence[str]) -> str:
    """The first problem of several, and how many more there are, in one sentence."""
    more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0].removesuffix('.')}{more}."


def line(cells: Sequence[object]) -> str:
    """One line of a file for spreadsheets; a cell that would run as a formula is quoted."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_harmless(cell) for cell in cells])
    return buffer.getvalue()


def _harmless(cell: object) -> str:
    words = "" if cell is None else str(cell)
    return f"'{words}" if words.startswith(_STARTS_A_FORMULA) else words


def _rows(
    name: str, content: bytes, columns: Sequence[str]
) -> Iterator[tuple[int, dict[str | None, object]]]:
    reader = csv.DictReader(io.StringIO(_text(name, content), newline=""), strict=True)
    try:
        missing = [column for column in columns if column not in (reader.fieldnames or [])]
        if missing:
            raise BadFile(f"{name}: the first line has no column {', '.join(missing)}.")
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise BadFile(f"{name}, line {reader.line_num + 1}: not CSV ({error}).") from None


def _text(name: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(f"{name}: not UTF-8 text (byte {error.start + 1}).") from None
    if not text.strip():
        raise BadFile(f"{name} is empty.")
    return text


def _trimmed(cells: Mapping[str | None, object]) -> Cells:
    whole = {column: cell.strip() for column, cell in cells.items() if isinstance(cell, str)}
    if None in cells or len(whole) < len(cells):
        raise BadDetail("row", "the row does not have as many cells as the first line.")
    return {column: cell for column, cell in whole.items() if column is not None}
