"""Slots given back, to be offered to whoever waits; why a text was not in its own words

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "freed_slot",
        sa.Column("slot_id", sa.Integer(), sa.ForeignKey("slot.id"), nullable=False),
        sa.Column("freed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("slot_id", name="pk_freed_slot"),
    )
    op.create_index("ix_freed_slot_settled_at", "freed_slot", ["settled_at"])
    op.create_index("ix_waiting_offer_state", "waiting_offer", ["state", "lapses_at"])
    op.execute("ALTER TABLE outbox ADD COLUMN wording_note VARCHAR(200) DEFAULT '' NOT NULL")
