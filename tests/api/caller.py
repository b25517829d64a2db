"""Another system with a token, as plain functions of the requests it sends."""

import itertools
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from booking import tokens
from booking.models import Office
from booking.rights import THE_SERVICE
from booking.words import Role

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Caller:
    app: Flask
    secret: str
    name: str

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._send("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self._send("POST", path, **({} if json is None else {"json": json}), **options)

    def book(self, slot_id: int | str, *, key: str | None = None, **changes: Any) -> TestResponse:
        headers = {"Idempotency-Key": key} if key is not None else {}
        return self.post("/appointments", booking(slot_id, **changes), headers=headers)

    def _send(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secret}", **options.pop("headers", {})}
        client = self.app.test_client()
        return client.open(f"/api/v1{path}", method=method, headers=headers, **options)


def make_caller(app: Flask, office: Office, role: Role = Role.DISTRICT_LEAD) -> Caller:
    """A token with a role's rights in the district of an office."""
    name = f"Invented system {next(_numbers)}"
    _, secret = tokens.create_token(
        name=name, role=role, district_id=office.district_id, by=THE_SERVICE
    )
    return Caller(app, secret, name)


def booking(slot_id: int | str, **changes: Any) -> dict[str, Any]:
    """What is sent to book: somebody invented, with a number from the range kept for drama."""
    number = next(_numbers)
    return {
        "slot_id": str(slot_id),
        "claimant": {
            "name": f"Invented Person {number}",
            "mobile": f"07700 900{number % 1000:03}",
        },
        "referral": {"stage": "1", "reason": "skills_health_check"},
        **changes,
    }
