"""Reads the fields of a JSON document and refuses what does not fit in one plain sentence."""

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from optimizer.errors import BadInput

R = TypeVar("R")

LARGEST_FILE_BYTES = 20_000_000


def read_file(path: Path, parse: Callable[[bytes], R]) -> R:
    """What `parse` makes of a file; raises BadInput, naming the file, with one sentence."""
    data = _read_bytes(path)
    try:
        return parse(data)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error


def _read_bytes(path: Path) -> bytes:
    """The file's bytes; raises BadInput when it cannot be read or is too large."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE_BYTES:
            raise BadInput(
                f"{path}: the file has {size:,} bytes; the largest that is read has"
                f" {LARGEST_FILE_BYTES:,}."
            )
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror}).") from error


def write_whole(path: Path, text: str) -> None:
    """Write the text so that the file appears whole or not at all."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise BadInput(f"{path}: cannot be written ({error.strerror}).") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise BadInput(f"{path}: cannot be written ({error.strerror}).") from error


def parse_json(data: bytes) -> Any:
    """The JSON value in UTF-8 bytes, with or without the mark that some editors put in front.

    A name given twice, NaN and Infinity are refused.
    """
    try:
        return json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_no_duplicates, parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        raise BadInput(f"The file is not UTF-8 text (byte {error.start}).") from error
    except RecursionError as error:
        raise BadInput("The file is nested too deeply.") from error
    except json.JSONDecodeError as error:
        raise BadInput(f"The file is not JSON: line {error.lineno}, {error.msg}.") from error
    except BadInput:
        raise
    except ValueError as error:
        raise BadInput("The file is not JSON: a number in it has too many digits.") from error


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadInput(f"The field {shown(twice)} is given twice in one object.")
    return record


def _no_constant(name: str) -> NoReturn:
    raise BadInput(f"The file holds {name}, which is not a number here.")


def shown(value: object) -> str:
    """The value as JSON, cut short, for quoting in a sentence."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "..."


def record(
    value: Any, where: str, *, required: Iterable[str], optional: Iterable[str] = ()
) -> dict[str, Any]:
    """The value as an object with exactly the fields named."""
    if not isinstance(value, dict):
        raise BadInput(f"{where} must be an object, not {shown(value)}.")
    required = list(required)
    for name in required:
        if name not in value:
            raise BadInput(f"{where}: the field {shown(name)} is missing.")
    for name in value:
        if name not in required and name not in optional:
            raise BadInput(f"{where}: the field {shown(name)} is unknown.")
    return value


def whole(value: Any, where: str, low: int, high: int) -> int:
    """The value as a whole number from low to high."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadInput(f"{where} must be a whole number from {low} to {high}, not {shown(value)}.")
    return value


def flag(value: Any, where: str) -> bool:
    """The value as true or false."""
    if not isinstance(value, bool):
        raise BadInput(f"{where} must be true or false, not {shown(value)}.")
    return value


def text(value: Any, where: str) -> str:
    """The value as text of 1 to 100 characters."""
    if not isinstance(value, str) or not value.strip() or len(value) > 100:
        raise BadInput(f"{where} must be text of 1 to 100 characters, not {shown(value)}.")
    return value


def items(value: Any, where: str, *, length: int | None = None) -> list[Any]:
    """The value as a list, of the length given if any."""
    if not isinstance(value, list):
        raise BadInput(f"{where} must be a list, not {shown(value)}.")
    if length is not None and len(value) != length:
        raise BadInput(f"{where} must have {length} entries, not {len(value)}.")
    return value


def known(value: Any, where: str, ids: Mapping[str, object], what: str) -> str:
    """The value as the id of one of the objects given; `what` names their kind."""
    name = text(value, where)
    if name not in ids:
        raise BadInput(f"{where} names {what} {shown(name)}, which is not in the problem.")
    return name
