"""Staff, Next Step advisers, claimants and what they were referred for."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from flask_login import UserMixin
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.database import Base, word
from booking.models.places import District, Office
from booking.words import LeaveKind, ReferralReason, ReferralState, Role, Stage

if TYPE_CHECKING:
    from booking.models.briefings import Briefing


class User(UserMixin, Base):
    """A member of staff who signs in. `security_stamp` changes to end every open sign-in."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[Role] = mapped_column(word(Role))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    password_hash: Mapped[str] = mapped_column(String(300))
    security_stamp: Mapped[str] = mapped_column(String(32))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)

    district: Mapped[District | None] = relationship()
    office: Mapped[Office | None] = relationship()
    adviser: Mapped["Adviser | None"] = relationship(back_populates="user")

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        return f"{self.id}:{self.security_stamp}"


class Adviser(Base):
    """A Next Step adviser, whose diary it is."""

    __tablename__ = "adviser"

    id: Mapped[int] = mapped_column(primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    contractor: Mapped[str] = mapped_column(String(100), default="Next Step")
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)  # beside English
    active: Mapped[bool] = mapped_column(default=True)

    district: Mapped[District] = relationship()
    user: Mapped[User | None] = relationship(back_populates="adviser")
    hours: Mapped[list["WorkingHours"]] = relationship(cascade="all, delete-orphan")
    leave: Mapped[list["AdviserLeave"]] = relationship(cascade="all, delete-orphan")
    briefings: Mapped[list["Briefing"]] = relationship(
        secondary="briefing_adviser", back_populates="advisers"
    )


class WorkingHours(Base):
    """An adviser's working pattern on one weekday (Monday is 0), by London's wall clock."""

    __tablename__ = "working_hours"
    __table_args__ = (CheckConstraint("starts < ends", name="times"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id"), index=True)
    weekday: Mapped[int]
    starts: Mapped[time]
    ends: Mapped[time]


class AdviserLeave(Base):
    """Whole days, first to last, on which an adviser is away."""

    __tablename__ = "adviser_leave"
    __table_args__ = (CheckConstraint("first_on <= last_on", name="dates"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id"), index=True)
    kind: Mapped[LeaveKind] = mapped_column(word(LeaveKind), default=LeaveKind.ANNUAL)
    first_on: Mapped[date]
    last_on: Mapped[date]


class CalendarFeed(Base):
    """A revocable calendar address; only the token's hash is kept.

    It shows a Next Step adviser's diary, or the handovers of a Jobcentre adviser.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (
        CheckConstraint("(adviser_id IS NULL) <> (user_id IS NULL)", name="one_owner"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    adviser: Mapped[Adviser | None] = relationship()
    user: Mapped[User | None] = relationship()


class Claimant(Base):
    """The person referred: the least that booking and meeting them needs (003:268).

    An anonymous booking has a `reference` only. No diagnosis, benefit or offence is kept.
    """

    __tablename__ = "claimant"
    __table_args__ = (
        Index(
            "uq_claimant_person",
            "district_id",
            "mobile",
            "name_key",
            unique=True,
            sqlite_where=text("mobile <> '' AND redacted_at IS NULL"),
            postgresql_where=text("mobile <> '' AND redacted_at IS NULL"),
        ),
        Index(
            "uq_claimant_reference",
            "district_id",
            "reference",
            unique=True,
            sqlite_where=text("reference <> ''"),
            postgresql_where=text("reference <> ''"),
        ),
        Index("ix_claimant_mobile", "mobile"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), index=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    name_key: Mapped[str] = mapped_column(String(100), default="")  # case and spaces folded
    mobile: Mapped[str] = mapped_column(String(20), default="")  # E.164
    other_contact: Mapped[str] = mapped_column(String(200), default="")
    reference: Mapped[str] = mapped_column(String(40), default="")
    signing_weekday: Mapped[int | None]
    signing_from: Mapped[date | None]  # any one signing date: it fixes which fortnight
    language: Mapped[str] = mapped_column(String(40), default="")
    needs_step_free: Mapped[bool] = mapped_column(default=False)
    needs_private: Mapped[bool] = mapped_column(default=False)
    available_from: Mapped[time | None]
    available_until: Mapped[time | None]
    may_text: Mapped[bool] = mapped_column(default=True)
    prefers_telephone: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    redacted_at: Mapped[datetime | None]

    @property
    def called(self) -> str:
        """How staff pages name the person."""
        if self.redacted_at is not None:
            return "Details removed"
        return self.name or f"Reference {self.reference}"


class Referral(Base):
    """One Jobcentre adviser's referral of one claimant; bookings hang from it."""

    __tablename__ = "referral"
    __table_args__ = (UniqueConstraint("district_id", "external_reference"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    claimant_id: Mapped[int] = mapped_column(ForeignKey("claimant.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    referred_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    stage: Mapped[Stage] = mapped_column(word(Stage))
    reason: Mapped[ReferralReason] = mapped_column(word(ReferralReason))
    job_goal: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[ReferralState] = mapped_column(word(ReferralState), default=ReferralState.OPEN)
    note: Mapped[str] = mapped_column(String(300), default="")
    external_reference: Mapped[str | None] = mapped_column(String(60))  # of VANTIVE-LMS, say
    created_at: Mapped[datetime]

    claimant: Mapped[Claimant] = relationship()
    office: Mapped[Office] = relationship()
    referred_by: Mapped[User | None] = relationship()
