"""Opting out: no text goes to a number that said STOP, until its owner says START."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select

from booking.database import db, use_case
from booking.messages import opt_outs, sending
from booking.messages.outbox import OPTED_OUT
from booking.models import OptOut, OutboxMessage
from booking.words import OptOutSource
from notifications.channels.console import ConsoleChannel
from tests.makers import WEDNESDAY, at, make_appointment, make_claimant

MOBILE = "+447700900123"
NOON = at(WEDNESDAY - timedelta(days=2), 12)

record: Callable[..., bool] = use_case(opt_outs.record)
clear: Callable[..., bool] = use_case(opt_outs.clear)


@pytest.fixture(autouse=True)
def two_days_before() -> Iterator[None]:
    with time_machine.travel(at(WEDNESDAY - timedelta(days=2), 8), tick=False):
        yield


def texts() -> list[tuple[str, str, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [(row.kind.value, row.state.value, row.reason) for row in rows]


def test_a_number_is_opted_out_once_and_can_rejoin_and_leave_again(app: Flask) -> None:
    assert record(MOBILE, source=OptOutSource.REPLY)
    assert not record(MOBILE, source=OptOutSource.PROVIDER)
    assert opt_outs.is_opted_out(MOBILE)
    assert clear(MOBILE)
    assert not clear(MOBILE)
    assert not opt_outs.is_opted_out(MOBILE)
    assert record(MOBILE, source=OptOutSource.STAFF)
    sources = [row.source for row in db.session.scalars(select(OptOut).order_by(OptOut.id))]
    assert sources == [OptOutSource.REPLY, OptOutSource.STAFF]


def test_no_number_opts_nobody_out(app: Flask) -> None:
    assert not record("", source=OptOutSource.PROVIDER)


def test_what_was_due_to_the_number_is_suppressed(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        make_appointment(claimant=make_claimant(mobile=MOBILE))
        record(MOBILE, source=OptOutSource.REPLY)
        sending.send_due(ConsoleChannel(), name="console")
    assert texts() == [("confirmation", "suppressed", OPTED_OUT), ("reminder", "due", "")]


def test_whoever_rejoins_in_time_is_reminded(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        make_appointment(claimant=make_claimant(mobile=MOBILE))
        sending.send_due(ConsoleChannel(), name="console")
        record(MOBILE, source=OptOutSource.REPLY)
        clear(MOBILE)
        clock.shift(timedelta(days=1))
        sending.send_due(ConsoleChannel(), name="console")
    assert [state for _, state, _ in texts()] == ["sent", "sent"]


def test_a_booking_says_at_once_that_no_text_will_go(app: Flask) -> None:
    record(MOBILE, source=OptOutSource.REPLY)
    with time_machine.travel(NOON, tick=False):
        make_appointment(claimant=make_claimant(mobile=MOBILE))
    # The reminder is decided when its time comes: the number may have rejoined by then.
    assert texts() == [("confirmation", "suppressed", OPTED_OUT), ("reminder", "due", "")]


def test_a_booking_asks_about_opting_out_once(app: Flask) -> None:
    asked: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def heard(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "opt_out" in statement:
            asked.append(statement)

    with time_machine.travel(NOON, tick=False):
        make_appointment()
    assert len(asked) == 1
    assert len(texts()) == 2


@pytest.mark.parametrize("number", ["+447700900124", "07700 900123", ""])
def test_another_number_is_texted(app: Flask, number: str) -> None:
    record(MOBILE, source=OptOutSource.REPLY)
    assert not opt_outs.is_opted_out(number)
