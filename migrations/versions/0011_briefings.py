"""Briefings and team meetings

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "briefing",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("district_id", sa.Integer(), sa.ForeignKey("district.id"), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_by", sa.String(100), nullable=False),
        sa.Column("called_off_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("starts < ends", name="times"),
    )
    op.create_index("ix_briefing_district_id", "briefing", ["district_id"])
    op.create_index("ix_briefing_on_date", "briefing", ["on_date"])
    op.create_table(
        "briefing_adviser",
        sa.Column("briefing_id", sa.Integer(), sa.ForeignKey("briefing.id"), nullable=False),
        sa.Column("adviser_id", sa.Integer(), sa.ForeignKey("adviser.id"), nullable=False),
        sa.PrimaryKeyConstraint("briefing_id", "adviser_id", name="pk_briefing_adviser"),
    )
    op.create_index("ix_briefing_adviser_adviser_id", "briefing_adviser", ["adviser_id"])
