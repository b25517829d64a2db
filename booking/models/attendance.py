"""What came of appointments before the diary was kept here, and what was learned from it all."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.database import Base, word
from booking.words import AppointmentKind, ReminderFate, Status


class PastOutcome(Base):
    """One past appointment of another system: what was known when it was booked, and its end.

    No claimant. `office` is the code in the file, of an office that may not be here yet. `nth`
    tells apart appointments that are alike in all that names them.
    """

    __tablename__ = "attendance_history"
    __table_args__ = (
        UniqueConstraint(
            *("office", "starts_at", "booked_at", "adviser", "kind", "nth"),
            name="uq_attendance_history_booking",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office: Mapped[str] = mapped_column(String(100))
    adviser: Mapped[str] = mapped_column(String(100))
    booked_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    kind: Mapped[AppointmentKind] = mapped_column(word(AppointmentKind))
    reminder: Mapped[ReminderFate] = mapped_column(word(ReminderFate))
    outcome: Mapped[Status] = mapped_column(word(Status))
    nth: Mapped[int]


class AttendanceForecast(Base):
    """A forecast as every process reads it: its file, what it learned from, how well it did.

    `evaluation` scores the same method on the latest weeks, held out; None with too little to.
    """

    __tablename__ = "attendance_forecast"

    id: Mapped[int] = mapped_column(primary_key=True)
    trained_at: Mapped[datetime]
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    appointments: Mapped[int]
    left_out: Mapped[int]
    evaluation: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    document: Mapped[bytes] = mapped_column(LargeBinary)
