"""Looking: the appointment, the other times, the entry for a calendar. Nothing changes."""

from datetime import date, timedelta
from urllib.parse import quote

from flask import Response, current_app, g, request
from flask.typing import ResponseReturnValue

from booking import calendars, clock, contacts, particulars
from booking.boards import claimant_choices
from booking.routes.access import for_everybody
from booking.routes.claimant.blueprint import claimant, shown, the_appointment

_LATEST = timedelta(days=366)
_DONE = ("coming", "changed", "telephone")


@claimant.get("")
@for_everybody
def show() -> ResponseReturnValue:
    """When, where, whom and why, and what can be said about it now."""
    return appointment_page()


def appointment_page(*, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    appointment = the_appointment()
    done = request.args.get("done", "")
    return shown(
        "claimant/show.html",
        status=status,
        refusal=refusal,
        done=done if done in _DONE else "",
        today=clock.today() == appointment.slot.session.on_date,
        bring=particulars.WHAT_TO_BRING,
        notes=contacts.notes_about(appointment.id),
        map_href=_map_of(appointment.slot.session.office.address),
    )


def change_page(*, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    """A few times on each of the next days; more of a day, later days, other offices if asked."""
    near = request.args.get("near") == "1"
    on = request.args.get("on", type=_day)
    after = request.args.get("after", type=_day)
    choices = claimant_choices.of(the_appointment(), on=on, after=after, near=near)
    return shown(
        "claimant/change.html", status=status, refusal=refusal, choices=choices, near=near, on=on
    )


@claimant.get("/appointment.ics")
@for_everybody
def calendar_file() -> ResponseReturnValue:
    """The appointment for the calendar of a phone."""
    return Response(
        calendars.file_of(the_appointment(), g.language),
        mimetype="text/calendar",
        headers={"Content-Disposition": 'attachment; filename="appointment.ics"'},
    )


def _day(typed: str) -> date:
    """A day that could have a slot; ValueError for any other."""
    on = date.fromisoformat(typed)
    if not timedelta(0) <= on - clock.today() <= _LATEST:
        raise ValueError(f"{on} has no slots.")
    return on


def _map_of(address: str) -> str:
    """Where the place is on a map, if the operator has named one: it learns what is looked at."""
    pattern: str = current_app.config["MAP_LINK"]
    return pattern.replace("{place}", quote(address, safe="")) if pattern and address else ""
