"""Questions about a draft's rota; the best rota that moves nobody; whose work a repair's plan is

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

STATES = ("asked", "running", "solved", "infeasible", "failed")
KINDS = ("one_more_adviser", "one_more_room", "staying")


def word(name: str, *members: str) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.add_column("rota_run", sa.Column("unmoved", sa.Text()))
    op.execute("UPDATE rota_run SET prices = NULL")  # they say from here on whether they are exact
    op.add_column(
        "repair_plan",
        sa.Column("claimed_by", sa.String(80), nullable=False, server_default=""),
    )
    op.create_table(
        "rota_question",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("draft_id", sa.Integer(), sa.ForeignKey("rota_draft.id"), nullable=False),
        sa.Column("rota_sha256", sa.String(64), nullable=False),
        sa.Column("kind", word("questionkind", *KINDS), nullable=False),
        sa.Column("about", sa.String(200), nullable=False),
        sa.Column("half", sa.Integer(), nullable=False),
        sa.Column("state", word("runstate", *STATES), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(100), nullable=False),
        sa.Column("claimed_by", sa.String(80), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True)),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint(
            *("draft_id", "rota_sha256", "kind", "about", "half"),
            name="uq_rota_question_draft_id_rota_sha256_kind_about_half",
        ),
    )
    op.create_index("ix_rota_question_state", "rota_question", ["state"])
