"""Every way a provider can answer, and what becomes of the text: none twice, none lost silently."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from booking.database import db
from booking.messages import opt_outs, recording, resolving, sending
from booking.models import OutboxMessage
from booking.words import SessionKind
from notifications.channels import open_channel
from notifications.message import Accepted, Found, Message, Unknown
from tests.conftest import make_app
from tests.makers import make_appointment, make_claimant, make_session
from tests.texts import fake_twilio
from tests.texts.afternoon import (
    MONDAY_NOON,
    REMINDER_DUE,
    let_time_pass,
    make_reminded,
    reminder_of,
    tick,
)
from tests.texts.fake_twilio import FakeTwilio
from tests.texts.truth import untruths


@pytest.fixture
def app(database_url: str, network: FakeTwilio) -> Iterator[Flask]:
    """The app with the real Twilio client, pointed at the stand-in."""
    app = make_app(database_url, **network.settings)
    with app.app_context(), time_machine.travel(REMINDER_DUE, tick=False):
        yield app
        db.session.remove()
        db.engine.dispose()


A, D, T = fake_twilio.ACCEPTED, fake_twilio.DROPPED, fake_twilio.TOO_MANY


@pytest.mark.parametrize(
    ("answers", "state", "times_called"),
    [
        ([A], "sent", 1),
        ([fake_twilio.ACCEPTED_AND_DROPPED], "sent", 1),  # found in Twilio's own list
        ([fake_twilio.UNAVAILABLE_BUT_TAKEN], "sent", 1),
        ([fake_twilio.UNREADABLE], "sent", 1),
        ([D], "sent", 2),  # not found there, so it goes once more
        ([fake_twilio.UNAVAILABLE], "sent", 2),
        ([D, D], "not_sent", 2),  # and only once more
        ([D, D, A], "not_sent", 2),
        ([D, fake_twilio.ACCEPTED_AND_DROPPED], "sent", 2),
        ([T], "sent", 2),
        ([T, T, T, D], "sent", 5),  # what was certainly not taken does not count
        ([T, D, D], "not_sent", 3),
        ([fake_twilio.OPTED_OUT], "failed", 1),
        ([fake_twilio.NO_MOBILE], "failed", 1),
        ([D, fake_twilio.NO_MOBILE], "failed", 2),
    ],
)
def test_what_becomes_of_a_text(
    app: Flask,
    network: FakeTwilio,
    answers: list[fake_twilio.Answer],
    state: str,
    times_called: int,
) -> None:
    appointment = make_reminded()
    network.next_answers = list(answers)
    tick(open_channel(network.settings))
    let_time_pass(network)
    assert reminder_of(appointment).state == state
    assert len([call for call in network.asked if call.startswith("POST")]) == times_called
    assert list(untruths(network)) == []


def test_an_unknown_text_is_not_called_sent_or_not_sent_before_its_time(
    app: Flask, network: FakeTwilio
) -> None:
    appointment = make_reminded()
    network.next_answers = [D]
    channel = open_channel(network.settings)
    for minutes, state in ((0, "unknown"), (14, "unknown"), (16, "sent")):
        with time_machine.travel(REMINDER_DUE + timedelta(minutes=minutes), tick=False):
            tick(channel)
        assert reminder_of(appointment).state == state


def test_a_provider_that_does_not_say_leaves_it_unknown_and_in_sight(
    app: Flask, network: FakeTwilio
) -> None:
    class Silent:
        two_way = False

        def send(self, message: Message) -> Unknown:
            return Unknown("no answer")

        def find(self, message: Message) -> Unknown:
            return Unknown("no answer")

    appointment = make_reminded()
    for hours in range(30):
        with time_machine.travel(REMINDER_DUE + timedelta(hours=hours), tick=False):
            tick(Silent())
    assert reminder_of(appointment).state == "unknown"
    assert reminder_of(appointment).attempts == 1


def test_there_is_no_second_try_when_its_time_has_passed(app: Flask, network: FakeTwilio) -> None:
    appointment = make_reminded()
    reminder_of(appointment).send_by = REMINDER_DUE + timedelta(minutes=10)
    db.session.commit()
    network.next_answers = [D]
    tick(open_channel(network.settings))
    let_time_pass(network)
    assert reminder_of(appointment).state == "not_sent"
    assert list(untruths(network)) == []


def test_a_late_yes_is_believed_and_stops_the_second_try(app: Flask, network: FakeTwilio) -> None:
    appointment = make_reminded()
    network.next_answers = [D]
    channel = open_channel(network.settings)
    tick(channel)
    with time_machine.travel(REMINDER_DUE + timedelta(minutes=16), tick=False):
        resolving.look_up_unknown(channel, name="twilio")
    assert reminder_of(appointment).state == "due"
    sending.settle(reminder_of(appointment).id, Accepted("SM-late"))
    assert reminder_of(appointment).state == "sent"
    assert reminder_of(appointment).provider_id == "SM-late"
    let_time_pass(network)
    assert network.kept == []


def test_two_texts_with_the_same_words_to_one_phone_find_one_each(
    app: Flask, network: FakeTwilio
) -> None:
    with time_machine.travel(MONDAY_NOON, tick=False):
        session = make_session(kind=SessionKind.GROUP, places=2)
        for name in ("Invented Twin One", "Invented Twin Two"):
            claimant = make_claimant(name, "07700 900555")
            make_appointment(session, claimant=claimant)
    for row in db.session.scalars(select(OutboxMessage)):
        row.code = "4821"
    db.session.commit()
    network.next_answers = [fake_twilio.ACCEPTED_AND_DROPPED, D, fake_twilio.ACCEPTED_AND_DROPPED]
    tick(open_channel(network.settings))
    let_time_pass(network)
    ids = db.session.scalars(select(OutboxMessage.provider_id)).all()
    assert len(set(ids)) == len(ids) == len(network.kept)


def test_the_networks_stop_is_an_opt_out_here(app: Flask, network: FakeTwilio) -> None:
    appointment = make_reminded()
    network.next_answers = [fake_twilio.OPTED_OUT]
    tick(open_channel(network.settings))
    assert opt_outs.is_opted_out(appointment.claimant.mobile)
    assert reminder_of(appointment).reason.startswith(recording.OPTED_OUT)


def test_a_process_that_slept_after_its_claim_sends_no_more(
    app: Flask, network: FakeTwilio
) -> None:
    appointment = make_reminded()
    claimed = sending.claim(reminder_of(appointment).id, channel_name="twilio")
    assert claimed is not None
    assert claimed.still_holds
    with time_machine.travel(REMINDER_DUE + timedelta(minutes=2), tick=False):
        assert not claimed.still_holds


def test_the_console_never_had_what_was_lost_on_the_way_to_it(app: Flask) -> None:
    appointment = make_reminded()
    claimed = sending.claim(reminder_of(appointment).id, channel_name="console")
    assert claimed is not None
    assert open_channel({}).find(claimed.message) == Found()
