"""A session given to another adviser as it stands, with everybody in it; inside use cases only."""

from sqlalchemy import select

from booking import audit, briefing_time
from booking.attendance import levels
from booking.database import db, refused
from booking.day_limits import check_at_work, check_day
from booking.errors import AdviserBusy
from booking.models import Adviser, Appointment, Session
from booking.models.diary import HOLDS_A_PLACE
from booking.rights import Actor


def take_over(session: Session, adviser_id: int, by: Actor) -> None:
    """The session is that adviser's from here on; whoever is booked is still to be told.

    Raises CannotOpenSession or AdviserBusy.
    """
    adviser = db.session.get_one(Adviser, adviser_id, with_for_update=True, populate_existing=True)
    was_id = session.adviser_id
    check_at_work(adviser, session.office, session.on_date, session.starts, session.ends)
    with refused(uq_session_adviser=AdviserBusy):
        before, after = audit.change(session, adviser_id=adviser.id)
    check_day(session.office, adviser, session.on_date)
    db.session.refresh(session)
    held = select(Appointment.slot_id).where(
        Appointment.slot_id.in_([slot.id for slot in session.slots]), HOLDS_A_PLACE
    )
    briefing_time.keep_anew(session, set(db.session.scalars(held)))
    for each in (was_id, adviser.id):
        levels.settle_now(each, session.on_date)
    audit.record(
        by,
        "changed adviser",
        session,
        office_id=session.office_id,
        before=before,
        after=after,
    )
