"""What advisers are told of their own weeks."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base
from booking.models.people import Adviser


class RotaNews(Base):
    """One message to one adviser: what is new in their rota and what is off it, until they say
    that they have seen it. Lines are words as they stood then: `Mon 14 Dec am: Thistlewick, Pod A`.
    """

    __tablename__ = "rota_news"
    __table_args__ = (Index("ix_rota_news_adviser", "adviser_id", "seen_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    why: Mapped[str] = mapped_column(String(200))
    new: Mapped[list[str]] = mapped_column(JSON)
    off: Mapped[list[str]] = mapped_column(JSON)
    told_at: Mapped[datetime]
    told_by: Mapped[str] = mapped_column(String(100))
    seen_at: Mapped[datetime | None]

    adviser: Mapped[Adviser] = relationship()
