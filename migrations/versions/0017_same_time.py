"""A text about a move says whether only the adviser is another

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column(
        "outbox",
        sa.Column("same_time", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
