"""A district's appointments as CSV for other systems: references and facts, never a name."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from booking import clock
from booking.database import db
from booking.errors import BadDetail
from booking.exchange.csv_files import line
from booking.models import Appointment, Office, Session, Slot
from booking.rights import Actor

COLUMNS = (
    "reference",
    "external_reference",
    "office",
    "adviser",
    "starts_at",
    "status",
    "kind",
    "channel",
    "stage",
    "reason",
    "booked_at",
    "seconds_to_book",
)
_AT_A_TIME = 500


def lines(*, first_on: date, last_on: date, by: Actor) -> Iterator[str]:
    """The file line by line: appointments that start on these days, both included.

    Times are London's wall clock with its offset. Raises BadDetail before the first line.
    """
    by.must("see district figures")
    if last_on < first_on:
        raise BadDetail("to", "The last day is before the first.")
    return _lines(first_on, last_on, by)


def _lines(first_on: date, last_on: date, by: Actor) -> Iterator[str]:
    yield line(COLUMNS)
    query = (
        select(Appointment)
        .join(Appointment.slot)
        .join(Slot.session)
        .join(Session.office)
        .join(Session.adviser)
        .join(Appointment.referral)
        .options(
            contains_eager(Appointment.referral),
            contains_eager(Appointment.slot)
            .contains_eager(Slot.session)
            .options(contains_eager(Session.office), contains_eager(Session.adviser)),
        )
        .where(Session.on_date.between(first_on, last_on))
        .order_by(Slot.starts_at, Appointment.id)
        .execution_options(yield_per=_AT_A_TIME)
    )
    if by.district_id is not None:
        query = query.where(Office.district_id == by.district_id)
    for appointment in db.session.scalars(query):
        yield line(_cells(appointment))


def _cells(appointment: Appointment) -> list[object]:
    session, referral = appointment.slot.session, appointment.referral
    return [
        appointment.reference,
        referral.external_reference,
        session.office.code,
        session.adviser.name,
        _wall(appointment.slot.starts_at),
        appointment.status,
        appointment.kind,
        appointment.channel,
        referral.stage,
        referral.reason,
        _wall(appointment.booked_at),
        appointment.seconds_to_book,
    ]


def _wall(at: datetime) -> str:
    return clock.london(at).isoformat(timespec="seconds")
