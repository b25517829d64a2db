"""A role's rights in the API are its rights on the pages; what is out of reach is not there."""

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from booking import tokens
from booking.models import Session
from booking.rights import MAY, THE_SERVICE
from booking.words import Role
from tests.api.caller import Caller
from tests.makers import WEDNESDAY, at, make_appointment, make_office, make_session

# What is called in a session whose first two slots are booked (as 1 and 2), and the right to it.
CALLS: dict[str, tuple[str, Callable[[Caller, Session], TestResponse]]] = {
    "offices": ("see offices", lambda system, _: system.get("/offices")),
    "slots": (
        "see the diary",
        lambda system, session: system.get(f"/slots?office={session.office.code}"),
    ),
    "appointment": ("see the diary", lambda system, _: system.get("/appointments/1")),
    "book": ("book", lambda system, session: system.book(session.slots[2].id)),
    "book under a key": (
        "book",
        lambda system, session: system.book(session.slots[2].id, key="k1"),
    ),
    "move": (
        "move",
        lambda system, session: system.post(
            "/appointments/2/move", {"slot_id": str(session.slots[3].id)}
        ),
    ),
    "cancel": ("cancel", lambda system, _: system.post("/appointments/2/cancel")),
    "outcome": (
        "record an outcome",
        lambda system, _: system.post("/appointments/1/outcome", {"outcome": "attended"}),
    ),
}


@pytest.fixture
def session(sqlite_app, two_days_before) -> Session:
    session = make_session()
    for position in (0, 1):
        make_appointment(session, position=position)
    two_days_before.move_to(at(WEDNESDAY, 9, 30))
    return session


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("call", CALLS)
def test_a_token_may_what_its_role_may(caller, session: Session, role: Role, call: str) -> None:
    right, send = CALLS[call]
    answer = send(caller(session.office, role), session)
    if role in MAY[right]:
        assert answer.status_code in (200, 201), answer.text
    else:
        assert (answer.status_code, answer.json["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("call", [name for name in CALLS if name != "offices"])
def test_another_district_is_not_there(caller, session: Session, call: str) -> None:
    stranger = caller(make_office(name="Far away"))
    answer = CALLS[call][1](stranger, session)
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    assert "Invented" not in answer.text


def test_an_appointment_does_not_move_into_another_district(caller, session: Session) -> None:
    elsewhere = make_session(make_office(name="Far away"))
    answer = caller(session.office).post(
        "/appointments/1/move", {"slot_id": str(elsewhere.slots[4].id)}
    )
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize("call", CALLS)
def test_a_revoked_token_is_refused(caller, session: Session, call: str) -> None:
    system = caller(session.office)
    tokens.revoke_token(name=system.name, by=THE_SERVICE)
    answer = CALLS[call][1](system, session)
    assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer ld_wrong",
        "Bearer a=b",
        "Basic bGQ6bGQ=",
        "Bearer \xff\xfe",
        "Bearer " + "x" * 5000,
    ],
)
def test_without_a_live_token_nothing_is_answered(caller, session: Session, header) -> None:
    system = caller(session.office)
    headers = {} if header is None else {"Authorization": header}
    answer = system.app.test_client().get("/api/v1/offices", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Local Diaries"'


def test_a_sign_in_on_the_pages_opens_nothing_here(caller, session: Session) -> None:
    client = caller(session.office).app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie.permanent = "1:stamp", True
    answer = client.get("/api/v1/offices")
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
