"""Slots know the briefing that they are blocked for

Revision ID: 0016
Revises: 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    # In words that both databases know: SQLite takes a foreign key only with its column.
    op.execute(
        "ALTER TABLE slot ADD COLUMN briefing_id INTEGER "
        "CONSTRAINT fk_slot_briefing_id REFERENCES briefing (id)"
    )
    # Until now the title alone said it; calling off looks only at the briefing's own time.
    op.execute(
        "UPDATE slot SET briefing_id = ("
        "SELECT min(briefing.id) FROM briefing"
        " JOIN briefing_adviser ON briefing_adviser.briefing_id = briefing.id"
        " JOIN session ON session.adviser_id = briefing_adviser.adviser_id"
        " AND session.on_date = briefing.on_date"
        " WHERE session.id = slot.session_id AND briefing.title = slot.hold_reason"
        " AND briefing.called_off_at IS NULL"
        ") WHERE hold = 'blocked'"
    )
