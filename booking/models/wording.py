"""The words of texts: a district's own or the service's, version by version, and trials of two."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base, word
from booking.models.places import District
from booking.words import MessageKind, TextName

_OF_A_DISTRICT = text("district_id IS NOT NULL")
_OF_THE_SERVICE = text("district_id IS NULL")
_RUNNING = text("ended_at IS NULL")
LONGEST_TEXT = 500


class Wording(Base):
    """One version of a text's words; the highest version holds, and no version ever changes.

    Without a district it is the service's. `channel` is empty for every channel. An empty
    `text` goes back to what would hold without it.
    """

    __tablename__ = "wording"
    __table_args__ = (
        Index(
            "uq_wording_of_district",
            *("district_id", "kind", "language", "channel", "version"),
            unique=True,
            sqlite_where=_OF_A_DISTRICT,
            postgresql_where=_OF_A_DISTRICT,
        ),
        Index(
            "uq_wording_of_service",
            *("kind", "language", "channel", "version"),
            unique=True,
            sqlite_where=_OF_THE_SERVICE,
            postgresql_where=_OF_THE_SERVICE,
        ),
        CheckConstraint("most_parts IN (1, 2)", name="parts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))
    kind: Mapped[TextName] = mapped_column(word(TextName))
    language: Mapped[str] = mapped_column(String(2))
    channel: Mapped[str] = mapped_column(String(20), default="")
    version: Mapped[int]
    text: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    most_parts: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(100))

    district: Mapped[District | None] = relationship()


class WordingTrial(Base):
    """Two wordings of one text in one district, one of them by chance for each appointment.

    An empty text is the built-in one. One trial of a kind runs in a district at a time.
    """

    __tablename__ = "wording_trial"
    __table_args__ = (
        Index(
            "uq_wording_trial_running",
            *("district_id", "kind"),
            unique=True,
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
        CheckConstraint("text_a <> text_b", name="differ"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    kind: Mapped[MessageKind] = mapped_column(word(MessageKind))
    language: Mapped[str] = mapped_column(String(2))
    text_a: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    text_b: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    parts_a: Mapped[int] = mapped_column(default=1)
    parts_b: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime]
    started_by: Mapped[str] = mapped_column(String(100))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(100), default="")

    district: Mapped[District] = relationship()
