"""A server of its own process, and browsers that are signed in to it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.desk import Stage, Visit, sign_in
from tests.browser.district import PLAIN, SCRIPTED, Account

PROJECT = Path(__file__).parents[2]
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def facts(
    browser: Browser, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """The server's address, and the rows that addresses of pages are about."""
    path = tmp_path_factory.mktemp("browser") / "server.sqlite"
    shutil.copy(migrated_sqlite, path)
    command = [sys.executable, "-m", "tests.browser.server", f"sqlite:///{path}"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=PROJECT, **pipes) as server:
        said = server.stdout.readline()
        assert said, "the server did not start; what it says stands above"
        yield json.loads(said)


@pytest.fixture(scope="session")
def address(facts: dict[str, Any]) -> str:
    return str(facts["address"])


@pytest.fixture(scope="session")
def contexts(browser: Browser, address: str) -> Iterator[Callable[..., BrowserContext]]:
    """A browser for each account, with scripts and without, signed in once."""
    known: dict[tuple[Account | None, bool], BrowserContext] = {}

    def context_of(account: Account | None, scripts: bool) -> BrowserContext:
        if (account, scripts) not in known:
            context = browser.new_context(
                base_url=address, viewport=DESK, java_script_enabled=scripts, locale="en-GB"
            )
            known[account, scripts] = context
            if account is not None:
                page = context.new_page()
                page.goto("/sign-in")
                sign_in(page, account.email, account.password)
                page.close()
        return known[account, scripts]

    yield context_of
    for context in known.values():
        context.close()


@pytest.fixture
def visit(contexts: Callable[..., BrowserContext]) -> Iterator[Visit]:
    """Open pages as somebody: `visit(account, path, scripts=True)`; they close with the test."""
    opened: list[Page] = []

    def visited(account: Account | None, path: str, *, scripts: bool = True) -> Page:
        page = contexts(account, scripts).new_page()
        opened.append(page)
        page.goto(path)
        return page

    yield visited
    for page in opened:
        page.close()


@pytest.fixture(params=[SCRIPTED, PLAIN])
def stage(visit: Visit, request: pytest.FixtureRequest) -> Stage:
    return Stage(visit, request.param)


@pytest.fixture
def signed_out(browser: Browser, address: str, stage: Stage) -> Iterator[Page]:
    context = browser.new_context(base_url=address, java_script_enabled=stage.scripts)
    yield context.new_page()
    context.close()
