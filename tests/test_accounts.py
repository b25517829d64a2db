"""Accounts: who gets in, how often one may guess, and what ends a sign-in."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from booking import accounts
from booking.database import db
from booking.errors import BadDetail, NotAllowed, SignInRefused, SignInThrottled
from booking.rights import THE_SERVICE, actor_of
from booking.settings import from_environment
from booking.words import Role
from tests.makers import PASSWORD, make_office, make_user, sign_in
from tests.storms.processes import from_threads


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2027-01-18T12:00:00Z", tick=False) as traveller:
        yield traveller


def guess(email: str, password: str = "a guess", address: str = "192.0.2.1") -> None:
    accounts.sign_in(email=email, password=password, address=address)


def guess_wrong(email: str, times: int, address: str = "192.0.2.1") -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            guess(email, address=address)


def test_the_right_password_gets_in_whatever_the_case_of_the_address(app: Flask) -> None:
    user = make_user(Role.RECEPTION, make_office())
    guess(f" {user.email.upper()} ", PASSWORD)


def test_eight_failures_shut_the_account_for_a_quarter_of_an_hour(
    app: Flask, still_clock: time_machine.Traveller
) -> None:
    user = make_user(Role.RECEPTION, make_office())
    guess_wrong(user.email, 8)
    with pytest.raises(SignInThrottled):
        guess(user.email, PASSWORD)
    still_clock.shift(timedelta(minutes=15, seconds=1))
    guess(user.email, PASSWORD)


def test_a_success_forgets_the_failures_before_it(app: Flask) -> None:
    user = make_user(Role.RECEPTION, make_office())
    guess_wrong(user.email, 7)
    guess(user.email, PASSWORD)
    guess_wrong(user.email, 7)
    guess(user.email, PASSWORD)


def test_one_address_cannot_try_every_account(app: Flask) -> None:
    for number in range(40):
        guess_wrong(f"invented{number}@localdiaries.example", 1)
    with pytest.raises(SignInThrottled):
        guess("another@localdiaries.example")
    guess_wrong("another@localdiaries.example", 1, address="192.0.2.2")


def test_guessing_at_eight_at_once_is_counted_together(app: Flask) -> None:
    user = make_user(Role.RECEPTION, make_office())
    from_threads(app, guess, [(user.email,) for _ in range(8)])
    db.session.rollback()
    with pytest.raises(SignInThrottled):
        guess(user.email, PASSWORD)


def test_a_suspended_account_gets_no_further(client: FlaskClient) -> None:
    user = make_user(Role.RECEPTION, make_office())
    sign_in(client, user)
    accounts.change_user(user_id=user.id, active=False, by=THE_SERVICE)
    assert "/sign-in" in client.get("/").location


def test_a_changed_password_ends_every_other_sign_in(client: FlaskClient) -> None:
    user = make_user(Role.RECEPTION, make_office())
    other = client.application.test_client()
    sign_in(client, user)
    sign_in(other, user)
    answer = client.post("/password", data={"current": PASSWORD, "new": "three invented words"})
    assert answer.status_code == 302
    assert client.get("/").status_code == 302
    assert "/sign-in" not in client.get("/").location
    g.pop("_login_user")  # flask-login's own memory of this request, which a new one has not
    assert "/sign-in" in other.get("/").location


def test_a_one_time_password_is_changed_before_anything_else(client: FlaskClient) -> None:
    office = make_office()
    user, one_time = accounts.create_user(
        email="new@localdiaries.example",
        name="Invented Newcomer",
        role=Role.RECEPTION,
        office_id=office.id,
        by=THE_SERVICE,
    )
    client.post("/sign-in", data={"email": user.email, "password": one_time})
    assert client.get("/arrivals").location == "/password"


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("short", "at least 10 characters"),
        (PASSWORD, "not the one you have"),
    ],
)
def test_a_weak_or_unchanged_password_is_refused(app: Flask, new: str, sentence: str) -> None:
    user = make_user(Role.RECEPTION, make_office())
    with pytest.raises(BadDetail, match=sentence):
        accounts.change_password(user_id=user.id, current=PASSWORD, new=new, by=actor_of(user))


def test_only_an_administrator_makes_accounts(app: Flask) -> None:
    office = make_office()
    with pytest.raises(NotAllowed):
        accounts.create_user(
            email="x@localdiaries.example",
            name="X",
            role=Role.ADMIN,
            by=actor_of(make_user(Role.DISTRICT_LEAD, office)),
        )


def test_sign_in_leads_back_to_where_one_was_going_but_nowhere_else(client: FlaskClient) -> None:
    user = make_user(Role.RECEPTION, make_office())
    details = {"email": user.email, "password": PASSWORD}
    for address, leads_to in [
        ("/arrivals", "/arrivals"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
    ]:
        answer = client.post("/sign-in", query_string={"next": address}, data=details)
        assert answer.location == leads_to


def test_forms_need_their_token_and_pages_are_not_framed_cached_or_scripted(
    sqlite_app: Flask,
) -> None:
    sqlite_app.config["WTF_CSRF_ENABLED"] = True
    client = sqlite_app.test_client()
    refused = client.post("/sign-in", data={"email": "a@b.example", "password": "x"})
    assert refused.status_code == 400
    headers = client.get("/sign-in").headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_first_start_that_dies_leaves_no_half_key_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr("secrets.token_hex", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            from_environment({}, tmp_path)
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: from_environment({}, tmp_path)["SECRET_KEY"], range(40)))
    assert {len(key) for key in keys} == {64}
    assert len(set(keys)) == 1
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_an_error_of_the_database_does_not_put_what_was_typed_into_the_log(app: Flask) -> None:
    with pytest.raises(DBAPIError) as refused:
        db.session.execute(text("SELECT nothing FROM nowhere WHERE name = :n"), {"n": "Sam Secret"})
    assert "Sam Secret" not in str(refused.value)


def test_a_nul_is_refused_and_never_reaches_the_database(client: FlaskClient) -> None:
    assert client.post("/sign-in", data={"email": "a\0b", "password": "x"}).status_code == 400
    assert client.get("/sign-in?next=%00").status_code == 400
