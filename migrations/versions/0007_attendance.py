"""Attendance history, forecasts, the level of a session and what it makes of its slots

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KINDS = ("first", "return", "walkover", "group")
REMINDERS = ("none", "sent", "delivered", "confirmed")
STATUSES = ("booked", "arrived", "attended", "failed_to_attend", "cancelled", "excused")


def word(name: str, members: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "attendance_history",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("office", sa.String(100), nullable=False),
        sa.Column("adviser", sa.String(100), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", word("appointmentkind", KINDS), nullable=False),
        sa.Column("reminder", word("reminderfate", REMINDERS), nullable=False),
        sa.Column("outcome", word("status", STATUSES), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.UniqueConstraint(
            *("office", "starts_at", "booked_at", "adviser", "kind", "nth"),
            name="uq_attendance_history_booking",
        ),
    )
    op.create_table(
        "attendance_forecast",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_on", sa.Date()),
        sa.Column("last_on", sa.Date()),
        sa.Column("appointments", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("evaluation", sa.JSON()),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
    )
    op.add_column("session", sa.Column("level", sa.Integer()))
    for name, length in (("level_reason", 200), ("level_by", 100)):
        op.add_column(
            "session", sa.Column(name, sa.String(length), nullable=False, server_default="")
        )
    for name in ("overbooked", "beyond_level"):
        op.add_column(
            "slot", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("job_run", sa.Column("finished_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("job_run", "finished_at")
    for name in ("beyond_level", "overbooked"):
        op.drop_column("slot", name)
    for name in ("level_by", "level_reason", "level"):
        op.drop_column("session", name)
    op.drop_table("attendance_forecast")
    op.drop_table("attendance_history")
