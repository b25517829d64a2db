"""What came of every appointment: the diary's own and the history brought in, as one."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import CompoundSelect, Select, Subquery, func, or_, select, union_all

from booking import clock
from booking.database import db
from booking.models import Appointment, District, Office, PastOutcome, Session, Slot
from booking.words import ENDED, Status
from optimizer.attendance.history import PastAppointment

COUNTED = (Status.ATTENDED, Status.FAILED_TO_ATTEND)
_AT_A_TIME = 20_000
_MISSED = {Status.ATTENDED: False, Status.FAILED_TO_ATTEND: True}


def ended() -> CompoundSelect[Any]:
    """(office code, starts_at, booked_at, kind, outcome) of all that is over and has an outcome.

    An office's history counts up to its first appointment in the diary; from then on the diary
    is the history, so that nothing counts twice.
    """
    return union_all(_in_the_diary(), before_the_diary())


def before_the_diary() -> Select[Any]:
    """The history brought in, in the columns of `ended`, up to where each office's diary began."""
    own = _in_the_diary().subquery()
    began = (
        select(own.c.office, func.min(own.c.starts_at).label("at"))
        .group_by(own.c.office)
        .subquery()
    )
    return (
        select(
            PastOutcome.office,
            PastOutcome.starts_at,
            PastOutcome.booked_at,
            PastOutcome.kind,
            PastOutcome.outcome,
        )
        .outerjoin(began, began.c.office == PastOutcome.office)
        .where(or_(began.c.at.is_(None), PastOutcome.starts_at < began.c.at))
    )


def past_appointments() -> Iterator[PastAppointment]:
    """The history up to yesterday as a forecast learns from it, always in the same order."""
    over = _up_to_yesterday()
    query = select(over).order_by(
        over.c.starts_at, over.c.office, over.c.booked_at, over.c.kind, over.c.outcome
    )
    query = query.execution_options(yield_per=_AT_A_TIME)
    for office, starts_at, booked_at, kind, outcome in db.session.execute(query):
        yield PastAppointment.at(
            office=office,
            starts_at=starts_at,
            booked_at=booked_at,
            kind=kind.value,
            missed=_MISSED.get(outcome),
        )


def how_many_counted() -> int:
    """How many appointments were attended or missed: what there is to learn from."""
    over = _up_to_yesterday()
    query = select(func.count()).select_from(over).where(over.c.outcome.in_(COUNTED))
    return db.session.scalar(query) or 0


def district_of() -> dict[str, str]:
    """Office code -> district code."""
    rows = db.session.execute(
        select(Office.code, District.code).join(Office.district).order_by(Office.code)
    )
    return dict(rows.tuples().all())


def _up_to_yesterday() -> Subquery:
    """Whole days alone: this afternoon's failures are not all written down."""
    this_morning, _ = clock.day_bounds(clock.today())
    over = ended().subquery()
    return select(over).where(over.c.starts_at < this_morning).subquery()


def _in_the_diary() -> Select[Any]:
    return (
        select(
            Office.code.label("office"),
            Slot.starts_at,
            Appointment.booked_at,
            Appointment.kind,
            Appointment.status.label("outcome"),
        )
        .join(Slot, Appointment.slot_id == Slot.id)
        .join(Session, Slot.session_id == Session.id)
        .join(Office, Session.office_id == Office.id)
        .where(Appointment.status.in_(ENDED), Slot.starts_at <= clock.now())
    )
