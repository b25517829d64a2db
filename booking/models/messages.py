"""What is said to claimants, what they say, and the written notices they were given."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base, word
from booking.models.diary import Appointment
from booking.models.people import User
from booking.words import ContactWay, MessageKind, MessageState


class ContactNote(Base):
    """An inbound contact with its time: `I rang ahead` is on record (002:2142)."""

    __tablename__ = "contact_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    way: Mapped[ContactWay] = mapped_column(word(ContactWay))
    said: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    appointment: Mapped[Appointment] = relationship()
    noted_by: Mapped[User | None] = relationship()


class OutboxMessage(Base):
    """One text to one claimant: written with the change it tells of, claimed before it is sent."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "uq_outbox_occasion",
            "appointment_id",
            "kind",
            "start_version",
            unique=True,
            sqlite_where=text("contact_note_id IS NULL"),
            postgresql_where=text("contact_note_id IS NULL"),
        ),
        UniqueConstraint("contact_note_id"),
        Index("ix_outbox_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    contact_note_id: Mapped[int | None] = mapped_column(ForeignKey("contact_note.id"))
    kind: Mapped[MessageKind] = mapped_column(word(MessageKind))
    start_version: Mapped[int]
    state: Mapped[MessageState] = mapped_column(word(MessageState), default=MessageState.DUE)
    due_at: Mapped[datetime]
    send_by: Mapped[datetime]
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    channel: Mapped[str] = mapped_column(String(20), default="")
    sent_to: Mapped[str] = mapped_column(String(20), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    reason: Mapped[str] = mapped_column(String(200), default="")  # why it is not simply sent

    appointment: Mapped[Appointment] = relationship()
    contact_note: Mapped[ContactNote | None] = relationship()


class Notice(Base):
    """A dated written notice as it was handed over; never changed (systems table, row 48)."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    start_version: Mapped[int]
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    contents: Mapped[dict[str, Any]] = mapped_column(JSON)

    appointment: Mapped[Appointment] = relationship()
    issued_by: Mapped[User | None] = relationship()
