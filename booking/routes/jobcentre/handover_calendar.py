"""The calendar address of a Jobcentre adviser's own warm handovers: made, replaced, stopped."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from booking import tokens
from booking.routes import calendar_address
from booking.routes.access import audience, the_actor
from booking.routes.jobcentre.blueprint import jobcentre
from booking.words import Role

_for_jobcentre_advisers = audience(Role.JOBCENTRE_ADVISER)


@jobcentre.get("/handovers/calendar", endpoint="handover_calendar")
@_for_jobcentre_advisers
def handover_calendar() -> ResponseReturnValue:
    return _page(has_feed=tokens.has_own_feed(current_user.id))


@jobcentre.post("/handovers/calendar", endpoint="open_handover_calendar")
@_for_jobcentre_advisers
def open_calendar() -> ResponseReturnValue:
    return _page(token=tokens.open_own_feed(by=the_actor()))


@jobcentre.post("/handovers/calendar/stop", endpoint="close_handover_calendar")
@_for_jobcentre_advisers
def close_calendar() -> ResponseReturnValue:
    tokens.close_own_feeds(by=the_actor())
    return calendar_address.stopped(url_for("jobcentre.handover_calendar"))


def _page(**shown: Any) -> str:
    return calendar_address.page(
        whose=current_user.name,
        shows="your warm handovers",
        make=url_for("jobcentre.open_handover_calendar"),
        stop=url_for("jobcentre.close_handover_calendar"),
        **shown,
    )
