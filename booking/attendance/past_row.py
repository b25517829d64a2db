"""One line of an attendance history file, checked as the forecast's own command checks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from booking import clock
from booking.errors import BadDetail
from booking.words import AppointmentKind, ReminderFate, Status
from optimizer.attendance.history import COLUMNS, REMINDERS, past_appointment

__all__ = ["COLUMNS", "PastRow", "checked"]

_LONGEST = 100


@dataclass(frozen=True)
class PastRow:
    """A past appointment as the file has it; `office` is a code, times are UTC."""

    office: str
    adviser: str
    booked_at: datetime
    starts_at: datetime
    kind: AppointmentKind
    reminder: ReminderFate
    outcome: Status


def checked(cells: Mapping[str, str]) -> PastRow:
    """The row in these cells; BadDetail says what is wrong with it."""
    names = ("booked_at", "starts_at", "office", "kind", "outcome")
    try:
        past_appointment(**{name: cells[name] for name in names})
        booked_at, starts_at = _instant(cells["booked_at"]), _instant(cells["starts_at"])
    except (ValueError, OverflowError) as problem:
        raise BadDetail("row", f"{problem}.") from None
    if cells["reminder"] not in REMINDERS:
        words = f"reminder is '{cells['reminder']}', not one of {', '.join(REMINDERS)}."
        raise BadDetail("reminder", words)
    for name in ("office", "adviser"):
        if len(cells[name]) > _LONGEST:
            raise BadDetail(name, f"{name} is longer than {_LONGEST} characters.")
    return PastRow(
        office=cells["office"],
        adviser=cells["adviser"],
        booked_at=booked_at,
        starts_at=starts_at,
        kind=AppointmentKind(cells["kind"]),
        reminder=ReminderFate(cells["reminder"]),
        outcome=Status(cells["outcome"]),
    )


def _instant(text: str) -> datetime:
    """A time without an offset is London's."""
    at = datetime.fromisoformat(text)
    return clock.instant(at.date(), at.time()) if at.tzinfo is None else at.astimezone(UTC)
