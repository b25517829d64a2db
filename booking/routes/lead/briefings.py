"""Briefings and team meetings: put into the diaries of many, and called off."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import briefings as meetings
from booking.boards.rota_week import the_district
from booking.errors import BookingError
from booking.forms.briefing import BriefingForm
from booking.forms.refusals import show_refusal
from booking.places import offices_in_reach
from booking.rotas.problem import advisers_of
from booking.routes.access import the_actor
from booking.routes.lead.blueprint import for_leads, lead


@lead.route("/briefings", methods=["GET", "POST"])
@for_leads
def briefings() -> ResponseReturnValue:
    by, form = the_actor(), BriefingForm()
    offices = [office for office in offices_in_reach(by) if office.allows_access]
    form.offer(advisers_of(the_district(by)), offices)
    if form.validate_on_submit():
        assert form.starts.data is not None
        assert form.ends.data is not None
        try:
            briefing = meetings.put(
                title=form.title.data,
                on=form.on.data,
                starts=form.starts.data,
                ends=form.ends.data,
                **form.whom(),
                by=by,
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            flash(f"It is in {len(briefing.advisers)} diaries.", "success")
            return redirect(url_for(".briefings"))
    return render_template(
        "lead/briefings.html",
        form=form,
        briefings=[(each, meetings.in_the_way(each)) for each in meetings.to_come(by=by)],
    )


@lead.post("/briefings/<int:briefing_id>/call-off")
@for_leads
def call_off_briefing(briefing_id: int) -> ResponseReturnValue:
    meetings.call_off(briefing_id=briefing_id, by=the_actor())
    flash("Called off. The time can be booked again.", "success")
    return redirect(url_for(".briefings"))
