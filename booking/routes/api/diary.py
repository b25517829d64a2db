"""Offices and their free slots."""

from collections.abc import Sequence
from typing import Any

from booking import places
from booking.boards import listing
from booking.boards.listing import ListedSlot
from booking.models import Office
from booking.routes.api.answers import OfficeSchema, SlotSchema
from booking.routes.api.callers import the_actor
from booking.routes.api.document import READING, StrictBlueprint
from booking.routes.api.requests import SlotsQuerySchema

diary = StrictBlueprint("api_diary", "Offices and their free slots.")


@diary.call("GET", "/offices", answer=OfficeSchema(many=True))
def offices() -> list[Office]:
    """The open offices in the token's reach, by name."""
    return places.offices_in_reach(the_actor())


@diary.call(
    "GET", "/slots", query=SlotsQuerySchema, answer=SlotSchema(many=True), refuses=(*READING, 422)
)
def slots(asked: dict[str, Any]) -> Sequence[ListedSlot]:
    """The free slots of an office between two dates, soonest first."""
    return listing.between(
        office_code=asked["office"],
        first_on=asked.get("first_on"),
        last_on=asked.get("last_on"),
        by=the_actor(),
    )
