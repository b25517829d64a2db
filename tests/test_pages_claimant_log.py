"""Everything sent to and heard from one claimant, on one page, as far as it is yours to read."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import calls, contacts, texts_in, waiting_list
from booking.database import db
from booking.messages import sending
from booking.models import Appointment, Claimant, Office, OutboxMessage, Session
from booking.rights import THE_SERVICE
from booking.words import CallOutcome, ContactWay, MessageKind, Role
from notifications.message import Refused
from tests.makers import (
    WEDNESDAY,
    at,
    make_appointment,
    make_claimant,
    make_district,
    make_office,
    make_referral,
    make_session,
    make_user,
    sign_in,
)
from tests.test_messages import Phone, drain
from tests.test_waiting_list import free, tick

MOBILE = "07700 900345"
E164 = "+447700900345"


@pytest.fixture(autouse=True)
def monday_ten(sqlite_app: object) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(WEDNESDAY - timedelta(days=2), 10), tick=False) as traveller:
        yield traveller


@pytest.fixture
def session() -> Session:
    return make_session()


@pytest.fixture
def appointment(session: Session) -> Appointment:
    later = make_session(session.office, on=WEDNESDAY + timedelta(days=7))
    return make_appointment(later, claimant=make_claimant("Sam Invented", MOBILE))


def page_of(claimant: Claimant) -> str:
    return f"/messages/claimants/{claimant.id}"


def read(client: FlaskClient, role: Role, office: Office, claimant: Claimant) -> str:
    sign_in(client, make_user(role, office))
    return client.get(page_of(claimant)).text


def fail(kind: MessageKind) -> None:
    row = db.session.query(OutboxMessage).filter_by(kind=kind).one()
    claimed = sending.claim(row.id, channel_name="twilio")
    assert claimed is not None
    sending.settle(claimed.outbox_id, Refused("30003", "The phone is off."))


def tell_it_all(appointment: Appointment, session: Session) -> None:
    """A text that went, one that failed, an offer, a reply, a note, a call and a letter."""
    drain(Phone())
    waiting_list.join(
        referral_id=appointment.referral_id, office_id=session.office_id, by=THE_SERVICE
    )
    free(session)
    tick()
    fail(MessageKind.OFFER)
    texts_in.receive(provider_id="SM1", sent_from=E164, sent_to="", body="Is there parking?")
    contacts.note_contact(
        appointment_id=appointment.id, way=ContactWay.PHONE, said="Running late", by=THE_SERVICE
    )
    calls.record_call(appointment_id=appointment.id, outcome=CallOutcome.NO_ANSWER, by=THE_SERVICE)
    contacts.issue_notice(appointment_id=appointment.id, by=THE_SERVICE, by_letter=True)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads_everything_said_what_failed_first(
    client: FlaskClient, session: Session, appointment: Appointment, role: Role
) -> None:
    tell_it_all(appointment, session)
    page = read(client, role, session.office, appointment.claimant)
    assert '<span class="govuk-caption-l">Everything said</span> Sam Invented' in " ".join(
        page.split()
    )
    for said in (
        "07700 900345",
        "Booked: Next Step careers adviser",  # the words of a text that went
        "30003: The phone is off.",  # why another did not
        "Offer of Wed 20 Jan, 9am",
        "Is there parking?",
        "Thank you",  # what the reply was answered with
        "Running late",
        "No answer",
        "Letter",
    ):
        assert said in page, said
    fates = page[page.index("Texts, those that need somebody first") :]
    assert fates.index("Failed") < fates.index("Sent")


def test_nothing_of_another_claimant_is_on_the_page(
    client: FlaskClient, session: Session, appointment: Appointment
) -> None:
    theirs = make_appointment(session, position=1, claimant=make_claimant("Bea Else", MOBILE))
    contacts.note_contact(
        appointment_id=theirs.id, way=ContactWay.DESK, said="Not Sam's", by=THE_SERVICE
    )
    page = read(client, Role.DISTRICT_LEAD, session.office, appointment.claimant)
    assert "Not Sam" not in page
    assert "Wed 20 Jan" not in page


def test_a_text_that_fits_nobody_for_sure_says_that_the_phone_may_be_shared(
    client: FlaskClient, session: Session, appointment: Appointment
) -> None:
    make_appointment(session, position=1, claimant=make_claimant("Bea Else", MOBILE))
    drain(Phone())
    texts_in.receive(provider_id="SM1", sent_from=E164, sent_to="", body="Who is this?")
    page = read(client, Role.RECEPTION, session.office, appointment.claimant)
    assert "Who is this?" in page
    assert "the phone may be shared" in page


@pytest.mark.parametrize("role", [Role.JOBCENTRE_ADVISER, Role.RECEPTION])
def test_staff_of_one_office_read_what_is_about_theirs_and_are_told_there_is_more(
    client: FlaskClient, session: Session, appointment: Appointment, role: Role
) -> None:
    neighbour = make_office(session.office.district, "Next door")
    there = make_appointment(
        make_session(neighbour, on=WEDNESDAY + timedelta(days=2)),
        claimant=make_claimant("Sam Invented", MOBILE),
    )
    assert there.claimant_id == appointment.claimant_id
    contacts.note_contact(
        appointment_id=appointment.id, way=ContactWay.DESK, said="Said here", by=THE_SERVICE
    )
    page = read(client, role, neighbour, appointment.claimant)
    assert "Said here" not in page
    assert "What is about other offices" in page
    assert "What is about other offices" not in read(
        client, Role.NEXT_STEP_ADVISER, neighbour, appointment.claimant
    )


def test_an_office_reads_of_those_on_its_waiting_list_whoever_referred_them(
    client: FlaskClient, session: Session, appointment: Appointment
) -> None:
    neighbour = make_office(session.office.district, "Next door")
    assert read_status(client, neighbour, appointment.claimant) == 404
    waiting_list.join(referral_id=appointment.referral_id, office_id=neighbour.id, by=THE_SERVICE)
    assert read_status(client, neighbour, appointment.claimant) == 200


def read_status(client: FlaskClient, office: Office, claimant: Claimant) -> int:
    client.post("/sign-out")
    sign_in(client, make_user(Role.RECEPTION, office))
    return client.get(page_of(claimant)).status_code


def test_another_districts_claimant_is_not_there(
    client: FlaskClient, appointment: Appointment
) -> None:
    far = make_office(make_district("Far Vale"), "Far")
    for role in Role:
        client.post("/sign-out")
        sign_in(client, make_user(role, far))
        assert client.get(page_of(appointment.claimant)).status_code == 404, role


def test_before_anything_is_said_the_page_says_so(client: FlaskClient, session: Session) -> None:
    entry = waiting_list.refer_and_wait(
        office_id=session.office_id,
        claimant=make_claimant(),
        referral=make_referral(),
        by=THE_SERVICE,
    )
    page = read(client, Role.RECEPTION, session.office, entry.claimant)
    assert "Nothing has been said yet" in page


def test_the_pages_that_name_a_claimant_lead_to_it(
    client: FlaskClient, session: Session, appointment: Appointment
) -> None:
    entry = waiting_list.refer_and_wait(
        office_id=session.office_id,
        claimant=make_claimant(mobile="07700 900346"),
        referral=make_referral(),
        by=THE_SERVICE,
    )
    texts_in.receive(provider_id="SM1", sent_from=E164, sent_to="", body="Hm?")
    texts_in.receive(provider_id="SM2", sent_from="+447700900346", sent_to="", body="STOP")
    sign_in(client, make_user(Role.DISTRICT_LEAD, session.office))
    code = session.office.code
    leading = {
        f"/appointments/{appointment.id}": appointment.claimant_id,
        f"/messages/appointments/{appointment.id}": appointment.claimant_id,
        "/messages": appointment.claimant_id,
        "/inbox": appointment.claimant_id,
        f"/waiting?office={code}": entry.claimant_id,
        f"/offices/{code}": entry.claimant_id,
        "/inbox/no-texts": entry.claimant_id,
    }
    for page, claimant_id in leading.items():
        assert re.search(rf'href="/messages/claimants/{claimant_id}"', client.get(page).text), page


def test_a_failed_offer_is_on_the_offices_log_too(client: FlaskClient, session: Session) -> None:
    waiting_list.refer_and_wait(
        office_id=session.office_id,
        claimant=make_claimant("Waiting Invented"),
        referral=make_referral(),
        by=THE_SERVICE,
    )
    free(session)
    tick()
    fail(MessageKind.OFFER)
    sign_in(client, make_user(Role.DISTRICT_LEAD, session.office))
    page = client.get(f"/messages?office={session.office.code}&state=failed").text
    assert "Waiting Invented" in page
    assert "Offer: Thistlewick" in page


class TwoWay(Phone):
    two_way = True


@pytest.mark.parametrize("channel", [Phone, TwoWay])
def test_what_is_due_reads_as_the_channel_in_use_will_send_it(
    client: FlaskClient,
    session: Session,
    appointment: Appointment,
    channel: type[Phone],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a code to reply by where a reply arrives, with the link where none does."""
    monkeypatch.setitem(client.application.extensions, "texts", channel())
    sign_in(client, make_user(Role.DISTRICT_LEAD, session.office))
    due = select(OutboxMessage).filter_by(kind=MessageKind.REMINDER)
    code = db.session.scalars(due).one().code
    for page in (
        page_of(appointment.claimant),
        f"/messages/appointments/{appointment.id}",
        "/messages",
        f"/appointments/{appointment.id}",
    ):
        shown = client.get(page).text
        assert (f"Reply YES {code}" in shown) is channel.two_way, page
        assert ("Coming? http" in shown) is not channel.two_way, page
