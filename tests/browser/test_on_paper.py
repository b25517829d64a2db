"""The card and the day lists on paper: one sheet each, and nothing that is only for a screen."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Visit
from tests.browser.pages import ADVISER, LEAD, NEXT_STEP, RECEPTION, Seen

ON_PAPER: list[Seen] = [
    (ADVISER, "/appointments/{appointment}/card"),
    (ADVISER, "/appointments/{by_telephone}/card"),
    (ADVISER, "/appointments/{cancelled}/card"),
    (NEXT_STEP, "/diary/{on}/list"),
    (RECEPTION, "/office/{office}/day-list"),
]
# A page of the screen that somebody prints all the same.
PRINTED_FROM_SCREEN: list[Seen] = [
    (ADVISER, "/appointments/{appointment}"),
    (NEXT_STEP, "/diary"),
    (LEAD, "/district"),
]


@pytest.mark.parametrize("seen", ON_PAPER, ids=lambda seen: seen[1])
def test_it_fits_on_one_sheet(visit: Visit, facts: dict[str, Any], seen: Seen) -> None:
    account, path = seen
    page = visit(account, path.format(**facts))

    sheet = page.pdf(format="A4")

    assert re.findall(rb"/Count (\d+)", sheet) == [b"1"]


@pytest.mark.parametrize("seen", [*ON_PAPER, *PRINTED_FROM_SCREEN], ids=lambda seen: seen[1])
def test_paper_has_nothing_to_press(visit: Visit, facts: dict[str, Any], seen: Seen) -> None:
    account, path = seen
    page = visit(account, path.format(**facts))
    page.emulate_media(media="print")

    for bar in page.locator("nav, form, button, .govuk-button").all():
        expect(bar).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
