"""The blueprint the modules of this package hang their pages on."""

from flask import Blueprint

from booking.routes.access import audience
from booking.words import Role

lead = Blueprint("lead", __name__, url_prefix="/district")

for_leads = audience(Role.DISTRICT_LEAD)
