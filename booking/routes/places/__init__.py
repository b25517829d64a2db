"""Offices and rooms: the list, an office's page for all staff, and changing what stands there."""

from booking.routes.places import changes, offices, rules
from booking.routes.places.blueprint import places

__all__ = ["changes", "offices", "places", "rules"]
