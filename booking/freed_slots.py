"""Slots that have come free, noted in the transaction that frees or opens them."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from booking import clock
from booking.database import db, use_case
from booking.models import FreedSlot, Slot


def put_up(slot_ids: Collection[int]) -> None:
    """Put slots up for whoever waits: given back, opened with their session, or let again.

    A slot may come free twice at the same time: the second only says so later.
    """
    if not slot_ids:
        return
    now = clock.now()
    on_sqlite = db.session.connection().dialect.name == "sqlite"
    adding = sqlite.insert(FreedSlot) if on_sqlite else postgresql.insert(FreedSlot)
    db.session.execute(
        adding.values(
            [{"slot_id": slot_id, "freed_at": now} for slot_id in sorted(slot_ids)]
        ).on_conflict_do_update(
            index_elements=["slot_id"], set_={"freed_at": now, "settled_at": None}
        )
    )


@use_case
def forget_past() -> int:
    """Notes of slots that have started are of no use to anybody; returns how many went."""
    started = select(Slot.id).where(Slot.starts_at <= clock.now())
    past = db.session.scalars(
        delete(FreedSlot).where(FreedSlot.slot_id.in_(started)).returning(FreedSlot.slot_id)
    )
    return len(past.all())
