"""The waiting list on its pages: joined, seen in turn, answered by link, text and at the desk."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import offer_links, texts_in
from booking.claimant_links import MOST_GUESSES
from booking.database import db
from booking.models import Appointment, Office, OutboxMessage, Session, WaitingEntry, WaitingOffer
from booking.words import MessageKind, OfferState, Role, Status
from tests.makers import (
    WEDNESDAY,
    at,
    make_appointment,
    make_office,
    make_session,
    make_user,
    sign_in,
)
from tests.test_messages import Phone, drain
from tests.test_pages_claimant import check_light
from tests.test_waiting_list import free, tick, wait

FILLED_IN = {
    "name": "Sam Invented",
    "mobile": "07700 900321",
    "stage": "3",
    "reason": "skills_health_check",
}


@pytest.fixture(autouse=True)
def monday_ten() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(WEDNESDAY - timedelta(days=2), 10), tick=False) as traveller:
        yield traveller


@pytest.fixture
def session(sqlite_app: Flask) -> Session:
    return make_session()


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(client, make_user(Role.JOBCENTRE_ADVISER, session.office))
    return client


def asked(session: Session) -> WaitingOffer:
    free(session)
    tick()
    return db.session.scalars(select(WaitingOffer)).one()


def test_somebody_for_whom_nothing_suits_is_put_on_the_list(desk: FlaskClient) -> None:
    assert "Put on the waiting list" in desk.get("/find").text
    assert "Nobody waits at Thistlewick" in desk.get("/waiting").text
    refused = desk.post("/wait", data={"name": "Sam Invented"})
    assert refused.status_code == 200
    assert "Sam Invented" in refused.text
    put = desk.post("/wait", data=FILLED_IN)
    assert put.status_code == 302
    assert "Sam Invented" in desk.get(put.location).text
    assert "On the waiting list" in desk.get("/referrals").text


def test_whoever_has_an_appointment_may_wait_for_a_sooner_one(
    desk: FlaskClient, session: Session
) -> None:
    appointment = make_appointment(session)
    page = f"/appointments/{appointment.id}"
    assert "Tell them if something sooner comes free" in desk.get(page).text
    desk.post(f"/referrals/{appointment.referral_id}/wait")
    assert "for something sooner, since Mon 18 Jan" in desk.get(page).text
    again = desk.post(f"/referrals/{appointment.referral_id}/wait", follow_redirects=True)
    assert "on a waiting list for this referral already" in again.text


@pytest.mark.parametrize(
    ("wants", "told"),
    [("yes", "Theirs: it is booked"), ("no", "Noted. The next who wait are asked.")],
)
def test_staff_key_in_what_was_said(
    desk: FlaskClient, session: Session, wants: str, told: str
) -> None:
    wait(session.office)
    offer = asked(session)
    assert "Wed 20 Jan, 9am, until 11am" in desk.get("/waiting").text
    answer = desk.post(f"/waiting/offers/{offer.id}", data={"wants": wants}, follow_redirects=True)
    assert told in answer.text


def test_whoever_has_no_mobile_is_to_be_rung(desk: FlaskClient, session: Session) -> None:
    entry = wait(session.office)
    entry.claimant.mobile, entry.claimant.other_contact = "", "01632 960777"
    db.session.commit()
    asked(session)
    assert "Ring: 01632 960777" in desk.get("/waiting").text


def test_taking_somebody_off_the_list(desk: FlaskClient, session: Session) -> None:
    entry = wait(session.office, "Leaving Invented")
    page = desk.post(f"/waiting/{entry.id}/leave", follow_redirects=True)
    assert "Leaving Invented is off the waiting list." in page.text
    assert "Nobody waits" in page.text


def test_the_link_says_what_came_free_and_takes_the_answer(
    client: FlaskClient, session: Session, monday_ten: time_machine.Traveller
) -> None:
    wait(session.office)
    offer = asked(session)
    address = f"/o/{offer_links.token_of(offer)}"
    page = client.get(address).text
    assert "Wednesday 20 January 2027" in page
    assert "The first to say yes has it. You can answer until 11am" in page
    assert db.session.scalars(select(WaitingOffer)).one().state == OfferState.OPEN
    assert "It is yours" in client.post(address, data={"wants": "yes"}).text
    assert "It is yours" in client.post(address, data={"wants": "no"}).text  # said is said
    assert client.get(address[:-1] + "0").status_code == 404
    booked = db.session.scalars(select(Appointment).filter_by(status=Status.BOOKED)).one()
    assert booked.slot_id == offer.slot_id


def test_guessing_offers_is_throttled_by_address(client: FlaskClient, session: Session) -> None:
    wait(session.office)
    address = f"/o/{offer_links.token_of(asked(session))}"
    wrong = address[:-1] + ("0" if address[-1] != "0" else "1")
    answers = [client.get(wrong).status_code for _ in range(MOST_GUESSES + 1)]
    assert answers == [404] * MOST_GUESSES + [429]
    throttled = client.get(address)
    assert throttled.status_code == 429
    assert "Wait a quarter of an hour" in throttled.text


def test_the_link_of_an_offer_that_is_over_says_so(
    client: FlaskClient, session: Session, monday_ten: time_machine.Traveller
) -> None:
    wait(session.office)
    address = f"/o/{offer_links.token_of(asked(session))}"
    monday_ten.shift(timedelta(minutes=60))
    late = client.post(address, data={"wants": "yes"}).text
    assert "The time to answer was over." in late
    assert "Wednesday" not in late


def test_the_link_in_welsh_and_back(client: FlaskClient, session: Session) -> None:
    wait(session.office, language="Welsh")
    address = f"/o/{offer_links.token_of(asked(session))}"
    page = client.get(address).text
    assert "Hoffech chi gael yr apwyntiad hwn?" in page
    assert "Dydd Mercher 20 Ionawr 2027" in page
    assert f'href="{address}?lang=en"' in page
    assert "Would you like this appointment?" in client.get(f"{address}?lang=en").text
    taken = client.post(f"{address}?lang=cy", data={"wants": "yes"}).text
    assert "Chi biau'r apwyntiad" in taken
    assert "Nid yw'r ddolen hon yn gywir" in client.get("/o/none?lang=cy").text


@pytest.mark.parametrize("lang", ["en", "cy"])
@pytest.mark.parametrize("wants", ["", "yes", "no", "late"])
def test_the_link_is_light_and_keeps_nothing(
    sqlite_app: Flask,
    session: Session,
    monday_ten: time_machine.Traveller,
    wants: str,
    lang: str,
) -> None:
    """As the claimant's own pages: under 60 KB, no script, no cookie, nothing from elsewhere."""
    wait(session.office)
    offer = asked(session)
    if wants == "late":
        monday_ten.shift(timedelta(hours=2))
    address = f"/o/{offer_links.token_of(offer)}?lang={lang}"
    phone = sqlite_app.test_client()
    told = phone.post(address, data={"wants": wants}) if wants in ("yes", "no") else None
    for answer in filter(None, (told, phone.get(address))):
        assert answer.status_code == 200
        check_light(answer.text)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert offer.entry.claimant.name not in answer.text


