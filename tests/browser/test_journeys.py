"""What people come to do, from the first page to the last, with scripts and without."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from booking.words import Role
from tests.browser.desk import (
    MOBILE,
    Stage,
    book_button,
    first_slot,
    line_of,
    sign_in,
    type_details,
)
from tests.browser.district import CAME, EXPECTED, MISSED
from tests.chromium import violations


@dataclass
class Hand:
    """Presses, and counts how often."""

    presses: int = 0

    def press(self, what: Locator) -> None:
        self.presses += 1
        what.click()


def test_from_the_home_page_to_booked_in_three(stage: Stage, signed_out: Page) -> None:
    page, hand = signed_out, Hand()
    page.goto("/")
    adviser = stage.account(Role.JOBCENTRE_ADVISER)
    sign_in(page, adviser.email, adviser.password)
    expect(page).to_have_url(re.compile("/office$"))

    hand.press(first_slot(page))
    type_details(page, "Tess Invented")
    hand.press(book_button(page))

    expect(page.get_by_role("alert")).to_contain_text("Booked: ")
    expect(page.get_by_role("button", name="Card to print")).to_be_visible()
    assert hand.presses <= 3
    hand.press(page.get_by_role("button", name="Card to print"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your appointment")
    expect(page.get_by_text("Tess Invented, this is")).to_be_visible()


def test_finding_what_the_claimant_can_manage(stage: Stage) -> None:
    page = stage.page(Role.JOBCENTRE_ADVISER, "/find")

    page.get_by_label("Not before").fill("11:00")
    page.get_by_label("Over by").fill("1pm")
    page.get_by_label("Thu").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Find a slot").click()

    expect(page.get_by_label("Not before")).to_have_value("11:00")
    times = page.locator(".ld-slot__time").all_inner_texts()
    days = page.locator(".ld-slot__day").all_inner_texts()
    assert set(times) == {"11:30am", "12:15pm"}
    assert all(day.startswith("Thu") for day in days)
    first_slot(page).click()
    page.get_by_role("link", name="Back to free slots").click()
    expect(page.get_by_label("Thu")).to_be_checked()


def test_a_slot_that_somebody_else_took_meanwhile(stage: Stage) -> None:
    """Nothing is typed twice: one press books another time with the same details."""
    slow = stage.page(Role.JOBCENTRE_ADVISER)
    first_slot(slow).click()
    slow.wait_for_url("**/book/**")
    quick = stage.visit(stage.account(Role.NEXT_STEP_ADVISER), slow.url, scripts=stage.scripts)
    for page, name in ((slow, "Slow Invented"), (quick, "Quick Invented")):
        type_details(page, name)
    book_button(quick).click()
    expect(quick.get_by_role("alert")).to_contain_text("Booked: ")

    book_button(slow).click()

    expect(slow).to_have_title(re.compile("^Error: "))
    expect(slow.get_by_label("Name", exact=True)).to_have_value("Slow Invented")
    expect(slow.get_by_label("Mobile number")).to_have_value(MOBILE)
    expect(slow.get_by_label("1, new claim")).to_be_checked()
    alternatives = slow.locator("button.ld-slot")
    expect(alternatives.nth(2)).to_be_visible()
    if stage.scripts:
        assert violations(slow) == []
    slow.get_by_label("Job goal").press("Enter")  # books none of them
    alternatives.first.click()
    expect(slow.get_by_role("alert")).to_contain_text("Booked: ")
    expect(slow.get_by_role("heading", level=1)).to_contain_text("Slow Invented")


def test_arrived_then_attended(stage: Stage) -> None:
    page = stage.page(Role.NEXT_STEP_ADVISER)

    line_of(page, CAME).get_by_role("button", name=f"Arrived for {CAME}").click()
    expect(line_of(page, CAME)).to_contain_text("Arrived")
    line_of(page, CAME).get_by_role("button", name=f"Attended for {CAME}").first.click()

    expect(line_of(page, CAME).locator(".ld-tag")).to_have_text("Attended")
    expect(line_of(page, CAME).get_by_role("link", name="Book the return session")).to_be_visible()


def test_a_gap_that_a_missed_appointment_left(stage: Stage) -> None:
    """The Jobcentre's board shows it: by itself with scripts, else with the next look."""
    board = stage.page(Role.JOBCENTRE_ADVISER, "/about")
    board.clock.install()
    board.goto("/walkovers")
    expect(board.locator("#gaps")).to_contain_text("No gap")
    diary = stage.page(Role.NEXT_STEP_ADVISER)

    line_of(diary, MISSED).get_by_role("button", name="Failed to attend").click()

    expect(diary.get_by_role("alert")).to_contain_text("10am is free again")
    if stage.scripts:
        board.clock.run_for(11_000)
        expect(board.locator("[aria-live=polite]")).to_contain_text("This page changed")
    else:
        board.get_by_role("link", name="Refresh this page").click()
    gap = board.locator("#gaps .ld-slot")
    expect(gap).to_contain_text("Nobody came")
    gap.click()
    type_details(board, "Walter Invented")
    book_button(board).click()
    expect(board.get_by_role("alert")).to_contain_text("Booked: ")
    diary.goto("/diary")
    expect(line_of(diary, "Walter Invented")).to_be_visible()


