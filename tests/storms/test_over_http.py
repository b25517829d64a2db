"""The same storms through the front door: several web processes, many callers at once."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking import clock, tokens
from booking.database import db
from booking.models import Appointment, Session
from booking.rights import THE_SERVICE
from booking.words import Nation, Role
from booking.working_days import is_working_day
from tests.makers import make_office, make_session
from tests.storms.processes import forked
from tests.storms.web import Web, book, live_a_little, serving
from tests.truth import untruths

Callers = Callable[..., list]


@pytest.fixture(scope="module", params=["threads", "processes"])
def callers(request: pytest.FixtureRequest) -> Iterator[Callers]:
    """Calls a function many times at once, from eight threads or from four processes."""
    threads = request.param == "threads"
    with ThreadPoolExecutor(8) if threads else ProcessPoolExecutor(4, forked) as pool:
        yield lambda function, calls: list(pool.map(function, *zip(*calls, strict=True)))


@pytest.fixture
def web(app: Flask, database_url: str) -> Iterator[Web]:
    with serving(database_url) as running:
        yield running


@pytest.fixture
def session(app: Flask) -> Session:
    """A session next week or so, by the machine's own clock, as the web processes see it."""
    on = clock.today() + timedelta(days=7)
    while not is_working_day(on, Nation.ENGLAND):
        on += timedelta(days=1)
    return make_session(make_office(), on=on)


@pytest.fixture
def token(session: Session) -> str:
    district_id = session.office.district_id
    role = Role.JOBCENTRE_ADVISER
    return tokens.create_token(name="Storm", role=role, district_id=district_id, by=THE_SERVICE)[1]


def test_of_forty_requests_for_one_place_one_succeeds_and_39_are_told_what_else_is_free(
    web: Web, session: Session, token: str, callers: Callers
) -> None:
    slot_id = session.slots[0].id
    answers = callers(book, [(web.port, token, slot_id, number) for number in range(40)])
    assert Counter(status for status, _ in answers) == {201: 1, 409: 39}
    refusals = [body for status, body in answers if status == 409]
    assert {body["code"] for body in refusals} == {"slot_taken"}
    assert {len(body["alternatives"]) for body in refusals} == {3}
    assert untruths() == []


def test_booking_moving_and_cancelling_at_once_ends_in_no_error_and_a_true_diary(
    web: Web, session: Session, token: str, callers: Callers
) -> None:
    slot_ids = [slot.id for slot in session.slots]
    calls = [(web.port, token, slot_ids, seed) for seed in range(8)]
    statuses = {status for answered in callers(live_a_little, calls) for status in answered}
    assert statuses <= {200, 201, 409}
    assert untruths() == []


def test_a_web_process_killed_in_the_storm_loses_no_confirmed_booking(
    web: Web, session: Session, token: str, callers: Callers
) -> None:
    office = session.office
    more = [make_session(office, on=session.on_date) for _ in range(7)]
    slot_ids = [slot.id for each in [session, *more] for slot in each.slots]
    killer = threading.Timer(0.3, web.kill_a_process)
    killer.start()
    answers = callers(
        book, [(web.port, token, slot_id, number) for number, slot_id in enumerate(slot_ids)]
    )
    killer.join()
    confirmed = {body["reference"] for status, body in answers if status == 201}
    db.session.rollback()
    assert confirmed <= set(db.session.scalars(select(Appointment.reference)))
    assert {status for status, _ in answers} <= {0, 201}
    assert untruths() == []
