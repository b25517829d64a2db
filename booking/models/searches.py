"""Searches for a slot that have not led to a booking: of no person, for the forecast of demand."""

from datetime import date, datetime, time

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from booking.database import Base


class UnmetSearch(Base):
    """What was looked for at an office. A booking that follows takes the row away again.

    `weekdays` empty means any; `telephone` None means either way; `offered` counts the slots
    that were shown, so none is nothing to be had.
    """

    __tablename__ = "unmet_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    searched_at: Mapped[datetime] = mapped_column(index=True)
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    not_before: Mapped[time | None]
    not_after: Mapped[time | None]
    weekdays: Mapped[list[int]] = mapped_column(JSON)
    telephone: Mapped[bool | None]
    offered: Mapped[int]
