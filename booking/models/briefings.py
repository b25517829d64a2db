"""Briefings and team meetings: time of several advisers that no claimant is booked into."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.models.people import Adviser
from booking.models.places import District

invited = Table(
    "briefing_adviser",
    Base.metadata,
    Column("briefing_id", ForeignKey("briefing.id"), primary_key=True),
    Column("adviser_id", ForeignKey("adviser.id"), primary_key=True, index=True),
)


class Briefing(Base):
    """A meeting by London's wall clock; called off, it is kept for calendars to be told."""

    __tablename__ = "briefing"
    __table_args__ = (CheckConstraint("starts < ends", name="times"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), index=True)
    title: Mapped[str] = mapped_column(String(100))
    on_date: Mapped[date] = mapped_column(index=True)
    starts: Mapped[time]
    ends: Mapped[time]
    put_at: Mapped[datetime]
    put_by: Mapped[str] = mapped_column(String(100))
    called_off_at: Mapped[datetime | None]

    district: Mapped[District] = relationship()
    advisers: Mapped[list[Adviser]] = relationship(
        secondary=invited, order_by=Adviser.name, back_populates="briefings"
    )

    def covers(self, on: date, starts: time, ends: time) -> bool:
        """Whether it takes any moment of that span; one called off takes none."""
        same_day = self.on_date == on and self.called_off_at is None
        return same_day and self.starts < ends and starts < self.ends
