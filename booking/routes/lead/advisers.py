"""The district's advisers: working hours, languages, leave."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import advisers as people
from booking import clock
from booking.errors import BookingError
from booking.forms.fields import WEEKDAYS, typed_hours
from booking.forms.lead import AdviserForm, LeaveForm
from booking.forms.refusals import show_refusal
from booking.models import Adviser
from booking.routes.access import the_actor
from booking.routes.lead.blueprint import for_leads, lead


@lead.get("/advisers")
@for_leads
def advisers() -> ResponseReturnValue:
    today = clock.today()
    return render_template(
        "lead/advisers.html",
        advisers=[
            (adviser, people.hours_of(adviser), people.leave_to_come(adviser, today=today))
            for adviser in people.advisers_in_reach(the_actor())
        ],
    )


@lead.get("/advisers/<int:adviser_id>")
@for_leads
def adviser(adviser_id: int) -> ResponseReturnValue:
    shown = people.adviser_in_reach(adviser_id, by=the_actor())
    return _page(shown, _details(shown), LeaveForm())


@lead.post("/advisers/<int:adviser_id>")
@for_leads
def save_adviser(adviser_id: int) -> ResponseReturnValue:
    by = the_actor()
    shown = people.adviser_in_reach(adviser_id, by=by)
    form = AdviserForm()
    if form.validate_on_submit():
        people.save_adviser(
            adviser_id=adviser_id,
            hours=form.spans(),
            contractor=form.contractor.data,
            languages=form.spoken(),
            active=form.active.data,
            by=by,
        )
        flash("Saved.", "success")
        return redirect(url_for(".adviser", adviser_id=adviser_id))
    return _page(shown, form, LeaveForm(formdata=None))


@lead.post("/advisers/<int:adviser_id>/leave")
@for_leads
def record_leave(adviser_id: int) -> ResponseReturnValue:
    """Leave, which cancels empty sessions; one with appointments stops it and says so."""
    by = the_actor()
    form = LeaveForm()
    if form.validate_on_submit():
        try:
            people.record_leave(
                adviser_id=adviser_id,
                kind=form.kind.data,
                first_on=form.first_on.data,
                last_on=form.last_on.data,
                by=by,
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            flash("The leave is recorded.", "success")
            return redirect(url_for(".adviser", adviser_id=adviser_id))
    shown = people.adviser_in_reach(adviser_id, by=by)
    return _page(shown, _details(shown), form)


@lead.post("/advisers/leave/<int:leave_id>/withdraw")
@for_leads
def withdraw_leave(leave_id: int) -> ResponseReturnValue:
    adviser_id = people.withdraw_leave(leave_id=leave_id, by=the_actor())
    flash("The leave is taken back. Open the sessions again that it cancelled.", "success")
    return redirect(url_for(".adviser", adviser_id=adviser_id))


def _details(shown: Adviser) -> AdviserForm:
    return AdviserForm(
        formdata=None,
        contractor=shown.contractor,
        languages=", ".join(shown.languages),
        active=shown.active,
        **typed_hours(shown.hours, "starts", "ends"),
    )


def _page(shown: Adviser, form: AdviserForm, leave_form: LeaveForm) -> ResponseReturnValue:
    return render_template(
        "lead/adviser.html",
        adviser=shown,
        form=form,
        leave_form=leave_form,
        leave=people.leave_to_come(shown, today=clock.today()),
        out_of_hours=people.sessions_out_of_hours(shown),
        weekdays=WEEKDAYS,
        errors=form.errors or leave_form.errors,
    )
