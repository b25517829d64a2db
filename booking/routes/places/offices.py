"""The offices of a district, and one office: who is in this week and the number to ring."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from booking import clock, closures, referrals
from booking import places as offices_and_rooms
from booking.boards import week_plan
from booking.forms.fields import WEEKDAYS
from booking.forms.places import OfficesForm
from booking.hours_in_words import hours_in_words
from booking.routes.access import audience, the_actor
from booking.routes.places.blueprint import for_keepers, places

_ON_A_PAGE = 100


@places.get("/offices")
@for_keepers
def offices() -> ResponseReturnValue:
    by = the_actor()
    form = OfficesForm(request.args)
    state = form.state.data if form.validate() else "open"
    page = max(1, request.args.get("page", 1, type=int))
    found = offices_and_rooms.search(name=form.name.data, state=state, by=by)
    return render_template(
        "places/offices.html",
        offices=found[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE],
        count=len(found),
        page=page,
        pages=-(-len(found) // _ON_A_PAGE),
        filter_form=form,
        districts=offices_and_rooms.districts_in_reach(by),
    )


@places.get("/offices/<code>")
@audience()
def office(code: str) -> ResponseReturnValue:
    """For every role of the district: what is there, who is in, whom to ring."""
    by = the_actor()
    shown = offices_and_rooms.office_of_code(code, by=by)
    return render_template(
        "places/office.html",
        office=shown,
        hours=hours_in_words((each.weekday, each.opens, each.closes) for each in shown.hours),
        week=week_plan.week_of(shown, clock.monday_of(clock.today())),
        today=clock.today(),
        closures=closures.closures_to_come(shown),
        waiting=referrals.waiting(shown.id, by=by) if by.may("refer") else [],
        may_change=by.may("change places"),
        weekdays=WEEKDAYS,
    )
