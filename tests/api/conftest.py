"""A caller of the API: a token of some role, and the requests it makes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.api.caller import Caller, make_caller
from tests.makers import WEDNESDAY, at

TWO_DAYS_BEFORE = at(WEDNESDAY.replace(day=18), 9)


@pytest.fixture(autouse=True)
def two_days_before() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TWO_DAYS_BEFORE, tick=False) as clock:
        yield clock


@pytest.fixture
def caller(sqlite_app: Flask) -> Callable[..., Caller]:
    def made(*given: Any, **options: Any) -> Caller:
        return make_caller(sqlite_app, *given, **options)

    return made
