"""A district's own words for its texts: checked, kept by version, used, and never losing a text."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import (
    appointments,
    contacts,
    waiting_list,
    waiting_offers,
    wording,
    wording_trials,
)
from booking.database import db
from booking.errors import BadDetail, NotAllowed
from booking.models import Appointment, AuditEntry, Office, OutboxMessage, Wording, WordingTrial
from booking.rights import THE_SERVICE, Actor
from booking.wording import TheText
from booking.words import ContactWay, MessageKind, Role, TextName
from tests.makers import (
    WEDNESDAY,
    at,
    make_actor,
    make_adviser,
    make_appointment,
    make_claimant,
    make_office,
    make_referral,
    make_session,
    make_user,
    sign_in,
)
from tests.test_messages import Phone, drain

CONFIRMATION = TheText(TextName.CONFIRMATION)
OURS = "See you {weekday} {date}, {time}, {office}. {arrival}.[ Ring {phone}.]"
WELCOME = "Welcome! {weekday} {date}, {time}, {office}. {arrival}."


@pytest.fixture(autouse=True)
def monday_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(WEDNESDAY - timedelta(days=2), 12), tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(app: Flask) -> Office:
    return make_office()


def lead_of(office: Office) -> Actor:
    return make_actor(Role.DISTRICT_LEAD, office)


def an_admin() -> Actor:
    return Actor(name="Invented admin", role=Role.ADMIN)


def sent(office: Office, channel: str = "console") -> OutboxMessage:
    """The confirmation of a new appointment at the office, sent."""
    adviser = make_adviser(office.district, f"Ada {office.id}-{id(object())}"[:20])
    appointment = make_appointment(make_session(office, adviser=adviser))
    phone = Phone()
    drain(phone)
    row = db.session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.appointment_id == appointment.id,
            OutboxMessage.kind == MessageKind.CONFIRMATION,
        )
    ).one()
    assert phone.received[-1].body == row.body
    return row


def test_texts_go_out_in_the_districts_own_words_and_say_which(office: Office) -> None:
    built_in = sent(office)
    saved = wording.save(CONFIRMATION, OURS, most_parts=1, by=lead_of(office))
    ours = sent(office)
    assert ours.body == (
        "See you Wednesday 20 January, 9am, Thistlewick. Report to reception. Ring 01632 960000."
    )
    assert (built_in.wording_id, ours.wording_id) == (None, saved.id)
    assert built_in.body.startswith("Booked: ")  # what was sent keeps its words
    elsewhere = make_office(name="Far away")
    assert sent(elsewhere).body.startswith("Booked: ")


def test_the_districts_words_come_before_the_services_and_those_before_the_built_in(
    office: Office,
) -> None:
    wording.save(CONFIRMATION, WELCOME, most_parts=1, by=an_admin())
    assert sent(office).body.startswith("Welcome!")
    wording.save(CONFIRMATION, OURS, most_parts=1, by=lead_of(office))
    assert sent(office).body.startswith("See you")
    wording.take_back(CONFIRMATION, by=lead_of(office))
    assert sent(office).body.startswith("Welcome!")
    wording.take_back(CONFIRMATION, by=an_admin())
    assert sent(office).body.startswith("Booked: ")


def given_another_adviser(office: Office) -> Appointment:
    """An appointment that keeps its time, moved to another adviser once its time was told."""
    mine, theirs = (
        make_session(office, adviser=make_adviser(office.district, name))
        for name in ("Ada Invented", "Ben Invented")
    )
    appointment = make_appointment(mine)
    drain(Phone())
    appointments.move(appointment_id=appointment.id, slot_id=theirs.slots[0].id, by=THE_SERVICE)
    return appointment


def test_a_new_adviser_at_the_same_time_is_told_in_words_of_its_own(office: Office) -> None:
    """Never in those of a move, which speak of another time, and in no trial of them."""
    by = lead_of(office)
    wording.save(TheText(TextName.MOVED), OURS + " Moved.", most_parts=1, by=by)
    wording_trials.start(kind=TextName.MOVED, language="en", words=WELCOME, most_parts=1, by=by)
    given_another_adviser(office)
    assert drain(Phone()).received[-1].body.startswith("Same time, new adviser: ")
    ours = OURS.replace("See you", "As before")
    wording.save(TheText(TextName.SAME_TIME), ours, most_parts=1, by=by)
    given_another_adviser(office)
    assert drain(Phone()).received[-1].body.startswith("As before Wednesday")


def test_a_channels_own_words_come_before_those_for_every_channel(office: Office) -> None:
    by = lead_of(office)
    wording.save(CONFIRMATION, OURS, most_parts=1, by=by)
    on_console = TheText(TextName.CONFIRMATION, channel="console")
    wording.save(on_console, WELCOME, most_parts=1, by=by)
    assert sent(office).body.startswith("Welcome!")
    assert wording.text_in_force(CONFIRMATION, by=by).words == OURS


def test_versions_are_kept_with_who_and_when(office: Office) -> None:
    by = lead_of(office)
    for words in (OURS, WELCOME, WELCOME):  # the same again is no new version
        wording.save(CONFIRMATION, words, most_parts=1, by=by)
    wording.take_back(CONFIRMATION, by=by)
    kept = [
        (each.version, each.text, each.made_by) for each in wording.history(CONFIRMATION, by=by)
    ]
    assert kept == [(3, "", by.name), (2, WELCOME, by.name), (1, OURS, by.name)]
    actions = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == "wording").order_by(AuditEntry.id)
    ).all()
    assert actions == ["changed wording", "changed wording", "took wording back"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (OURS + " You must come.", "never says “must”"),
        (OURS.replace("{time}, ", ""), "always says {time}"),
        (OURS + " {surname}", "has no field {surname}"),
        (OURS + " – soon", "halve the room in a text: –. Write - for –."),
        (OURS + " words" * 20, "2 parts, and one part is the most allowed"),
    ],
)
def test_words_that_cannot_be_used_are_refused_with_the_reason(
    office: Office, words: str, sentence: str
) -> None:
    with pytest.raises(BadDetail, match=sentence.replace(".", r"\.")) as refusal:
        wording.save(CONFIRMATION, words, most_parts=1, by=lead_of(office))
    assert refusal.value.field == "text"
    assert db.session.scalars(select(Wording)).all() == []


def test_the_longest_real_names_decide(office: Office) -> None:
    """One word more fits until the district has an office with a longer name."""
    by = lead_of(office)
    words = OURS.replace("[", "").replace("]", "") + " x" * 30
    wording.preview(CONFIRMATION, words, most_parts=1, by=by)
    make_office(office.district, "Much Longer Thistlewick under the Hill")
    with pytest.raises(BadDetail, match="2 parts"):
        wording.preview(CONFIRMATION, words, most_parts=1, by=by)
    assert wording.longest_names(CONFIRMATION, by=by)["office"].startswith("Much Longer")
    two = wording.preview(CONFIRMATION, words, most_parts=2, by=by)
    assert two.in_words.startswith("2 parts, ")


def test_a_text_is_never_lost_because_of_its_words(office: Office) -> None:
    """An office renamed after the check makes the words too long: the built-in ones go."""
    words = OURS.replace("[", "").replace("]", "") + " x" * 30
    wording.save(CONFIRMATION, words, most_parts=1, by=lead_of(office))
    office.name = "Much Longer Thistlewick under the Hill"
    db.session.commit()
    row = sent(office)
    assert row.state == "sent"
    assert row.body.startswith("Booked: ")
    assert row.wording_id is None
    assert row.wording_note.startswith("The built-in words went instead. At its longest")


def test_who_may_change_words(office: Office) -> None:
    for role in (Role.JOBCENTRE_ADVISER, Role.NEXT_STEP_ADVISER, Role.RECEPTION):
        with pytest.raises(NotAllowed):
            wording.save(CONFIRMATION, OURS, most_parts=1, by=make_actor(role, office))


def test_the_editor_shows_saves_refuses_and_takes_back(client: FlaskClient) -> None:
    sign_in(client, make_user(Role.DISTRICT_LEAD, make_office()))
    page = "/wording/confirmation/en"
    assert "Built in." in client.get(page).text
    looked = client.post(page, data={"text": OURS, "preview": "y"})
    assert "1 part, " in looked.text
    assert "Thistlewick" in looked.text
    assert db.session.scalars(select(Wording)).all() == []
    refused = client.post(page, data={"text": OURS + " or else a penalty"})
    assert "never says “penalty”" in refused.text
    assert "or else a penalty" in refused.text  # what was typed is kept
    assert client.post(page, data={"text": OURS}).status_code == 302
    assert "The district&#39;s own, version 1" in client.get(page).text
    assert "See you {weekday}" in client.get("/wording").text
    part = client.post(page + "/preview", data={"text": "{"})
    assert "belongs to no field" in part.text
    assert "<html" not in part.text
    client.post(page + "/take-back")
    assert "Built in." in client.get(page).text


@pytest.mark.parametrize(
    "page", ["/wording/poem/en", "/wording/reminder/xx", "/wording/reminder/en?channel=pigeon"]
)
def test_a_text_that_is_not_there_is_not_found(client: FlaskClient, page: str) -> None:
    sign_in(client, make_user(Role.DISTRICT_LEAD, make_office()))
    assert client.get(page).status_code == 404


def test_an_administrator_writes_for_the_service(client: FlaskClient) -> None:
    sign_in(client, make_user(Role.ADMIN))
    assert client.post("/wording/reminder/en", data={"text": OURS}).status_code == 302
    assert db.session.scalars(select(Wording)).one().district_id is None
    assert client.get("/wording/reminder/en/trial").status_code == 403


@pytest.fixture
def through_notify(client: FlaskClient) -> FlaskClient:
    client.application.config["SMS_GATEWAY"] = "notify"
    return client


@pytest.mark.parametrize("page", ["", "/reminder/en", "/reminder/en/trial"])
def test_where_the_provider_holds_the_words_every_page_of_wording_says_so(
    through_notify: FlaskClient, page: str
) -> None:
    sign_in(through_notify, make_user(Role.DISTRICT_LEAD, make_office()))
    assert "what is written here reaches nobody" in through_notify.get(f"/wording{page}").text
    through_notify.application.config["SMS_GATEWAY"] = "twilio"
    assert "reaches nobody" not in through_notify.get(f"/wording{page}").text


def test_where_the_provider_holds_the_words_nothing_is_tried(through_notify: FlaskClient) -> None:
    sign_in(through_notify, make_user(Role.DISTRICT_LEAD, make_office()))
    refused = through_notify.post("/wording/reminder/en/trial", data={"text": WELCOME})
    assert "The provider holds the words of texts" in refused.text
    assert db.session.scalars(select(WordingTrial)).all() == []


def test_the_template_named_there_gets_every_field_named_there(
    through_notify: FlaskClient,
) -> None:
    office = make_office()
    sign_in(through_notify, make_user(Role.DISTRICT_LEAD, office))
    given_another_adviser(office)
    session = make_session(office)
    appointment = make_appointment(session)
    appointments.move(appointment_id=appointment.id, slot_id=session.slots[1].id, by=THE_SERVICE)
    contacts.note_contact(
        appointment_id=appointment.id, way=ContactWay.PHONE, said="Late", by=THE_SERVICE
    )
    waiting_list.refer_and_wait(
        office_id=office.id, claimant=make_claimant(), referral=make_referral(), by=THE_SERVICE
    )
    leaving = make_appointment(session, position=2)
    appointments.cancel(appointment_id=leaving.id, by=THE_SERVICE)
    waiting_offers.offer_freed_slots()
    with time_machine.travel(at(WEDNESDAY - timedelta(days=1), 10), tick=False):
        make_appointment(session, position=3)
    phone = drain(Phone())
    with time_machine.travel(at(WEDNESDAY - timedelta(days=1), 12), tick=False):
        phone.received += drain(Phone()).received
    assert set(phone.heard) >= {"confirmation", "reminder", "moved", "cancelled", "offer"}
    assert "same_time-en" in {message.template for message in phone.received}
    for message in phone.received:
        kind, _, language = message.template.partition("-")
        page = through_notify.get(f"/wording/{kind}/{language}").text
        assert f"<code>{message.template}</code>" in page
        named = set(re.findall(r"<code>\(\((\w+)\)\)</code>", page))
        assert named <= message.fields.keys(), message.kind
        assert all(message.fields[field] for field in named)
