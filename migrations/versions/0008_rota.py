"""Weekly rotas: drafts and their runs, wishes, demand entered by hand, leave asked for

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

REQUESTS = ("asked", "granted", "refused")


def word(name: str, *members: str) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)


def key(name: str, of: str, **facts: object) -> sa.Column:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f"{of}.id"), **{"nullable": False, **facts})


def number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def words(name: str, longest: int) -> sa.Column:
    return sa.Column(name, sa.String(longest), nullable=False)


def instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.add_column(
        "appointment",
        sa.Column("ring_because", sa.String(100), nullable=False, server_default=""),
    )
    op.create_table(
        "adviser_plan",
        key("adviser_id", "adviser", primary_key=True),
        key("base_office_id", "office", nullable=True),
        number("max_days"),
    )
    op.create_table(
        "travel_time",
        key("adviser_id", "adviser", primary_key=True),
        key("office_id", "office", primary_key=True),
        number("minutes"),
    )
    op.create_table(
        "rota_wish",
        sa.Column("id", sa.Integer(), primary_key=True),
        key("adviser_id", "adviser"),
        key("office_id", "office"),
        sa.Column("kind", word("wishkind", "dedicated", "pinned", "forbidden"), nullable=False),
        sa.Column("weekday", sa.Integer()),
        sa.Column("week", sa.Date()),
        sa.Column("state", word("requeststate", *REQUESTS), nullable=False),
        words("reason", 200),
        instant("asked_at"),
        words("asked_by", 100),
        instant("answered_at", nullable=True),
    )
    op.create_index("ix_rota_wish_adviser", "rota_wish", ["adviser_id", "week"])
    op.create_table(
        "leave_request",
        sa.Column("id", sa.Integer(), primary_key=True),
        key("adviser_id", "adviser"),
        sa.Column("kind", word("leavekind", "annual leave", "sick", "training"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("state", word("requeststate", *REQUESTS), nullable=False),
        words("answer", 200),
        instant("asked_at"),
        instant("answered_at", nullable=True),
        sa.CheckConstraint("first_on <= last_on", name="dates"),
    )
    op.create_index("ix_leave_request_adviser_id", "leave_request", ["adviser_id"])
    op.create_table(
        "demand_entry",
        sa.Column("id", sa.Integer(), primary_key=True),
        key("office_id", "office"),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("half_day", word("halfday", "am", "pm"), nullable=False),
        number("wanted"),
        words("reason", 200),
        instant("entered_at"),
        words("entered_by", 100),
        sa.CheckConstraint("wanted >= 0", name="wanted"),
        sa.UniqueConstraint(
            "office_id", "on_date", "half_day", name="uq_demand_entry_office_id_on_date_half_day"
        ),
    )
    op.create_table(
        "rota_draft",
        sa.Column("id", sa.Integer(), primary_key=True),
        key("district_id", "district"),
        sa.Column("week", sa.Date(), nullable=False),
        words("name", 60),
        number("version"),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("rota", sa.Text()),
        sa.Column("proposed_rota", sa.Text()),
        instant("created_at"),
        words("created_by", 100),
        instant("changed_at"),
        words("changed_by", 100),
        instant("published_at", nullable=True),
        words("published_by", 100),
        sa.UniqueConstraint("district_id", "week", "name", name="uq_rota_draft_district_id_week_name"),
    )
    states = ("asked", "running", "solved", "infeasible", "failed")
    op.create_table(
        "rota_run",
        key("draft_id", "rota_draft", primary_key=True),
        sa.Column("state", word("runstate", *states), nullable=False),
        number("seconds_allowed"),
        instant("asked_at"),
        words("claimed_by", 80),
        instant("beat_at", nullable=True),
        sa.Column("seconds", sa.Float()),
        words("stage", 40),
        sa.Column("objective", sa.Integer()),
        sa.Column("bound", sa.Integer()),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("prices", sa.JSON()),
    )
    op.create_index("ix_rota_run_state", "rota_run", ["state"])
    op.create_table(
        "repair_plan",
        sa.Column("id", sa.Integer(), primary_key=True),
        key("district_id", "district"),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column(
            "mishap", word("mishapkind", "adviser_off", "room_lost", "office_shut"), nullable=False
        ),
        key("adviser_id", "adviser", nullable=True),
        key("office_id", "office", nullable=True),
        key("room_id", "room", nullable=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        words("reason", 200),
        sa.Column("state", word("runstate", *states), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON()),
        sa.Column("texts", sa.JSON()),
        sa.Column("fault", sa.Text(), nullable=False),
        instant("beat_at", nullable=True),
        instant("asked_at"),
        words("asked_by", 100),
        instant("applied_at", nullable=True),
        words("applied_by", 100),
    )
    op.create_index("ix_repair_plan_district_id", "repair_plan", ["district_id"])
