"""What is said to claimants, what they say, and the written notices they were given."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base, word
from booking.models.diary import Appointment, Slot
from booking.models.people import Claimant, User
from booking.models.waiting import WaitingOffer
from booking.models.wording import Wording, WordingTrial
from booking.words import Arm, ContactWay, MessageKind, MessageState


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
    """One text to one claimant: written with the change it tells of, claimed before it is sent.

    It is about an appointment, or offers a place to somebody on the waiting list. `code` is what
    a reply to it carries, because families share phones and one person may have two appointments.
    """

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
        UniqueConstraint("waiting_offer_id"),
        CheckConstraint(
            "(appointment_id IS NULL) <> (waiting_offer_id IS NULL)", name="one_subject"
        ),
        Index("ix_outbox_due", "state", "due_at"),
        Index("ix_outbox_sent_to", "sent_to", "code"),
        Index("ix_outbox_trial_id", "trial_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    claimant_id: Mapped[int] = mapped_column(ForeignKey("claimant.id"), index=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"), index=True)
    waiting_offer_id: Mapped[int | None] = mapped_column(ForeignKey("waiting_offer.id"))
    contact_note_id: Mapped[int | None] = mapped_column(ForeignKey("contact_note.id"))
    kind: Mapped[MessageKind] = mapped_column(word(MessageKind))
    start_version: Mapped[int]
    same_time: Mapped[bool] = mapped_column(default=False)  # moved to another adviser only
    state: Mapped[MessageState] = mapped_column(word(MessageState), default=MessageState.DUE)
    language: Mapped[str] = mapped_column(String(2), default="en")
    code: Mapped[str] = mapped_column(String(4))
    attempts: Mapped[int] = mapped_column(default=0)  # calls to a provider begun
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
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))  # None: built in
    trial_id: Mapped[int | None] = mapped_column(ForeignKey("wording_trial.id"))
    arm: Mapped[Arm | None] = mapped_column(word(Arm))
    wording_note: Mapped[str] = mapped_column(String(200), default="")  # why not in those words

    claimant: Mapped[Claimant] = relationship()
    appointment: Mapped[Appointment | None] = relationship()
    waiting_offer: Mapped[WaitingOffer | None] = relationship()
    contact_note: Mapped[ContactNote | None] = relationship()
    wording: Mapped[Wording | None] = relationship()
    trial: Mapped[WordingTrial | None] = relationship()

    @property
    def whose_words(self) -> str:
        """Which words the text went out in, for the log."""
        if self.arm is not None:
            return f"Wording {self.arm.upper()} of a trial"
        if self.wording is None:
            return "Built in"
        whose = "district" if self.wording.district_id else "service"
        return f"The {whose}'s, version {self.wording.version}"

    @property
    def slot(self) -> Slot:
        """The slot the text speaks of: the appointment's own, or the one on offer."""
        subject = self.appointment or self.waiting_offer
        assert subject is not None
        return subject.slot


class DeliveryReport(Base):
    """What a provider said of a text it took: kept once, however often it is said."""

    __tablename__ = "delivery_report"
    __table_args__ = (UniqueConstraint("provider_id", "status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), index=True)
    provider_id: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))  # in the provider's own word
    error_code: Mapped[str] = mapped_column(String(10), default="")
    at: Mapped[datetime]


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
