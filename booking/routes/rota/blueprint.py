"""The blueprint of the weekly rota, and how its addresses name a week."""

from datetime import date

from flask import Blueprint

from booking import clock
from booking.routes.access import audience
from booking.routes.days import the_date
from booking.words import Role

rota = Blueprint("rota", __name__, url_prefix="/rota")

for_leads = audience(Role.DISTRICT_LEAD)


def the_monday(on_date: str) -> date:
    """The Monday of the week an address names by any of its days."""
    return clock.monday_of(the_date(on_date))
