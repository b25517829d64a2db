"""The busiest pages in a big district, and the peak memory of the process that serves them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from flask.testing import FlaskClient

from booking import clock
from booking.database import db
from booking.models import Adviser, Office
from booking.words import Role
from tests.bench import big_district, databases
from tests.bench.figures import Figure, milliseconds, p50, p95
from tests.conftest import make_app
from tests.makers import make_user, sign_in

_TIMES = 40
_PAGES = {
    Role.JOBCENTRE_ADVISER: ["/office", "/find", "/walkovers", "/referrals"],
    Role.NEXT_STEP_ADVISER: ["/diary", "/diary/week"],
    Role.RECEPTION: ["/arrivals"],
    Role.DISTRICT_LEAD: ["/district"],
}


def figures(folder: Path) -> Iterator[Figure]:
    url = databases.sqlite(folder, "pages")
    app = make_app(url)
    with app.app_context():
        big_district.build(clock.today())
        clients = {role: _signed_in(app.test_client(), role) for role in _PAGES}
    bare = _spans(app.test_client(), "/about")
    for role, pages in _PAGES.items():
        for page in pages:
            spans = _spans(clients[role], page)
            yield Figure(f"page {page} for {role}, p50", p50(spans), "ms", p50(bare))
            yield Figure(f"page {page} for {role}, p95", p95(spans), "ms", p95(bare))
    yield Figure("peak memory of a web process after those pages", _peak_memory(url), "MB")


def _signed_in(client: FlaskClient, role: Role) -> FlaskClient:
    office = db.session.get_one(Office, 1)
    adviser = db.session.get_one(Adviser, big_district.OFFICES)  # who sits at office 1
    user = make_user(role, office, adviser=adviser)
    sign_in(client, user)
    return client


def _spans(client: FlaskClient, page: str) -> list[float]:
    assert client.get(page).status_code == 200, page
    return [milliseconds(lambda: client.get(page)) for _ in range(_TIMES)]


_MEASURED_APART = """
import resource, sys
from tests.bench.pages import browse
browse(sys.argv[1])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def browse(url: str) -> None:
    """Visit every page some times, in a process of one's own."""
    app = make_app(url)
    for role, pages in _PAGES.items():
        with app.app_context():
            client = _signed_in(app.test_client(), role)
        for _ in range(10):
            for page in pages:
                client.get(page)


def _peak_memory(url: str) -> float:
    """In MB, of a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED_APART, url],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    return float(done.stdout.split()[-1])
