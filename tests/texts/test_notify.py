"""The GOV.UK Notify channel against a real HTTP server: templates by name, one attempt, our
reference."""

import pytest

from notifications.channels import open_channel
from notifications.message import Accepted, ChannelError, Found, Outcome, Refused, TryLater, Unknown
from tests.texts.fake_notify import FakeNotify
from tests.texts.test_twilio import make_message


def test_a_text_goes_by_its_templates_name_with_the_fields_and_our_reference(
    notify: FakeNotify,
) -> None:
    message = make_message()
    assert open_channel(notify.settings).send(message) == Accepted("notification-0")
    (kept,) = notify.kept
    assert kept["personalisation"] == dict(message.fields)
    assert kept["reference"] == message.reference


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((400, "BadRequestError", "no"), Refused("400 BadRequestError", "no")),
        ((403, "AuthError", "no"), Refused("403 AuthError", "no")),
        ((429, "RateLimitError", "slow down"), TryLater("429 RateLimitError", "slow down")),
        ((503, "Exception", "down"), Unknown("503 Exception: down")),
    ],
)
def test_each_answer_means_one_thing(
    notify: FakeNotify, answer: tuple[int, str, str], outcome: Outcome
) -> None:
    notify.next_answer = answer
    assert open_channel(notify.settings).send(make_message()) == outcome


def test_a_lost_answer_is_found_by_our_reference(notify: FakeNotify) -> None:
    channel = open_channel(notify.settings)
    assert channel.find(make_message()) == Found()
    notify.drops = True
    assert isinstance(channel.send(make_message()), Unknown)
    assert channel.find(make_message()) == Found(("notification-0",))
    assert channel.find(make_message(reference="1" * 32)) == Found()


def test_a_template_that_is_not_there_is_named(notify: FakeNotify) -> None:
    outcome = open_channel(notify.settings).send(make_message(template="moved-cy"))
    assert outcome == Refused("template", "GOV.UK Notify has no template moved-cy.")


def test_what_went_wrong_before_sending_took_nothing(notify: FakeNotify) -> None:
    notify.templates_fail = True
    assert isinstance(open_channel(notify.settings).send(make_message()), TryLater)
    away = {**notify.settings, "NOTIFY_API_BASE_URL": "http://127.0.0.1:9"}
    assert isinstance(open_channel(away).send(make_message()), TryLater)
    assert isinstance(open_channel(away).find(make_message()), Unknown)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("", "SMS_GATEWAY is notify, which needs NOTIFY_API_KEY."),
        ("short", "NOTIFY_API_KEY is not a key as GOV.UK Notify gives them out."),
    ],
)
def test_a_key_that_is_missing_or_none_is_one_sentence(key: str, sentence: str) -> None:
    with pytest.raises(ChannelError) as refused:
        open_channel({"SMS_GATEWAY": "notify", "NOTIFY_API_KEY": key})
    assert str(refused.value) == sentence


def test_replies_do_not_reach_us(notify: FakeNotify) -> None:
    assert open_channel(notify.settings).two_way is False
