"""Attendance history of another system, brought in once however often the file is."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import CursorResult, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from booking import audit
from booking.attendance.past_row import COLUMNS, PastRow, checked
from booking.database import db, use_case
from booking.exchange.csv_files import read
from booking.models import Office, PastOutcome
from booking.rights import Actor

_AT_A_TIME = 5_000


@dataclass(frozen=True)
class Brought:
    """What the file changed; `unknown_offices` are codes that no office here has."""

    added: int
    changed: int
    unchanged: int
    unknown_offices: Sequence[str]


def read_history(path: Path) -> tuple[Sequence[PastRow], Sequence[str]]:
    """The past appointments of a file, and one sentence for each bad row."""
    return read(path, COLUMNS, checked)


@use_case
def import_history(
    rows: Sequence[PastRow],
    *,
    watch: Callable[[Sequence[PastRow]], Iterable[PastRow]] = iter,
    by: Actor,
) -> Brought:
    """Add the appointments that are not here, in one transaction.

    What names an appointment is all but its reminder and outcome, which follow the latest file;
    several that are alike are told apart by their number, so a longer export adds only what is
    new.
    """
    by.must("bring history in")
    before = _count()
    touched = sum(map(_written, _batches(watch(rows))))
    added = _count() - before
    if rows:
        latest = select(PastOutcome).order_by(PastOutcome.id.desc()).limit(1)
        news = {"added": added, "changed": touched - added}
        audit.record(by, "brought history in", db.session.scalars(latest).one(), after=news)
    return Brought(added, touched - added, len(rows) - touched, _unknown(rows))


def _batches(rows: Iterable[PastRow]) -> Iterable[list[dict[str, Any]]]:
    alike: Counter[tuple[object, ...]] = Counter()
    numbered = (_numbered(row, alike) for row in rows)
    while batch := list(islice(numbered, _AT_A_TIME)):
        yield batch


def _numbered(row: PastRow, alike: Counter[tuple[object, ...]]) -> dict[str, Any]:
    name = (row.office, row.starts_at, row.booked_at, row.adviser, row.kind)
    alike[name] += 1
    return {**vars(row), "nth": alike[name]}


def _written(batch: list[dict[str, Any]]) -> int:
    """Insert what is new, update what differs; how many rows that touched."""
    inserts: dict[str, Callable[[Any], Any]] = {
        "sqlite": sqlite.insert,
        "postgresql": postgresql.insert,
    }
    statement = inserts[db.engine.dialect.name](PastOutcome.__table__)
    news = statement.excluded
    differs = or_(PastOutcome.outcome != news.outcome, PastOutcome.reminder != news.reminder)
    statement = statement.on_conflict_do_update(
        index_elements=["office", "starts_at", "booked_at", "adviser", "kind", "nth"],
        set_={"outcome": news.outcome, "reminder": news.reminder},
        where=differs,
    )
    result = db.session.execute(statement, batch, execution_options={"preserve_rowcount": True})
    assert isinstance(result, CursorResult)
    return result.rowcount


def _count() -> int:
    return db.session.scalar(select(func.count()).select_from(PastOutcome)) or 0


def _unknown(rows: Sequence[PastRow]) -> Sequence[str]:
    known = set(db.session.scalars(select(Office.code)))
    return sorted({row.office for row in rows} - known)
