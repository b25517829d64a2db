"""The waiting list: who would come sooner, and which freed places they were offered."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base, word
from booking.models.diary import Slot
from booking.models.people import Claimant, Referral
from booking.models.places import Office
from booking.words import OfferState, WaitingState

_WAITING = text("state = 'waiting'")


class WaitingEntry(Base):
    """A referral that waits for a place at an office; in turn by `since`, once at a time."""

    __tablename__ = "waiting_entry"
    __table_args__ = (
        Index(
            "uq_waiting_entry_referral",
            "referral_id",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("ix_waiting_entry_turn", "office_id", "state", "since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    claimant_id: Mapped[int] = mapped_column(ForeignKey("claimant.id"), index=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"))
    state: Mapped[WaitingState] = mapped_column(word(WaitingState), default=WaitingState.WAITING)
    since: Mapped[datetime]
    left_at: Mapped[datetime | None]

    office: Mapped[Office] = relationship()
    claimant: Mapped[Claimant] = relationship()
    referral: Mapped[Referral] = relationship()


class WaitingOffer(Base):
    """One freed slot offered to one waiting claimant, for some minutes and once."""

    __tablename__ = "waiting_offer"
    __table_args__ = (
        UniqueConstraint("entry_id", "slot_id"),
        Index("ix_waiting_offer_state", "state", "lapses_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("waiting_entry.id"), index=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    state: Mapped[OfferState] = mapped_column(word(OfferState), default=OfferState.OPEN)
    offered_at: Mapped[datetime]
    lapses_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    entry: Mapped[WaitingEntry] = relationship()
    slot: Mapped[Slot] = relationship()


class FreedSlot(Base):
    """A slot that came free or was opened, until it is taken or it is too late to offer it.

    Written with what freed or opened it. One row a slot, so that whoever offers it holds it by
    its key.
    """

    __tablename__ = "freed_slot"
    __table_args__ = (Index("ix_freed_slot_settled_at", "settled_at"),)

    slot_id: Mapped[int] = mapped_column(
        ForeignKey("slot.id"), primary_key=True, autoincrement=False
    )
    freed_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    slot: Mapped[Slot] = relationship()
