"""Each token has its own rate; whoever exceeds it is told when to come back."""

from datetime import timedelta

from flask import Flask

from booking.settings import from_environment
from tests.api.caller import make_caller
from tests.makers import make_office


def test_a_token_beyond_its_rate_is_told_to_wait_and_others_are_not(
    sqlite_app: Flask, two_days_before
) -> None:
    sqlite_app.config["API_LIMIT_PER_SECOND"] = 5
    office = make_office()
    hasty, other = (make_caller(sqlite_app, office) for _ in range(2))
    statuses = [hasty.get("/offices").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    refused = hasty.get("/offices")
    assert refused.mimetype == "application/problem+json"
    assert (refused.json["code"], refused.headers["Retry-After"]) == ("too_many_requests", "1")
    assert other.get("/offices").status_code == 200
    two_days_before.shift(timedelta(seconds=1))
    assert hasty.get("/offices").status_code == 200


def test_the_rate_is_at_least_fifty_a_second_unless_it_is_set(tmp_path) -> None:
    assert from_environment({}, tmp_path)["API_LIMIT_PER_SECOND"] >= 50
