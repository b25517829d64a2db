"""What the journeys share: a district, the browser it is worked from, and what is typed."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from booking.words import Role
from tests.browser.district import SCRIPTED, Account

Visit = Callable[..., Page]
MOBILE = "07700 900321"


@dataclass(frozen=True)
class Stage:
    """One district and the kind of browser it is worked from."""

    visit: Visit
    place: str

    @property
    def scripts(self) -> bool:
        return self.place == SCRIPTED

    def account(self, role: Role) -> Account:
        return Account(self.place, role)

    def page(self, role: Role, path: str = "/") -> Page:
        return self.visit(self.account(role), path, scripts=self.scripts)


def sign_in(page: Page, email: str, password: str) -> None:
    """Fill in the sign-in page and wait until it has led on."""
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(re.compile("/sign-in"))


def type_details(page: Page, name: str) -> None:
    """The least that a referral needs."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Mobile number").fill(MOBILE)
    page.get_by_label("1, new claim").check()


def book_button(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^Book "))


def first_slot(page: Page) -> Locator:
    return page.locator("[data-key='1']")


def line_of(page: Page, name: str) -> Locator:
    """The line of somebody in a diary."""
    return page.locator(".ld-timeline__entry", has_text=name)