def test_reception_checks_somebody_in(stage: Stage) -> None:
    page = stage.page(Role.RECEPTION)

    page.get_by_role("button", name=f"Here : {EXPECTED}").click()

    row = page.get_by_role("row", name=re.compile(EXPECTED))
    expect(row.locator(".ld-tag")).to_have_text("Arrived")
    row.get_by_role("button", name=re.compile("^Not here yet")).click()
    expect(page.get_by_role("button", name=f"Here : {EXPECTED}")).to_be_visible()


def test_a_lead_opens_a_session_and_cancels_it(stage: Stage) -> None:
    page = stage.page(Role.DISTRICT_LEAD, "/district/sessions")

    page.get_by_role("button", name="Open a session").click()
    page.get_by_role("link", name=re.compile("Jobcentre$")).click()
    page.get_by_label("Adviser").select_option("Bea Invented")
    page.get_by_label("Date").fill("2027-01-25")
    page.get_by_label("Room").select_option(index=1)
    page.get_by_role("button", name="Open the session").click()

    expect(page.get_by_role("alert")).to_contain_text("Opened: Bea Invented, 5 slots.")
    page.get_by_role("button", name="Cancel the session of Bea Invented").click()
    expect(page.get_by_role("alert")).to_contain_text("The session is cancelled.")
    expect(page.get_by_role("button", name="Cancel the session of")).to_have_count(0)


def test_an_administrator_creates_an_account(stage: Stage, signed_out: Page) -> None:
    """Whoever gets it signs in with the one-time password and chooses another."""
    page = stage.page(Role.ADMIN, "/admin/users")

    page.get_by_role("button", name="Create an account").click()
    email = f"new-{stage.place}@localdiaries.example"
    page.get_by_label("Name").fill("Nora Invented")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Role").select_option("Reception")
    page.get_by_label("Office").select_option(index=1)
    page.get_by_role("button", name="Create the account").click()
    one_time = page.locator(".ld-secret").inner_text()

    signed_out.goto("/sign-in")
    sign_in(signed_out, email, one_time)
    expect(signed_out.get_by_role("heading", level=1)).to_have_text("Change your password")
    signed_out.get_by_label("Your password now").fill(one_time)
    signed_out.get_by_label("New password").fill("three invented words")
    signed_out.get_by_role("button", name="Change password").click()
    expect(signed_out).to_have_url(re.compile("/arrivals$"))


def test_the_confirmation_as_on_a_phone(stage: Stage) -> None:
    desk = stage.page(Role.JOBCENTRE_ADVISER)
    first_slot(desk).click()
    type_details(desk, "Paula Invented")
    book_button(desk).click()
    phone = desk.locator(".ld-phone")
    expect(phone.locator(".ld-phone__label")).to_contain_text(MOBILE)
    expect(phone.locator(".ld-bubble").first).to_contain_text("Booked: Next Step")

    messages = stage.page(Role.DISTRICT_LEAD, "/messages")
    messages.get_by_role("link", name="Paula Invented").click()

    expect(messages.locator(".ld-phone .ld-bubble").first).to_contain_text("Confirmation")
