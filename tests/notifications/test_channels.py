"""Every channel keeps one contract; the console sends nothing and says nothing of anybody."""

import logging
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from typing import Any

import pytest

from notifications.channels import CHANNELS, open_channel
from notifications.message import Accepted, ChannelError, Message


def make_message(**more: Any) -> Message:
    values: dict[str, Any] = {
        "reference": "t0k3n",
        "to": "+447700900123",
        "body": "Next Step careers adviser, Friday 4 December, 9am, Luton Jobcentre.",
        "kind": "reminder",
        "template": "reminder-en",
        "fields": {"weekday": "Friday"},
        "claimed_at": datetime(2026, 12, 3, 10, tzinfo=UTC),
        "send_by": datetime(2026, 12, 4, 9, tzinfo=UTC),
    }
    return Message(**values | more)


def test_the_console_is_the_channel_when_none_is_named() -> None:
    assert type(open_channel({})) is type(open_channel({"SMS_GATEWAY": "console"}))
    assert type(open_channel({"SMS_GATEWAY": ""})) is type(open_channel({}))


def test_an_unknown_channel_is_one_sentence_with_the_choices() -> None:
    with pytest.raises(ChannelError) as refused:
        open_channel({"SMS_GATEWAY": "pigeon"})
    assert (
        str(refused.value) == f"SMS_GATEWAY is 'pigeon'; it can be {', '.join(sorted(CHANNELS))}."
    )


def test_the_console_accepts_under_our_own_reference_and_takes_no_replies() -> None:
    channel = open_channel({"SMS_GATEWAY": "console"})
    assert channel.send(make_message()) == Accepted(provider_id="console-t0k3n")
    assert channel.two_way is False


def test_the_log_has_neither_the_number_nor_the_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        open_channel({}).send(make_message())
    assert caplog.messages == ["reminder to 07*** ***123 kept, not sent"]


def test_a_message_is_a_fact_with_a_time_zone() -> None:
    message = make_message()
    with pytest.raises(FrozenInstanceError):
        message.body = "something else"  # type: ignore[misc]
    with pytest.raises(ValueError, match="no time zone"):
        make_message(send_by=datetime(2026, 12, 4, 9))
