"""Demand entered with its reason: one office's week by hand, many from a file."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.boards.rota_week import days_of, the_district
from booking.errors import BadDetail, BookingError
from booking.exchange.csv_files import BadFile
from booking.exchange.demand_import import demand_in
from booking.forms.refusals import show_refusal
from booking.forms.rota import DemandFileForm, DemandForm
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


@rota.route("/demand-file", methods=["GET", "POST"])
@for_leads
def demand_file() -> ResponseReturnValue:
    """All of the file or, with a sentence for each row that is wrong, nothing."""
    by, form = the_actor(), DemandFileForm()
    district = the_district(by)
    problems: Sequence[str] = ()
    if form.validate_on_submit():
        name, content = form.file.data.filename, form.file.data.read()
        try:
            given, problems = demand_in(name, content, district_id=district.id)
            if problems:
                rows = "One row" if len(problems) == 1 else f"{len(problems)} rows"
                raise BadDetail("file", f"{rows} cannot be used, so nothing was entered.")
            if not given:
                raise BadDetail("file", f"{name} holds no row below its first line.")
            entered = demand_entries.import_demand(given, by=by)
        except BadFile as refusal:
            show_refusal(form, BadDetail("file", str(refusal)))
        except BadDetail as refusal:
            show_refusal(form, refusal)
        else:
            flash(f"Numbers entered: {entered}.", "success")
            return redirect(url_for(".weeks"))
    offices = offices_of(district, clock.monday_of(clock.today()))
    return render_template("rota/demand_file.html", form=form, problems=problems, offices=offices)
