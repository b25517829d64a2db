"""The busiest pages in a big district, and the peak memory of the process that serves them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from flask.testing import FlaskClient

from booking import clock
from tests.bench import big_district, databases
from tests.bench.browsing import PAGES, open_app, signed_in
from tests.bench.figures import Figure, milliseconds, p50, p95

_TIMES = 40


def figures(folder: Path) -> Iterator[Figure]:
    url = databases.sqlite(folder, "pages")
    app = open_app(url)
    with app.app_context():
        big_district.build(clock.today())
        clients = {role: signed_in(app.test_client(), role) for role in PAGES}
    bare = _spans(app.test_client(), "/about")
    for role, pages in PAGES.items():
        for page in pages:
            spans = _spans(clients[role], page)
            what = f"{page} for {role.replace('_', ' ')} (baseline: a page that asks nothing)"
            yield Figure(f"{what}, p50", p50(spans), "ms", p50(bare))
            yield Figure(f"{what}, p95", p95(spans), "ms", p95(bare))
    idle, browsed = _peak_memory("None"), _peak_memory(url)
    yield Figure("peak memory, all those pages (baseline: the app idle)", browsed, "MB", idle)


def _spans(client: FlaskClient, page: str) -> list[float]:
    assert client.get(page).status_code == 200, page
    return [milliseconds(lambda: client.get(page)) for _ in range(_TIMES)]


def _peak_memory(url: str) -> float:
    """In MB, of a fresh process that browses."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.browsing", url],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "DATABASE_URL": "sqlite://", "SECRET_KEY": "bench"},
    )
    return float(done.stdout.split()[-1])
