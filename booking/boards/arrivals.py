"""Who comes to an office on a day, as reception and the printed list show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from booking import clock, diaries, outcomes
from booking.database import db
from booking.errors import NotFound
from booking.models import Appointment, Office, Session
from booking.rights import Actor, reachable_office
from booking.words import SessionKind, Status


@dataclass(frozen=True)
class Arrival:
    """One claimant at the door; whole minutes since arrival, and since a start without one.

    It is over when its time has passed, unless the claimant still sits and waits.
    """

    appointment: Appointment
    minutes_waiting: int | None
    minutes_overdue: int | None
    can_check_in: bool
    is_over: bool


def office_called(code: str, *, by: Actor) -> Office:
    """The office with this code; staff of one office see the list of theirs alone."""
    by.must("see the diary")
    office = reachable_office(db.session.scalar(select(Office).where(Office.code == code)), by)
    if by.office_id not in (None, office.id):
        raise NotFound
    return office


def today(office_id: int, *, by: Actor) -> Sequence[Arrival]:
    """Everybody expected in person today, by time; the cancelled stay, for who comes anyway."""
    by.must("see the diary")
    office = reachable_office(db.session.get(Office, office_id), by)
    sessions = in_person(diaries.office_day(office.id, clock.today()))
    return [_arrival(appointment) for appointment in in_order(sessions)]


def in_person(sessions: Sequence[Session]) -> Sequence[Session]:
    """The sessions people come to; nobody reports to reception for a telephone session."""
    return [session for session in sessions if session.kind != SessionKind.TELEPHONE]


def in_order(sessions: Sequence[Session]) -> Sequence[Appointment]:
    """All appointments of some sessions by start, then by name."""
    return sorted(
        (each for session in sessions for slot in session.slots for each in slot.appointments),
        key=lambda each: (each.slot.starts_at, each.claimant.called, each.id),
    )


def day_list(office: Office, on: date) -> tuple[Sequence[Session], Sequence[Appointment]]:
    """An office's sessions of a day, and everybody expected in person by time."""
    sessions = diaries.office_day(office.id, on)
    expected = [each for each in in_order(in_person(sessions)) if each.status != Status.CANCELLED]
    return sessions, expected


def _arrival(appointment: Appointment) -> Arrival:
    now, slot = clock.now(), appointment.slot
    waits = appointment.status == Status.ARRIVED
    overdue = appointment.status == Status.BOOKED and slot.starts_at < now < slot.ends_at
    return Arrival(
        appointment,
        minutes_waiting=_minutes(appointment.arrived_at, now) if waits else None,
        minutes_overdue=_minutes(slot.starts_at, now) if overdue else None,
        can_check_in=outcomes.can_check_in(appointment),
        is_over=slot.ends_at <= now and not waits,
    )


def _minutes(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else int((now - since).total_seconds() // 60)
