"""Twilio's own specification judges what we send, and what our stand-in for it answers."""

import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError

import pytest

from notifications.channels import open_channel
from notifications.message import Accepted, Found, Refused
from tests.texts import fake_twilio, prism
from tests.texts.fake_twilio import ACCOUNT, AUTH_TOKEN, FakeTwilio, running
from tests.texts.test_twilio import make_message


@pytest.fixture(scope="module")
def judged() -> Iterator[tuple[FakeTwilio, str]]:
    with running() as network:
        try:
            with prism.between(network.address) as address:
                yield network, address
        except prism.CannotJudge as why:
            pytest.skip(f"Twilio's specification is not checked: {why}")


@pytest.fixture
def network(judged: tuple[FakeTwilio, str]) -> Iterator[FakeTwilio]:
    network, _ = judged
    network.kept.clear()
    yield network
    assert network.complaints == []


@pytest.fixture
def channel(judged: tuple[FakeTwilio, str]) -> Any:
    network, address = judged
    return open_channel({**network.settings, "TWILIO_API_BASE_URL": address})


def test_a_message_and_its_listing_keep_to_it_on_both_sides(
    network: FakeTwilio, channel: Any
) -> None:
    message = make_message()
    outcome = channel.send(message)
    assert outcome == Accepted(network.kept[0].sid)
    assert channel.find(message) == Found((network.kept[0].sid,))


def test_a_refusal_comes_through_with_its_code(network: FakeTwilio, channel: Any) -> None:
    network.next_answers = [fake_twilio.OPTED_OUT]
    assert channel.send(make_message()) == Refused("21610", fake_twilio.OPTED_OUT.words)


def test_an_address_that_is_none_is_refused_by_it(network: FakeTwilio, channel: Any) -> None:
    outcome = channel.send(make_message(status_url="not an address"))
    assert isinstance(outcome, Refused)
    assert outcome.code == "422"
    assert network.kept == []


@pytest.mark.parametrize(
    ("account", "form", "status"),
    [(ACCOUNT, b"Body=x", 422), ("AC1", b"To=%2B447700900123&Body=x", 422)],
)
def test_the_judge_is_awake(
    judged: tuple[FakeTwilio, str], account: str, form: bytes, status: int
) -> None:
    known = b64encode(f"{ACCOUNT}:{AUTH_TOKEN}".encode()).decode()
    asked = urllib.request.Request(
        f"{judged[1]}/2010-04-01/Accounts/{account}/Messages.json",
        data=form,
        headers={"Authorization": f"Basic {known}"},
    )
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(asked)
    assert refused.value.code == status
