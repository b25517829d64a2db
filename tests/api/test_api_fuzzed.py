"""Schemathesis sends what the document allows and what it does not: no answer may surprise.

API_FUZZ_EXAMPLES=500 searches deeper than the few examples of an ordinary run.
"""

import os
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
import time_machine
from flask import Flask
from schemathesis.engine import from_schema
from schemathesis.engine.events import NonFatalError, ScenarioFinished
from werkzeug.serving import WSGIRequestHandler, make_server

from booking.database import db
from booking.models import Appointment, Office, Slot
from booking.routes.api.words import LINE_WITH_WORDS
from booking.words import SessionKind
from tests.api.caller import make_caller
from tests.conftest import make_app
from tests.makers import WEDNESDAY, at, make_appointment, make_office, make_session

EXAMPLES = int(os.environ.get("API_FUZZ_EXAMPLES", "10"))


@pytest.fixture(autouse=True)
def two_days_before() -> Iterator[None]:
    """Here the day of the appointments, with a clock that runs."""
    with time_machine.travel(at(WEDNESDAY, 9, 15), tick=True):
        yield


def test_no_answer_breaks_the_document(sqlite_url: str) -> None:
    app = make_app(sqlite_url, API_LIMIT_PER_SECOND=1_000_000)
    faults, answers = fuzz(app, EXAMPLES)
    assert not faults, "\n\n".join(faults)
    # What never got past the door was not tried.
    assert {200, 201, 400, 401, 404, 405, 409, 415, 422} <= set(answers)


def fuzz(app: Flask, examples: int) -> tuple[list[str], Counter[int]]:
    """Run every phase and every check: the faults found, and how often each status came back."""
    with app.app_context():
        office = make_office()
        real = _full_diary(office)
        token = make_caller(app, office).secret
        db.session.remove()
    faults: list[str] = []
    answers: Counter[int] = Counter()
    with _served(app) as address:
        schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
        schema.config.update(headers={"Authorization": f"Bearer {token}"}, continue_on_failure=True)
        schema.config.generation.update(max_examples=examples)
        _aim(schema, real)
        for event in from_schema(schema).execute():
            if isinstance(event, NonFatalError):
                faults.append(f"{event.label}: {event.value!r}")
            if isinstance(event, ScenarioFinished):
                faults += _failures(event)
                sent = event.recorder.interactions.values()
                answers.update(each.response.status_code for each in sent if each.response)
    return faults, answers


def _full_diary(office: Office) -> dict[str, Sequence[str]]:
    """Slots of every kind from today on, some taken; the identifiers that lead to them."""
    today = make_session(office)
    for position in range(3):
        make_appointment(today, position=position)
    for days in range(1, 8):
        if (on := WEDNESDAY + timedelta(days=days)).weekday() < 5:
            make_session(office, on=on)
    make_session(office, on=WEDNESDAY, kind=SessionKind.GROUP, places=200)
    make_session(office, on=WEDNESDAY, kind=SessionKind.TELEPHONE)
    return {
        "office": [office.code],
        "slot_id": [str(slot_id) for slot_id in db.session.scalars(db.select(Slot.id))],
        "appointment_id": [str(each) for each in db.session.scalars(db.select(Appointment.id))],
    }


def _aim(schema: Any, real: dict[str, Sequence[str]]) -> None:
    """Put identifiers that exist where a made-up one would do: few guesses would ever hit one."""

    def aimed(values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {
            name: real[name][len(value) % len(real[name])] if _would_do(name, value) else value
            for name, value in values.items()
        }

    def _would_do(name: str, value: Any) -> bool:
        return (
            name in real
            and isinstance(value, str)
            and len(value) <= 20
            and re.fullmatch(LINE_WITH_WORDS, value) is not None
        )

    @schema.hook
    def map_body(context: Any, body: Any) -> Any:
        return aimed(body)

    @schema.hook
    def map_path_parameters(context: Any, path_parameters: Any) -> Any:
        return aimed(path_parameters)

    @schema.hook
    def map_query(context: Any, query: Any) -> Any:
        return aimed(query)


def _failures(event: ScenarioFinished) -> list[str]:
    return [
        f"{event.recorder.label}, {check.name}: {check.failure_info.failure}\n"
        f"{check.failure_info.code_sample}"
        for checks in event.recorder.checks.values()
        for check in checks
        if check.failure_info
    ]


class _Silent(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        pass


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    """A real server: schemathesis sends some of its cases past a test client's limits."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
