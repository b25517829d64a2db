"""What must be true of the diary at every moment, asked of the database itself."""

from collections import Counter

from sqlalchemy import select

from booking.database import db
from booking.models import Appointment, AuditEntry, ClaimantTime, OutboxMessage, Session, Slot
from booking.words import HOLDING_A_PLACE, STILL_TO_COME, MessageState, SessionState, Status


def untruths() -> list[str]:
    """Every broken invariant in words; an empty list is the truth."""
    db.session.rollback()
    live = db.session.execute(
        select(Appointment, Slot)
        .join(Slot, Appointment.slot_id == Slot.id)
        .where(Appointment.status.in_(HOLDING_A_PLACE))
    ).all()
    return [
        *_shared_places(live),
        *_places_beyond(live),
        *_claimants_in_two_places(live),
        *_marks_that_differ(live),
        *_half_days_worked_twice(),
        *_booked_where_nobody_sits(live),
        *_sessions_in_lost_time(),
        *_unrecorded(),
        *_talk_of_what_is_over(),
    ]


def _shared_places(live: list) -> list[str]:
    held = Counter((appointment.slot_id, appointment.place_no) for appointment, _ in live)
    return [f"place {place} is held {count} times" for place, count in held.items() if count > 1]


def _places_beyond(live: list) -> list[str]:
    return [
        f"appointment {appointment.id} has place {appointment.place_no} of {slot.places}"
        for appointment, slot in live
        if not 1 <= appointment.place_no <= slot.places
    ]


def _claimants_in_two_places(live: list) -> list[str]:
    spans: dict[int, list] = {}
    for appointment, slot in live:
        spans.setdefault(appointment.claimant_id, []).append((slot.starts_at, slot.ends_at))
    return [
        f"claimant {claimant} is in two places at {later[0]}"
        for claimant, taken in spans.items()
        for earlier, later in zip(sorted(taken), sorted(taken)[1:], strict=False)
        if later[0] < earlier[1]
    ]


def _marks_that_differ(live: list) -> list[str]:
    wanted = {
        (appointment.id, appointment.claimant_id, mark)
        for appointment, slot in live
        for mark in range(
            int(slot.starts_at.timestamp()) // 300, -(-int(slot.ends_at.timestamp()) // 300)
        )
    }
    marks = db.session.execute(
        select(ClaimantTime.appointment_id, ClaimantTime.claimant_id, ClaimantTime.mark)
    )
    differing = wanted.symmetric_difference(tuple(mark) for mark in marks)
    return [f"the claimant's time differs for {mark}" for mark in sorted(differing)]


def _half_days_worked_twice() -> list[str]:
    sessions = db.session.scalars(
        select(Session).where(Session.state == SessionState.PUBLISHED)
    ).all()
    of_advisers = Counter(("adviser", s.adviser_id, s.on_date, s.half_day) for s in sessions)
    of_rooms = Counter(("room", s.room_id, s.on_date, s.half_day) for s in sessions if s.room_id)
    return [f"{who} twice" for who, count in (of_advisers + of_rooms).items() if count > 1]


def _booked_where_nobody_sits(live: list) -> list[str]:
    return [
        f"appointment {appointment.id} is booked in {slot.hold or slot.session.state} time"
        for appointment, slot in live
        if appointment.status in STILL_TO_COME
        and (slot.hold is not None or slot.session.state == SessionState.CANCELLED)
    ]


def _sessions_in_lost_time() -> list[str]:
    open_ones = select(Session).where(Session.state == SessionState.PUBLISHED)
    return [
        f"session {session.id} stands in a closure or a leave"
        for session in db.session.scalars(open_ones)
        if any(
            each.covers(session.on_date, session.starts, session.ends, session.room_id)
            for each in session.office.closures
        )
        or any(each.first_on <= session.on_date <= each.last_on for each in session.adviser.leave)
    ]


def _unrecorded() -> list[str]:
    recorded = set(
        db.session.scalars(
            select(AuditEntry.subject_id).where(
                AuditEntry.subject == "appointment", AuditEntry.action == "booked"
            )
        )
    )
    confirmed = set(db.session.scalars(select(OutboxMessage.appointment_id)))
    return [
        f"appointment {appointment_id} has no audit or no message"
        for appointment_id in db.session.scalars(select(Appointment.id))
        if appointment_id not in recorded or appointment_id not in confirmed
    ]


def _talk_of_what_is_over() -> list[str]:
    rows = db.session.execute(
        select(OutboxMessage, Appointment)
        .join(Appointment, OutboxMessage.appointment_id == Appointment.id)
        .where(OutboxMessage.state == MessageState.DUE)
    )
    return [
        f"a {message.kind} is due for an appointment that is {appointment.status}"
        for message, appointment in rows
        if message.contact_note_id is None
        and (
            appointment.status not in (*STILL_TO_COME, Status.CANCELLED)
            or message.start_version != appointment.start_version
        )
    ]
