"""One real Chromium for every test that needs a browser, and what axe finds wrong with a page."""

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu"]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# A busy machine is slow, not wrong.
PATIENCE_MS = 60_000
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install Debian's chromium to run the page tests")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


def violations(page: Page) -> list[str]:
    """The WCAG 2.2 AA rules that axe finds broken, each with the elements concerned."""
    results = Axe().run(page, options={"runOnly": WCAG_22_AA}).response
    assert results["passes"], "axe must have looked at something"
    return [
        f"{found['id']}: {node['html']}"
        for found in results["violations"]
        for node in found["nodes"]
    ]
