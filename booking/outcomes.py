"""What became of an appointment: arrived, attended, failed, excused. Facts, said by a person."""

from datetime import datetime, timedelta

from booking import clock, handing_over
from booking.database import refused, use_case
from booking.errors import BadDetail, BookingError, NotOver, OutcomeLocked, SlotTaken, WrongState
from booking.messages import outbox
from booking.models import Appointment
from booking.placing import locked, record_change
from booking.rights import Actor
from booking.taking import give_time_back, take_time
from booking.words import HOLDING_A_PLACE, OUTCOMES, ExcusedReason, Status


class PlaceRetaken(SlotTaken):
    sentence = "Somebody else has been seen in that place since, so it cannot be given back."


@use_case
def check_in(*, appointment_id: int, by: Actor) -> Appointment:
    """The claimant is here; how late is told by the time."""
    by.must("check in")
    appointment = locked(appointment_id, by)
    _check_arrival(appointment)
    now = clock.now()
    appointment.status = Status.ARRIVED
    appointment.arrived_at = appointment.changed_at = now
    record_change(by, "checked in", appointment, {"status": Status.BOOKED}, {"arrived_at": now})
    return appointment


@use_case
def take_back_check_in(*, appointment_id: int, by: Actor) -> Appointment:
    """The wrong line was pressed: the claimant is not here yet."""
    by.must("check in")
    appointment = locked(appointment_id, by)
    if appointment.status != Status.ARRIVED:
        raise WrongState
    arrived_at = appointment.arrived_at
    appointment.status, appointment.arrived_at = Status.BOOKED, None
    appointment.changed_at = clock.now()
    record_change(by, "took check-in back", appointment, {"arrived_at": arrived_at}, None)
    return appointment


@use_case
def record_outcome(
    *,
    appointment_id: int,
    outcome: Status,
    excused_reason: ExcusedReason | None = None,
    by: Actor,
) -> Appointment:
    """Say what happened. A failure to attend or an excuse gives the place back at once.

    Attended only from the start; failed to attend only when the grace after it is over;
    changed only within 48 hours of the first word; excused only with a reason.
    """
    by.must("record an outcome")
    appointment = locked(appointment_id, by)
    _check_outcome(appointment, outcome, excused_reason)
    settle_outcome(appointment, outcome, excused_reason, by)
    return appointment


def settle_outcome(
    appointment: Appointment, outcome: Status, excused_reason: ExcusedReason | None, by: Actor
) -> None:
    """What `record_outcome` does once it may; runs inside a use case."""
    was = appointment.status
    now = clock.now()
    with refused(uq_appointment_place=PlaceRetaken):
        appointment.status = outcome
        appointment.excused_reason = excused_reason if outcome == Status.EXCUSED else None
        appointment.outcome_at = appointment.outcome_at or now
        appointment.changed_at = now
    _settle_time(appointment, was, by)
    outbox.stop_reminding(appointment)
    record_change(by, "recorded outcome", appointment, {"status": was}, {"status": outcome})


def can_check_in(appointment: Appointment) -> bool:
    """Whether `check_in` would accept it now."""
    try:
        _check_arrival(appointment)
    except BookingError:
        return False
    return True


def can_record(appointment: Appointment, outcome: Status) -> bool:
    """Whether `record_outcome` would accept the outcome now."""
    try:
        _check_outcome(appointment, outcome, ExcusedReason.MEDICAL)
    except BookingError:
        return False
    return True


def missed_from(appointment: Appointment) -> datetime:
    """When the grace is over and a failure to attend may be recorded."""
    rules = appointment.slot.session.office.rules
    return appointment.slot.starts_at + timedelta(minutes=rules.grace_minutes)


def _check_arrival(appointment: Appointment) -> None:
    if appointment.status != Status.BOOKED:
        raise WrongState
    if clock.today() != appointment.slot.session.on_date:
        raise NotOver("Check-in is on the day of the appointment.")


def _check_outcome(
    appointment: Appointment, outcome: Status, excused_reason: ExcusedReason | None
) -> None:
    if outcome not in OUTCOMES:
        raise BadDetail("outcome", "The outcome is attended, failed to attend or excused.")
    if outcome == Status.EXCUSED and excused_reason is None:
        raise BadDetail("excused_reason", "Say why the absence is excused.")
    if appointment.status == Status.CANCELLED:
        raise WrongState("The appointment was cancelled, so it has no outcome.")
    rules = appointment.slot.session.office.rules
    now, starts_at = clock.now(), appointment.slot.starts_at
    recorded_at = appointment.outcome_at
    if recorded_at and now - recorded_at > timedelta(hours=rules.outcome_editable_hours):
        raise OutcomeLocked
    if outcome == Status.ATTENDED and now < starts_at:
        raise NotOver("The appointment has not started yet.")
    if outcome == Status.FAILED_TO_ATTEND and now < missed_from(appointment):
        raise NotOver(f"Wait until {rules.grace_minutes} minutes after the start to say so.")


def _settle_time(appointment: Appointment, was: Status, by: Actor) -> None:
    held, holds = was in HOLDING_A_PLACE, appointment.status in HOLDING_A_PLACE
    if held and not holds:
        give_time_back(appointment)
    if holds and not held:
        take_time(appointment)
        handing_over.follow(appointment, by, must=False)
