"""The claimant's pages, which have no scripts: forms sent wrong, the keyboard, each thing said."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Visit
from tests.browser.pages import ANYBODY
from tests.browser.test_every_page import check_frame

SENT_WRONG = [
    ("/a/{link}/cancel", {"reason": "x" * 201}, "Error: ", "Use at most 200 characters."),
    ("/a/{link_cy}/cancel", {"reason": "x" * 201}, "Gwall: ", "Defnyddiwch 200 nod ar y mwyaf."),
    ("/a/{link_today}/ill", {}, "Error: ", "Choose why you cannot come."),
    ("/a/{link_today}/ill?lang=cy", {}, "Gwall: ", "Dewiswch pam na allwch ddod."),
]


@pytest.mark.parametrize(("path", "typed", "title", "sentence"), SENT_WRONG)
def test_a_form_sent_wrong(
    *,
    visit: Visit,
    facts: dict[str, Any],
    path: str,
    typed: dict[str, str],
    title: str,
    sentence: str,
) -> None:
    page = visit(ANYBODY, path.format(**facts))
    for name, text in typed.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("main button").click()

    check_again(page, title, sentence)
    for name, text in typed.items():
        expect(page.locator(f"[name={name}]")).to_have_value(text)
    link = page.get_by_role("alert").get_by_role("link")
    expect(page.locator(link.get_attribute("href") or "")).to_be_visible()


@pytest.mark.parametrize(
    ("lang", "title", "sentence"),
    [("en", "Error: ", "has just taken that time"), ("cy", "Gwall: ", "newydd gymryd")],
)
def test_a_time_that_is_gone(
    *, visit: Visit, facts: dict[str, Any], lang: str, title: str, sentence: str
) -> None:
    """The page was looked at for too long: another claimant has the first time by now."""
    page = visit(ANYBODY, f"/a/{facts['link']}/change?lang={lang}")
    other = visit(ANYBODY, f"/a/{facts['link_cy']}/change")
    gone = page.locator("[name=slot]").first
    other.locator(f"[name=slot][value='{gone.get_attribute('value')}']").click()
    expect(other.get_by_role("status")).to_be_visible()
    gone.click()
    check_again(page, title, sentence)


def check_again(page: Page, title: str, sentence: str) -> None:
    expect(page).to_have_title(re.compile(f"^{title}"))
    expect(page.locator("main")).to_contain_text(sentence)
    check_frame(page)


@pytest.mark.parametrize("lang", ["en", "cy"])
def test_once_it_has_started_nothing_is_said(
    visit: Visit, facts: dict[str, Any], lang: str
) -> None:
    page = visit(ANYBODY, f"/a/{facts['link_over']}/telephone?lang={lang}")
    page.locator("main button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_again(page, {"en": "Error: ", "cy": "Gwall: "}[lang], "01632 960000")


def test_by_keyboard_alone(visit: Visit, facts: dict[str, Any]) -> None:
    """From the link in a text to another time, without a mouse; then coming, then ill."""
    page = visit(ANYBODY, f"/a/{facts['link']}")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to main content")).to_be_focused()
    press(page, "Change the day or time")
    expect(page).to_have_title(re.compile("^Choose another time"))
    tab_to(page, page.locator("[name=slot]").first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your appointment is changed.")
    check_frame(page)
    press(page, "I am coming")
    expect(page.get_by_role("status")).to_contain_text("We have noted that you are coming.")
    check_frame(page)


def test_everything_one_can_say_on_the_day(visit: Visit, facts: dict[str, Any]) -> None:
    page = visit(ANYBODY, f"/a/{facts['link_today']}?lang=cy")
    page.get_by_role("link", name="Rwy'n sâl heddiw").click()
    page.get_by_label("Rwy'n sâl").check()
    page.get_by_role("button", name="Dweud wrth y swyddfa").click()
    expect(page.locator("h1")).to_have_text("Diolch am roi gwybod i ni")
    check_frame(page)


def test_changing_the_language_stays_on_the_page(visit: Visit, facts: dict[str, Any]) -> None:
    page = visit(ANYBODY, f"/a/{facts['link_cy']}/cancel")
    expect(page.locator("h1")).to_have_text("Canslo'r apwyntiad")
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_have_text("Cancel the appointment")
    page.get_by_role("link", name="Back to your appointment").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def press(page: Page, name: str) -> None:
    target = page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name))
    tab_to(page, target.first)
    page.keyboard.press("Enter")


def tab_to(page: Page, target: Any) -> None:
    for _ in range(40):
        if target.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not reach it")
