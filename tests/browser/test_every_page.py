"""Every page in a real browser, full and empty: for everybody, on every screen, nothing amiss."""

import re
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.exceptions import HTTPException

from tests.browser.conftest import DESK
from tests.browser.desk import Visit
from tests.browser.district import Account
from tests.browser.pages import (
    ADVISER,
    NOT_A_PAGE,
    NOT_WHAT_WAS_ASKED,
    ONLY_BUTTONS,
    REFUSED,
    WITH_CONTENT,
    WITH_NOTHING,
    Seen,
)
from tests.chromium import violations
from tests.conftest import make_app

PHONE = {"width": 320, "height": 640}


def name_of(seen: Seen) -> str:
    account, path = seen
    return f"{account.place}-{account.role}-{path}" if account else f"anybody-{path}"


def complaints_of(page: Page) -> list[str]:
    """What the browser says on its console from now on: broken scripts, broken policy."""
    said: list[str] = []
    page.on(
        "console",
        lambda message: message.type in ("error", "warning") and said.append(message.text),
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def check_frame(page: Page) -> None:
    """What every page has, whatever is on it."""
    expect(page.locator("h1")).to_have_count(1)
    expect(page).to_have_title(re.compile(r"^(Error: )?[A-Z0-9].* – Local Diaries$"))
    expect(page.locator("main")).to_have_count(1)
    assert violations(page) == []
    page.set_viewport_size(PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(DESK)
    assert width <= PHONE["width"], f"scrolls sideways: {width} pixels wide"


@pytest.mark.parametrize("seen", [*WITH_CONTENT, *WITH_NOTHING], ids=name_of)
def test_a_page(visit: Visit, facts: dict[str, Any], seen: Seen) -> None:
    account, path = seen
    page = visit(account, "about:blank")
    complaints = complaints_of(page)

    answer = page.goto(path.format(**facts))

    assert answer is not None
    assert answer.status == 200
    assert not page.title().startswith("Error")
    check_frame(page)
    assert complaints == []


@pytest.mark.parametrize(("account", "path", "status"), NOT_WHAT_WAS_ASKED)
def test_a_page_that_stands_for_another(
    visit: Visit, facts: dict[str, Any], account: Account | None, path: str, status: int
) -> None:
    page = visit(account, "about:blank")

    answer = page.goto(path.format(**facts))

    assert answer is not None
    assert answer.status == status
    check_frame(page)


@pytest.mark.parametrize("seen", NOT_A_PAGE, ids=name_of)
def test_what_is_no_page_is_none(visit: Visit, facts: dict[str, Any], seen: Seen) -> None:
    account, path = seen
    page = visit(account, "about:blank")

    answer = page.request.get(path.format(**facts))

    assert "<html" not in answer.text() or answer.status == 404


# The tables above leave nothing out


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app("sqlite://")


def rule_of(app: Flask, path: str) -> str:
    """The rule behind an address of the tables."""
    example = re.sub(r"\{\w+\}", "1", path.partition("?")[0])
    try:
        rule, _ = app.url_map.bind("localhost").match(example, return_rule=True)
    except HTTPException as error:
        pytest.fail(f"{path} is in a table, but no page answers it: {error}")
    return str(rule.rule)


def test_every_address_one_can_open_is_in_a_table(app: Flask) -> None:
    opened = {rule_of(app, path) for _, path in [*WITH_CONTENT, *NOT_A_PAGE]}

    rules = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert rules - opened == set(), "add these to tests/browser/pages.py"


def test_every_form_is_refused_once(app: Flask) -> None:
    """By the page it stands on."""
    on_their_pages = {
        "/appointments/<int:appointment_id>/contact": "/appointments/<int:appointment_id>",
        "/diary/<on_date>/keep": "/diary/<on_date>",
        "/inbox/<int:text_id>/about": "/inbox",
        "/rota/drafts/<int:draft_id>/rename": "/rota/drafts/<int:draft_id>",
        "/rota/advisers/<int:adviser_id>/wishes": "/rota/advisers/<int:adviser_id>",
        "/diary/rota/leave": "/diary/rota",
        "/diary/rota/wish": "/diary/rota",
        "/district/advisers/<int:adviser_id>/leave": "/district/advisers/<int:adviser_id>",
    }
    refused = {rule_of(app, each.path) for each in REFUSED}
    posts = {
        on_their_pages.get(rule.rule, rule.rule)
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and rule.endpoint not in ONLY_BUTTONS
        # Claimants' pages run no script that leads there: test_claimant_pages.py refuses theirs.
        and not rule.rule.startswith(("/api/", "/a/", "/texts/"))
    }

    assert posts - refused == set(), "add these to tests/browser/pages.py"


def test_buttons_that_are_gone_are_not_in_the_table(app: Flask) -> None:
    assert set(app.view_functions) >= ONLY_BUTTONS


def test_the_policy_is_what_forbids_scripts(visit: Visit) -> None:
    """The console would tell: a page that breaks the policy is seen by the test of every page."""
    page = visit(ADVISER, "/about")
    complaints = complaints_of(page)

    page.evaluate("document.body.append(document.createElement('script'))")
    page.evaluate("document.body.setAttribute('onclick', 'void 0')")
    page.locator("h1").click()

    assert any("Content Security Policy" in said for said in complaints)
