"""What must be true of the demo beside the diary's own invariants: rules kept, times in order."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from booking import clock
from booking.database import Base, db
from booking.models import (
    Appointment,
    AuditEntry,
    Claimant,
    OutboxMessage,
    Referral,
    Session,
    Slot,
)
from booking.words import AppointmentKind, MessageKind, MessageState, SessionKind, Status
from booking.working_days import bank_holidays
from notifications.parts import count_parts
from tests.truth import untruths

FREE_PLACES = 60


def rows(model: type[Base]) -> list[Any]:
    return list(db.session.scalars(select(model).order_by(*model.__table__.primary_key)))


def check_everything(now: datetime) -> None:
    assert untruths() == []
    _in_memory = [rows(model) for model in (Slot, Session, Claimant, Referral, Appointment)]
    assert free_one_place_slots(now) >= FREE_PLACES
    for session in rows(Session):
        check_session(session)
    offered: Counter[tuple[int, date]] = Counter()
    for slot in rows(Slot):
        offered[slot.session.adviser_id, slot.session.on_date] += 1
    assert max(offered.values()) <= 9
    recorded = {
        entry.subject_id: entry.at for entry in rows(AuditEntry) if entry.action == "booked"
    }
    for appointment in rows(Appointment):
        check_appointment(appointment, now)
        assert recorded[appointment.id] == appointment.booked_at
    for message in rows(OutboxMessage):
        check_message(message, now)
    funded = Counter(
        appointment.claimant_id
        for appointment in rows(Appointment)
        if appointment.status in (Status.BOOKED, Status.ARRIVED, Status.ATTENDED)
        and appointment.kind != AppointmentKind.GROUP
    )
    assert max(funded.values()) == 3


def free_one_place_slots(now: datetime) -> int:
    taken = select(func.count()).where(
        Appointment.slot_id == Slot.id,
        Appointment.status.in_([Status.BOOKED, Status.ARRIVED, Status.ATTENDED]),
    )
    return (
        db.session.scalar(
            select(func.count(Slot.id)).where(
                Slot.places == 1,
                Slot.hold.is_(None),
                Slot.starts_at >= now,
                Slot.starts_at < now + timedelta(days=14),
                taken.scalar_subquery() == 0,
            )
        )
        or 0
    )


def check_session(session: Session) -> None:
    """Office, room and adviser could all be there."""
    on, office, adviser, room = session.on_date, session.office, session.adviser, session.room
    assert office.allows_access
    assert on not in bank_holidays(office.nation)
    hours = {each.weekday: each for each in office.hours}[on.weekday()]
    assert max(hours.opens, office.first_start or hours.opens) <= session.starts
    assert session.ends <= hours.closes
    assert any(
        each.weekday == on.weekday() and each.starts <= session.starts and session.ends <= each.ends
        for each in adviser.hours
    )
    assert not any(leave.first_on <= on <= leave.last_on for leave in adviser.leave)
    assert not any(
        closure.covers(on, session.starts, session.ends, session.room_id)
        for closure in office.closures
    )
    if session.kind != SessionKind.TELEPHONE:
        assert room is not None
        assert room.has_internet
        assert room.office_id == office.id
        assert all(slot.places < room.seats for slot in session.slots)
    walls = [clock.london(slot.starts_at).time() for slot in session.slots]
    assert walls[0] == session.starts
    assert {slot.ends_at - slot.starts_at for slot in session.slots} == {timedelta(minutes=45)}


def check_appointment(appointment: Appointment, now: datetime) -> None:
    """Things happened in their order, and none of them is still to come."""
    slot = appointment.slot
    assert appointment.slot.hold is None
    assert appointment.referral.claimant_id == appointment.claimant_id
    assert appointment.claimant.created_at <= appointment.referral.created_at
    assert appointment.referral.created_at <= appointment.booked_at <= now
    known = (appointment.arrived_at, appointment.outcome_at, appointment.cancelled_at)
    assert all(appointment.booked_at <= each <= now for each in known if each)
    assert appointment.changed_at <= now
    assert (appointment.cancelled_at is not None) == (appointment.status == Status.CANCELLED)
    assert (appointment.excused_reason is not None) == (appointment.status == Status.EXCUSED)
    walked_over = appointment.kind == AppointmentKind.WALKOVER
    assert walked_over == (appointment.booked_at > slot.starts_at)
    if appointment.status == Status.ATTENDED:
        assert appointment.outcome_at >= slot.ends_at  # type: ignore[operator]
    if appointment.status == Status.FAILED_TO_ATTEND:
        assert appointment.outcome_at >= slot.starts_at + timedelta(minutes=10)  # type: ignore[operator]


def check_message(message: OutboxMessage, now: datetime) -> None:
    """As the state machine leaves them."""
    assert message.created_at <= now
    assert message.start_version == message.appointment.start_version
    sent = message.state in (MessageState.SENT, MessageState.DELIVERED, MessageState.UNDELIVERED)
    tried = sent or message.state == MessageState.UNKNOWN
    assert bool(message.body) == bool(message.sent_to) == bool(message.claimed_at) == tried
    if sent:
        assert message.created_at <= message.due_at < message.claimed_at  # type: ignore[operator]
        assert message.claimed_at < message.settled_at <= now  # type: ignore[operator]
        assert message.claimed_at < message.send_by  # type: ignore[operator]
        assert 9 <= clock.london(message.claimed_at).hour < 19  # type: ignore[arg-type]
        assert count_parts(message.body).count == 1
    if message.state == MessageState.DUE:
        assert message.due_at >= now - timedelta(minutes=1)
    if message.state in (MessageState.SUPERSEDED, MessageState.SUPPRESSED):
        assert message.reason
    elif message.kind == MessageKind.REMINDER:
        assert not message.appointment.cancelled_at or (
            message.appointment.cancelled_at >= message.due_at
        )
