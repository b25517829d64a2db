"""The record of every change, written in the transaction that makes it."""

from datetime import date, datetime, time
from typing import Any

from booking import clock
from booking.database import db
from booking.models import AuditEntry
from booking.rights import Actor

# A record that keeps a claimant's details could not be kept when they must be forgotten.
_PERSONAL = frozenset(
    {
        *("name", "name_key", "mobile", "other_contact", "email", "password_hash", "said"),
        *("job_goal", "cancel_reason"),
    }
)


def record(
    by: Actor,
    action: str,
    subject: Any,
    *,
    office_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add one audit row about a row that has its id; values become plain JSON."""
    if subject.id is None:
        db.session.flush()
    db.session.add(
        AuditEntry(
            at=clock.now(),
            actor=by.name,
            action=action,
            subject=subject.__tablename__,
            subject_id=subject.id,
            office_id=office_id,
            before=_plain(before),
            after=_plain(after),
        )
    )


def change(subject: Any, **values: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set the attributes that differ; returns what they were and what they became."""
    before = {name: getattr(subject, name) for name in values}
    differing = {name for name, value in values.items() if before[name] != value}
    for name in differing:
        setattr(subject, name, values[name])
    return (
        {name: before[name] for name in sorted(differing)},
        {name: values[name] for name in sorted(differing)},
    )


def _plain(values: dict[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {
        name: "(changed)" if name in _PERSONAL and value else _json(value)
        for name, value in values.items()
    }


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime | time) else value
