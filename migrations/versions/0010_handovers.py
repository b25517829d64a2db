"""Warm handovers, and calendar addresses of Jobcentre advisers

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

ONE_OWNER = "(adviser_id IS NULL) <> (user_id IS NULL)"
KEPT = "id, adviser_id, token_hash, created_at, revoked_at"


def upgrade() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("appointment_id", sa.Integer(), sa.ForeignKey("appointment.id"), nullable=False),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_because", sa.String(200), nullable=False),
        sa.UniqueConstraint("appointment_id", name="uq_handover_appointment_id"),
    )
    op.create_index("ix_handover_user_id", "handover", ["user_id"])
    op.create_table(
        "handover_time",
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("mark", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot_id", sa.Integer(), sa.ForeignKey("slot.id"), nullable=False),
        sa.Column("appointment_id", sa.Integer(), sa.ForeignKey("appointment.id"), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "mark", name="pk_handover_time"),
        sa.UniqueConstraint("slot_id", "mark", name="uq_handover_time_slot_id_mark"),
    )
    op.create_index("ix_handover_time_appointment_id", "handover_time", ["appointment_id"])
    if op.get_bind().dialect.name == "sqlite":
        _feeds_rebuilt_on_sqlite()
    else:
        op.alter_column("calendar_feed", "adviser_id", nullable=True)
        op.add_column(
            "calendar_feed", sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"))
        )
        op.create_check_constraint("one_owner", "calendar_feed", ONE_OWNER)
    op.create_index("ix_calendar_feed_user_id", "calendar_feed", ["user_id"])


def _feeds_rebuilt_on_sqlite() -> None:
    op.create_table(
        "calendar_feed_new",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("adviser_id", sa.Integer(), sa.ForeignKey("adviser.id")),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id")),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(ONE_OWNER, name="one_owner"),
        sa.UniqueConstraint("token_hash", name="uq_calendar_feed_token_hash"),
    )
    op.execute(f"INSERT INTO calendar_feed_new ({KEPT}) SELECT {KEPT} FROM calendar_feed")
    op.drop_table("calendar_feed")
    op.rename_table("calendar_feed_new", "calendar_feed")
    op.create_index("ix_calendar_feed_adviser_id", "calendar_feed", ["adviser_id"])
