"""Runs the migrations inside the app's own connection, on SQLite and PostgreSQL alike."""

from typing import Any

from alembic import context
from flask import current_app

from booking import models
from booking.database import Base, UTCDateTime

assert models  # imported for its tables


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Migrations outlive the code, so they name plain column types."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


with current_app.extensions["migrate"].db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
