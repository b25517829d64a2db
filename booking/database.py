"""The database: types that keep their promises, one transaction a use case, refusals by name."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    UniqueConstraint,
    event,
)
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

P = ParamSpec("P")
R = TypeVar("R")

_ATTEMPTS = 5
_DEADLOCK_OR_SERIALIZATION = ("40P01", "40001")


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; SQLite drops the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        return value.astimezone(UTC)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None] | None:
        """Instead of process_result_value: a search reads thousands of instants at once."""
        return _from_sqlite if dialect.name == "sqlite" else _from_postgresql


def _from_sqlite(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored + "+00:00")


def _from_postgresql(stored: datetime | None) -> datetime | None:
    return None if stored is None else stored.astimezone(UTC)


def word(kind: type[StrEnum]) -> Enum:
    """A column type for one of the office's words, checked by the database too."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        name=kind.__name__.lower(),
    )


class Base(DeclarativeBase):
    registry = registry(
        type_annotation_map={datetime: UTCDateTime},
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
    )


db = SQLAlchemy(model_class=Base)


@event.listens_for(Engine, "connect")
def _open_sqlite_well(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # the "begin" below decides how a transaction starts
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA synchronous=FULL")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class TryAgain(Exception):
    """Somebody has just added the row this use case looked for; run again, it will find it."""


def use_case(function: Callable[P, R]) -> Callable[P, R]:
    """Run a function as one transaction: all of it is committed, or none of it happened.

    A reading transaction left open by the request is ended first: it would read a stale
    snapshot. Two use cases that wait for each other are told so by PostgreSQL; the one it
    refused is run again from the start, and so is one that asks for it with TryAgain.
    """

    @wraps(function)
    def transacted(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(_ATTEMPTS - 1):
            try:
                with transaction():
                    return function(*args, **kwargs)
            except TryAgain:
                continue
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) not in _DEADLOCK_OR_SERIALIZATION:
                    raise
        with transaction():
            return function(*args, **kwargs)

    return transacted


@contextmanager
def transaction() -> Iterator[None]:
    """One writing transaction; on SQLite it takes the write lock at once."""
    session = db.session()
    if session.info.get("in_use_case"):
        raise RuntimeError("A use case inside a use case would commit half of it.")
    session.rollback()
    session.connection(execution_options={"writes": True})
    session.info["in_use_case"] = True
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("in_use_case", None)


@contextmanager
def refused(**refusals: type[Exception]) -> Iterator[None]:
    """Flush at the end; a named unique key that refuses becomes the given error.

    The use case ends with it. Inside `db.session.begin_nested()` it may go on instead.
    """
    try:
        yield
        db.session.flush()
    except IntegrityError as error:
        refusal = refusals.get(broken_key(error) or "")
        if refusal is None:
            raise
        raise refusal() from error


def broken_key(error: IntegrityError) -> str | None:
    """The name of the unique key that refused a row, as both databases tell it."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name)
    _, _, columns = str(error.orig).partition("UNIQUE constraint failed: ")
    return _unique_keys().get(columns)


@cache
def _unique_keys() -> dict[str, str]:
    """SQLite names the columns of a broken unique key, not the key."""
    keys: dict[str, str] = {}
    for table in Base.metadata.tables.values():
        unique: list[tuple[object, Iterable[Column[Any]]]] = [
            (table.primary_key.name, table.primary_key.columns),
            *((index.name, index.columns) for index in table.indexes if index.unique),
            *((c.name, c.columns) for c in table.constraints if isinstance(c, UniqueConstraint)),
        ]
        for name, columns in unique:
            keys[", ".join(f"{table.name}.{column.name}" for column in columns)] = str(name)
    return keys
