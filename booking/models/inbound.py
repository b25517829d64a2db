"""What comes back from claimants: their texts, who wants none, and the calls made instead."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base, word
from booking.models.diary import Appointment
from booking.models.messages import ContactNote, OutboxMessage
from booking.models.people import User
from booking.words import CallOutcome, OptOutSource, Reading

_STANDS = text("cleared_at IS NULL")


class InboundText(Base):
    """One text from a claimant, once, however often the provider tells of it.

    What nobody and nothing has dealt with has no `handled_at`. The key over number, day and
    `answer_no` bounds how many answers a number gets in a day: two machines cannot chat.
    """

    __tablename__ = "inbound_text"
    __table_args__ = (
        UniqueConstraint("sent_from", "answered_on", "answer_no"),
        Index("ix_inbound_text_handled", "handled_at", "received_at"),
        Index("ix_inbound_text_sent_from", "sent_from", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(64), unique=True)
    sent_from: Mapped[str] = mapped_column(String(20))
    sent_to: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    reading: Mapped[Reading] = mapped_column(word(Reading))
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))  # the text it answers
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"), index=True)
    contact_note_id: Mapped[int | None] = mapped_column(ForeignKey("contact_note.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_on: Mapped[date | None]  # by London's clock
    answer_no: Mapped[int | None]
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    outbox: Mapped[OutboxMessage | None] = relationship()
    appointment: Mapped[Appointment | None] = relationship()
    contact_note: Mapped[ContactNote | None] = relationship()
    handled_by: Mapped[User | None] = relationship()


class OptOut(Base):
    """A number that wants no texts from us, until its owner texts START."""

    __tablename__ = "opt_out"
    __table_args__ = (
        Index(
            "uq_opt_out_mobile",
            "mobile",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mobile: Mapped[str] = mapped_column(String(20))
    source: Mapped[OptOutSource] = mapped_column(word(OptOutSource))
    at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]


class ContactAttempt(Base):
    """One call to a claimant about an appointment as it then stood, and what came of it."""

    __tablename__ = "contact_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    start_version: Mapped[int]
    outcome: Mapped[CallOutcome] = mapped_column(word(CallOutcome))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    appointment: Mapped[Appointment] = relationship()
    by: Mapped[User | None] = relationship()
