"""The district now, its attendance and booking figures, and its appointments as a file."""

from datetime import timedelta

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from booking import clock
from booking.boards import attendance_figures, forecast_check
from booking.boards.attendance_counts import LEADS
from booking.boards.district_today import offices_today
from booking.errors import BadDetail
from booking.exchange import appointment_export
from booking.forms.fields import WEEKDAYS
from booking.forms.lead import ExportForm, WeeksForm
from booking.routes.access import the_actor
from booking.routes.lead.blueprint import for_leads, lead


@lead.get("")
@for_leads
def home() -> ResponseReturnValue:
    today = clock.today()
    return render_template(
        "lead/home.html",
        offices=offices_today(by=the_actor()),
        today=today,
        export_form=ExportForm(None, first_on=today - timedelta(days=28), last_on=today),
    )


@lead.get("/attendance")
@for_leads
def attendance() -> ResponseReturnValue:
    """Counts of what came of appointments; no model and no person."""
    form = WeeksForm(request.args)
    if not form.validate():
        form.weeks.data = form.weeks.default
    weeks, by = int(form.weeks.data), the_actor()
    return render_template(
        "lead/attendance.html",
        weeks_form=form,
        figures=attendance_figures.attendance(weeks=weeks, by=by),
        booked=attendance_figures.bookings(weeks=weeks, by=by),
        weekdays=WEEKDAYS,
        leads=LEADS,
    )


@lead.get("/forecast")
@for_leads
def forecast() -> ResponseReturnValue:
    """The latest forecast against what happened, honest about when it is no better."""
    return render_template("lead/forecast.html", shown=forecast_check.show(by=the_actor()))


@lead.get("/appointments.csv")
@for_leads
def appointments_file() -> ResponseReturnValue:
    """The district's appointments from one day to another, without names, for other systems."""
    form = ExportForm(request.args)
    if not form.validate():
        field, sentences = next(iter(form.errors.items()))
        raise BadDetail(str(field), str(sentences[0]))
    lines = appointment_export.lines(
        first_on=form.first_on.data, last_on=form.last_on.data, by=the_actor()
    )
    name = f"appointments-{form.first_on.data}-to-{form.last_on.data}.csv"
    return Response(
        stream_with_context(lines),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
