"""The blueprint the modules of this package hang their pages on."""

from flask import Blueprint

from booking.routes.access import audience
from booking.words import Role

places = Blueprint("places", __name__)

for_keepers = audience(Role.DISTRICT_LEAD, Role.ADMIN)
