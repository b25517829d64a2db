"""Reception's pages: who arrives today, and the day on paper for an office."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from booking import clock, outcomes
from booking.boards import arrivals as door
from booking.errors import BookingError
from booking.routes.access import audience, the_actor
from booking.routes.days import the_date
from booking.words import Role

reception = Blueprint("reception", __name__)
_AT_THE_DOOR = (Role.RECEPTION, Role.JOBCENTRE_ADVISER)


@reception.get("/arrivals")
@audience(*_AT_THE_DOOR)
def arrivals() -> ResponseReturnValue:
    return _show()


@reception.get("/arrivals/list")
@audience(*_AT_THE_DOOR)
def arrivals_list() -> ResponseReturnValue:
    """The changing part, for the page that refreshes itself."""
    expected = door.today(current_user.office_id, by=the_actor())
    return render_template("reception/_arrivals.html", arrivals=expected)


@reception.post("/arrivals/<int:appointment_id>/here")
@audience(*_AT_THE_DOOR)
def check_in(appointment_id: int) -> ResponseReturnValue:
    try:
        outcomes.check_in(appointment_id=appointment_id, by=the_actor())
    except BookingError as refusal:
        return _show(refusal, appointment_id)
    return redirect(url_for(".arrivals", _anchor=f"appointment-{appointment_id}"))


@reception.post("/arrivals/<int:appointment_id>/not-here")
@audience(*_AT_THE_DOOR)
def take_back(appointment_id: int) -> ResponseReturnValue:
    try:
        outcomes.take_back_check_in(appointment_id=appointment_id, by=the_actor())
    except BookingError as refusal:
        return _show(refusal, appointment_id)
    return redirect(url_for(".arrivals", _anchor=f"appointment-{appointment_id}"))


@reception.get("/office/<code>/day-list")
@audience(*_AT_THE_DOOR, Role.DISTRICT_LEAD)
def day_list(code: str) -> ResponseReturnValue:
    office = door.office_called(code, by=the_actor())
    on = the_date(request.args.get("on", ""))
    sessions, expected = door.day_list(office, on)
    return render_template(
        "reception/day_list.html",
        office=office,
        on=on,
        sessions=sessions,
        expected=expected,
        before_on=on - timedelta(days=1),
        after_on=on + timedelta(days=1),
        back_href=url_for(".arrivals") if current_user.role in _AT_THE_DOOR else "",
    )


def _show(refusal: BookingError | None = None, about: int | None = None) -> ResponseReturnValue:
    """The list as it is now; a refusal is on top, with a link to the line it is about."""
    page = render_template(
        "reception/arrivals.html",
        office=current_user.office,
        today=clock.today(),
        arrivals=door.today(current_user.office_id, by=the_actor()),
        refusal=refusal,
        about=about,
        errors=bool(refusal),
    )
    return page, refusal.status if refusal else 200
