"""What those do who take time out of a diary while others book it."""

from datetime import date

from booking import advisers, appointments, closures, diaries, outcomes, sessions
from booking.rights import THE_SERVICE
from booking.words import ClosureKind, ExcusedReason, Hold, LeaveKind, Status


def cancel_the_session(session_id: int, _slot_id: int) -> str:
    sessions.cancel_session(session_id=session_id, by=THE_SERVICE)
    return "closed"


def hold_the_slot(_session_id: int, slot_id: int) -> str:
    diaries.hold_slots(slot_ids=[slot_id], hold=Hold.BLOCKED, reason="Team meeting", by=THE_SERVICE)
    return "closed"


def close_the_office(office_id: int, on: date) -> str:
    closures.close(
        office_id=office_id,
        room_id=None,
        kind=ClosureKind.CLOSED,
        reason="The boiler burst",
        first_on=on,
        last_on=on,
        by=THE_SERVICE,
    )
    return "closed"


def take_leave(adviser_id: int, on: date) -> str:
    advisers.record_leave(
        adviser_id=adviser_id, kind=LeaveKind.SICK, first_on=on, last_on=on, by=THE_SERVICE
    )
    return "closed"


def cancel_it(appointment_id: int) -> str:
    appointments.cancel(appointment_id=appointment_id, by=THE_SERVICE)
    return "cancelled"


def excuse_it(appointment_id: int) -> str:
    outcomes.record_outcome(
        appointment_id=appointment_id,
        outcome=Status.EXCUSED,
        excused_reason=ExcusedReason.MEDICAL,
        by=THE_SERVICE,
    )
    return "excused"
