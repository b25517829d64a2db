"""The blueprint the modules of this package hang their pages on."""

from flask import Blueprint

from booking.words import Role

jobcentre = Blueprint("jobcentre", __name__)

STAFF = tuple(role for role in Role if role != Role.ADMIN)
REFERRERS = tuple(role for role in STAFF if role != Role.RECEPTION)
