"""The inbox over HTTP: who sees whose text, what one click does, what stays on record."""

import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import texts_in
from booking.boards.inbox import inbox
from booking.database import db, use_case
from booking.messages import opt_outs, sending
from booking.models import Appointment, ContactNote, InboundText, Office, OutboxMessage
from booking.rights import actor_of
from booking.words import MessageKind, OptOutSource, Role
from notifications.channels.console import ConsoleChannel
from tests.makers import (
    WEDNESDAY,
    at,
    make_appointment,
    make_claimant,
    make_office,
    make_session,
    make_user,
    sign_in,
)

MOBILE, STRANGER = "+447700900123", "+447700900998"
MONDAY = WEDNESDAY - timedelta(days=2)
_sids = itertools.count(1)


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(MONDAY, 12), tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(sqlite_app: Flask) -> Office:
    return make_office()


def booked(office: Office, name: str = "Ann Invented", mobile: str = MOBILE) -> Appointment:
    adviser_day = make_session(office)
    appointment = make_appointment(adviser_day, claimant=make_claimant(name, mobile))
    sending.send_due(ConsoleChannel(), name="console")
    return appointment


def text_in(body: str, sent_from: str = MOBILE) -> InboundText:
    sid = f"SM{next(_sids)}"
    texts_in.receive(provider_id=sid, sent_from=sent_from, sent_to="", body=body)
    return db.session.scalars(select(InboundText).filter_by(provider_id=sid)).one()


def page(client: FlaskClient, role: Role, office: Office, path: str = "/inbox") -> str:
    sign_in(client, make_user(role, office))
    return client.get(path).text


def receipts() -> int:
    db.session.rollback()
    return len(
        db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == MessageKind.RECEIPT)
        ).all()
    )


def test_a_text_that_fits_nothing_waits_with_the_appointments_it_may_be_about(
    client: FlaskClient, office: Office
) -> None:
    booked(office)
    booked(make_office(office.district, "Next door"), "Sib Invented")
    text = text_in("Where do I go?")
    shown = page(client, Role.DISTRICT_LEAD, office)
    assert "Where do I go?" in shown
    assert "Ann Invented or Sib Invented" in shown or "Sib Invented or Ann Invented" in shown
    assert shown.count(f"/inbox/{text.id}/about") == 3  # either of them, or by reference
    assert "07700 900123" in shown


def test_one_click_puts_it_on_record_with_a_receipt_unless_the_answer_was_one(
    client: FlaskClient, office: Office
) -> None:
    appointment = booked(office)
    answered, unanswered = (text_in("Hm?", STRANGER) for _ in range(2))
    sign_in(client, make_user(Role.DISTRICT_LEAD, office))
    for text, count in ((answered, 0), (unanswered, 1)):
        answer = client.post(f"/inbox/{text.id}/about", data={"appointment": appointment.id})
        assert answer.location == f"/appointments/{appointment.id}"
        assert receipts() == count
    notes = db.session.scalars(select(ContactNote)).all()
    assert {(note.said, note.at, note.way) for note in notes} == {("Hm?", at(MONDAY, 12), "text")}
    assert all(note.noted_by for note in notes)
    assert "Every text has been read" in client.get("/inbox").text
    again = client.post(f"/inbox/{answered.id}/about", data={"appointment": appointment.id})
    assert again.status_code == 409


def test_a_text_is_put_only_with_an_appointment_of_ones_own(
    client: FlaskClient, office: Office
) -> None:
    """By its id, which a form can be made to say."""
    for name in ("Ann Invented", "Sib Invented"):  # one phone, so it is on record with neither
        booked(office, name)
    theirs = booked(make_office(office.district, "Next door"), "Far Invented", STRANGER)
    text = text_in("Hm?")
    sign_in(client, make_user(Role.RECEPTION, office))
    refused = client.post(f"/inbox/{text.id}/about", data={"appointment": theirs.id})
    assert refused.status_code == 404
    assert db.session.scalars(select(ContactNote)).all() == []


def test_by_the_reference_on_the_card(client: FlaskClient, office: Office) -> None:
    appointment = booked(office)
    text = text_in("Hm?", STRANGER)
    sign_in(client, make_user(Role.DISTRICT_LEAD, office))
    for wrong, sentence in (("", "Enter the reference."), ("NONE", "has that reference.")):
        refused = client.post(f"/inbox/{text.id}/about", data={"reference": wrong}).text
        assert sentence in refused
        assert "Error: Texts to read" in refused
    typed = f" {appointment.reference.lower()} "
    client.post(f"/inbox/{text.id}/about", data={"reference": typed})
    assert db.session.scalars(select(ContactNote.appointment_id)).all() == [appointment.id]


def test_dealt_with_says_by_whom(client: FlaskClient, office: Office) -> None:
    booked(office)
    text = text_in("please stop texting me")
    sign_in(client, make_user(Role.RECEPTION, office, name="Rose Desk"))
    assert client.post(f"/inbox/{text.id}/done").location == "/inbox"
    shown = client.get("/inbox").text
    assert "Every text has been read" in shown
    assert "please stop texting me" in shown
    assert shown.count("Rose Desk") == 2


def test_a_person_stops_the_texts_of_whoever_asks_in_words(
    client: FlaskClient, office: Office
) -> None:
    booked(office)
    text = text_in("please stop texting me")
    sign_in(client, make_user(Role.JOBCENTRE_ADVISER, office))
    client.post(f"/inbox/{text.id}/no-more-texts")
    assert opt_outs.is_opted_out(MOBILE)
    listed = client.get("/inbox/no-texts").text
    assert "Ann Invented" in listed
    assert "Told a member of staff" in listed
    assert "START" in listed


@pytest.mark.parametrize("role", [Role.JOBCENTRE_ADVISER, Role.RECEPTION, Role.NEXT_STEP_ADVISER])
def test_only_leads_read_the_texts_of_strangers(
    client: FlaskClient, office: Office, role: Role
) -> None:
    text = text_in("Who is this?", STRANGER)
    assert "Who is this?" not in page(client, role, office)
    assert client.post(f"/inbox/{text.id}/done").status_code == 404
    client.post("/sign-out")
    assert "Who is this?" in page(client, Role.DISTRICT_LEAD, make_office(name="Far away"))


def test_another_office_and_another_district_see_nothing(
    client: FlaskClient, office: Office
) -> None:
    booked(office)
    for body in ("Where do I go?", "STOP"):
        text_in(body)
    for role, where in (
        (Role.RECEPTION, make_office(office.district, "Next door")),
        (Role.DISTRICT_LEAD, make_office(name="Far away")),
    ):
        sign_in(client, make_user(role, where))
        assert "Where do I go?" not in client.get("/inbox").text
        assert "Ann Invented" not in client.get("/inbox/no-texts").text
        client.post("/sign-out")


def test_a_redacted_number_is_nobodys(client: FlaskClient, office: Office) -> None:
    """Numbers that were removed are all alike: they must not name one another."""
    booked(office)
    text_in("Hm?", "")
    by = actor_of(make_user(Role.RECEPTION, office))
    assert inbox(by=by).waiting == []


def test_the_same_person_is_not_opted_out_twice(client: FlaskClient, office: Office) -> None:
    booked(office)
    use_case(opt_outs.record)(MOBILE, source=OptOutSource.PROVIDER)
    text = text_in("please stop texting me")
    shown = page(client, Role.RECEPTION, office)
    assert "Send no more texts" not in shown
    client.post(f"/inbox/{text.id}/no-more-texts")
    assert "The network says so" in client.get("/inbox/no-texts").text
