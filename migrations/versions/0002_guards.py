"""Guards the tables cannot express: records only ever added to, a place within the slot's places

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"

ONLY_ADDED_TO = ("audit", "notice")
REFUSAL = "the place is not one of the slot's places"


def upgrade() -> None:
    guard = {"sqlite": _guard_sqlite, "postgresql": _guard_postgresql}
    guard[op.get_bind().dialect.name]()


def _guard_sqlite() -> None:
    for table in ONLY_ADDED_TO:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
            )
    for change, name in (("INSERT", "insert"), ("UPDATE OF slot_id, place_no", "update")):
        op.execute(
            f"CREATE TRIGGER appointment_place_{name} BEFORE {change} ON appointment "
            "WHEN NEW.place_no > (SELECT places FROM slot WHERE id = NEW.slot_id) "
            f"BEGIN SELECT RAISE(ABORT, '{_quoted(REFUSAL)}'); END"
        )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME; END $$"
    )
    for table in ONLY_ADDED_TO:
        op.execute(
            f"CREATE TRIGGER {table}_only_added_to BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION only_added_to()"
        )
    op.execute(
        "CREATE FUNCTION place_within_places() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF NEW.place_no > (SELECT places FROM slot WHERE id = NEW.slot_id) THEN "
        f"RAISE EXCEPTION '{_quoted(REFUSAL)}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER appointment_place BEFORE INSERT OR UPDATE OF slot_id, place_no "
        "ON appointment FOR EACH ROW EXECUTE FUNCTION place_within_places()"
    )


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in ONLY_ADDED_TO:
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(f"DROP TRIGGER {table}_no_delete")
        op.execute("DROP TRIGGER appointment_place_insert")
        op.execute("DROP TRIGGER appointment_place_update")
        return
    for table in ONLY_ADDED_TO:
        op.execute(f"DROP TRIGGER {table}_only_added_to ON {table}")
    op.execute("DROP TRIGGER appointment_place ON appointment")
    op.execute("DROP FUNCTION only_added_to")
    op.execute("DROP FUNCTION place_within_places")
