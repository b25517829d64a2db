"""The text about a new adviser at the same time may have words of its own

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

NAMES = (
    *("confirmation", "reminder", "same_day", "moved", "same_time", "cancelled", "receipt"),
    "offer",
)
KEPT = "id, district_id, kind, language, channel, version, text, most_parts, made_at, made_by"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuilt_on_sqlite()
    else:
        _altered_on_postgresql()


def _rebuilt_on_sqlite() -> None:
    """SQLite changes no constraint in place: the rows step aside. Texts go on pointing at them."""
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(f"CREATE TABLE wording_aside AS SELECT {KEPT} FROM wording")
    op.drop_table("wording")
    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("district_id", sa.Integer(), sa.ForeignKey("district.id")),
        sa.Column(
            "kind",
            sa.Enum(
                *NAMES, name="textname", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("most_parts", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(100), nullable=False),
        sa.CheckConstraint("most_parts IN (1, 2)", name="parts"),
    )
    op.execute(f"INSERT INTO wording ({KEPT}) SELECT {KEPT} FROM wording_aside")
    op.drop_table("wording_aside")
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
        )


def _altered_on_postgresql() -> None:
    listed = ", ".join(repr(name) for name in NAMES)
    # The name a check was given depends on the naming convention in force when it was made.
    op.execute(
        "DO $$ DECLARE given text; BEGIN SELECT conname INTO given FROM pg_constraint "
        "WHERE conrelid = 'wording'::regclass AND contype = 'c' AND conname LIKE '%messagekind'; "
        "EXECUTE format('ALTER TABLE wording DROP CONSTRAINT %I', given); END $$"
    )
    op.execute(f"ALTER TABLE wording ADD CONSTRAINT ck_wording_textname CHECK (kind IN ({listed}))")
