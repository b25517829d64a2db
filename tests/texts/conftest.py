"""Stand-ins for the providers of texts; Twilio's finds nothing wrong with what it is sent."""

from collections.abc import Iterator

import pytest

from tests.texts import fake_notify, fake_twilio
from tests.texts.fake_notify import FakeNotify
from tests.texts.fake_twilio import FakeTwilio


@pytest.fixture
def network() -> Iterator[FakeTwilio]:
    with fake_twilio.running() as fake:
        yield fake
    assert fake.complaints == []


@pytest.fixture
def notify() -> Iterator[FakeNotify]:
    with fake_notify.running() as fake:
        yield fake
