"""The weekly rota: what is asked of it, its drafts with their proof, and the runs behind them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base, word
from booking.models.people import Adviser
from booking.models.places import District, Office, Room
from booking.words import HalfDay, LeaveKind, MishapKind, RequestState, RunState, WishKind

if TYPE_CHECKING:
    from booking.models.rota_questions import RotaQuestion


class AdviserPlan(Base):
    """What the rota needs to know of an adviser beside the working hours."""

    __tablename__ = "adviser_plan"

    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id"), primary_key=True)
    base_office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    max_days: Mapped[int] = mapped_column(default=5)

    adviser: Mapped[Adviser] = relationship()
    base: Mapped[Office | None] = relationship()


class TravelTime(Base):
    """Minutes one way, as somebody who knows the road entered them."""

    __tablename__ = "travel_time"

    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    minutes: Mapped[int]


class RotaWish(Base):
    """An adviser and an office: kept together, kept apart, or pinned on a day of one week.

    `weekday` None means any day, `week` None every week. An adviser asks; a lead grants.
    """

    __tablename__ = "rota_wish"
    __table_args__ = (Index("ix_rota_wish_adviser", "adviser_id", "week"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[WishKind] = mapped_column(word(WishKind))
    weekday: Mapped[int | None]
    week: Mapped[date | None]
    state: Mapped[RequestState] = mapped_column(word(RequestState))
    reason: Mapped[str] = mapped_column(String(200), default="")
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(100))
    answered_at: Mapped[datetime | None]

    adviser: Mapped[Adviser] = relationship()
    office: Mapped[Office] = relationship()


class LeaveRequest(Base):
    """Leave an adviser asks for; granted, it becomes leave."""

    __tablename__ = "leave_request"
    __table_args__ = (CheckConstraint("first_on <= last_on", name="dates"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id"), index=True)
    kind: Mapped[LeaveKind] = mapped_column(word(LeaveKind))
    first_on: Mapped[date]
    last_on: Mapped[date]
    state: Mapped[RequestState] = mapped_column(word(RequestState))
    answer: Mapped[str] = mapped_column(String(200), default="")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    adviser: Mapped[Adviser] = relationship()


class DemandEntry(Base):
    """The bookings somebody expects in one office's half-day, in place of the forecast."""

    __tablename__ = "demand_entry"
    __table_args__ = (
        UniqueConstraint("office_id", "on_date", "half_day"),
        CheckConstraint("wanted >= 0", name="wanted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    on_date: Mapped[date]
    half_day: Mapped[HalfDay] = mapped_column(word(HalfDay))
    wanted: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    entered_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(100))


class RotaDraft(Base):
    """One proposed week: the problem as it was solved, the rota, and what became of it.

    `version` rises with every change, so that two people cannot overwrite each other.
    """

    __tablename__ = "rota_draft"
    __table_args__ = (UniqueConstraint("district_id", "week", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    week: Mapped[date]
    name: Mapped[str] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(default=1)
    problem: Mapped[str] = mapped_column(Text)  # rota-problem/1, whose bytes the rota names
    keys: Mapped[dict[str, Any]] = mapped_column(JSON)  # the problem's names -> ids of rows
    rota: Mapped[str | None] = mapped_column(Text)  # rota/1
    proposed_rota: Mapped[str | None] = mapped_column(Text)  # as the solver left it
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(100))
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(100))
    published_at: Mapped[datetime | None]
    published_by: Mapped[str] = mapped_column(String(100), default="")

    district: Mapped[District] = relationship()
    run: Mapped["RotaRun"] = relationship(back_populates="draft", cascade="all, delete-orphan")
    questions: Mapped[list["RotaQuestion"]] = relationship(
        back_populates="draft", cascade="all, delete-orphan"
    )


class RotaRun(Base):
    """The search for a draft's rota: asked for on a page, taken up by one worker at a time."""

    __tablename__ = "rota_run"
    __table_args__ = (Index("ix_rota_run_state", "state"),)

    draft_id: Mapped[int] = mapped_column(ForeignKey("rota_draft.id"), primary_key=True)
    state: Mapped[RunState] = mapped_column(word(RunState), default=RunState.ASKED)
    seconds_allowed: Mapped[int]
    asked_at: Mapped[datetime]
    claimed_by: Mapped[str] = mapped_column(String(80), default="")
    beat_at: Mapped[datetime | None]
    seconds: Mapped[float | None]
    stage: Mapped[str] = mapped_column(String(40), default="")
    objective: Mapped[int | None]
    bound: Mapped[int | None]
    stop_asked: Mapped[bool] = mapped_column(default=False)
    fault: Mapped[str] = mapped_column(Text, default="")
    prices: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # half-day -> one more adviser
    unmoved: Mapped[str | None] = mapped_column(Text)  # rota/1: the best that moves nobody

    draft: Mapped[RotaDraft] = relationship(back_populates="run")


class RepairPlan(Base):
    """What became of a published week, and the plan that puts it right with fewest changes.

    `asked` is what the solver's process reads, `plan` what it answers with, `texts` what each
    claimant would be sent; all by keys of rows, so that a plan out of date is known. What lasts
    into other weeks has a plan for each: `part_of_id` is the first week's.
    """

    __tablename__ = "repair_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    part_of_id: Mapped[int | None] = mapped_column(ForeignKey("repair_plan.id"), index=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), index=True)
    week: Mapped[date]
    mishap: Mapped[MishapKind] = mapped_column(word(MishapKind))
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[RunState] = mapped_column(word(RunState))
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    texts: Mapped[dict[str, str] | None] = mapped_column(JSON)
    fault: Mapped[str] = mapped_column(Text, default="")
    claimed_by: Mapped[str] = mapped_column(String(80), default="")
    beat_at: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(100))
    applied_at: Mapped[datetime | None]
    applied_by: Mapped[str] = mapped_column(String(100), default="")

    part_of: Mapped["RepairPlan | None"] = relationship(remote_side="RepairPlan.id")
    district: Mapped[District] = relationship()
    adviser: Mapped[Adviser | None] = relationship()
    office: Mapped[Office | None] = relationship()
    room: Mapped[Room | None] = relationship()
