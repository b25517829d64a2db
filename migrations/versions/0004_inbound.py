"""What claimants text back: the inbox, opt-outs, calls to make

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

READINGS = ("yes", "no", "change", "stop", "start", "please_stop", "unclear")
SOURCES = ("reply", "provider", "staff")
CALL_OUTCOMES = ("will_come", "will_not_come", "no_answer", "wrong_number")


def word(name: str, members: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)


def instant(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_index("ix_claimant_mobile", "claimant", ["mobile"])
    _inbound_texts()
    _opt_outs()
    _contact_attempts()


def _inbound_texts() -> None:
    op.create_table(
        "inbound_text",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("provider_id", sa.String(64), nullable=False),
        sa.Column("sent_from", sa.String(20), nullable=False),
        sa.Column("sent_to", sa.String(20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        instant("received_at", nullable=False),
        sa.Column("reading", word("reading", READINGS), nullable=False),
        sa.Column("outbox_id", sa.Integer(), sa.ForeignKey("outbox.id")),
        sa.Column("appointment_id", sa.Integer(), sa.ForeignKey("appointment.id")),
        sa.Column("contact_note_id", sa.Integer(), sa.ForeignKey("contact_note.id")),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date()),
        sa.Column("answer_no", sa.Integer()),
        instant("handled_at"),
        sa.Column("handled_by_id", sa.Integer(), sa.ForeignKey("user_account.id")),
        sa.UniqueConstraint("provider_id", name="uq_inbound_text_provider_id"),
        sa.UniqueConstraint(
            "sent_from",
            "answered_on",
            "answer_no",
            name="uq_inbound_text_sent_from_answered_on_answer_no",
        ),
    )
    op.create_index("ix_inbound_text_appointment_id", "inbound_text", ["appointment_id"])
    op.create_index("ix_inbound_text_handled", "inbound_text", ["handled_at", "received_at"])
    op.create_index("ix_inbound_text_sent_from", "inbound_text", ["sent_from", "received_at"])


def _opt_outs() -> None:
    op.create_table(
        "opt_out",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("mobile", sa.String(20), nullable=False),
        sa.Column("source", word("optoutsource", SOURCES), nullable=False),
        instant("at", nullable=False),
        instant("cleared_at"),
    )
    stands = sa.text("cleared_at IS NULL")
    op.create_index(
        "uq_opt_out_mobile",
        "opt_out",
        ["mobile"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )


def _contact_attempts() -> None:
    op.create_table(
        "contact_attempt",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("appointment_id", sa.Integer(), sa.ForeignKey("appointment.id"), nullable=False),
        sa.Column("start_version", sa.Integer(), nullable=False),
        sa.Column("outcome", word("calloutcome", CALL_OUTCOMES), nullable=False),
        instant("at", nullable=False),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("user_account.id")),
    )
    op.create_index("ix_contact_attempt_appointment_id", "contact_attempt", ["appointment_id"])
