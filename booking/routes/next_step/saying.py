"""What an adviser says of the day: who is here, what happened, which time is kept."""

from enum import StrEnum
from typing import TypeVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from booking import appointments, clock, diaries, outcomes
from booking.boards import adviser_diary
from booking.errors import BookingError
from booking.forms.next_step import KeepTimeForm
from booking.forms.refusals import show_refusal
from booking.models import Appointment
from booking.particulars import clock_words
from booking.routes.access import audience, the_actor
from booking.routes.days import the_date
from booking.routes.next_step.blueprint import DIARY_READERS, ON, next_step, the_adviser
from booking.routes.next_step.diary import show_day
from booking.walkovers import gap_in
from booking.words import ExcusedReason, Role, Status

W = TypeVar("W", bound=StrEnum)


@next_step.post("/diary/appointments/<int:appointment_id>/arrived")
@audience(*DIARY_READERS)
def check_in(appointment_id: int) -> ResponseReturnValue:
    try:
        appointment = outcomes.check_in(appointment_id=appointment_id, by=the_actor())
    except BookingError as refusal:
        return _refused(appointment_id, refusal)
    return redirect(_line_of(appointment))


@next_step.post("/diary/appointments/<int:appointment_id>/not-here")
@audience(*DIARY_READERS)
def take_back_check_in(appointment_id: int) -> ResponseReturnValue:
    try:
        appointment = outcomes.take_back_check_in(appointment_id=appointment_id, by=the_actor())
    except BookingError as refusal:
        return _refused(appointment_id, refusal)
    return redirect(_line_of(appointment))


@next_step.post("/diary/appointments/<int:appointment_id>/outcome")
@audience(*DIARY_READERS)
def record_outcome(appointment_id: int) -> ResponseReturnValue:
    outcome = _word(Status, "outcome")
    why = request.form.get("excused_reason")
    try:
        appointment = outcomes.record_outcome(
            appointment_id=appointment_id,
            outcome=outcome,
            excused_reason=_word(ExcusedReason, "excused_reason") if why else None,
            by=the_actor(),
        )
    except BookingError as refusal:
        return _refused(appointment_id, refusal)
    if gap_in(appointment.slot, clock.now()):
        office = appointment.slot.session.office.name
        starts = clock_words(appointment.slot.starts_at)
        flash(f"{starts} is free again: Jobcentre advisers at {office} see it now.", "success")
    return redirect(_line_of(appointment))


@next_step.post(f"/diary/{ON}/keep")
@audience(*DIARY_READERS)
def hold(on_date: str) -> ResponseReturnValue:
    """Keep free slots of the day from booking."""
    adviser, form = the_adviser(), KeepTimeForm()
    form.offer(adviser_diary.day(adviser, the_date(on_date)))
    if form.validate_on_submit():
        try:
            diaries.hold_slots(
                slot_ids=form.slot_ids.data,
                hold=form.hold.data,
                reason=form.reason.data,
                by=the_actor(),
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(url_for(".day", on_date=on_date))
    return show_day(adviser, the_date(on_date), form=form)


@next_step.post(f"/diary/{ON}/release/<int:slot_id>")
@audience(*DIARY_READERS)
def release(on_date: str, slot_id: int) -> ResponseReturnValue:
    """Open kept time for booking again."""
    diaries.hold_slots(slot_ids=[slot_id], hold=None, by=the_actor())
    return redirect(url_for(".day", on_date=the_date(on_date), _anchor=f"slot-{slot_id}"))


def _word(kind: type[W], field: str) -> W:
    """The word a button sent; nobody's button sends another."""
    try:
        return kind(request.form.get(field, ""))
    except ValueError:
        abort(400)


def _line_of(appointment: Appointment) -> str:
    session = appointment.slot.session
    return url_for(
        ".day",
        on_date=session.on_date,
        adviser=session.adviser_id if current_user.role == Role.DISTRICT_LEAD else None,
        _anchor=f"slot-{appointment.slot_id}",
    )


def _refused(appointment_id: int, refusal: BookingError) -> ResponseReturnValue:
    """The appointment's day as it is now, with the sentence on top."""
    slot = appointments.visible(appointment_id, the_actor()).slot
    return show_day(
        slot.session.adviser, slot.session.on_date, refusal=refusal, refused_at=f"slot-{slot.id}"
    )
