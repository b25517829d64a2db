"""A retry books once: same key and request, same answer, whatever has happened since."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.database import db
from booking.models import Appointment, AuditEntry, IdempotentAnswer, OutboxMessage
from tests.api.caller import booking, make_caller
from tests.makers import make_session

_TAKERS = 8


def _count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_same_key_and_request_get_the_same_answer_and_one_booking(caller) -> None:
    session = make_session()
    system = caller(session.office)
    request = booking(session.slots[0].id)
    first = system.post("/appointments", request, headers={"Idempotency-Key": "k1"})
    recorded = (_count(Appointment), _count(OutboxMessage), _count(AuditEntry))
    spelled_otherwise = json.dumps(dict(reversed(request.items())), indent=3)
    again = system.post(
        "/appointments",
        data=spelled_otherwise,
        content_type="application/json",
        headers={"Idempotency-Key": "k1"},
    )
    assert (again.status_code, again.json) == (201, first.json)
    assert again.location == first.location
    assert (_count(Appointment), _count(OutboxMessage), _count(AuditEntry)) == recorded


def test_the_answer_stays_as_it_was_when_the_appointment_changes(caller) -> None:
    session = make_session()
    system = caller(session.office)
    request = booking(session.slots[0].id)
    first = system.post("/appointments", request, headers={"Idempotency-Key": "k1"})
    system.post(f"/appointments/{first.json['id']}/cancel")
    again = system.post("/appointments", request, headers={"Idempotency-Key": "k1"})
    assert (again.status_code, again.json) == (201, first.json)


def test_the_same_key_with_another_request_is_refused(caller) -> None:
    session = make_session()
    system = caller(session.office)
    system.book(session.slots[0].id, key="k1")
    other = system.book(session.slots[1].id, key="k1")
    assert (other.status_code, other.json["code"]) == (409, "idempotency_key_reused")
    assert _count(Appointment) == 1


def test_keys_of_different_tokens_do_not_meet(caller) -> None:
    session = make_session()
    for slot in session.slots[:2]:
        assert caller(session.office).book(slot.id, key="k1").status_code == 201
    assert _count(Appointment) == 2


def test_a_refusal_is_not_kept(caller) -> None:
    session = make_session()
    system = caller(session.office)
    in_the_way = system.book(session.slots[0].id).json
    request = booking(session.slots[0].id)
    refused = system.post("/appointments", request, headers={"Idempotency-Key": "k1"})
    assert refused.status_code == 409
    assert _count(IdempotentAnswer) == 0
    system.post(f"/appointments/{in_the_way['id']}/cancel")
    retried = system.post("/appointments", request, headers={"Idempotency-Key": "k1"})
    assert retried.status_code == 201


def test_a_kept_answer_holds_nothing_personal(caller) -> None:
    session = make_session()
    system = caller(session.office)
    person = {"name": "Zebedee Invented", "mobile": "07700 900123"}
    system.book(session.slots[0].id, key="k1", claimant=person)
    kept = db.session.scalars(select(IdempotentAnswer)).one()
    assert "Zebedee" not in json.dumps(kept.answer)


@pytest.mark.parametrize("key", ["", " ", "k" * 201, "two words", "£"])
def test_a_key_that_cannot_be_kept_is_refused(caller, key: str) -> None:
    session = make_session()
    answer = caller(session.office).book(session.slots[0].id, key=key)
    assert (answer.status_code, answer.json["field"]) == (422, "Idempotency-Key")


def test_the_same_request_sent_by_many_at_once_books_once(app: Flask) -> None:
    session = make_session()
    system = make_caller(app, session.office)
    request = booking(session.slots[0].id)
    db.session.remove()

    def send(_: int) -> tuple[int, str]:
        answer = system.post("/appointments", request, headers={"Idempotency-Key": "storm"})
        return answer.status_code, answer.text

    with ThreadPoolExecutor(_TAKERS) as pool:
        answers = list(pool.map(send, range(_TAKERS)))
    assert {status for status, _ in answers} == {201}
    assert len({text for _, text in answers}) == 1
    assert (_count(Appointment), _count(OutboxMessage)) == (1, 2)
