"""A server of its own process, and browsers that are signed in to it."""

import fcntl
import json
import os
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
from tests.chromium import PATIENCE_MS

PROJECT = Path(__file__).parents[2]
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def filled(
    browser: Browser, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    """A database with everything in it, and the rows that addresses of pages are about.

    Filled once: the other processes of a run wait for it, and copy it.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    database, facts = folder / "district.sqlite", folder / "district.json"
    with (folder / "district.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not facts.exists():
            shutil.copy(migrated_sqlite, database)
            with at_work("fill", database) as filling:
                said = filling.stdout.read()
            assert filling.returncode == 0, "nothing was filled in; what it says stands above"
            facts.write_text(said)
    return database, json.loads(facts.read_text())


@pytest.fixture(scope="session")
def facts(filled: tuple[Path, dict[str, Any]]) -> dict[str, Any]:
    return filled[1]


@pytest.fixture(scope="session")
def address(
    filled: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Where a server of this process's own is."""
    database = tmp_path_factory.mktemp("browser") / "server.sqlite"
    shutil.copy(filled[0], database)
    with at_work("serve", database) as server:
        said = server.stdout.readline()
        assert said, "the server did not start; what it says stands above"
        yield json.loads(said)


def at_work(what: str, database: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.browser.server", what, f"sqlite:///{database}"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=PROJECT, **pipes)


@pytest.fixture(scope="session")
def contexts(browser: Browser, address: str) -> Iterator[Callable[..., BrowserContext]]:
    """A browser for each account, with scripts and without, signed in once."""
    known: dict[tuple[Account | None, bool], BrowserContext] = {}

    def context_of(account: Account | None, scripts: bool) -> BrowserContext:
        if (account, scripts) not in known:
            context = browser.new_context(
                base_url=address, viewport=DESK, java_script_enabled=scripts, locale="en-GB"
            )
            context.set_default_timeout(PATIENCE_MS)
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
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()
