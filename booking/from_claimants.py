"""What claimants settle for themselves, by their link or a text: come, cancel, change, be ill."""

from booking import clock
from booking.appointments import alternatives_when_taken
from booking.database import db, use_case
from booking.errors import NotOver, SlotNotOpen, SlotPast, WrongState
from booking.free_slots import ONE_TO_ONE
from booking.messages import outbox
from booking.models import Appointment, ContactNote, Slot
from booking.outcomes import settle_outcome
from booking.placing import give_back, locked, put_into, record_change
from booking.rights import Actor
from booking.taking import bookable_slot
from booking.words import AppointmentKind, ContactWay, ExcusedReason, Status

# Each change is a text; a link that fell into other hands must not become an endless row of them.
_MOST_CHANGES = 6
_LONGEST_NOTE, _LONGEST_REASON = 300, 200


class NotAhead(WrongState):
    code = "not_ahead"
    sentence = (
        "This appointment has started, is over or was cancelled, so it stays as it is. "
        "Ring the office instead."
    )


class NotToday(NotOver):
    code = "not_today"
    sentence = "Say so on the day of the appointment. Until then, change it or cancel it."


class ChangedTooOften(WrongState):
    code = "changed_too_often"
    sentence = "This appointment has been changed many times. Ring the office to change it again."


@use_case
def confirm(*, appointment_id: int, way: ContactWay, said: str = "", by: Actor) -> Appointment:
    """They will come: no more reminders of this time, nothing else. Said twice, it counts once."""
    appointment = _asked_about(appointment_id, by)
    _check_ahead(appointment)
    if appointment.confirmed_at is None:
        settle_confirmed(appointment)
        _note(appointment, way, said or "Will come.", by, "confirmed")
    return appointment


def settle_confirmed(appointment: Appointment) -> None:
    """What `confirm` does once it may; runs inside a use case."""
    appointment.confirmed_at = appointment.changed_at = clock.now()
    outbox.stop_reminding_of_what_is_confirmed(appointment)


@use_case
def cancel(
    *, appointment_id: int, reason: str = "", way: ContactWay, said: str = "", by: Actor
) -> Appointment:
    """They will not come: the place is free for somebody else. The reason may be left out."""
    by.must("cancel")
    appointment = _asked_about(appointment_id, by)
    if appointment.status != Status.CANCELLED:
        _check_ahead(appointment)
        give_back(appointment, reason.strip()[:_LONGEST_REASON], by)
        words = f"Will not come: {reason.strip()}" if reason.strip() else "Will not come."
        _note(appointment, way, said or words, by, "noted contact")
    return appointment


def change(
    *, appointment_id: int, slot_id: int, way: ContactWay, said: str = "", by: Actor
) -> Appointment:
    """They come at another time: the new place is taken before the old one is given back.

    Raises SlotTaken, SlotNotOpen or SlotPast with the next free slots; the old time then stands.
    """
    with alternatives_when_taken(slot_id):
        return _change(appointment_id, slot_id, way, said, by)


@use_case
def ill_today(
    *,
    appointment_id: int,
    reason: ExcusedReason = ExcusedReason.MEDICAL,
    way: ContactWay,
    said: str = "",
    by: Actor,
) -> Appointment:
    """They cannot come today and say so before the start: excused, never a failure to attend.

    The place is free at once; a receipt says that they told us and when (002:2142).
    """
    appointment = _asked_about(appointment_id, by)
    if appointment.status != Status.EXCUSED:
        _check_ahead(appointment)
        if clock.today() != appointment.slot.session.on_date:
            raise NotToday
        settle_outcome(appointment, Status.EXCUSED, reason, by)
        note = _note(appointment, way, said or f"Cannot come today: {reason}.", by, "noted contact")
        outbox.acknowledge(note)
    return appointment


@use_case
def prefer_telephone(
    *, appointment_id: int, way: ContactWay, said: str = "", by: Actor
) -> Appointment:
    """They would rather talk by telephone: staff see it, and slots by telephone come first."""
    appointment = _asked_about(appointment_id, by)
    if not appointment.claimant.prefers_telephone:
        _check_ahead(appointment)
        appointment.claimant.prefers_telephone = True
        _note(appointment, way, said or "Would rather talk by telephone.", by, "prefers telephone")
    return appointment


def is_ahead(appointment: Appointment) -> bool:
    """Whether the claimant may still confirm, cancel or change it."""
    return appointment.status == Status.BOOKED and clock.now() < appointment.slot.starts_at


@use_case
def _change(
    appointment_id: int, slot_id: int, way: ContactWay, said: str, by: Actor
) -> Appointment:
    by.must("move")
    appointment = _asked_about(appointment_id, by)
    if appointment.slot_id == slot_id:
        return appointment
    _check_ahead(appointment)
    if appointment.start_version > _MOST_CHANGES:
        raise ChangedTooOften
    slot = bookable_slot(slot_id, by)
    _check_of_their_kind(appointment, slot)
    put_into(appointment, slot, by)
    _note(appointment, way, said or "Chose another time.", by, "noted contact")
    return appointment


def _asked_about(appointment_id: int, by: Actor) -> Appointment:
    by.must("note a contact")
    return locked(appointment_id, by)


def _check_ahead(appointment: Appointment) -> None:
    if not is_ahead(appointment):
        raise NotAhead


def _check_of_their_kind(appointment: Appointment, slot: Slot) -> None:
    """Groups are filled by staff, and nobody walks over into a slot under way from home."""
    if appointment.kind == AppointmentKind.GROUP or slot.session.kind not in ONE_TO_ONE:
        raise SlotNotOpen
    if slot.starts_at <= clock.now():
        raise SlotPast


def _note(
    appointment: Appointment, way: ContactWay, said: str, by: Actor, action: str
) -> ContactNote:
    note = ContactNote(
        appointment_id=appointment.id,
        appointment=appointment,
        way=way,
        said=said[:_LONGEST_NOTE],
        at=clock.now(),
        noted_by_id=by.user_id,
    )
    db.session.add(note)
    record_change(by, action, appointment, None, {"way": way})
    return note
