"""Searches that have not led to a booking

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "unmet_search",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("office_id", sa.Integer(), sa.ForeignKey("office.id"), nullable=False),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_on", sa.Date()),
        sa.Column("last_on", sa.Date()),
        sa.Column("not_before", sa.Time()),
        sa.Column("not_after", sa.Time()),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("telephone", sa.Boolean()),
        sa.Column("offered", sa.Integer(), nullable=False),
    )
    op.create_index("ix_unmet_search_office_id", "unmet_search", ["office_id"])
    op.create_index("ix_unmet_search_searched_at", "unmet_search", ["searched_at"])
