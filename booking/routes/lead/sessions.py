"""The week's sessions, office by office; opening one, and cancelling one that is empty."""

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import advisers, clock
from booking import sessions as diary_sessions
from booking.boards import week_plan
from booking.errors import BookingError
from booking.forms.lead import OpenSessionForm
from booking.forms.refusals import show_refusal
from booking.places import office_in_reach, offices_in_reach
from booking.routes.access import the_actor
from booking.routes.lead.blueprint import for_leads, lead
from booking.words import HalfDay

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


@lead.get("/sessions")
@for_leads
def sessions() -> ResponseReturnValue:
    """A week's grid of offices and half-days; one office's sessions in full below it."""
    by = the_actor()
    monday = clock.monday_of(_date("week") or clock.today())
    plan = week_plan.week(monday, by=by)
    chosen = request.args.get("office", type=int)
    return render_template(
        "lead/sessions.html",
        plan=plan,
        chosen=next((office for office in plan.offices if office.id == chosen), None),
        earlier=monday - timedelta(weeks=1),
        later=monday + timedelta(weeks=1),
        this_week=clock.monday_of(clock.today()),
        today=clock.today(),
    )


@lead.get("/sessions/open")
@for_leads
def choose_office() -> ResponseReturnValue:
    """Where the session is to be: its rooms are offered next."""
    offices = [office for office in offices_in_reach(the_actor()) if office.allows_access]
    return render_template("lead/choose_office.html", offices=offices)


@lead.route("/sessions/open/<int:office_id>", methods=["GET", "POST"])
@for_leads
def open_session(office_id: int) -> ResponseReturnValue:
    by = the_actor()
    office = office_in_reach(office_id, by=by)
    half_day = request.args.get("half_day", HalfDay.AM, type=HalfDay)
    form = OpenSessionForm(on=_date("on") or clock.today(), half_day=half_day)
    form.offer(advisers.advisers_in_reach(by), office)
    if form.validate_on_submit():
        try:
            opened = diary_sessions.open_session(
                office_id=office.id,
                adviser_id=form.adviser.data,
                on=form.on.data,
                half_day=form.half_day.data,
                room_id=form.room_id,
                kind=form.kind.data,
                places=form.places.data,
                by=by,
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            flash(f"Opened: {opened.adviser.name}, {len(opened.slots)} slots.", "success")
            return redirect(_week_of(opened.on_date, opened.office_id))
    return render_template("lead/open_session.html", form=form, office=office)


@lead.post("/sessions/<int:session_id>/cancel")
@for_leads
def cancel_session(session_id: int) -> ResponseReturnValue:
    cancelled = diary_sessions.cancel_session(session_id=session_id, by=the_actor())
    flash("The session is cancelled.", "success")
    return redirect(_week_of(cancelled.on_date, cancelled.office_id))


def _week_of(on: date, office_id: int) -> str:
    return url_for(".sessions", week=clock.monday_of(on).isoformat(), office=office_id)


def _date(name: str) -> date | None:
    """A date of the address; one that no diary holds is as good as none."""
    typed = request.args.get(name, type=date.fromisoformat)
    return typed if typed and _FIRST_YEAR <= typed.year <= _LAST_YEAR else None
