"""Searches at the desk, noted until they are met: what nobody booked is demand all the same."""

from datetime import timedelta

from sqlalchemy import CursorResult, delete

from booking import clock
from booking.availability import Needs
from booking.database import db, use_case
from booking.models import Office, UnmetSearch
from booking.rights import Actor, reachable_office

SAME_SEARCH = timedelta(minutes=15)  # looked again within: it is the same wish, asked otherwise
_KEPT = timedelta(weeks=12)  # the forecast looks back eight


@use_case
def note(
    needs: Needs, *, office_id: int, offered: int, instead_of: int | None = None, by: Actor
) -> int:
    """Note what was looked for; its id, for `met`. A search asked again replaces the one before."""
    by.must("see the diary")
    office = reachable_office(db.session.get(Office, office_id), by)
    now = clock.now()
    before = db.session.get(UnmetSearch, instead_of) if instead_of is not None else None
    if before is None or now - before.searched_at > SAME_SEARCH:
        before = UnmetSearch()
    before.office_id, before.searched_at, before.offered = office.id, now, offered
    before.first_on, before.last_on = needs.first_on, needs.last_on
    before.not_before, before.not_after = needs.not_before, needs.not_after
    before.weekdays, before.telephone = sorted(needs.weekdays), needs.telephone
    db.session.add(before)
    db.session.flush()
    return before.id


@use_case
def met(search_id: int) -> None:
    """Somebody was booked, put on the waiting list or signposted: that is counted there.

    A search longer ago was another wish, and stays.
    """
    lately = clock.now() - SAME_SEARCH
    db.session.execute(
        delete(UnmetSearch).where(UnmetSearch.id == search_id, UnmetSearch.searched_at >= lately)
    )


@use_case
def forget_old() -> int:
    """Searches older than any forecast looks back."""
    gone = db.session.execute(
        delete(UnmetSearch).where(UnmetSearch.searched_at < clock.now() - _KEPT)
    )
    assert isinstance(gone, CursorResult)
    return gone.rowcount
