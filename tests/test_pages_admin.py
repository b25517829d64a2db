"""Accounts, API tokens and the message log: who may, what is shown once, and in which district."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import accounts, contacts, tokens
from booking.database import db
from booking.errors import BadDetail, NotFound
from booking.messages import sending
from booking.models import Adviser, ApiToken, Appointment, Office, OutboxMessage, User
from booking.rights import THE_SERVICE
from booking.words import ContactWay, MessageKind, MessageState, Role
from notifications.message import Refused
from tests.makers import (
    PASSWORD,
    WEDNESDAY,
    at,
    make_actor,
    make_appointment,
    make_claimant,
    make_district,
    make_office,
    make_session,
    make_user,
    sign_in,
)


@pytest.fixture(autouse=True)
def wednesday_at_nine():
    with time_machine.travel(at(WEDNESDAY, 9), tick=False):
        yield


@pytest.fixture
def office(client: FlaskClient) -> Office:
    return make_office(make_district("Invented Vale"), "Thistlewick")


@pytest.fixture
def elsewhere(client: FlaskClient) -> Office:
    return make_office(make_district("Far Away"), "Nettlecombe")


@pytest.fixture
def admin(client: FlaskClient) -> User:
    user = make_user(Role.ADMIN)
    sign_in(client, user)
    return user


def user_of(email: str) -> User:
    db.session.rollback()
    return db.session.scalars(select(User).where(User.email == email)).one()


# Accounts ---------------------------------------------------------------------------------


def account_form(office: Office, /, **changes: object) -> dict[str, object]:
    return {
        "email": "new.person@localdiaries.example",
        "name": "New Person",
        "role": "jobcentre_adviser",
        "district": "",
        "office": office.id,
        **changes,
    }


def test_a_new_account_shows_its_password_once_and_it_works_once(
    client: FlaskClient, office: Office, admin: User
) -> None:
    page = client.post("/admin/users/add", data=account_form(office)).text
    found = re.search(r'<code class="ld-secret">([^<]+)</code>', page)
    assert found is not None
    assert found[1] not in client.get("/admin/users").text
    client.post("/sign-out")
    typed = {"email": "new.person@localdiaries.example", "password": found[1]}
    client.post("/sign-in", data=typed)
    assert client.get(f"/offices/{office.code}").location == "/password"


def test_a_next_step_adviser_gets_a_diary(client: FlaskClient, office: Office, admin: User) -> None:
    form = account_form(office, role="next_step_adviser", office="", district=office.district_id)
    client.post("/admin/users/add", data=form)
    assert db.session.scalars(select(Adviser.name)).all() == ["New Person"]
    assert "Next Step adviser" in client.get("/admin/users").text


BAD_ACCOUNTS = [
    ({"email": "somebody"}, "Enter an email address with an @ in it."),
    ({"email": ""}, "Enter an email address."),
    ({"office": ""}, "Say which office the jobcentre adviser works at."),
    ({"role": "district_lead", "office": ""}, "Say which district the district lead belongs to."),
    ({"role": "owner"}, "Role: choose one of the list."),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD_ACCOUNTS)
def test_an_account_that_cannot_be_is_refused_in_one_sentence(
    client: FlaskClient, office: Office, admin: User, changes: dict[str, str], sentence: str
) -> None:
    page = client.post("/admin/users/add", data=account_form(office, **changes)).text
    assert sentence in page
    assert "New Person" in page  # what was typed stays
    assert len(db.session.scalars(select(User)).all()) == 1


def test_an_email_address_is_used_once(client: FlaskClient, office: Office, admin: User) -> None:
    page = client.post("/admin/users/add", data=account_form(office, email=admin.email)).text
    assert "There is an account with that email address already." in page


def test_a_suspended_account_cannot_sign_in_and_is_shown_last(
    client: FlaskClient, office: Office, admin: User
) -> None:
    person = make_user(Role.RECEPTION, office, name="A Person")
    change = {"name": "A Person", "office": office.id}
    client.post(f"/admin/users/{person.id}", data=change)
    assert not user_of(person.email).active
    assert "Suspended" in client.get("/admin/users").text
    client.post("/sign-out")
    typed = {"email": person.email, "password": PASSWORD}
    assert client.post("/sign-in", data=typed).status_code == 401


def test_a_person_moves_to_another_office_of_the_district(
    client: FlaskClient, office: Office, admin: User, elsewhere: Office
) -> None:
    person = make_user(Role.RECEPTION, office)
    near = make_office(office.district, "Old Mill")
    path = f"/admin/users/{person.id}"
    client.post(path, data={"name": "Moved", "office": near.id, "active": "y"})
    assert (user_of(person.email).office_id, person.name) == (near.id, "Moved")
    client.post(path, data={"name": "Moved", "office": elsewhere.id, "active": "y"})
    assert user_of(person.email).office_id == near.id


def test_a_new_one_time_password_replaces_the_old_one(
    client: FlaskClient, office: Office, admin: User
) -> None:
    person = make_user(Role.RECEPTION, office)
    before = person.password_hash
    page = client.post(f"/admin/users/{person.id}/password").text
    assert "ld-secret" in page
    after = user_of(person.email)
    assert (after.password_hash != before, after.must_change_password) == (True, True)


def test_a_districts_administrator_keeps_that_district_alone(
    client: FlaskClient, office: Office, elsewhere: Office
) -> None:
    """Nor can one rise: an account for every district is out of reach."""
    above = make_user(Role.ADMIN, name="Over All")
    far = make_user(Role.RECEPTION, elsewhere, name="Far Person")
    district_admin = make_user(Role.ADMIN, office)
    sign_in(client, district_admin)
    page = client.get("/admin/users").text
    assert "Far Person" not in page
    assert "Over All" not in page
    for user in (above, far):
        assert client.get(f"/admin/users/{user.id}").status_code == 404
        assert client.post(f"/admin/users/{user.id}/password").status_code == 404
    for changes in (
        {"office": elsewhere.id},
        {"role": "admin", "office": "", "district": ""},
        {"role": "district_lead", "office": "", "district": elsewhere.district_id},
    ):
        client.post("/admin/users/add", data=account_form(office, **changes))
    token = {"name": "Rising", "role": "admin", "district": ""}
    client.post("/admin/tokens", data=token)
    assert len(db.session.scalars(select(User)).all()) == 3
    assert db.session.scalar(select(ApiToken)) is None


def test_what_the_lists_do_not_offer_is_refused_all_the_same(
    client: FlaskClient, office: Office, elsewhere: Office
) -> None:
    by = make_actor(Role.ADMIN, office)
    person = make_user(Role.RECEPTION, office)
    for district_id in (None, elsewhere.district_id):
        with pytest.raises(NotFound):
            tokens.create_token(name="Rising", role=Role.ADMIN, district_id=district_id, by=by)
    with pytest.raises(BadDetail):
        accounts.change_user(user_id=person.id, office_id=elsewhere.id, by=by)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_accounts_and_tokens_are_for_administrators_alone(
    client: FlaskClient, office: Office, role: Role
) -> None:
    sign_in(client, make_user(role, office))
    for path in ("/admin/users", "/admin/users/add", "/admin/tokens"):
        assert client.get(path).status_code == 403


# Tokens -----------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_can_be_revoked(
    client: FlaskClient, office: Office, admin: User
) -> None:
    form = {"name": "LMS", "role": "jobcentre_adviser", "district": office.district_id}
    page = client.post("/admin/tokens", data=form).text
    secret = re.findall(r"ld_[\w-]{20,}", page)[0]
    assert tokens.token_behind(secret) is not None
    assert secret not in client.get("/admin/tokens").text
    client.post("/admin/tokens/revoke", data={"name": "LMS"})
    assert tokens.token_behind(secret) is None
    assert "Revoked on Wed 20 Jan" in client.get("/admin/tokens").text


def test_a_token_without_a_district_or_with_a_name_in_use_is_refused(
    client: FlaskClient, office: Office, admin: User
) -> None:
    form = {"name": "LMS", "role": "reception", "district": ""}
    assert "Say which district the token is for." in client.post("/admin/tokens", data=form).text
    form["district"] = str(office.district_id)
    client.post("/admin/tokens", data=form)
    again = client.post("/admin/tokens", data=form).text
    assert "There is a token of that name already." in again


def test_a_districts_administrator_cannot_revoke_anothers_token(
    client: FlaskClient, office: Office, elsewhere: Office
) -> None:
    tokens.create_token(
        name="Far", role=Role.RECEPTION, district_id=elsewhere.district_id, by=THE_SERVICE
    )
    sign_in(client, make_user(Role.ADMIN, office))
    assert "Far" not in client.get("/admin/tokens").text
    assert client.post("/admin/tokens/revoke", data={"name": "Far"}).status_code == 404


# The message log --------------------------------------------------------------------------


def text_of(
    appointment: Appointment, kind: MessageKind = MessageKind.CONFIRMATION
) -> OutboxMessage:
    query = select(OutboxMessage).where(
        OutboxMessage.appointment_id == appointment.id, OutboxMessage.kind == kind
    )
    return db.session.scalars(query).one()


def fail(appointment: Appointment) -> None:
    claimed = sending.claim(text_of(appointment).id, channel_name="console")
    assert claimed is not None
    sending.settle(claimed.outbox_id, Refused("30003", "The phone is off."))


@pytest.fixture
def two(client: FlaskClient, office: Office) -> tuple[Appointment, Appointment]:
    """Two appointments of the day after tomorrow; the text about the first has failed."""
    session = make_session(office, on=WEDNESDAY + timedelta(days=2))
    first = make_appointment(session, claimant=make_claimant("Ann Example", "07700 900101"))
    second = make_appointment(
        session, position=1, claimant=make_claimant("Bea Example", "07700 900102")
    )
    fail(first)
    return first, second


def test_texts_that_need_somebody_come_first_with_the_reason(
    client: FlaskClient, two: tuple[Appointment, Appointment], admin: User
) -> None:
    page = client.get("/messages").text
    assert page.index("Ann Example") < page.index("Bea Example")
    assert "07700 900101" in page
    assert "30003: The phone is off." in page
    assert "Booked: Next Step careers adviser" in page  # the words as they went out
    assert "Due · Reminder" in page
    assert "Coming? http" in page  # as it would read if it went now


def test_the_log_is_narrowed_by_office_and_state(
    client: FlaskClient, office: Office, two: tuple[Appointment, Appointment], admin: User
) -> None:
    failed = client.get(f"/messages?state={MessageState.FAILED}").text
    assert "Ann Example" in failed
    assert "Bea Example" not in failed
    assert "No message is like that." in client.get("/messages?state=sending").text
    here = client.get(f"/messages?office={office.code}").text
    assert "Bea Example" in here


def test_one_appointments_texts_stand_with_what_the_claimant_said(
    client: FlaskClient, two: tuple[Appointment, Appointment], admin: User
) -> None:
    contacts.note_contact(
        appointment_id=two[0].id, way=ContactWay.PHONE, said="Running late", by=THE_SERVICE
    )
    page = client.get(f"/messages/appointments/{two[0].id}").text
    assert "Running late" in page
    assert "Receipt" in page
    assert "Bea Example" not in page


def test_a_lead_reads_the_texts_of_their_own_district_only(
    client: FlaskClient, two: tuple[Appointment, Appointment], office: Office, elsewhere: Office
) -> None:
    sign_in(client, make_user(Role.DISTRICT_LEAD, elsewhere))
    assert "Ann Example" not in client.get("/messages").text
    assert "Ann Example" not in client.get(f"/messages?office={office.code}").text
    assert client.get(f"/messages/appointments/{two[0].id}").status_code == 404
    client.post("/sign-out")
    sign_in(client, make_user(Role.DISTRICT_LEAD, office))
    assert "Ann Example" in client.get("/messages").text


@pytest.mark.parametrize("role", [Role.JOBCENTRE_ADVISER, Role.NEXT_STEP_ADVISER, Role.RECEPTION])
def test_the_log_is_for_leads_and_administrators(
    client: FlaskClient, office: Office, role: Role
) -> None:
    sign_in(client, make_user(role, office))
    assert client.get("/messages").status_code == 403


def test_a_long_log_is_read_a_page_at_a_time(
    client: FlaskClient, office: Office, admin: User
) -> None:
    for day in range(4):
        for half_day in ("am", "pm"):
            session = make_session(
                office, on=WEDNESDAY + timedelta(days=5 + day), half_day=half_day
            )
            for slot in session.slots:
                make_appointment(session, position=slot.position)
    assert "Earlier messages" in client.get("/messages").text
    assert "Earlier messages" not in client.get("/messages?page=2").text
    assert "Later messages" in client.get("/messages?page=2").text
