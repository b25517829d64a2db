"""Changing an office: its facts and hours, its rooms, its closures; and adding a venue."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import closures
from booking import places as offices_and_rooms
from booking.errors import BookingError, NotFound
from booking.forms.fields import WEEKDAYS, typed_hours
from booking.forms.places import (
    ClosureForm,
    OfficeForm,
    OpeningHoursForm,
    RoomForm,
    VenueForm,
    offered,
)
from booking.forms.refusals import show_refusal
from booking.models import Office
from booking.routes.access import the_actor
from booking.routes.places.blueprint import for_keepers, places


@places.route("/offices/add", methods=["GET", "POST"])
@for_keepers
def add_venue() -> ResponseReturnValue:
    """An alternative venue; Jobcentres come with the register."""
    by = the_actor()
    form = VenueForm()
    districts = offices_and_rooms.districts_in_reach(by)
    form.district.choices = offered([(district.id, district.name) for district in districts])
    if form.validate_on_submit():
        try:
            venue = offices_and_rooms.add_venue(
                district_id=int(form.district.data),
                code=form.code.data,
                name=form.name.data,
                address=form.address.data,
                by=by,
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            flash("The venue is added. Add its rooms next.", "success")
            return _to(venue)
    return render_template("places/add_venue.html", form=form)


@places.route("/offices/<code>/edit", methods=["GET", "POST"])
@for_keepers
def edit_office(code: str) -> ResponseReturnValue:
    by = the_actor()
    office = offices_and_rooms.office_of_code(code, by=by)
    form = OfficeForm(obj=office)
    if form.validate_on_submit():
        facts = {name: value for name, value in form.data.items() if name in _FACTS}
        offices_and_rooms.save_office(office_id=office.id, by=by, **facts)
        flash("Saved.", "success")
        return _to(office)
    return render_template("places/edit_office.html", form=form, office=office)


@places.route("/offices/<code>/hours", methods=["GET", "POST"])
@for_keepers
def edit_hours(code: str) -> ResponseReturnValue:
    by = the_actor()
    office = offices_and_rooms.office_of_code(code, by=by)
    form = OpeningHoursForm(data=typed_hours(office.hours, "opens", "closes"))
    if form.validate_on_submit():
        offices_and_rooms.save_office(office_id=office.id, hours=form.spans(), by=by)
        flash("The opening hours are saved.", "success")
        return _to(office)
    return render_template("places/edit_hours.html", form=form, office=office, weekdays=WEEKDAYS)


@places.route("/offices/<code>/rooms/add", methods=["GET", "POST"], defaults={"room_id": None})
@places.route("/offices/<code>/rooms/<int:room_id>", methods=["GET", "POST"])
@for_keepers
def edit_room(code: str, room_id: int | None) -> ResponseReturnValue:
    by = the_actor()
    office = offices_and_rooms.office_of_code(code, by=by)
    room = next((room for room in office.rooms if room.id == room_id), None)
    if room_id is not None and room is None:
        raise NotFound
    form = RoomForm(obj=room, **({} if room else _NEW_ROOM))
    if form.validate_on_submit():
        facts = {name: value for name, value in form.data.items() if name in _ROOM_FACTS}
        try:
            offices_and_rooms.save_room(office_id=office.id, room_id=room_id, by=by, **facts)
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            flash("The room is saved.", "success")
            return _to(office)
    return render_template("places/edit_room.html", form=form, office=office, room=room)


@places.route("/offices/<code>/closures/add", methods=["GET", "POST"])
@for_keepers
def add_closure(code: str) -> ResponseReturnValue:
    """A closure or an agency's hold; empty sessions under it are cancelled."""
    by = the_actor()
    office = offices_and_rooms.office_of_code(code, by=by)
    form = ClosureForm(room=request.args.get("room"))
    form.offer(office)
    if form.validate_on_submit():
        starts, ends = form.span
        try:
            closures.close(
                office_id=office.id,
                room_id=form.room_id,
                kind=form.kind.data,
                reason=form.reason.data,
                first_on=form.first_on.data,
                last_on=form.last_on.data,
                weekday=form.weekday_or_none,
                starts=starts,
                ends=ends,
                by=by,
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            flash("Saved. Empty sessions in that time are cancelled.", "success")
            return _to(office)
    return render_template("places/add_closure.html", form=form, office=office)


@places.post("/offices/<code>/closures/<int:closure_id>/remove")
@for_keepers
def remove_closure(code: str, closure_id: int) -> ResponseReturnValue:
    by = the_actor()
    office = offices_and_rooms.office_of_code(code, by=by)
    closures.reopen(office_id=office.id, closure_id=closure_id, by=by)
    flash("Removed. The room can be used again.", "success")
    return redirect(url_for(".office", code=code))


_FACTS = (
    *("name", "kind", "nation", "address", "phone"),
    *("reception_note", "first_start", "allows_access"),
)
_ROOM_FACTS = (
    *("name", "kind", "floor", "seats", "private"),
    *("bookable_in_advance", "step_free", "has_internet", "in_use"),
)
_NEW_ROOM = {
    "floor": "ground floor",
    "seats": 2,
    "private": True,
    "bookable_in_advance": True,
    "step_free": True,
    "has_internet": True,
    "in_use": True,
}


def _to(office: Office) -> ResponseReturnValue:
    return redirect(url_for(".office", code=office.code))
