"""Texts with a reply code and about a waiting list's offers; the waiting list; confirmed, telephone

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KINDS = ("confirmation", "reminder", "same_day", "moved", "cancelled", "receipt", "offer")
WAYS = ("phone", "text", "link", "desk", "post")
STATES = (
    *("due", "sending", "sent", "delivered", "undelivered", "superseded", "expired"),
    *("suppressed", "failed", "unknown", "not_sent"),
)
ONE_SUBJECT = "(appointment_id IS NULL) <> (waiting_offer_id IS NULL)"
ADDED = "claimant_id, language, code, attempts"
ADDED_VALUES = "(SELECT claimant_id FROM appointment WHERE id = appointment_id), 'en', '0000', 1"
KEPT = (
    "id, token, appointment_id, contact_note_id, kind, start_version, state, due_at, send_by, "
    "created_at, claimed_at, settled_at, channel, sent_to, body, provider_id, reason"
)


def word(name: str, members: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.add_column("appointment", sa.Column("confirmed_at", sa.DateTime(timezone=True)))
    op.add_column(
        "claimant",
        sa.Column("prefers_telephone", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _waiting_list()
    if op.get_bind().dialect.name == "sqlite":
        _rebuilt_on_sqlite()
    else:
        _altered_on_postgresql()


def _waiting_list() -> None:
    op.create_table(
        "waiting_entry",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("office_id", sa.Integer(), sa.ForeignKey("office.id"), nullable=False),
        sa.Column("claimant_id", sa.Integer(), sa.ForeignKey("claimant.id"), nullable=False),
        sa.Column("referral_id", sa.Integer(), sa.ForeignKey("referral.id"), nullable=False),
        sa.Column("state", word("waitingstate", ("waiting", "placed", "left")), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_waiting_entry_claimant_id", "waiting_entry", ["claimant_id"])
    op.create_index("ix_waiting_entry_turn", "waiting_entry", ["office_id", "state", "since"])
    op.create_index(
        "uq_waiting_entry_referral",
        "waiting_entry",
        ["referral_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    states = ("open", "taken", "refused", "lapsed", "gone")
    op.create_table(
        "waiting_offer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("entry_id", sa.Integer(), sa.ForeignKey("waiting_entry.id"), nullable=False),
        sa.Column("slot_id", sa.Integer(), sa.ForeignKey("slot.id"), nullable=False),
        sa.Column("state", word("offerstate", states), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("entry_id", "slot_id", name="uq_waiting_offer_entry_id_slot_id"),
    )
    op.create_index("ix_waiting_offer_entry_id", "waiting_offer", ["entry_id"])
    op.create_index("ix_waiting_offer_slot_id", "waiting_offer", ["slot_id"])


def _rebuilt_on_sqlite() -> None:
    """SQLite changes no constraint in place: the new tables are filled, the old ones dropped."""
    op.create_table(
        "contact_note_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("way", word("contactway", WAYS), nullable=False),
        sa.Column("said", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"]),
        sa.ForeignKeyConstraint(["noted_by_id"], ["user_account.id"]),
        sa.PrimaryKeyConstraint("id", name="pk_contact_note"),
    )
    op.execute(
        "INSERT INTO contact_note_new (id, appointment_id, way, said, at, noted_by_id) "
        "SELECT id, appointment_id, way, said, at, noted_by_id FROM contact_note"
    )
    op.create_table(
        "outbox_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("claimant_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("waiting_offer_id", sa.Integer(), nullable=True),
        sa.Column("contact_note_id", sa.Integer(), nullable=True),
        sa.Column("kind", word("messagekind", KINDS), nullable=False),
        sa.Column("start_version", sa.Integer(), nullable=False),
        sa.Column("state", word("messagestate", STATES), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("sent_to", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(ONE_SUBJECT, name="one_subject"),
        sa.ForeignKeyConstraint(["claimant_id"], ["claimant.id"]),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"]),
        sa.ForeignKeyConstraint(["waiting_offer_id"], ["waiting_offer.id"]),
        sa.ForeignKeyConstraint(["contact_note_id"], ["contact_note_new.id"]),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("contact_note_id", name="uq_outbox_contact_note_id"),
        sa.UniqueConstraint("waiting_offer_id", name="uq_outbox_waiting_offer_id"),
        sa.UniqueConstraint("provider_id", name="uq_outbox_provider_id"),
        sa.UniqueConstraint("token", name="uq_outbox_token"),
    )
    op.execute(
        f"INSERT INTO outbox_new ({KEPT}, {ADDED}) SELECT {KEPT}, {ADDED_VALUES} FROM outbox"
    )
    op.drop_table("outbox")
    op.drop_table("contact_note")
    op.rename_table("contact_note_new", "contact_note")
    op.rename_table("outbox_new", "outbox")
    op.create_index("ix_contact_note_appointment_id", "contact_note", ["appointment_id"])
    op.create_index("ix_outbox_appointment_id", "outbox", ["appointment_id"])
    op.create_index("ix_outbox_due", "outbox", ["state", "due_at"])
    op.create_index(
        "uq_outbox_occasion",
        "outbox",
        ["appointment_id", "kind", "start_version"],
        unique=True,
        sqlite_where=sa.text("contact_note_id IS NULL"),
    )
    _new_indexes()


def _altered_on_postgresql() -> None:
    checked = (("contact_note", "way", WAYS), ("outbox", "kind", KINDS))
    for (table, column, members), name in zip(checked, ("contactway", "messagekind"), strict=True):
        listed = ", ".join(repr(member) for member in members)
        # The name a check was given depends on the naming convention in force when it was made.
        op.execute(
            "DO $$ DECLARE given text; BEGIN SELECT conname INTO given FROM pg_constraint "
            f"WHERE conrelid = '{table}'::regclass AND contype = 'c' AND conname LIKE '%{name}'; "
            f"EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', given); END $$"
        )
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({column} IN ({listed}))"
        )
    op.add_column("outbox", sa.Column("claimant_id", sa.Integer(), sa.ForeignKey("claimant.id")))
    op.add_column(
        "outbox", sa.Column("waiting_offer_id", sa.Integer(), sa.ForeignKey("waiting_offer.id"))
    )
    op.add_column("outbox", sa.Column("language", sa.String(2)))
    op.add_column("outbox", sa.Column("code", sa.String(4)))
    op.add_column("outbox", sa.Column("attempts", sa.Integer()))
    op.execute(f"UPDATE outbox SET ({ADDED}) = (SELECT {ADDED_VALUES})")
    for column in ("claimant_id", "language", "code", "attempts"):
        op.alter_column("outbox", column, nullable=False)
    op.alter_column("outbox", "appointment_id", nullable=True)
    op.create_check_constraint("one_subject", "outbox", ONE_SUBJECT)
    op.create_unique_constraint("uq_outbox_waiting_offer_id", "outbox", ["waiting_offer_id"])
    _new_indexes()


def _new_indexes() -> None:
    op.create_index("ix_outbox_claimant_id", "outbox", ["claimant_id"])
    op.create_index("ix_outbox_sent_to", "outbox", ["sent_to", "code"])
