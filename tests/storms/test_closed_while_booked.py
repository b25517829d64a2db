"""Time taken out of the diary at the moment somebody books it: one of the two is refused."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from booking.database import db
from tests.makers import (
    WEDNESDAY,
    make_adviser,
    make_appointment,
    make_office,
    make_room,
    make_session,
)
from tests.storms.closers import (
    cancel_it,
    cancel_the_session,
    close_the_office,
    excuse_it,
    hold_the_slot,
    take_leave,
)
from tests.storms.processes import LONG_BEFORE, from_threads
from tests.storms.takers import open_half_day, take
from tests.truth import untruths

TWENTY = range(20)


@pytest.fixture(autouse=True)
def before_the_day() -> Iterator[None]:
    with time_machine.travel(LONG_BEFORE, tick=True):
        yield


@pytest.fixture(params=range(2), ids="round {}".format)
def race(request: pytest.FixtureRequest, app: Flask) -> Callable[..., list[Any]]:
    """Each function with its arguments at the same moment as the others; what they answered."""
    del request

    def raced(*calls: tuple[Callable[..., Any], tuple[Any, ...]]) -> list[Any]:
        db.session.rollback()
        return from_threads(app, _call, calls, count=len(calls))

    return raced


def _call(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    return function(*arguments)


@pytest.mark.parametrize("close", [cancel_the_session, hold_the_slot])
def test_a_slot_is_booked_or_closed(race, close: Callable[[int, int], str]) -> None:
    office = make_office()
    sessions = [make_session(office) for _ in TWENTY]
    slots = [(session.id, session.slots[0].id) for session in sessions]
    for number, (session_id, slot_id) in enumerate(slots):
        answers = race((close, (session_id, slot_id)), (take, (slot_id, number)))
        closed = "closed" in answers
        assert [closed, "booked" in answers] in ([True, False], [False, True]), answers
    assert untruths() == []


@pytest.mark.parametrize("close", [close_the_office, take_leave])
def test_a_session_is_opened_or_its_time_is_taken_away(race, close) -> None:
    """Whichever is first, no session stands under a closure or in a leave."""
    office = make_office()
    office_id = office.id
    places = [(make_adviser(office.district).id, make_room(office).id) for _ in TWENTY]
    for number, (adviser_id, room_id) in enumerate(places):
        on = WEDNESDAY + timedelta(weeks=number)
        whose = office_id if close is close_the_office else adviser_id
        race((close, (whose, on)), (open_half_day, (office_id, adviser_id, room_id, on)))
    assert untruths() == []


def test_an_appointment_is_cancelled_or_has_an_outcome(race) -> None:
    session = make_session()
    kept = [make_appointment(session, position=number).id for number in range(5)]
    for appointment_id in kept:
        answers = race((cancel_it, (appointment_id,)), (excuse_it, (appointment_id,)))
        assert Counter(answers)["wrong_state"] == 1, answers
    assert untruths() == []
