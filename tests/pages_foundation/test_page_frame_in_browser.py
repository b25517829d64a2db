"""The page foundation in a real browser: accessible, narrow, on paper, and without JavaScript."""

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from tests.chromium import violations

PROJECT = Path(__file__).parent.parent.parent
ERRORS = sorted(f"error/{path.stem}" for path in (PROJECT / "templates/errors").glob("[0-9]*"))
PAGES = ["style-guide", "errors-shown", "card", "day-list", *ERRORS]

A_MOMENT_MS = 1_500  # the style guide's list asks every second

# What the eye gets when an element has the focus, of it and of its box.
LOOKS = """element => {
  const style = getComputedStyle(element);
  return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow,
          style.backgroundColor].join("|");
}"""


@pytest.mark.parametrize("path", PAGES)
def test_no_wcag_violations(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/{path}")

    assert violations(page) == []


@pytest.mark.parametrize("path", ["style-guide", "errors-shown", "card"])
def test_no_wcag_violations_on_a_small_phone(narrow_page: Page, address: str, path: str) -> None:
    narrow_page.goto(f"{address}/{path}")

    assert violations(narrow_page) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_sideways_scrolling_at_320_pixels(narrow_page: Page, address: str, path: str) -> None:
    narrow_page.goto(f"{address}/{path}")

    assert narrow_page.evaluate("document.documentElement.scrollWidth") == 320


def test_on_a_small_phone_each_cell_says_its_header(narrow_page: Page, address: str) -> None:
    narrow_page.goto(f"{address}/style-guide")
    cell = narrow_page.locator("#arrivals td[data-label]", has_text=re.compile("^Sam Example$"))

    label = cell.evaluate("cell => getComputedStyle(cell, '::before').content")

    assert label == '"Claimant"'


def test_targets_for_fingers_are_big_enough(narrow_page: Page, address: str) -> None:
    narrow_page.goto(f"{address}/style-guide")

    for slot in narrow_page.locator(".ld-slot").all():
        assert slot.bounding_box()["height"] >= 44


@pytest.mark.parametrize("path", ["style-guide", "card"])
def test_focus_is_visible_on_every_stop(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/{path}")
    stops = 0
    while True:
        page.keyboard.press("Tab")
        focused = page.evaluate_handle("document.activeElement")
        if page.evaluate("e => e === document.body || e.dataset.seen === 'yes'", focused):
            break
        focused_looks = page.evaluate(LOOKS, focused)
        page.evaluate("e => { e.dataset.seen = 'yes'; e.blur() }", focused)
        plain_looks = page.evaluate(LOOKS, focused)
        assert focused_looks != plain_looks, page.evaluate("e => e.outerHTML", focused)
        page.evaluate("e => e.focus()", focused)
        stops += 1

    assert stops >= (30 if path == "style-guide" else 2)


def test_the_browser_accepts_the_strict_policy(page: Page, address: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(f"{address}/style-guide")
    expect(page.locator("body")).to_have_class(re.compile("govuk-frontend-supported"))

    assert complaints == []


def test_everything_is_there_without_javascript(plain_page: Page, address: str) -> None:
    plain_page.set_viewport_size({"width": 320, "height": 640})
    plain_page.goto(f"{address}/style-guide")

    expect(plain_page.get_by_role("link", name="My referrals")).to_be_visible()
    expect(plain_page.get_by_role("link", name="Refresh this page")).to_be_visible()
    expect(plain_page.get_by_role("button", name="Turn keyboard")).to_have_count(0)
    plain_page.get_by_text("Show the figures as a table").click()
    expect(plain_page.get_by_role("cell", name="31%")).to_be_visible()


def test_sending_a_form_without_javascript(plain_page: Page, address: str) -> None:
    plain_page.goto(f"{address}/style-guide")

    plain_page.get_by_role("button", name="Book", exact=True).click()

    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Page not found")


def test_a_second_press_does_not_send_twice(page: Page, address: str, app: Flask) -> None:
    page.goto(f"{address}/style-guide")
    before = app.config["PAGE"]["posts"]

    page.evaluate("""() => {
        const form = document.getElementById("once");
        for (const pause of [0, 150]) setTimeout(() => form.requestSubmit(), pause);
    }""")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")

    assert app.config["PAGE"]["posts"] == before + 1


def test_a_live_list_changes_by_itself_and_says_so(
    page: Page, address: str, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto(f"{address}/style-guide")
    row = page.locator("#arrivals tr", has_text="Sam Example")
    expect(row).to_contain_text("Booked")

    monkeypatch.setitem(app.config["PAGE"], "status", "arrived")

    expect(row.locator(".ld-tag")).to_have_text("Arrived")

    expect(page.locator("[aria-live=polite]")).to_contain_text("This page changed at")


def test_an_unchanged_live_list_stays_silent(page: Page, address: str) -> None:
    page.goto(f"{address}/style-guide")

    expect(page.locator(".ld-live__state")).to_contain_text("Up to date at")

    expect(page.locator("[aria-live=polite]")).to_be_empty()


def test_a_live_list_can_be_paused(page: Page, address: str) -> None:
    page.goto(f"{address}/style-guide")
    page.get_by_role("button", name="Pause updates").click()
    expect(page.locator(".ld-live__state")).to_contain_text("Paused at")

    assert asked_within_a_moment(page) == 0


def test_a_list_paused_while_its_news_is_on_the_way_stays_as_it_is(
    page: Page, address: str
) -> None:
    on_the_way: list[Route] = []

    def hold(route: Route) -> None:
        on_the_way.append(route)

    page.route("**/fragment", hold)
    with page.expect_request("**/fragment"):
        page.goto(f"{address}/style-guide")
    page.get_by_role("button", name="Pause updates").click()

    with page.expect_response("**/fragment"):
        on_the_way[0].fulfill(status=200, body="<p>Sam Example has arrived</p>")
    page.wait_for_timeout(A_MOMENT_MS)

    expect(page.locator(".ld-live__state")).to_contain_text("Paused at")
    expect(page.locator("#arrivals")).not_to_contain_text("has arrived")


def test_a_live_list_rests_while_its_tab_is_hidden(page: Page, address: str) -> None:
    page.add_init_script("Object.defineProperty(document, 'hidden', {get: () => true})")
    page.goto(f"{address}/style-guide")

    assert asked_within_a_moment(page) == 0


def asked_within_a_moment(page: Page) -> int:
    """How often the page asks for its list while one that is live would ask at least once."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(A_MOMENT_MS)
    return sum(each.endswith("/fragment") for each in asked)


def test_a_live_list_stops_when_the_session_has_ended(page: Page, address: str) -> None:
    page.route("**/fragment", lambda route: route.fulfill(status=401, body="sign in"))
    page.goto(f"{address}/style-guide")

    expect(page.locator(".ld-live__state")).to_contain_text("Updates have stopped.")
    expect(page.locator("#arrivals")).to_contain_text("Sam Example")


def test_a_digit_follows_its_slot(page: Page, address: str) -> None:
    page.goto(f"{address}/style-guide")

    page.keyboard.press("2")

    page.wait_for_url("**/book?slot=2")


@pytest.mark.parametrize(
    ("key", "where"),
    [
        ("2", "in a text box"),
        ("4", "on a slot that is a button: a stray key never sends a form"),
        ("9", "no such slot"),
    ],
)
def test_digits_that_must_not_leave_the_page(
    page: Page, address: str, key: str, where: str
) -> None:
    page.goto(f"{address}/style-guide")
    if where == "in a text box":
        page.get_by_label("Name or reference").focus()

    page.keyboard.press(key)
    page.wait_for_timeout(800)

    assert page.url == f"{address}/style-guide"


def test_the_slash_goes_to_the_search_box(page: Page, address: str) -> None:
    page.goto(f"{address}/style-guide")

    page.keyboard.press("/")

    expect(page.get_by_label("Name or reference")).to_be_focused()
    expect(page.get_by_label("Name or reference")).to_have_value("")


def test_keyboard_shortcuts_can_be_turned_off(page: Page, address: str) -> None:
    """WCAG 2.1.4: single-key shortcuts need a switch."""
    page.goto(f"{address}/style-guide")
    page.get_by_role("button", name="Turn keyboard shortcuts off").click()

    page.reload()
    page.keyboard.press("2")
    page.wait_for_timeout(200)

    assert page.url == f"{address}/style-guide"
    expect(page.get_by_role("button", name="Turn keyboard shortcuts on")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "paper"),
    [("card", "A5"), ("card", "A4"), ("card?large=yes", "A4"), ("day-list", "A4")],
)
def test_it_fits_on_one_sheet(page: Page, address: str, path: str, paper: str) -> None:
    page.goto(f"{address}/{path}")

    sheet = page.pdf(format=paper)

    assert re.findall(rb"/Count (\d+)", sheet) == [b"1"]


def test_paper_shows_no_bar_and_screen_says_how_to_print(page: Page, address: str) -> None:
    page.goto(f"{address}/card")
    expect(page.get_by_text("To print this page press")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_visible()

    page.emulate_media(media="print")

    expect(page.locator(".ld-print-bar")).to_be_hidden()
    expect(page.get_by_text("Tuesday 24 November 2026 at 10:30am")).to_be_visible()
