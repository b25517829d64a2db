"""The diary: sessions, their slots, and who has which place in them."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base, word
from booking.models.people import Adviser, Claimant, Referral, User
from booking.models.places import Office, Room
from booking.words import (
    HOLDING_A_PLACE,
    AppointmentKind,
    BookingChannel,
    ExcusedReason,
    HalfDay,
    Hold,
    SessionKind,
    SessionState,
    Status,
)

if TYPE_CHECKING:
    from booking.models.handover import Handover

_LIVE = text("state = 'published'")
# Written out, not bound: only then do both databases see that the partial key answers it.
HOLDS_A_PLACE = text(f"status IN ({', '.join(repr(s.value) for s in HOLDING_A_PLACE)})")


class Session(Base):
    """One adviser in one room of one office for one half-day.

    `level` is how many appointments it offers (None: as many as it has, as for a group); with a
    `level_reason` it was set by hand, by `level_by`.

    Half-days cannot overlap because a morning ends by one o'clock and an afternoon starts
    then, so one unique key each keeps an adviser in one place and a room with one session.
    """

    __tablename__ = "session"
    __table_args__ = (
        Index(
            "uq_session_adviser",
            "adviser_id",
            "on_date",
            "half_day",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "uq_session_room",
            "room_id",
            "on_date",
            "half_day",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_session_office_day", "office_id", "on_date"),
        CheckConstraint(
            "(half_day = 'am' AND ends <= '13:00:00.000000')"
            " OR (half_day = 'pm' AND starts >= '13:00:00.000000')",
            name="within_half_day",
        ),
        CheckConstraint("starts < ends", name="times"),
        CheckConstraint("kind = 'telephone' OR room_id IS NOT NULL", name="has_room"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    on_date: Mapped[date]
    half_day: Mapped[HalfDay] = mapped_column(word(HalfDay))
    starts: Mapped[time]
    ends: Mapped[time]
    kind: Mapped[SessionKind] = mapped_column(word(SessionKind), default=SessionKind.INTERVIEWS)
    state: Mapped[SessionState] = mapped_column(word(SessionState), default=SessionState.PUBLISHED)
    level: Mapped[int | None]
    level_reason: Mapped[str] = mapped_column(String(200), default="")
    level_by: Mapped[str] = mapped_column(String(100), default="")

    office: Mapped[Office] = relationship()
    adviser: Mapped[Adviser] = relationship()
    room: Mapped[Room | None] = relationship()
    slots: Mapped[list["Slot"]] = relationship(back_populates="session", order_by="Slot.position")


class Slot(Base):
    """One start in a session. `places` bookings fit in it; a hold keeps it from booking.

    `overbooked` slots go beyond the comfortable number; `beyond_level` ones are not offered.
    """

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("session_id", "position"),
        CheckConstraint("places >= 1", name="places"),
        CheckConstraint("starts_at < ends_at", name="times"),
        Index("ix_slot_starts_at", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    position: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    places: Mapped[int] = mapped_column(default=1)
    hold: Mapped[Hold | None] = mapped_column(word(Hold))
    hold_reason: Mapped[str] = mapped_column(String(200), default="")
    briefing_id: Mapped[int | None] = mapped_column(ForeignKey("briefing.id"))  # blocked for it
    overbooked: Mapped[bool] = mapped_column(default=False)
    beyond_level: Mapped[bool] = mapped_column(default=False)

    session: Mapped[Session] = relationship(back_populates="slots")
    appointments: Mapped[list["Appointment"]] = relationship(back_populates="slot")


class Appointment(Base):
    """One claimant in one place of one slot. Moving it keeps the row and raises its version."""

    __tablename__ = "appointment"
    __table_args__ = (
        Index(
            "uq_appointment_place",
            "slot_id",
            "place_no",
            unique=True,
            sqlite_where=HOLDS_A_PLACE,
            postgresql_where=HOLDS_A_PLACE,
        ),
        CheckConstraint("place_no >= 1", name="place"),
        Index("ix_appointment_slot", "slot_id"),
        Index("ix_appointment_claimant", "claimant_id"),
        Index("ix_appointment_referral", "referral_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    place_no: Mapped[int]
    claimant_id: Mapped[int] = mapped_column(ForeignKey("claimant.id"))
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"))
    kind: Mapped[AppointmentKind] = mapped_column(word(AppointmentKind))
    status: Mapped[Status] = mapped_column(word(Status), default=Status.BOOKED)
    start_version: Mapped[int] = mapped_column(default=1)
    channel: Mapped[BookingChannel] = mapped_column(word(BookingChannel))
    booked_at: Mapped[datetime]
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    seconds_to_book: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]  # the claimant said they will come
    arrived_at: Mapped[datetime | None]
    outcome_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")
    ring_because: Mapped[str] = mapped_column(String(100), default="")  # we took the place away
    excused_reason: Mapped[ExcusedReason | None] = mapped_column(word(ExcusedReason))
    override_reason: Mapped[str] = mapped_column(String(200), default="")  # beyond funded sessions
    changed_at: Mapped[datetime]

    slot: Mapped[Slot] = relationship(back_populates="appointments")
    claimant: Mapped[Claimant] = relationship()
    referral: Mapped[Referral] = relationship()
    booked_by: Mapped[User | None] = relationship()
    handover: Mapped["Handover | None"] = relationship(back_populates="appointment")

    @property
    def minutes_late(self) -> int | None:
        """How late the claimant arrived, in whole minutes; None before arrival, 0 on time."""
        if self.arrived_at is None:
            return None
        return max(0, int((self.arrived_at - self.slot.starts_at).total_seconds() // 60))


class ClaimantTime(Base):
    """The five-minute marks a claimant's live appointments fill; a second one is refused.

    `mark` counts five minutes since 1970, so the key refuses any overlap on every database.
    """

    __tablename__ = "claimant_time"

    claimant_id: Mapped[int] = mapped_column(ForeignKey("claimant.id"), primary_key=True)
    mark: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
