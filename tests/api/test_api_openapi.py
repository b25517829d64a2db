"""The OpenAPI document: public, valid, complete, and without anything from elsewhere."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from booking.messages.mobiles import mobile_of
from notifications.phones import mobile_pattern

ALWAYS = {"401", "403", "429"}
WRITES = ALWAYS | {"400", "404", "409", "413", "415", "422"}
CALLS = {
    ("get", "/api/v1/offices"): ALWAYS | {"200"},
    ("get", "/api/v1/slots"): ALWAYS | {"200", "404", "422"},
    ("post", "/api/v1/appointments"): WRITES | {"201"},
    ("get", "/api/v1/appointments/{appointment_id}"): ALWAYS | {"200", "404"},
    ("post", "/api/v1/appointments/{appointment_id}/cancel"): WRITES | {"200"},
    ("post", "/api/v1/appointments/{appointment_id}/move"): WRITES | {"200"},
    ("post", "/api/v1/appointments/{appointment_id}/outcome"): WRITES | {"200"},
}


@pytest.fixture
def document(client: FlaskClient) -> dict:
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return answer.json


def test_every_call_and_every_status_it_may_answer_with_is_listed(document: dict) -> None:
    listed = {
        (method, path): set(operation["responses"])
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method != "parameters"
    }
    assert listed == CALLS


def test_every_route_of_the_api_is_documented(document: dict, sqlite_app: Flask) -> None:
    routes = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in sqlite_app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    assert routes == set(document["paths"]) | {"/api/v1/openapi.json"}


def test_refusals_are_problems_with_their_headers(document: dict) -> None:
    for method, path in CALLS:
        responses = document["paths"][path][method]["responses"]
        for status, response in responses.items():
            if status >= "400":
                assert set(response["content"]) == {"application/problem+json"}
        assert "Retry-After" in responses["429"]["headers"]
        assert "WWW-Authenticate" in responses["401"]["headers"]


def test_a_bearer_token_and_the_key_of_a_booking_are_described(document: dict) -> None:
    assert document["components"]["securitySchemes"] == {
        "token": {"type": "http", "scheme": "bearer"}
    }
    assert document["security"] == [{"token": []}]
    booking = document["paths"]["/api/v1/appointments"]["post"]
    assert [(each["in"], each["name"]) for each in booking["parameters"]] == [
        ("header", "Idempotency-Key")
    ]


def test_nothing_is_fetched_from_elsewhere(client: FlaskClient) -> None:
    assert "://" not in client.get("/api/v1/openapi.json").text


@given(st.from_regex(mobile_pattern(), fullmatch=True))
def test_every_mobile_number_of_the_schema_is_taken(number: str) -> None:
    assert mobile_of(number).startswith("+447")
