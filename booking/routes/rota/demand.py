"""Demand of one office's week, entered by hand with the reason."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking.boards.rota_week import days_of
from booking.errors import BookingError
from booking.forms.refusals import show_refusal
from booking.forms.rota import DemandForm
from booking.places import office_in_reach
from booking.rotas import demand_entries
from booking.rotas.expected import expected
from booking.rotas.problem import offices_of
from booking.routes.access import the_actor
from booking.routes.rota.blueprint import for_leads, rota, the_monday


@rota.route("/<on_date>/demand/<int:office_id>", methods=["GET", "POST"])
@for_leads
def demand(on_date: str, office_id: int) -> ResponseReturnValue:
    by, monday = the_actor(), the_monday(on_date)
    office = office_in_reach(office_id, by=by)
    likely = expected(offices_of(office.district, monday), monday).get(office.id, [])
    entries = [each.entry for each in likely]
    reasons = [entry.reason for entry in entries if entry]
    typed = {f"s{n}": entry.wanted for n, entry in enumerate(entries) if entry}
    form = DemandForm(reason=reasons[0] if reasons else "", **typed)
    if form.validate_on_submit():
        try:
            demand_entries.save_week(
                office_id=office.id,
                week=monday,
                wanted=form.typed(),
                reason=form.reason.data,
                by=by,
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            flash(f"Saved: the demand at {office.name}.", "success")
            return redirect(url_for(".week", on_date=monday))
    return render_template(
        "rota/demand.html",
        office=office,
        monday=monday,
        form=form,
        likely=likely,
        days=days_of(monday),
    )
