"""What use cases rightly refuse: rows for bookings made and outcomes recorded before now."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from random import Random
from typing import Any

from booking.database import db
from booking.demo import texts
from booking.demo.at_once import Columns, add_at_once, columns_of
from booking.demo.story import Booking
from booking.models import Appointment, AuditEntry, ContactNote, OutboxMessage
from booking.taking import take_time
from booking.words import HOLDING_A_PLACE, ContactWay, Status

_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def write_down(bookings: Iterable[Booking], *, now: datetime, random: Random) -> list[Appointment]:
    """Each booking as it stands now, with its time, texts, contacts and record."""
    made = sorted(bookings, key=lambda each: (each.booked_at, each.slot.id, each.place_no))
    rows = [_appointment(booking, now, random) for booking in made]
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        if row.status in HOLDING_A_PLACE:
            take_time(row)
    pairs = list(zip(made, rows, strict=True))
    notes = {row: _contact(booking, row) for booking, row in pairs}
    db.session.add_all(note for note in notes.values() if note is not None)
    db.session.flush()
    add_at_once(AuditEntry, (entry for pair in pairs for entry in _record(*pair)))
    add_at_once(
        OutboxMessage,
        (
            columns_of(text)
            for booking, row in pairs
            for text in texts.about(row, notes[row], now=now, reached=booking.case.phone_works)
        ),
    )
    return rows


def _appointment(booking: Booking, now: datetime, random: Random) -> Appointment:
    fate = booking.fate.known(now)
    cancelled = fate.status == Status.CANCELLED
    return Appointment(
        reference="".join(random.choices(_READABLE, k=8)),
        slot=booking.slot,
        place_no=booking.place_no,
        claimant=booking.case.claimant,
        referral=booking.case.referral,
        kind=booking.kind,
        status=fate.status,
        channel=booking.channel,
        booked_at=booking.booked_at,
        booked_by=booking.booked_by,
        seconds_to_book=booking.seconds_to_book,
        arrived_at=fate.arrived_at,
        outcome_at=None if cancelled else fate.settled_at,
        cancelled_at=fate.settled_at if cancelled else None,
        cancel_reason=fate.cancel_reason,
        excused_reason=fate.excuse,
        start_version=1,
        changed_at=fate.settled_at or fate.arrived_at or booking.booked_at,
    )


def _contact(booking: Booking, row: Appointment) -> ContactNote | None:
    """Whoever is excused has rung, and that is on record."""
    if row.excused_reason is None or row.outcome_at is None:
        return None
    return ContactNote(
        appointment=row,
        way=ContactWay.PHONE,
        said=f"Cannot come: {row.excused_reason}",
        at=row.outcome_at,
        noted_by=booking.booked_by,
    )


def _record(booking: Booking, row: Appointment) -> Iterator[Columns]:
    """Who booked it, who saw the claimant come, who wrote down the outcome or the cancellation."""
    adviser = booking.slot.session.adviser
    yield _entry(
        row,
        actor=booking.booked_by.name,
        action="booked",
        at=booking.booked_at,
        after={"slot_id": row.slot_id, "kind": row.kind},
    )
    was = Status.BOOKED
    if row.arrived_at is not None:
        yield _entry(
            row,
            actor=adviser.name,
            action="checked in",
            at=row.arrived_at,
            before={"status": was},
            after={"arrived_at": row.arrived_at.isoformat()},
        )
        was = Status.ARRIVED
    if row.cancelled_at is not None:
        yield _entry(
            row,
            actor=booking.booked_by.name,
            action="cancelled",
            at=row.cancelled_at,
            before={"status": was},
            after={"cancel_reason": row.cancel_reason},
        )
    if row.outcome_at is not None:
        yield _entry(
            row,
            actor=adviser.name,
            action="recorded outcome",
            at=row.outcome_at,
            before={"status": was},
            after={"status": row.status},
        )


def _entry(row: Appointment, **facts: Any) -> Columns:
    return {
        "subject": Appointment.__tablename__,
        "subject_id": row.id,
        "office_id": row.slot.session.office_id,
        **facts,
    }
