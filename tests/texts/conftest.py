"""A stand-in for Twilio that finds nothing wrong with what it is sent."""

from collections.abc import Iterator

import pytest

from tests.texts.fake_twilio import FakeTwilio, running


@pytest.fixture
def network() -> Iterator[FakeTwilio]:
    with running() as fake:
        yield fake
    assert fake.complaints == []
