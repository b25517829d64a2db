"""Whatever is sent, the answer is a problem in JSON that says what was wrong, never a failure."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from booking.routes.api.parsing import LARGEST_BODY
from tests.api.caller import Caller, booking, make_caller
from tests.api.conftest import TWO_DAYS_BEFORE
from tests.conftest import make_app
from tests.makers import make_session


@pytest.fixture(scope="module")
def system(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Caller:
    """One app for every refusal: what is refused changes nothing."""
    path = tmp_path_factory.mktemp("problems") / "test.sqlite"
    shutil.copy(migrated_sqlite, path)
    app = make_app(f"sqlite:///{path}", API_LIMIT_PER_SECOND=10_000)
    with app.app_context(), time_machine.travel(TWO_DAYS_BEFORE, tick=False):
        return make_caller(app, make_session().office)


def _problem(answer: Any) -> dict[str, Any]:
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == answer.status_code
    assert answer.json.keys() >= {"type", "title", "status", "code", "detail"}
    return answer.json


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nothing", "/api/v2/offices", "/api/v1/slots/1"])
def test_an_unknown_address_is_a_problem_too(system: Caller, path: str) -> None:
    answer = system.app.test_client().get(path)
    assert answer.status_code == 404
    assert _problem(answer)["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/offices", {"GET", "HEAD", "OPTIONS"}),
        ("POST", "/api/v1/slots", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/api/v1/appointments", {"POST", "OPTIONS"}),
        ("PUT", "/api/v1/appointments/1", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/api/v1/appointments/1/cancel", {"POST", "OPTIONS"}),
        ("POST", "/api/v1/openapi.json", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    system: Caller, method: str, path: str, allowed: set[str]
) -> None:
    answer = system.app.test_client().open(path, method=method)
    assert answer.status_code == 405
    assert _problem(answer)["code"] == "method_not_allowed"
    assert set(answer.headers["Allow"].split(", ")) == allowed


def test_pages_still_answer_with_pages(system: Caller) -> None:
    answer = system.app.test_client().get("/nothing-here")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


DEEP = b'{"slot_id":' + b"[" * 20000 + b"]" * 20000 + b"}"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "bad_request"),
        (b"\xff\xfe", "application/json", 400, "bad_request"),
        (b"[]", "application/json", 400, "bad_request"),
        (b"null", "application/json", 400, "bad_request"),
        (b'"text"', "application/json", 400, "bad_request"),
        (b'{"slot_id": NaN}', "application/json", 400, "bad_request"),
        (b'{"slot_id": ' + b"9" * 5000 + b"}", "application/json", 400, "bad_request"),
        (b'{"slot_id": "1", "slot_id": "2"}', "application/json", 400, "bad_request"),
        (b'{"claimant": {"name": "A", "name": "B"}}', "application/json", 400, "bad_request"),
        (DEEP, "application/json", 400, "bad_request"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b"slot_id=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"{}", "", 415, "unsupported_media_type"),
        (b" " * (LARGEST_BODY + 1), "application/json", 413, "payload_too_large"),
        (b"", "application/json", 422, "bad_detail"),
        (b"{}", "application/json; charset=utf-8", 422, "bad_detail"),
    ],
)
def test_a_body_that_cannot_be_read(
    system: Caller, body: bytes, content_type: str, status: int, code: str
) -> None:
    answer = system.post("/appointments", data=body, content_type=content_type)
    assert (answer.status_code, _problem(answer)["code"]) == (status, code)


def _claimant(**details: Any) -> dict[str, Any]:
    return {"claimant": details}


def _referral(**details: Any) -> dict[str, Any]:
    return {"referral": {"stage": "1", "reason": "skills_health_check", **details}}


NAMED = {"name": "Ann Invented", "mobile": "07700 900123"}
LONGER = "x" * 10_000


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slot_id": 1}, "slot_id"),
        ({"slot_id": None}, "slot_id"),
        ({"slot_id": ""}, "slot_id"),
        ({"slot_id": "1\x00"}, "slot_id"),
        ({"slot_id": LONGER}, "slot_id"),
        ({"slots_id": "1"}, "slots_id"),
        ({LONGER: "1"}, "x" * 80 + "…"),
        ({"\ud800": "1"}, "\ud800"),
        ({"claimant": None}, "claimant"),
        ({"claimant": []}, "claimant"),
        ({"claimant": {}}, "claimant"),
        (_claimant(name="Ann"), "claimant"),
        (_claimant(mobile="07700 900123"), "claimant"),
        (_claimant(**NAMED, reference="AB-1"), "claimant"),
        (_claimant(name="Ann", mobile="07700 900123", age=40), "claimant.age"),
        (_claimant(name="A\x00nn", mobile="07700 900123"), "claimant.name"),
        (_claimant(name="A\ud83dnn", mobile="07700 900123"), "claimant.name"),
        (_claimant(name="Ann\n", mobile="07700 900123"), "claimant.name"),
        (_claimant(name=" ", mobile="07700 900123"), "claimant.name"),
        (_claimant(name="x" * 101, mobile="07700 900123"), "claimant.name"),
        (_claimant(name={"$gt": ""}, mobile="07700 900123"), "claimant.name"),
        (_claimant(name="Ann", mobile=7700900123), "claimant.mobile"),
        (_claimant(name="Ann", mobile="01632 960000"), "mobile"),
        (_claimant(name="Ann", mobile="nonsense"), "mobile"),
        (_claimant(name="Ann", other_contact="x" * 201), "claimant.other_contact"),
        (_claimant(reference="x" * 41), "claimant.reference"),
        ({"referral": "1"}, "referral"),
        (_referral(stage="4"), "referral.stage"),
        (_referral(stage=True), "referral.stage"),
        (_referral(stage=1.0), "referral.stage"),
        (_referral(stage=["1"]), "referral.stage"),
        (_referral(reason="because"), "referral.reason"),
        (_referral(reason=None), "referral.reason"),
        (_referral(job_goal="x" * 201), "referral.job_goal"),
        (_referral(external_reference=""), "referral.external_reference"),
        (_referral(diagnosis="none"), "referral.diagnosis"),
        ({"override_reason": "x" * 201}, "override_reason"),
        ({"channel": "carrier pigeon"}, "channel"),
        ({"channel": {}}, "channel"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(
    system: Caller, change: dict[str, Any], field: str
) -> None:
    answer = system.post(
        "/appointments", data=json.dumps({**booking(1), **change}), content_type="application/json"
    )
    assert answer.status_code == 422
    problem = _problem(answer)
    assert (problem["code"], problem["field"]) == ("bad_detail", field)


@pytest.mark.parametrize(
    "slot_id", ["abc", "0", "01", "-1", "1.0", "999999999", "2147483648", "9" * 40, "١", "½", "²"]
)
def test_an_identifier_that_never_was_one_is_not_found(system: Caller, slot_id: str) -> None:
    for answer in (
        system.book(slot_id),
        system.get(f"/appointments/{slot_id}"),
        system.post(f"/appointments/{slot_id}/cancel"),
        system.post(f"/appointments/{slot_id}/move", {"slot_id": "1"}),
    ):
        assert (answer.status_code, _problem(answer)["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "path", ["/slots?office=nowhere", "/slots?office=%27%20OR%201%3D1", "/appointments/%00"]
)
def test_what_is_nowhere_is_not_found(system: Caller, path: str) -> None:
    assert system.get(path).status_code == 404


# The longest names of every alphabet must fit; folding ß for comparison makes it two letters.
@pytest.mark.parametrize("letter", ["x", "ß", "ﬃ", "é", "名", "😀"])
def test_the_longest_texts_fit_both_databases(app: Flask, letter: str) -> None:
    session = make_session()
    answer = make_caller(app, session.office).post(
        "/appointments",
        {
            "slot_id": str(session.slots[0].id),
            "claimant": {
                "name": letter * 100,
                "mobile": "07700 900123",
                "other_contact": letter * 200,
            },
            "referral": {
                "stage": "1",
                "reason": "training_advice",
                "job_goal": letter * 200,
                "external_reference": letter * 60,
            },
        },
    )
    assert answer.status_code == 201, answer.text
