"""The Twilio channel against a real HTTP server: one attempt, and every answer told apart."""

import logging
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from notifications.channels import open_channel
from notifications.channels.twilio import TwilioChannel
from notifications.message import (
    Accepted,
    ChannelError,
    Found,
    Message,
    Outcome,
    Refused,
    TryLater,
    Unknown,
)
from tests.texts import fake_twilio
from tests.texts.fake_twilio import PUBLIC, FakeTwilio


def make_message(**more: Any) -> Message:
    now = datetime.now(UTC)
    values: dict[str, Any] = {
        "reference": "0" * 32,
        "to": "+447700900123",
        "body": "Next Step careers adviser, Friday 4 December, 9am, Thistlewick.",
        "kind": "reminder",
        "template": "reminder-en",
        "fields": {"weekday": "Friday"},
        "claimed_at": now,
        "send_by": now + timedelta(hours=2),
        "status_url": f"{PUBLIC}/texts/status/{'0' * 32}.signed",
    }
    return Message(**values | more)


def channel_to(network: FakeTwilio, **settings: str) -> Any:
    return open_channel(network.settings | settings)


def test_what_is_sent_is_kept_under_twilios_own_id(network: FakeTwilio) -> None:
    message = make_message()
    outcome = channel_to(network).send(message)
    (kept,) = network.kept
    assert outcome == Accepted(kept.sid)
    assert kept.form == {
        "To": message.to,
        "From": fake_twilio.SENDER,
        "Body": message.body,
        "StatusCallback": message.status_url,
        "ValidityPeriod": "7200",
    }


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (fake_twilio.OPTED_OUT, Refused("21610", "Attempt to send to unsubscribed recipient")),
        (fake_twilio.NO_MOBILE, Refused("21211", "The 'To' number is not a valid phone number.")),
        (fake_twilio.TOO_MANY, TryLater("20429", "Too Many Requests")),
        (fake_twilio.UNAVAILABLE, Unknown("20503: Service unavailable")),
        (fake_twilio.UNAVAILABLE_BUT_TAKEN, Unknown("20503: Service unavailable")),
        (fake_twilio.DROPPED, Unknown("Twilio did not answer: ConnectionError")),
        (fake_twilio.ACCEPTED_AND_DROPPED, Unknown("Twilio did not answer: ConnectionError")),
        (fake_twilio.Answer(408, 0, "Timed out", taken=False), Unknown("0: Timed out")),
    ],
)
def test_each_answer_means_one_thing_and_there_is_one_attempt(
    network: FakeTwilio, answer: fake_twilio.Answer, outcome: Outcome
) -> None:
    network.next_answers = [answer]
    assert channel_to(network).send(make_message()) == outcome
    assert network.asked == ["POST +447700900123"]


def test_an_answer_that_cannot_be_read_leaves_it_open(network: FakeTwilio) -> None:
    network.next_answers = [fake_twilio.UNREADABLE]
    outcome = channel_to(network).send(make_message())
    assert isinstance(outcome, Unknown)
    assert len(network.kept) == 1


def test_no_answer_in_time_leaves_it_open(
    network: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.channels.twilio._TIMEOUT_SECONDS", 0.2)
    taken, given_up = threading.Event(), threading.Event()

    def hold(_kept: fake_twilio.Kept) -> None:
        taken.set()
        given_up.wait()

    network.before_answering = hold
    assert channel_to(network).send(make_message()) == Unknown("Twilio did not answer: ReadTimeout")
    given_up.set()
    assert taken.wait(fake_twilio.PATIENCE_SECONDS)
    assert len(network.kept) == 1


def test_what_never_left_may_go_later(network: FakeTwilio) -> None:
    channel = channel_to(network, TWILIO_API_BASE_URL="http://127.0.0.1:9")
    assert channel.send(make_message()) == TryLater("unreachable", "Twilio could not be reached.")


def test_a_wrong_token_is_a_refusal_with_twilios_code(network: FakeTwilio) -> None:
    channel = channel_to(network, TWILIO_AUTH_TOKEN="another")
    assert channel.send(make_message()) == Refused("20003", "Authenticate")


def test_a_lost_message_is_found_by_number_day_and_words(network: FakeTwilio) -> None:
    channel = channel_to(network)
    message = make_message()
    assert channel.find(message) == Found()
    for words in (message.body, "Another text.", message.body):
        channel.send(make_message(body=words))
    channel.send(make_message(to="+447700900124"))
    first, _, third, _ = network.kept
    assert channel.find(message) == Found((first.sid, third.sid))


def test_what_was_sent_before_the_claim_is_another_text(network: FakeTwilio) -> None:
    channel = channel_to(network)
    channel.send(make_message())
    network.kept[0].at -= timedelta(minutes=10)
    assert channel.find(make_message()) == Found()


def test_what_waits_in_twilios_queue_is_found_though_it_has_no_day_yet(
    network: FakeTwilio,
) -> None:
    channel = channel_to(network)
    channel.send(make_message())
    network.kept[0].in_queue = True
    assert channel.find(make_message()) == Found((network.kept[0].sid,))


@pytest.mark.parametrize(
    "settings", [{"TWILIO_API_BASE_URL": "http://127.0.0.1:9"}, {"TWILIO_AUTH_TOKEN": "another"}]
)
def test_a_provider_that_does_not_say_has_not_said_no(
    network: FakeTwilio, settings: dict[str, str]
) -> None:
    assert isinstance(channel_to(network, **settings).find(make_message()), Unknown)


@pytest.mark.parametrize(
    ("sender", "two_way"),
    [("+447700900999", True), ("MG" + "0" * 32, True), ("NextStep", False), ("Next Step 1", False)],
)
def test_a_reply_reaches_a_number_and_not_a_name(
    network: FakeTwilio, sender: str, two_way: bool
) -> None:
    assert channel_to(network, TWILIO_FROM=sender).two_way is two_way


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("TWILIO_ACCOUNT_SID", "", "SMS_GATEWAY is twilio, which needs TWILIO_ACCOUNT_SID."),
        ("TWILIO_AUTH_TOKEN", "", "SMS_GATEWAY is twilio, which needs TWILIO_AUTH_TOKEN."),
        ("TWILIO_FROM", "", "SMS_GATEWAY is twilio, which needs TWILIO_FROM."),
        ("TWILIO_FROM", "Twelve letters", "TWILIO_FROM is 'Twelve letters'; it can be"),
        ("TWILIO_FROM", "07700900999", "TWILIO_FROM is '07700900999'; it can be"),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_named(
    network: FakeTwilio, setting: str, value: str, sentence: str
) -> None:
    with pytest.raises(ChannelError) as refused:
        channel_to(network, **{setting: value})
    assert str(refused.value).startswith(sentence)


def test_the_log_has_neither_the_number_nor_the_words(
    network: FakeTwilio, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        channel = channel_to(network)
        channel.send(make_message())
        channel.find(make_message())
    assert "7700" not in caplog.text
    assert "Thistlewick" not in caplog.text


def test_one_connection_serves_many_messages(network: FakeTwilio) -> None:
    channel = channel_to(network)
    threads = set()
    network.before_answering = lambda _: threads.add(threading.get_ident())
    for _ in range(5):
        assert isinstance(channel.send(make_message()), Accepted)
    assert len(threads) == 1
    assert isinstance(channel, TwilioChannel)
