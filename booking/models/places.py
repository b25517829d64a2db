"""Districts, offices and rooms, and the times when they cannot be used."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base, word
from booking.rules import Rules
from booking.words import ClosureKind, Nation, OfficeKind, RoomKind


class District(Base):
    __tablename__ = "district"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    rule_overrides: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    offices: Mapped[list["Office"]] = relationship(back_populates="district")

    @property
    def rules(self) -> Rules:
        return Rules().overridden(self.rule_overrides)


class Office(Base):
    """A Jobcentre, or an alternative venue near one (000:2830-2835)."""

    __tablename__ = "office"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[OfficeKind] = mapped_column(word(OfficeKind), default=OfficeKind.JOBCENTRE)
    nation: Mapped[Nation] = mapped_column(word(Nation), default=Nation.ENGLAND)
    address: Mapped[str] = mapped_column(String(300), default="")
    uprn: Mapped[str] = mapped_column(String(20), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    reception_note: Mapped[str] = mapped_column(String(200), default="Report to reception")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    first_start: Mapped[time | None]  # no appointment before this; the 9am limit of 003:251
    allows_access: Mapped[bool] = mapped_column(default=True)
    closed_on: Mapped[date | None]
    registered_at: Mapped[datetime | None]  # the register entry the row was last taken from
    rule_overrides: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    district: Mapped[District] = relationship(back_populates="offices")
    rooms: Mapped[list["Room"]] = relationship(back_populates="office", order_by="Room.name")
    hours: Mapped[list["OfficeHours"]] = relationship(
        back_populates="office", order_by="OfficeHours.weekday", cascade="all, delete-orphan"
    )
    closures: Mapped[list["Closure"]] = relationship(back_populates="office")

    @property
    def rules(self) -> Rules:
        """The district's rules with this office's own on top."""
        return self.district.rules.overridden(self.rule_overrides)


class OfficeHours(Base):
    """When an office is open on one weekday (Monday is 0), by London's wall clock."""

    __tablename__ = "office_hours"
    __table_args__ = (
        UniqueConstraint("office_id", "weekday"),
        CheckConstraint("opens < closes", name="times"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]

    office: Mapped[Office] = relationship(back_populates="hours")


class Room(Base):
    """Anything an adviser can sit in: interview room, desk, pod or workshop room."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("office_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[RoomKind] = mapped_column(word(RoomKind), default=RoomKind.INTERVIEW_ROOM)
    floor: Mapped[str] = mapped_column(String(30), default="ground floor")
    seats: Mapped[int] = mapped_column(default=2)
    private: Mapped[bool] = mapped_column(default=True)
    bookable_in_advance: Mapped[bool] = mapped_column(default=True)
    step_free: Mapped[bool] = mapped_column(default=True)
    has_internet: Mapped[bool] = mapped_column(default=True)
    in_use: Mapped[bool] = mapped_column(default=True)

    office: Mapped[Office] = relationship(back_populates="rooms")


class Closure(Base):
    """A room, or with no room the whole office, that cannot be used: dates by wall clock.

    `weekday` None means every day from first to last; an agency's weekly hold names its day.
    """

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint("first_on <= last_on", name="dates"),
        CheckConstraint("starts < ends", name="times"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    kind: Mapped[ClosureKind] = mapped_column(word(ClosureKind), default=ClosureKind.CLOSED)
    reason: Mapped[str] = mapped_column(String(200))
    first_on: Mapped[date]
    last_on: Mapped[date]
    weekday: Mapped[int | None]
    starts: Mapped[time] = mapped_column(default=time(0))
    ends: Mapped[time] = mapped_column(default=time(23, 59))

    office: Mapped[Office] = relationship(back_populates="closures")
    room: Mapped[Room | None] = relationship()

    def covers(self, on: date, starts: time, ends: time, room_id: int | None) -> bool:
        """Whether this closure takes the room away at any moment of that wall-clock span."""
        return (
            self.first_on <= on <= self.last_on
            and self.weekday in (None, on.weekday())
            and self.room_id in (None, room_id)
            and self.starts < ends
            and starts < self.ends
        )
