"""The house itself: what every module, route, template, error and migration must keep to."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from booking import errors
from booking.database import Base, db
from booking.rights import MAY
from booking.routes.access import EVERYBODY
from booking.words import Role

HERE = Path(__file__).parent.parent
PACKAGES = ("booking", "notifications", "optimizer")
MODULES = [HERE / "app.py", *(path for name in PACKAGES for path in (HERE / name).rglob("*.py"))]
TEMPLATES = sorted((HERE / "templates").rglob("*.html"))


def named(path: Path) -> str:
    return str(path.relative_to(HERE))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_the_first_line_of_a_module_says_what_it_is_for(path: Path) -> None:
    purpose = (ast.get_docstring(parsed(path)) or "").partition("\n")[0]
    assert len(purpose) > 20, "no purpose"
    assert purpose.endswith((".", ":")), purpose


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_stand_at_the_top(path: Path) -> None:
    """OR-Tools is the one exception: it takes long to load, and only a solve needs it."""
    for function in ast.walk(parsed(path)):
        if isinstance(function, ast.FunctionDef):
            inside = [each for each in ast.walk(function) if isinstance(each, ast.Import)]
            inside += [each for each in ast.walk(function) if isinstance(each, ast.ImportFrom)]
            assert all("ortools" in ast.unparse(each) for each in inside), function.name


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_one_module_reads_the_clock(path: Path) -> None:
    if named(path) == "booking/clock.py":
        return
    reads = re.compile(r"\b(datetime\.now|datetime\.utcnow|date\.today|time\.time)\(")
    assert not reads.search(path.read_text())


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_nothing_is_swallowed(path: Path) -> None:
    for handler in ast.walk(parsed(path)):
        if isinstance(handler, ast.ExceptHandler):
            caught = ast.unparse(handler.type) if handler.type else "everything"
            silent = all(isinstance(each, ast.Pass) for each in handler.body)
            assert caught not in ("everything", "Exception"), ast.unparse(handler)
            assert not silent, ast.unparse(handler)


def routes(app: Flask) -> Iterator[tuple[str, object]]:
    for rule in app.url_map.iter_rules():
        yield rule.endpoint, app.view_functions[rule.endpoint]


def test_every_page_says_whom_it_is_for(sqlite_app: Flask) -> None:
    for endpoint, view in routes(sqlite_app):
        if endpoint == "static":
            continue
        audience = getattr(view, "audience", None)
        assert audience == EVERYBODY or (audience and audience <= frozenset(Role)), endpoint


def test_pages_open_to_everybody_are_few_and_known(sqlite_app: Flask) -> None:
    open_pages = {
        endpoint
        for endpoint, view in routes(sqlite_app)
        if getattr(view, "audience", None) == EVERYBODY
        and not endpoint.startswith("api_")  # these ask for a token; tests/api holds them to it
    }
    assert open_pages <= {
        "account.about",
        "account.sign_in",
        "health.alive",
        "health.ready",
        "calendar.feed",
        *(f"claimant.{page}" for page in ("show", "coming", "cancel", "change", "ill")),
        *(f"claimant.{page}" for page in ("telephone", "calendar_file")),
        "texts_in.receipt",
        "texts_in.reply",
        "texts_in.status",
        "offer.show",
        "openapi",
    }


def test_nobody_signed_out_sees_a_page(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    for rule in sqlite_app.url_map.iter_rules():
        view = sqlite_app.view_functions[rule.endpoint]
        if rule.endpoint == "static" or getattr(view, "audience", None) == EVERYBODY:
            continue
        address = re.sub(r"<(?:(\w+):)?\w+>", _anything, rule.rule)
        method = "POST" if "GET" not in rule.methods else "GET"
        answer = client.open(address, method=method)
        assert answer.status_code == 302, address
        assert "/sign-in" in answer.location, address


def _anything(match: re.Match[str]) -> str:
    return "1" if match[1] == "int" else "2027-01-20" if "date" in match[0] else "x"


def test_every_template_is_used() -> None:
    code = "".join(path.read_text() for path in [*MODULES, *TEMPLATES])
    for path in TEMPLATES:
        name = str(path.relative_to(HERE / "templates"))
        by_status = name.startswith("errors/")
        uses = re.findall(rf"""(?:["']){re.escape(name)}["']""", code)
        assert by_status or uses, name


def error_classes() -> list[type[errors.BookingError]]:
    found: list[type[errors.BookingError]] = []
    to_visit = [errors.BookingError]
    while to_visit:
        error = to_visit.pop()
        found.append(error)
        to_visit += error.__subclasses__()
    return found


def test_errors_are_sentences() -> None:
    for error in error_classes():
        assert re.fullmatch(r"[A-Z].*\.", error.sentence), error


def test_the_code_of_an_error_means_one_thing() -> None:
    codes = Counter(error.code for error in error_classes() if "code" in vars(error))
    assert [code for code, count in codes.items() if count > 1] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_uses_every_macro_it_imports(path: Path) -> None:
    words = path.read_text()
    imported = re.findall(r'{%-? from "[^"]+" import ([^%]+?)(?: with context)? -?%}', words)
    names = [name.strip() for each in imported for name in each.split(",")]
    assert [name for name in names if len(re.findall(rf"\b{name}\b", words)) < 2] == []


def test_somebody_may_do_every_action() -> None:
    assert all(MAY.values())


def test_an_administrator_sees_no_diary() -> None:
    assert {action for action, roles in MAY.items() if Role.ADMIN in roles} == {
        "change places",
        "see messages",
        "change wording",
        "see offices",
        "manage users",
        "manage tokens",
    }


def test_the_migrations_make_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("module", ["app", "optimizer.__main__"])
def test_no_process_of_ours_spends_a_second_thread_on_small_matrices(module: str) -> None:
    """numpy heeds the setting only where it is made before numpy is loaded."""
    asked = (
        f"import {module}; from threadpoolctl import threadpool_info; "
        "print([pool['num_threads'] for pool in threadpool_info() if pool['user_api'] == 'blas'])"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[1]"
