"""What advisers are told of their weeks

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "rota_news",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("adviser_id", sa.Integer(), sa.ForeignKey("adviser.id"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sa.Column("new", sa.JSON(), nullable=False),
        sa.Column("off", sa.JSON(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by", sa.String(100), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_rota_news_adviser", "rota_news", ["adviser_id", "seen_at"])
