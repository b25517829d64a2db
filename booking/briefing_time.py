"""The time of briefings kept from booking; inside use cases only."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, select

from booking import clock
from booking.database import db
from booking.freed_slots import put_up
from booking.models import Adviser, Briefing, Session, Slot
from booking.words import Hold, SessionState


def keep(slots: Iterable[Slot]) -> None:
    """Block those of these free slots of an adviser that a briefing takes.

    What the adviser keeps already stays as it is.
    """
    of_day: dict[tuple[int, date], Sequence[Briefing]] = {}
    for slot in slots:
        session = slot.session
        key = (session.adviser_id, session.on_date)
        if key not in of_day:
            of_day[key] = of_adviser(*key)
        starts, ends = (clock.london(at).time() for at in (slot.starts_at, slot.ends_at))
        over = [each for each in of_day[key] if each.covers(session.on_date, starts, ends)]
        if over and slot.hold is None:
            slot.hold, slot.hold_reason = Hold.BLOCKED, over[0].title
            slot.briefing_id = over[0].id


def open_again(slots: Iterable[Slot], briefing: Briefing) -> Sequence[Slot]:
    """Free the slots that were blocked for a briefing; another one in that time keeps them."""
    freed = [slot for slot in slots if slot.briefing_id == briefing.id]
    _free(freed)
    keep(freed)
    put_up([slot.id for slot in freed if slot.hold is None])
    return freed


def _free(slots: Iterable[Slot]) -> None:
    for slot in slots:
        slot.hold, slot.hold_reason, slot.briefing_id = None, "", None


def keep_anew(session: Session, taken: Collection[int]) -> None:
    """Another adviser has the session: its slots are kept for their briefings, not for the last's.

    `taken` are the ids of slots that somebody is booked in, which stay open.
    """
    freed = [slot for slot in session.slots if slot.briefing_id is not None]
    _free(freed)
    keep([slot for slot in session.slots if slot.id not in taken])
    put_up([slot.id for slot in freed if slot.hold is None])


def slots_under(briefing: Briefing) -> Sequence[Slot]:
    """Published slots of those invited in its time, locked: bookings under way are waited for.

    The session first, as a booking locks it: whoever took the slot alone would wait for the
    session while the booking that holds it waits for the slot.
    """
    return db.session.scalars(
        select(Slot)
        .join(Slot.session)
        .where(lies_under(briefing), Session.state == SessionState.PUBLISHED)
        .order_by(Slot.id)
        .with_for_update(of=(Session, Slot))
        .execution_options(populate_existing=True)
    ).all()


def lies_under(briefing: Briefing) -> ColumnElement[bool]:
    """Whether a slot, joined with its session, is of somebody invited and in its time."""
    return and_(
        Session.adviser_id.in_([adviser.id for adviser in briefing.advisers]),
        Session.on_date == briefing.on_date,
        Slot.starts_at < clock.instant(briefing.on_date, briefing.ends),
        Slot.ends_at > clock.instant(briefing.on_date, briefing.starts),
    )


def of_adviser(adviser_id: int, first_on: date, last_on: date | None = None) -> Sequence[Briefing]:
    """The briefings of a day, or from one day to another, in order of time."""
    return db.session.scalars(
        select(Briefing)
        .where(
            Briefing.on_date.between(first_on, last_on or first_on),
            Briefing.called_off_at.is_(None),
            Briefing.advisers.any(Adviser.id == adviser_id),
        )
        .order_by(Briefing.on_date, Briefing.starts, Briefing.id)
    ).all()
