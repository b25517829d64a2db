"""Every form sent wrong: the page says what and where, keeps what was typed, and leads there."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Visit
from tests.browser.pages import NEXT_STEP, RECEPTION, REFUSED, Refused
from tests.browser.test_every_page import check_frame


def send(page: Page, form: Refused) -> None:
    """Type what is wrong and press the button."""
    if form.opened:
        page.get_by_text(form.opened, exact=True).click()
    for name, text in form.typed.items():
        page.locator(f"main [name={name}]").fill(text)
    page.get_by_role("main").get_by_role("button", name=re.compile(f"^{form.press}")).click()


@pytest.mark.parametrize("form", REFUSED, ids=lambda form: f"{form.path}-{form.beside}")
def test_a_form_that_cannot_be_taken(visit: Visit, facts: dict[str, Any], form: Refused) -> None:
    page = visit(form.who, form.path.format(**facts))

    send(page, form)

    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    for name, text in form.typed.items():
        expect(page.locator(f"main [name={name}]")).to_have_value(text)
    check_frame(page)
    link = summary.get_by_role("link").first
    expect(link).to_have_attribute("href", re.compile(f"^#{form.beside}"))
    link.click()
    assert page.evaluate("document.activeElement.name") == form.beside


@pytest.mark.parametrize("form", REFUSED, ids=lambda form: f"{form.path}-{form.beside}")
def test_a_form_that_cannot_be_taken_without_scripts(
    visit: Visit, facts: dict[str, Any], form: Refused
) -> None:
    page = visit(form.who, form.path.format(**facts), scripts=False)

    send(page, form)

    expect(page).to_have_title(re.compile("^Error: "))
    link = page.locator(".govuk-error-summary").get_by_role("link").first
    target = link.get_attribute("href") or ""
    expect(page.locator(target)).to_be_visible()


@pytest.mark.parametrize(
    ("account", "path", "button"),
    [(NEXT_STEP, "/diary", "Arrived"), (RECEPTION, "/arrivals", "Here")],
)
def test_two_people_press_the_same_button(
    visit: Visit, account: Any, path: str, button: str
) -> None:
    """The second is told, and sees the page as it is now."""
    first, second = visit(account, path), visit(account, path)
    for page in (first, second):
        page.get_by_role("button", name=re.compile(f"^{button}")).last.click()

    expect(second.get_by_role("alert")).to_be_visible()
    expect(second).to_have_title(re.compile("^Error: "))
    check_frame(second)
