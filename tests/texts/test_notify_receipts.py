"""What GOV.UK Notify says became of a text: by its token or refused, and kept once."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from booking.database import db
from booking.messages import sending
from booking.models import Appointment, DeliveryReport, OutboxMessage
from booking.settings import SettingError, from_environment
from notifications.channels import open_channel
from tests.conftest import make_app
from tests.texts.afternoon import REMINDER_DUE, make_reminded, reminder_of
from tests.texts.fake_notify import FakeNotify

TOKEN = "invented-receipts-token"
PRESENTED = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def app(database_url: str, notify: FakeNotify) -> Iterator[Flask]:
    settings = {**notify.settings, "NOTIFY_CALLBACK_TOKEN": TOKEN}
    app = make_app(database_url, **settings, WTF_CSRF_ENABLED=True)
    with app.app_context(), time_machine.travel(REMINDER_DUE, tick=False):
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def reminded(app: Flask, notify: FakeNotify) -> Appointment:
    """Reminded by Notify, which has said no more than that it took the text."""
    appointment = make_reminded()
    sending.send_due(open_channel(notify.settings), name="notify")
    assert reminder_of(appointment).state == "sent"
    return appointment


def receipt(row: OutboxMessage, status: str) -> dict[str, Any]:
    """As Notify words it."""
    return {
        "id": row.provider_id,
        "reference": row.token,
        "to": row.sent_to,
        "status": status,
        "notification_type": "sms",
        "created_at": "2026-11-24T10:00:00.000000Z",
    }


def post(app: Flask, said: Any, headers: Any = PRESENTED) -> int:
    return app.test_client().post("/texts/notify", json=said, headers=headers).status_code


MEANS = {
    ("delivered",): ("delivered", ""),
    ("permanent-failure",): ("undelivered", "There is no such phone, or its network refused"),
    ("temporary-failure",): ("undelivered", "The phone was off, full or out of reach."),
    ("technical-failure",): ("failed", "GOV.UK Notify could not hand it to a network."),
    ("sending", "delivered"): ("delivered", ""),
    ("temporary-failure", "delivered"): ("delivered", ""),
}


@pytest.mark.parametrize(
    ("order", "state", "why"),
    [(order, *meant) for said, meant in MEANS.items() for order in itertools.permutations(said)],
)
def test_each_receipt_means_one_thing_in_whatever_order(
    app: Flask, reminded: Appointment, order: tuple[str, ...], state: str, why: str
) -> None:
    for status in order:
        assert post(app, receipt(reminder_of(reminded), status)) == 204
    row = reminder_of(reminded)
    assert (row.state, row.reason.startswith(why)) == (state, True)


def test_the_same_receipt_twice_is_one(app: Flask, reminded: Appointment) -> None:
    said = receipt(reminder_of(reminded), "delivered")
    assert [post(app, said) for _ in range(3)] == [204, 204, 204]
    assert db.session.scalar(select(func.count()).select_from(DeliveryReport)) == 1


def test_a_lost_answer_is_made_good_by_the_receipt(
    app: Flask, notify: FakeNotify, reminded: Appointment
) -> None:
    other = make_reminded()
    notify.drops = True
    sending.send_due(open_channel(notify.settings), name="notify")
    row = reminder_of(other)
    assert (row.state, row.provider_id) == ("unknown", None)
    assert post(app, receipt(row, "delivered") | {"id": notify.kept[-1]["id"]}) == 204
    assert reminder_of(other).state == "delivered"


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer "}, {"Authorization": TOKEN}, {"Authorization": "Bearer é"}],
)
def test_who_does_not_bear_the_token_is_refused(
    app: Flask, reminded: Appointment, headers: dict[str, str]
) -> None:
    assert post(app, receipt(reminder_of(reminded), "delivered"), headers) == 403
    assert reminder_of(reminded).state == "sent"


def test_without_a_token_of_ours_nobody_is_believed(app: Flask, reminded: Appointment) -> None:
    app.config["NOTIFY_CALLBACK_TOKEN"] = ""
    said = receipt(reminder_of(reminded), "delivered")
    assert post(app, said, {"Authorization": "Bearer "}) == 403


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({"reference": "f" * 32}, 204),
        ({"reference": None, "notification_type": "email"}, 204),
        ({"id": None}, 400),
        ({"id": "x" * 65}, 400),
        ({"status": ["delivered"]}, 400),
        ({"status": "x" * 21}, 400),
    ],
)
def test_what_is_no_receipt_of_ours_changes_nothing(
    app: Flask, reminded: Appointment, changed: dict[str, Any], answer: int
) -> None:
    assert post(app, receipt(reminder_of(reminded), "delivered") | changed) == answer
    assert reminder_of(reminded).state == "sent"


@pytest.mark.parametrize("said", [[], "delivered", None])
def test_what_is_no_object_is_refused(app: Flask, said: Any) -> None:
    assert post(app, said) == 400


def test_a_token_too_short_to_be_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"^NOTIFY_CALLBACK_TOKEN is too short"):
        from_environment({"NOTIFY_CALLBACK_TOKEN": "short"}, tmp_path)
