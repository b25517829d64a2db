"""Thousands of invented rows in one statement: a flush would ask for the key of each."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import insert

from booking.database import Base, db

Columns = Mapping[str, Any]


def add_at_once(model: type[Base], rows: Iterable[Columns]) -> None:
    """Add rows whose keys nobody needs; those that leave the same columns out go together."""
    alike: dict[tuple[str, ...], list[Columns]] = {}
    for row in rows:
        alike.setdefault(tuple(row), []).append(row)
    for some in alike.values():
        db.session.execute(insert(model), some)


def columns_of(row: Base) -> Columns:
    """What has been set of an object's columns."""
    columns = type(row).__mapper__.column_attrs
    return {name: value for name, value in sorted(vars(row).items()) if name in columns}


@contextmanager
def nothing_thrown_away() -> Iterator[None]:
    """All that is made up is held until it is written: looking for what is not takes long."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
