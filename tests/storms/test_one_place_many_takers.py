"""Scarcity is decided by the database: storms from threads and processes, on both databases."""

from collections import Counter
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from booking.database import db
from booking.words import SessionKind
from tests.makers import make_adviser, make_office, make_room, make_session
from tests.storms.processes import LONG_BEFORE, from_processes, from_threads
from tests.storms.takers import (
    book_move_and_cancel,
    open_half_day,
    take,
    take_for_the_same_person,
)
from tests.truth import untruths

FORTY = range(40)


@pytest.fixture(params=["threads", "processes"])
def all_at_once(request: pytest.FixtureRequest, app: Flask, database_url: str):
    """Calls a function many times at once: in threads, or in processes with apps of their own."""
    if request.param == "threads":
        return lambda function, calls: from_threads(app, function, calls)
    return lambda function, calls: from_processes(database_url, function, calls)


def test_of_forty_who_want_one_place_one_gets_it(all_at_once) -> None:
    slot_id = make_session().slots[0].id
    answers = Counter(all_at_once(take, [(slot_id, number) for number in FORTY]))
    assert answers == {"booked": 1, "slot_taken with 3": 39}
    assert untruths() == []


def test_a_group_slot_gives_each_of_its_places_once(all_at_once) -> None:
    slot_id = make_session(kind=SessionKind.GROUP, places=8).slots[0].id
    answers = Counter(all_at_once(take, [(slot_id, number) for number in FORTY]))
    assert answers["booked"] == 8
    assert untruths() == []


def test_one_claimant_gets_one_of_ten_slots_at_the_same_time(all_at_once) -> None:
    office = make_office()
    slots = [make_session(office).slots[0].id for _ in range(10)]
    answers = Counter(all_at_once(take_for_the_same_person, [(slot_id,) for slot_id in slots]))
    assert answers == {"booked": 1, "claimant_busy": 9}
    assert untruths() == []


def test_an_adviser_sits_in_one_of_ten_rooms(all_at_once) -> None:
    office = make_office()
    adviser_id = make_adviser(office.district).id
    calls = [(office.id, adviser_id, make_room(office).id) for _ in range(10)]
    assert Counter(all_at_once(open_half_day, calls)) == {"opened": 1, "adviser_busy": 9}
    assert untruths() == []


def test_a_room_holds_one_of_ten_advisers(all_at_once) -> None:
    office = make_office()
    room_id = make_room(office).id
    calls = [(office.id, make_adviser(office.district).id, room_id) for _ in range(10)]
    assert Counter(all_at_once(open_half_day, calls)) == {"opened": 1, "room_busy": 9}
    assert untruths() == []


def test_booking_moving_and_cancelling_at_once_keeps_the_diary_true(all_at_once) -> None:
    office = make_office()
    for _ in range(2):
        make_session(office)
    assert set(all_at_once(book_move_and_cancel, [(seed, 25) for seed in range(8)])) == {"done"}
    assert untruths() == []


@pytest.fixture
def without_the_key(app: Flask) -> None:
    """The same diary with the one guard taken out."""
    db.session.execute(text("DROP INDEX uq_appointment_place"))
    db.session.commit()


@pytest.mark.usefixtures("without_the_key")
def test_it_is_the_key_that_decides(all_at_once) -> None:
    """Were the guard not there, this file would notice."""
    slot_id = make_session().slots[0].id
    answers = Counter(all_at_once(take, [(slot_id, number) for number in FORTY]))
    assert answers["booked"] > 1
    assert "held" in " ".join(untruths())


@pytest.fixture(autouse=True)
def before_the_day() -> Iterator[None]:
    with time_machine.travel(LONG_BEFORE, tick=True):
        yield
