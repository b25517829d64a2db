"""Warm handovers: the Jobcentre adviser sits in on the first minutes, and is kept for them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.models.diary import Appointment
from booking.models.people import User
from booking.words import HOLDING_A_PLACE


class Handover(Base):
    """Who of the Jobcentre meets claimant and Next Step adviser together (002:833, 1120).

    It stands while the appointment does; `ended_at` says that the two go on without each other.
    """

    __tablename__ = "handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str] = mapped_column(String(200), default="")

    appointment: Mapped[Appointment] = relationship(back_populates="handover")
    user: Mapped[User] = relationship()

    @property
    def changed_at(self) -> datetime:
        return self.ended_at or self.asked_at

    @property
    def is_on(self) -> bool:
        return self.ended_at is None and self.appointment.status in HOLDING_A_PLACE


class HandoverTime(Base):
    """Five-minute marks of a handover: the keys keep adviser and room from a second one.

    A slot is one room's at its time, whichever room that becomes, so its key is the room's.
    """

    __tablename__ = "handover_time"
    __table_args__ = (UniqueConstraint("slot_id", "mark"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    mark: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
