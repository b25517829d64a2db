"""From the home page to booked without a mouse."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from booking.words import Role
from tests.browser.desk import MOBILE, Stage, Visit
from tests.browser.district import SCRIPTED, Account


def press_until(page: Page, reached: Callable[[], bool], key: str = "Tab") -> None:
    """Press a key until something is reached; each stop on the way can be seen."""
    for _ in range(80):
        page.keyboard.press(key)
        shown = page.evaluate(
            """() => {
                const style = getComputedStyle(document.activeElement);
                const visible = style.outlineStyle !== "none" || style.boxShadow !== "none";
                return visible || document.activeElement === document.body;
            }"""
        )
        # A radio or a tick box is drawn by its label, which has the ring.
        kind = page.evaluate("document.activeElement.type")
        assert shown or kind in ("radio", "checkbox"), "the focus cannot be seen"
        if reached():
            return
    pytest.fail("the keyboard does not reach it")


def test_home_to_booked_by_keyboard_alone(stage: Stage) -> None:
    page = stage.page(Role.JOBCENTRE_ADVISER)

    def is_focused(selector: str) -> Callable[[], bool]:
        return lambda: bool(page.locator(f"{selector}:focus").count())

    press_until(page, is_focused(".govuk-skip-link"))
    press_until(page, is_focused("[data-key='1']"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/book/**")
    press_until(page, is_focused("#name"))
    page.keyboard.type("Kay Invented")
    press_until(page, is_focused("#mobile"))
    page.keyboard.type(MOBILE)
    press_until(page, is_focused("[name=stage]"))
    page.keyboard.press("Space")
    press_until(page, lambda: page.evaluate("document.activeElement.innerText").startswith("Book "))
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("Booked: ")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kay Invented")


def test_a_digit_chooses_the_slot(visit: Visit) -> None:
    page = visit(Account(SCRIPTED, Role.JOBCENTRE_ADVISER), "/office")
    second = page.locator("[data-key='2']").get_attribute("href")

    page.keyboard.press("2")

    page.wait_for_url("**/book/**")
    assert second is not None
    assert page.url.endswith(second)
