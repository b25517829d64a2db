"""Which search a sign-in made last: the next minutes decide whether it was met."""

from flask import request, session

from booking import searches
from booking.availability import Needs
from booking.forms.finding import NEEDS
from booking.rights import Actor

_KEY = "looked_for"


def note(needs: Needs, *, office_id: int, offered: int, by: Actor) -> None:
    """A search counts once somebody has said what they look for; opening the page does not."""
    if any(name in request.args for name in NEEDS):
        session[_KEY] = searches.note(
            needs, office_id=office_id, offered=offered, instead_of=session.get(_KEY), by=by
        )


def met() -> None:
    """It led to a booking, to the waiting list or to advice."""
    search_id = session.pop(_KEY, None)
    if search_id is not None:
        searches.met(search_id)
