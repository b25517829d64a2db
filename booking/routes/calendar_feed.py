"""What a phone fetches from a calendar address."""

from flask import Blueprint, make_response, request
from flask.typing import ResponseReturnValue

from booking import calendars, tokens
from booking.errors import NotFound
from booking.routes.access import for_everybody

calendar = Blueprint("calendar", __name__)


@calendar.get("/diary/<token>.ics")
@for_everybody
def feed(token: str) -> ResponseReturnValue:
    """The diary or the handovers behind an address; 304 to a client that has them already."""
    shown = tokens.feed_behind(token)
    if shown is None:
        raise NotFound("This calendar address has stopped, or never was one.")
    if shown.adviser is not None:
        data, tag = calendars.feed_of(shown.adviser)
    else:
        assert shown.user is not None
        data, tag = calendars.handovers_of(shown.user)
    response = make_response(data)
    response.content_type = "text/calendar; charset=utf-8"
    response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    response.set_etag(tag)
    return response.make_conditional(request)
