"""Free slots as other systems list them: every kind, between two dates, with names."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select

from booking import clock
from booking.availability import FreeSlot
from booking.database import db
from booking.free_slots import free_places
from booking.models import Adviser, Office, Slot
from booking.rights import Actor, reachable_office
from booking.words import SessionKind

MOST_DAYS = 62
_TWO_WEEKS, _MOST = timedelta(days=13), timedelta(days=MOST_DAYS - 1)


class ListedSlot(NamedTuple):
    """A free slot with what another system calls its office and its adviser."""

    slot: FreeSlot
    office_code: str
    office_name: str
    adviser_name: str


def between(
    *, office_code: str, first_on: date | None, last_on: date | None, by: Actor
) -> Sequence[ListedSlot]:
    """The free slots of an office on London dates, both included, soonest first.

    Without a first date from today; without a last date two weeks; never more than the first
    MOST_DAYS days. Raises NotFound.
    """
    by.must("see the diary")
    office = db.session.scalar(select(Office).where(Office.code == office_code))
    office = reachable_office(office, by)
    first_on = first_on or clock.today()
    last_on = last_on or min(first_on, date.max - _TWO_WEEKS) + _TWO_WEEKS
    last_on = min(last_on, min(first_on, date.max - _MOST) + _MOST)
    query = free_places([office.id], clock.now(), first_on, last_on, tuple(SessionKind))
    rows = db.session.execute(query.order_by(Slot.starts_at, Slot.id))
    return with_names(FreeSlot._make(row) for row in rows)


def with_names(slots: Iterable[FreeSlot]) -> Sequence[ListedSlot]:
    """The slots with the names behind their ids, two queries however many there are."""
    slots = list(slots)
    offices = {
        office_id: (code, name)
        for office_id, code, name in db.session.execute(
            select(Office.id, Office.code, Office.name).where(
                Office.id.in_({slot.office_id for slot in slots})
            )
        )
    }
    advisers = db.session.execute(
        select(Adviser.id, Adviser.name).where(Adviser.id.in_({slot.adviser_id for slot in slots}))
    )
    names = {adviser_id: name for adviser_id, name in advisers}  # noqa: C416 - rows, not pairs
    return [ListedSlot(slot, *offices[slot.office_id], names[slot.adviser_id]) for slot in slots]
