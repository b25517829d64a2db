"""Wording of texts, and trials of it

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KINDS = ("confirmation", "reminder", "same_day", "moved", "cancelled", "receipt", "offer")


def kind() -> sa.Enum:
    return sa.Enum(*KINDS, name="messagekind", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("district_id", sa.Integer(), sa.ForeignKey("district.id")),
        sa.Column("kind", kind(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("most_parts", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(100), nullable=False),
        sa.CheckConstraint("most_parts IN (1, 2)", name="parts"),
    )
    for name, columns, where in (
        ("uq_wording_of_district", ["district_id"], "district_id IS NOT NULL"),
        ("uq_wording_of_service", [], "district_id IS NULL"),
    ):
        op.create_index(
            name,
            "wording",
            [*columns, "kind", "language", "channel", "version"],
            unique=True,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
    op.create_table(
        "wording_trial",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("district_id", sa.Integer(), sa.ForeignKey("district.id"), nullable=False),
        sa.Column("kind", kind(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("text_a", sa.String(500), nullable=False),
        sa.Column("text_b", sa.String(500), nullable=False),
        sa.Column("parts_a", sa.Integer(), nullable=False),
        sa.Column("parts_b", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.String(100), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.String(100), nullable=False),
        sa.CheckConstraint("text_a <> text_b", name="differ"),
    )
    op.create_index(
        "uq_wording_trial_running",
        "wording_trial",
        ["district_id", "kind"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    # Written out: SQLite adds a column with its constraints, and alembic would part them.
    op.execute("ALTER TABLE outbox ADD COLUMN wording_id INTEGER REFERENCES wording (id)")
    op.execute("ALTER TABLE outbox ADD COLUMN trial_id INTEGER REFERENCES wording_trial (id)")
    op.execute(
        "ALTER TABLE outbox ADD COLUMN arm VARCHAR(40) "
        "CONSTRAINT ck_outbox_arm CHECK (arm IN ('a', 'b'))"
    )
    op.create_index("ix_outbox_trial_id", "outbox", ["trial_id"])
