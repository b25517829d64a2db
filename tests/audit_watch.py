"""Watches every use case a test runs: what changes a record leaves an audit row beside it."""

import re
from typing import Any

from sqlalchemy import Connection, Engine, event

WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", re.IGNORECASE)

# A worker's sign of life changes no record.
BEAT = re.compile(r"\s*UPDATE \w+ SET beat_at=[^,]+ WHERE", re.IGNORECASE)

# Not records of the office: marks that follow the appointment, what machines keep for
# themselves, and texts and offers, whose row is the record of their own fate.
NOT_AUDITED = {
    "attendance_forecast",
    "audit",
    "claimant_time",
    "delivery_report",
    "freed_slot",
    "handover_time",
    "heartbeat",
    "idempotent_answer",
    "inbound_text",
    "job_run",
    "outbox",
    "rota_run",
    "sign_in_failure",
    "unmet_search",
    "waiting_offer",
}


class Unaudited(AssertionError):
    """A use case changed records and said nothing of it."""


def watch() -> None:
    """From now on such a transaction cannot be committed."""
    event.listen(Engine, "after_cursor_execute", _note)
    event.listen(Engine, "commit", _check)
    event.listen(Engine, "rollback", _forget)


def _note(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
    found = WRITES.match(statement)
    met_no_row = statement.lstrip().startswith("UPDATE") and cursor.rowcount == 0
    if found and not met_no_row and not BEAT.match(statement):
        connection.info.setdefault("changed", set()).add(found[1])


def _forget(connection: Connection) -> None:
    connection.info.pop("changed", None)


def _check(connection: Connection) -> None:
    changed = connection.info.pop("changed", set())
    in_use_case = connection.get_execution_options().get("writes")
    records = changed - NOT_AUDITED
    if in_use_case and records and "audit" not in changed:
        raise Unaudited(f"{', '.join(sorted(records))} changed without an audit row")