class TwoWay(Phone):
    two_way = True


def texted(session: Session) -> OutboxMessage:
    """The offer's text, sent by a channel that takes replies."""
    asked(session)
    phone = drain(TwoWay())
    assert phone.received[-1].kind == MessageKind.OFFER
    row = db.session.scalars(select(OutboxMessage).filter_by(kind=MessageKind.OFFER)).one()
    assert f"Reply YES {row.code} or NO." in row.body
    return row


def reply(row: OutboxMessage, words: str, number: int = 1) -> str:
    return texts_in.receive(
        provider_id=f"SM{number}", sent_from=row.sent_to, sent_to="", body=words
    )


def test_a_reply_of_yes_books_and_one_of_no_does_not(session: Session) -> None:
    wait(session.office)
    row = texted(session)
    assert reply(row, f"yes {row.code}") == ""  # the confirmation is the answer
    assert drain(TwoWay()).heard == ["confirmation"]
    assert "has gone" not in reply(row, f"yes {row.code}", 2)


def test_whoever_is_too_late_by_text_is_told(session: Session) -> None:
    wait(session.office)
    row = texted(session)
    make_appointment(session, position=0)
    assert reply(row, f"YES {row.code}").startswith("Sorry, that place has gone")


def test_no_by_text_passes_it_on(session: Session) -> None:
    wait(session.office)
    row = texted(session)
    assert reply(row, "no").startswith("Thank you. You stay on the waiting list")
    assert db.session.scalars(select(WaitingOffer)).one().state == OfferState.REFUSED


def test_the_lead_sees_how_many_wait(client: FlaskClient, session: Session) -> None:
    wait(session.office)
    sign_in(client, make_user(Role.DISTRICT_LEAD, session.office))
    assert "waiting at Thistlewick" in client.get("/district").text
    office = db.session.get_one(Office, session.office_id)
    assert "In turn" in client.get(f"/waiting?office={office.code}").text


def test_a_neighbouring_office_keeps_its_own_list(client: FlaskClient, session: Session) -> None:
    entry = wait(session.office)
    neighbour = make_office(session.office.district, "Next door")
    sign_in(client, make_user(Role.RECEPTION, neighbour))
    assert client.get(f"/waiting?office={session.office.code}").status_code == 404
    assert client.post(f"/waiting/{entry.id}/leave").status_code == 404
    assert db.session.get_one(WaitingEntry, entry.id).left_at is None
