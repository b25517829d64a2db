"""Texts from claimants under attack: told twice at once, forged, yes and no in one moment."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from booking.database import db
from booking.messages import sending
from booking.models import Appointment, ContactNote, InboundText, OutboxMessage
from booking.words import MessageKind, Status
from notifications.channels.console import ConsoleChannel
from tests.conftest import make_app
from tests.makers import WEDNESDAY, at, make_appointment, make_claimant
from tests.truth import untruths

TOKEN, BASE = "an invented token", "https://diaries.example"
MOBILE = "+447700900123"
THREADS = 8


@pytest.fixture
def service(database_url: str) -> Iterator[Flask]:
    """The app as Twilio reaches it, with one appointment that a claimant was told of."""
    app = make_app(database_url, TWILIO_AUTH_TOKEN=TOKEN, PUBLIC_BASE_URL=BASE)
    with time_machine.travel(at(WEDNESDAY - timedelta(days=2), 12), tick=False), app.app_context():
        make_appointment(claimant=make_claimant(mobile=MOBILE))
        sending.send_due(ConsoleChannel(), name="console")
        yield app
        db.session.remove()
        db.engine.dispose()


def code() -> str:
    found = select(OutboxMessage.code).where(OutboxMessage.kind == MessageKind.CONFIRMATION)
    return db.session.scalars(found).one()


def form(body: str, sid: str = "SM1", **facts: str) -> dict[str, str]:
    return {
        "MessageSid": sid,
        "AccountSid": "AC1",
        "From": MOBILE,
        "To": "+447700900999",
        "Body": body,
        "NumMedia": "0",
        **facts,
    }


def posted(app: Flask, sent: dict[str, str], signature: str | None = None) -> tuple[int, str]:
    """Status and document of a text handed over; signed as Twilio does unless told otherwise."""
    if signature is None:
        signature = RequestValidator(TOKEN).compute_signature(f"{BASE}/texts/in", sent)
    answer = app.test_client().post(
        "/texts/in", data=sent, headers={"X-Twilio-Signature": signature}
    )
    return answer.status_code, answer.text


def words(document: str) -> str:
    return "".join(ElementTree.fromstring(document.encode()).itertext())


def counted(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def the_appointment() -> Appointment:
    db.session.rollback()
    return db.session.scalars(select(Appointment)).one()


def test_a_text_is_answered_in_twilios_markup(service: Flask) -> None:
    status, document = posted(service, form(f"YES {code()}"))
    assert status == 200
    assert words(document).startswith("Thank you. You are coming on Wednesday 20 January, 9am")
    assert the_appointment().confirmed_at


@pytest.mark.parametrize("signature", ["", "forged", None])
def test_what_twilio_did_not_sign_is_refused_and_leaves_nothing(
    service: Flask, signature: str | None
) -> None:
    sent = form(f"NO {code()}")
    if signature is None:  # signed, then changed on the way
        signature = RequestValidator(TOKEN).compute_signature(f"{BASE}/texts/in", form("YES"))
    assert posted(service, sent, signature)[0] == 403
    assert the_appointment().status == Status.BOOKED
    assert counted(InboundText) == 0


@pytest.mark.parametrize("sid", ["", "x" * 65])
def test_a_text_without_an_id_that_can_be_kept_is_refused(service: Flask, sid: str) -> None:
    assert posted(service, form("YES", sid))[0] == 400
    assert counted(InboundText) == 0


def test_the_same_text_told_by_many_threads_has_one_effect_and_one_answer(service: Flask) -> None:
    sent = form(f"NO {code()}")
    with ThreadPoolExecutor(THREADS) as pool:
        answers = set(pool.map(lambda _: posted(service, sent), range(THREADS * 2)))
    assert {status for status, _ in answers} == {200}
    assert len(answers) == 1
    assert (counted(InboundText), counted(ContactNote)) == (1, 1)
    assert the_appointment().status == Status.CANCELLED
    told = select(func.count()).where(OutboxMessage.kind == MessageKind.CANCELLED)
    assert db.session.scalar(told) == 1
    assert untruths() == []


def test_yes_and_no_in_one_moment_leave_one_truth(service: Flask) -> None:
    said = [form(f"{verb} {code()}", f"SM{verb}") for verb in ("YES", "NO")]
    with ThreadPoolExecutor(2) as pool:
        documents = [document for _, document in pool.map(lambda each: posted(service, each), said)]
    # Whichever came first, a NO was said: the place is free, and a late YES is told so.
    assert the_appointment().status == Status.CANCELLED
    assert words(documents[0]).startswith(("Thank you", "The appointment on Wednesday"))
    assert counted(InboundText) == 2
    assert untruths() == []


def test_a_flood_from_one_number_is_answered_a_bounded_number_of_times(service: Flask) -> None:
    texts = [form(f"YES {code()}", f"SM{number}") for number in range(THREADS * 3)]
    texts += [form("Who is this?", f"SMx{number}") for number in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        answered = [
            words(document) for _, document in pool.map(lambda t: posted(service, t), texts)
        ]
    assert 1 <= sum("coming" in answer for answer in answered) <= 8
    assert sum("somebody will read it" in answer for answer in answered) <= 1
    assert counted(InboundText) == len(texts)
