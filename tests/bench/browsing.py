"""Somebody of each role looking at the busiest pages; run as a module it prints its peak in MB."""

import sys
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from booking.database import db
from booking.models import Adviser, Office
from booking.words import Role
from tests.bench.big_district import OFFICES
from tests.makers import make_user, sign_in

PAGES = {
    Role.JOBCENTRE_ADVISER: ["/office", "/find", "/walkovers", "/referrals"],
    Role.NEXT_STEP_ADVISER: ["/diary", "/diary/week"],
    Role.RECEPTION: ["/arrivals"],
    Role.DISTRICT_LEAD: ["/district"],
}


def open_app(url: str) -> Flask:
    return create_app(
        {
            "SQLALCHEMY_DATABASE_URI": url,
            "SECRET_KEY": "bench",
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "PASSWORD_METHOD": "pbkdf2:sha256:1",
        }
    )


def signed_in(client: FlaskClient, role: Role) -> FlaskClient:
    """Somebody at office 1; the Next Step adviser is the one who sits there."""
    office = db.session.get_one(Office, 1)
    adviser = db.session.get_one(Adviser, OFFICES)
    sign_in(client, make_user(role, office, adviser=adviser))
    return client


def browse(url: str) -> None:
    app = open_app(url)
    for role, pages in PAGES.items():
        with app.app_context():
            client = signed_in(app.test_client(), role)
        for page in pages * 10:
            client.get(page)


def _peak_megabytes() -> float:
    """Of this program alone: getrusage counts what started it too, on Linux."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError("There is no VmHWM in /proc/self/status.")


if __name__ == "__main__":
    if sys.argv[1] != "None":
        browse(sys.argv[1])
    print(_peak_megabytes())
