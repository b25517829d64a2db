"""What a lead asks of a draft's rota, and the worker's answer."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base, word
from booking.models.rota import RotaDraft
from booking.words import QuestionKind, RunState


class RotaQuestion(Base):
    """One question about one rota, whoever asks it; of another rota it is another question.

    `about` is the office or adviser as the problem calls it; `half` the half-day 0..9, of a day
    its morning.
    """

    __tablename__ = "rota_question"
    __table_args__ = (
        UniqueConstraint("draft_id", "rota_sha256", "kind", "about", "half"),
        Index("ix_rota_question_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("rota_draft.id"))
    rota_sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[QuestionKind] = mapped_column(word(QuestionKind))
    about: Mapped[str] = mapped_column(String(200))
    half: Mapped[int]
    state: Mapped[RunState] = mapped_column(word(RunState))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(100))
    claimed_by: Mapped[str] = mapped_column(String(80), default="")
    beat_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    fault: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]

    draft: Mapped[RotaDraft] = relationship(back_populates="questions")
