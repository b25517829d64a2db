"""The call list and the letters over HTTP: one press for what came of a call, one dated notice."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import appointments, contacts
from booking.claimants import ClaimantDetails
from booking.database import db
from booking.models import Appointment, ContactAttempt, Notice, Office
from booking.rights import THE_SERVICE, actor_of
from booking.words import ReferralState, Role, Status
from tests.makers import (
    WEDNESDAY,
    at,
    make_adviser,
    make_appointment,
    make_office,
    make_session,
    make_user,
    sign_in,
)

TUESDAY = WEDNESDAY - timedelta(days=1)
HOSTEL = "The hostel, 3 Kiln Lane"


@pytest.fixture(autouse=True)
def tuesday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(TUESDAY, 12), tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(sqlite_app: Flask) -> Office:
    return make_office()


def by_post(office: Office, name: str = "Pat Invented") -> Appointment:
    claimant = ClaimantDetails(name=name, other_contact=HOSTEL)
    return make_appointment(make_session(office), claimant=claimant)


def signed_in(client: FlaskClient, office: Office, role: Role = Role.JOBCENTRE_ADVISER) -> None:
    sign_in(client, make_user(role, office, name="Jo Desk"))


def said(client: FlaskClient, appointment: Appointment, outcome: str) -> str:
    return client.post(
        f"/calls/{appointment.id}", data={"outcome": outcome}, follow_redirects=True
    ).text


def test_whoever_rings_about_a_move_says_what_has_changed(
    client: FlaskClient, office: Office
) -> None:
    signed_in(client, office)
    appointment = by_post(office)
    assert "has changed" not in client.get("/calls").text
    colleague = make_session(office, adviser=make_adviser(office.district, "Ben Invented"))
    later = appointment.slot.session.slots[2]
    for slot, change in (
        (colleague.slots[0], "You keep your time and see another adviser."),
        (later, "It has been moved."),
    ):
        appointments.move(appointment_id=appointment.id, slot_id=slot.id, by=THE_SERVICE)
        assert change in client.get("/calls").text
    said(client, appointment, "will_come")
    assert "has changed" not in client.get("/calls").text


def test_the_page_says_whom_to_ring_why_and_what_to_say(
    client: FlaskClient, office: Office
) -> None:
    appointment = by_post(office)
    signed_in(client, office)
    shown = client.get("/calls").text
    for words in (
        "Pat Invented",
        HOSTEL,
        "No mobile number",
        "This is Jo Desk at Thistlewick",
        "Say no more until it is them",
        "Wednesday 20 January 2027",
        "Please bring your CV",
    ):
        assert words in shown
    assert f"/letters/{appointment.id}" in shown
    assert "Return the referral" not in shown


@pytest.mark.parametrize(
    ("outcome", "told", "status"),
    [
        ("will_come", "will come. No reminder", Status.BOOKED),
        ("will_not_come", "will not come. The slot is free", Status.CANCELLED),
    ],
)
def test_somebody_reached_leaves_the_list(
    client: FlaskClient, office: Office, outcome: str, told: str, status: Status
) -> None:
    appointment = by_post(office)
    signed_in(client, office)
    shown = said(client, appointment, outcome)
    assert told in shown
    assert "Nobody needs a call" in shown
    assert db.session.get_one(Appointment, appointment.id).status == status


def test_three_calls_in_vain_then_the_referral_can_go_back(
    client: FlaskClient, office: Office
) -> None:
    appointment = by_post(office)
    signed_in(client, office)
    early = client.post(f"/calls/{appointment.id}/return")
    assert early.status_code == 409
    assert "Ring 3 times before it goes back: 0 so far." in early.text
    assert "Rung once in vain, last Tue 19 Jan midday: no answer (Jo Desk)." in said(
        client, appointment, "no_answer"
    )
    said(client, appointment, "wrong_number")
    shown = said(client, appointment, "no_answer")
    assert "Rung often enough" in shown
    assert "Return the referral" in shown
    shown = client.post(f"/calls/{appointment.id}/return", follow_redirects=True).text
    assert "The referral is returned" in shown
    assert "Nobody needs a call" in shown
    kept = db.session.get_one(Appointment, appointment.id)
    assert (kept.status, kept.referral.state) == (Status.BOOKED, ReferralState.RETURNED)


@pytest.mark.parametrize("outcome", ["", "excused"])
def test_what_came_of_a_call_is_one_of_four(
    client: FlaskClient, office: Office, outcome: str
) -> None:
    appointment = by_post(office)
    signed_in(client, office)
    answer = client.post(f"/calls/{appointment.id}", data={"outcome": outcome})
    assert answer.status_code == 422
    assert "Say what came of the call." in answer.text
    assert db.session.scalars(select(ContactAttempt)).all() == []


def test_a_lead_looks_at_one_office(client: FlaskClient, office: Office) -> None:
    by_post(office)
    other = make_office(office.district, "Next door")
    by_post(other, "Kim Invented")
    signed_in(client, office, Role.DISTRICT_LEAD)
    assert {"Pat Invented", "Kim Invented"} <= set(
        re.findall(r"\w+ Invented", client.get("/calls").text)
    )
    assert "Kim Invented" not in client.get(f"/calls?office={office.code}").text
    assert client.get("/calls?office=NOWHERE").status_code == 200


def notices() -> list[tuple[str, bool, str]]:
    db.session.rollback()
    return [
        (row.contents.get("how", "card"), bool(row.contents.get("cancelled")), row.contents["when"])
        for row in db.session.scalars(select(Notice).order_by(Notice.id))
    ]


def test_a_letter_is_a_dated_notice_issued_once(
    client: FlaskClient, office: Office, tuesday: time_machine.Traveller
) -> None:
    appointment = by_post(office)
    contacts.issue_notice(appointment_id=appointment.id, by=THE_SERVICE)
    signed_in(client, office)
    when = "Wednesday 20 January 2027, 9am to 9:45am"
    for path in (f"/letters/{appointment.id}", "/letters/calls", f"/letters/{appointment.id}"):
        shown = client.get(path).text
        for words in (when, "Pat Invented", HOSTEL, "Tuesday 19 January 2027", "01632 960000"):
            assert words in shown
    assert notices() == [("card", False, when), ("letter", False, when)]
    tuesday.shift(timedelta(hours=13))
    assert "Tuesday 19 January 2027" in client.get(f"/letters/{appointment.id}").text
    session = appointment.slot.session
    appointments.move(appointment_id=appointment.id, slot_id=session.slots[2].id, by=THE_SERVICE)
    moved = client.get(f"/letters/{appointment.id}").text
    assert "replaces any earlier letter" in moved
    assert "Wednesday 20 January 2027</p>" in moved
    assert len(notices()) == 3
    card = client.get(f"/appointments/{appointment.id}/card").text
    assert "10:30am" in card


def test_a_letter_tells_of_a_cancellation(client: FlaskClient, office: Office) -> None:
    appointment = by_post(office)
    appointments.cancel(appointment_id=appointment.id, by=THE_SERVICE)
    signed_in(client, office)
    shown = client.get("/letters/calls").text
    assert "Your appointment is cancelled" in shown
    assert "You do not need to come." in shown
    assert notices()[-1][:2] == ("letter", True)


def test_a_letter_is_in_the_claimants_language_and_kept_in_it(
    client: FlaskClient, office: Office
) -> None:
    """Of a batch in two languages each is in its own; what was once printed stays as it was."""
    session = make_session(office)
    for position, language in enumerate(("Welsh", "")):
        claimant = ClaimantDetails(name=f"Pat {language}", other_contact=HOSTEL, language=language)
        make_appointment(session, position=position, claimant=claimant)
    cancelled = make_appointment(
        session,
        position=2,
        claimant=ClaimantDetails(name="Huw", other_contact=HOSTEL, language="Cymraeg"),
    )
    appointments.cancel(appointment_id=cancelled.id, by=THE_SERVICE)
    signed_in(client, office)
    page = client.get("/letters/calls").text
    welsh, english = sorted(
        re.findall(r'<article class="ld-letter" lang="(?:cy|en)">.*?</article>', page, re.DOTALL),
        key=lambda letter: 'lang="en"' in letter,
    )[::2]
    for words in (
        "Dydd Mercher 20 Ionawr 2027, 9am i 9:45am",
        "Dydd Mawrth 19 Ionawr 2027",
        "Dewch",
    ):
        assert words in welsh
    assert "Wednesday" not in welsh
    assert "You have an appointment" not in welsh
    assert "Wednesday 20 January 2027, 9:45am to 10:30am" in english
    assert "Mae eich apwyntiad wedi'i ganslo" in page
    kept = notices()
    welsh_one = db.session.scalars(select(Notice).order_by(Notice.id)).first()
    assert welsh_one is not None
    welsh_one.appointment.claimant.language = ""
    db.session.commit()
    client.get(f"/letters/{welsh_one.appointment_id}")
    assert notices()[: len(kept)] == kept  # another was issued, and that one stands
    assert len(notices()) == len(kept) + 1


def test_large_print_is_the_same_notice(client: FlaskClient, office: Office) -> None:
    appointment = by_post(office)
    signed_in(client, office)
    normal = client.get(f"/letters/{appointment.id}").text
    assert f'href="/letters/{appointment.id}?large=y"' in normal
    large = client.get(f"/letters/{appointment.id}?large=y").text
    assert "ld-letter--large" in large
    assert "ld-letter--large" not in normal
    assert len(notices()) == 1


def test_a_notice_names_nobody(client: FlaskClient, office: Office) -> None:
    """It is kept for good, so what must be forgotten is not in it."""
    appointment = by_post(office)
    by = actor_of(make_user(Role.RECEPTION, office))
    contacts.issue_notice(appointment_id=appointment.id, by=by, by_letter=True)
    kept = str(db.session.scalars(select(Notice.contents)).one())
    assert "Pat" not in kept
    assert "Kiln" not in kept
