"""Repairs of several weeks, a part for each

Revision ID: 0013
Revises: 0012
"""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE repair_plan ADD COLUMN part_of_id INTEGER "
        "CONSTRAINT fk_repair_plan_part_of_id REFERENCES repair_plan (id)"
    )
    op.create_index("ix_repair_plan_part_of_id", "repair_plan", ["part_of_id"])
