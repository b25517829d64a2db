"""The joint attendance report, for both organisations: a page, its week and a month as files."""

from datetime import date, timedelta

from flask import (
    Blueprint,
    Response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from booking import clock
from booking.boards import joint_report
from booking.errors import BadDetail
from booking.routes.access import audience, the_actor
from booking.words import Role

reports = Blueprint("reports", __name__, url_prefix="/reports")

for_both = audience(Role.JOBCENTRE_ADVISER, Role.NEXT_STEP_ADVISER, Role.DISTRICT_LEAD)
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


@reports.get("/attendance")
@for_both
def weekly() -> ResponseReturnValue:
    """An office's week beside the twelve before it; last week unless another is asked for."""
    by, monday = the_actor(), _monday()
    office = joint_report.office_of(request.args.get("office"), current_user.office, by)
    if office is None:
        return render_template("reports/no_office.html")
    return render_template(
        "reports/weekly.html",
        report=joint_report.weekly(office, monday, by=by),
        offices=joint_report.offices(by),
        lead_words=joint_report.lead_words,
        earlier=monday - timedelta(weeks=1),
        later=monday + timedelta(weeks=1),
        today=clock.today(),
        last_month=(clock.today().replace(day=1) - timedelta(days=1)).strftime("%Y-%m"),
    )


@reports.get("/attendance.csv")
@for_both
def weekly_file() -> ResponseReturnValue:
    by, monday = the_actor(), _monday()
    office = joint_report.office_of(request.args.get("office"), current_user.office, by)
    if office is None:
        return redirect(url_for(".weekly"))
    lines = joint_report.weekly_lines(office, monday, by=by)
    return _file(lines, f"attendance-{office.code}-{monday}.csv")


@reports.get("/month.csv")
@for_both
def monthly_file() -> ResponseReturnValue:
    typed = request.args.get("month", "")
    try:
        month = date.fromisoformat(f"{typed}-01")
    except ValueError:
        raise BadDetail("month", "Say which month, such as 2026-11.") from None
    return _file(joint_report.monthly_lines(month, by=the_actor()), f"attendance-{typed}.csv")


def _file(lines: object, name: str) -> Response:
    return Response(
        stream_with_context(lines),  # type: ignore[call-overload]
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _monday() -> date:
    """The Monday of the week in the address; of last week when it names none that a diary holds."""
    typed = request.args.get("week", type=date.fromisoformat)
    if typed is None or not _FIRST_YEAR <= typed.year <= _LAST_YEAR:
        typed = clock.today() - timedelta(weeks=1)
    return clock.monday_of(typed)
