"""Offices and rooms: the list, the page every role may read, and what its keepers change."""

import html
import re
from dataclasses import fields
from datetime import date, time, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import places
from booking.database import db
from booking.errors import CannotOpenSession, NotFound
from booking.forms.rules import LABELS
from booking.models import AuditEntry, Closure, Office, Room, User
from booking.rights import actor_of
from booking.rules import LIMITS, Rules
from booking.words import ClosureKind, OfficeKind, Role, SessionState
from tests.makers import (
    WEDNESDAY,
    at,
    make_adviser,
    make_appointment,
    make_district,
    make_office,
    make_room,
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
def lead(client: FlaskClient, office: Office) -> User:
    user = make_user(Role.DISTRICT_LEAD, office)
    sign_in(client, user)
    return user


def fresh(office: Office) -> Office:
    db.session.expire_all()
    return office


# Reading ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_every_role_sees_who_is_in_and_the_number_to_ring(
    client: FlaskClient, office: Office, role: Role
) -> None:
    ada = make_adviser(office.district, "Ada Invented")
    make_session(office, adviser=ada, room=make_room(office, name="Pod 3"))
    sign_in(client, make_user(role, office))
    page = client.get(f"/offices/{office.code}").text
    for words in ("Ada Invented", "Pod 3", "01632 960000", "Mon to Fri 9am to 5pm"):
        assert words in page
    keeps = role in (Role.DISTRICT_LEAD, Role.ADMIN)
    assert ("Add a room" in page) == keeps


@pytest.mark.parametrize("role", [Role.JOBCENTRE_ADVISER, Role.NEXT_STEP_ADVISER, Role.RECEPTION])
def test_who_only_reads_cannot_change(client: FlaskClient, office: Office, role: Role) -> None:
    sign_in(client, make_user(role, office))
    paths = ["/offices", "/offices/add", f"/districts/{office.district.code}/rules"]
    paths += [f"/offices/{office.code}/{page}" for page in ("edit", "hours", "rules", "rooms/add")]
    for path in paths:
        assert client.get(path).status_code == 403, path


def test_an_administrator_without_a_district_sees_every_office(
    client: FlaskClient, office: Office
) -> None:
    elsewhere = make_office(make_district("Far Away"), "Nettlecombe")
    sign_in(client, make_user(Role.ADMIN))
    page = client.get("/offices").text
    assert "Thistlewick" in page
    assert "Nettlecombe" in page
    assert client.get(f"/offices/{elsewhere.code}/edit").status_code == 200


def test_an_administrator_of_a_district_sees_only_that(client: FlaskClient, office: Office) -> None:
    elsewhere = make_office(make_district("Far Away"), "Nettlecombe")
    sign_in(client, make_user(Role.ADMIN, office))
    assert "Nettlecombe" not in client.get("/offices").text
    assert client.get(f"/offices/{elsewhere.code}").status_code == 404


FILTERS = [
    # query, offices listed
    ("", ["Old Mill", "Thistlewick"]),
    ("name=this", ["Thistlewick"]),
    ("state=closed", ["Shut Street"]),
    ("state=all", ["Old Mill", "Shut Street", "Thistlewick"]),
    ("name=nowhere", []),
]


@pytest.mark.parametrize(("query", "names"), FILTERS)
def test_the_list_is_narrowed_by_name_and_state(
    client: FlaskClient, office: Office, lead: User, query: str, names: list[str]
) -> None:
    make_office(office.district, "Old Mill")
    make_office(office.district, "Shut Street", closed_on=WEDNESDAY - timedelta(days=9))
    page = client.get(f"/offices?{query}").text
    found = [name for name in ("Old Mill", "Shut Street", "Thistlewick") if f">{name}</a>" in page]
    assert found == names
    assert ("No office is like that." in page) == (not names)


def test_a_long_list_is_read_a_hundred_at_a_time(
    client: FlaskClient, office: Office, lead: User
) -> None:
    db.session.add_all(
        Office(code=f"X{n:03}", name=f"Office {n:03}", district_id=office.district_id)
        for n in range(120)
    )
    db.session.commit()
    first, second = client.get("/offices").text, client.get("/offices?page=2").text
    assert "121 offices" in first
    assert "Office 099" in first
    assert "Office 101" not in first
    assert "Office 101" in second


# Changing ---------------------------------------------------------------------------------

OFFICE_FORM = {
    "name": "Thistlewick Market",
    "kind": "jobcentre",
    "nation": "scotland",
    "address": "1 Example Street",
    "phone": "01632 960001",
    "reception_note": "Ring the bell",
    "first_start": "9:45",
    "allows_access": "y",
}


def test_an_office_is_edited_and_the_change_is_on_record(
    client: FlaskClient, office: Office, lead: User
) -> None:
    answer = client.post(f"/offices/{office.code}/edit", data=OFFICE_FORM)
    assert answer.status_code == 302, answer.text
    assert (fresh(office).name, office.first_start) == ("Thistlewick Market", time(9, 45))
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.action == "saved office"
    assert entry.after is not None
    assert entry.after["first_start"] == "09:45:00"


def test_a_box_that_must_hold_something_says_so(
    client: FlaskClient, office: Office, lead: User
) -> None:
    answer = client.post(f"/offices/{office.code}/edit", data={**OFFICE_FORM, "name": " "})
    assert "Enter the name of the office." in answer.text
    assert "Error: Edit Thistlewick" in answer.text


def test_opening_hours_are_replaced(client: FlaskClient, office: Office, lead: User) -> None:
    form = {f"{end}_{day}": "" for end in ("starts", "ends") for day in range(5)}
    form |= {"starts_0": "9:30", "ends_0": "4pm", "starts_2": "10am", "ends_2": "2pm"}
    client.post(f"/offices/{office.code}/hours", data=form)
    assert [(each.weekday, each.opens, each.closes) for each in fresh(office).hours] == [
        (0, time(9, 30), time(16)),
        (2, time(10), time(14)),
    ]


ROOM_FORM = {"name": "Pod 3", "kind": "pod", "floor": "first floor", "seats": "2", "in_use": "y"}


def test_a_room_is_added_and_changed(client: FlaskClient, office: Office, lead: User) -> None:
    client.post(f"/offices/{office.code}/rooms/add", data=ROOM_FORM)
    room = db.session.scalars(select(Room)).one()
    assert (room.floor, room.private, room.has_internet) == ("first floor", False, False)
    path = f"/offices/{office.code}/rooms/{room.id}"
    client.post(path, data={**ROOM_FORM, "private": "y", "name": "Pod 4"})
    assert (fresh(office).rooms[0].name, office.rooms[0].private) == ("Pod 4", True)


def test_two_rooms_of_one_name_are_refused(client: FlaskClient, office: Office, lead: User) -> None:
    make_room(office, name="Pod 3")
    answer = client.post(f"/offices/{office.code}/rooms/add", data=ROOM_FORM)
    assert "The office has a room of that name already." in answer.text


def test_a_room_is_reached_through_its_own_office_only(
    client: FlaskClient, office: Office, lead: User
) -> None:
    room = make_room(make_office(office.district, "Old Mill"))
    assert client.get(f"/offices/{office.code}/rooms/{room.id}").status_code == 404


CLOSURE_FORM = {
    "room": "",
    "kind": "closed",
    "reason": "The ceiling came down",
    "first_on": "2027-01-21",
    "last_on": "2027-01-22",
    "weekday": "",
    "starts": "",
    "ends": "",
}


def test_a_closure_cancels_empty_sessions_and_can_be_removed(
    client: FlaskClient, office: Office, lead: User
) -> None:
    session = make_session(office, on=WEDNESDAY + timedelta(days=1))
    path = f"/offices/{office.code}/closures"
    assert client.post(f"{path}/add", data=CLOSURE_FORM).status_code == 302
    db.session.expire_all()
    assert session.state == SessionState.CANCELLED
    page = client.get(f"/offices/{office.code}").text
    assert "The ceiling came down" in page
    closure = db.session.scalars(select(Closure)).one()
    client.post(f"{path}/{closure.id}/remove")
    assert "None from today on." in client.get(f"/offices/{office.code}").text


def test_an_agency_holds_a_room_every_tuesday_afternoon(
    client: FlaskClient, office: Office, lead: User
) -> None:
    room = make_room(office, name="Pod 3")
    hold = {**CLOSURE_FORM, "room": room.id, "kind": "agency", "reason": "Money advice"}
    hold |= {"last_on": "2027-06-30", "weekday": "1", "starts": "1pm", "ends": "5pm"}
    client.post(f"/offices/{office.code}/closures/add", data=hold)
    closure = db.session.scalars(select(Closure)).one()
    assert (closure.kind, closure.weekday, closure.starts) == (ClosureKind.AGENCY, 1, time(13))
    page = client.get(f"/offices/{office.code}").text
    assert "Tuesdays" in page
    assert "1pm to 5pm" in page


BAD_CLOSURES = [
    ({"reason": ""}, "Say why it cannot be used."),
    ({"last_on": "2027-01-20"}, "The last day is before the first."),
    ({"starts": "2pm", "ends": "1pm"}, "The end is not after the start."),
    ({"first_on": ""}, "Enter the first day."),
    ({}, "has 1 appointment on"),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD_CLOSURES)
def test_a_closure_that_cannot_be_is_refused_in_one_sentence(
    client: FlaskClient, office: Office, lead: User, changes: dict[str, str], sentence: str
) -> None:
    make_appointment(make_session(office, on=WEDNESDAY + timedelta(days=1)))
    answer = client.post(f"/offices/{office.code}/closures/add", data=CLOSURE_FORM | changes)
    assert sentence in answer.text
    assert db.session.scalar(select(Closure)) is None


def test_an_alternative_venue_is_added_with_hours(
    client: FlaskClient, office: Office, lead: User
) -> None:
    venue = {
        "district": office.district_id,
        "code": "LIB-1",
        "name": "Library",
        "address": "1 A St",
    }
    assert client.post("/offices/add", data=venue).headers["Location"] == "/offices/LIB-1"
    added = db.session.scalars(select(Office).where(Office.code == "LIB-1")).one()
    assert (added.kind, len(added.hours)) == (OfficeKind.ALTERNATIVE_VENUE, 5)
    assert "There is an office with that code" in client.post("/offices/add", data=venue).text
    assert "Use letters, digits" in client.post("/offices/add", data={**venue, "code": "a/b"}).text


def test_a_venue_cannot_be_added_to_another_district(
    client: FlaskClient, office: Office, lead: User
) -> None:
    venue = {
        "district": make_district("Far Away").id,
        "code": "L",
        "name": "L",
        "address": "1 A St",
    }
    client.post("/offices/add", data=venue)
    assert db.session.scalar(select(Office).where(Office.code == "L")) is None
    with pytest.raises(NotFound):
        places.add_venue(
            district_id=venue["district"], code="L", name="L", address="1 A St", by=actor_of(lead)
        )


# Rules ------------------------------------------------------------------------------------


def test_every_rule_has_words_and_every_number_its_limits() -> None:
    names = {field.name for field in fields(Rules)}
    numbers = {field.name for field in fields(Rules) if not isinstance(field.default, time)}
    assert set(LABELS) == names
    assert set(LIMITS) == numbers
    assert Rules().problems() == {}


def test_a_district_overrides_the_default_and_an_office_the_district(
    client: FlaskClient, office: Office, lead: User
) -> None:
    district = f"/districts/{office.district.code}/rules"
    assert "Default: 14" in client.get(district).text
    client.post(district, data={"wait_target_days": "10", "reminder_at": "11:30"})
    own = f"/offices/{office.code}/rules"
    assert "District: 10" in client.get(own).text
    assert "District: 11:30am" in client.get(own).text
    client.post(own, data={"wait_target_days": "7"})
    rules = fresh(office).rules
    assert (rules.wait_target_days, rules.reminder_at) == (7, time(11, 30))
    assert (office.district.rules.wait_target_days, rules.slot_minutes) == (10, 45)


def test_an_emptied_box_takes_the_rule_back(
    client: FlaskClient, office: Office, lead: User
) -> None:
    own = f"/offices/{office.code}/rules"
    client.post(own, data={"wait_target_days": "7"})
    assert 'value="7"' in client.get(own).text
    client.post(own, data={"wait_target_days": ""})
    assert fresh(office).rule_overrides == {}


BAD_RULES = [
    ("am_slots", "6", "The morning must be over by 1pm."),
    ("pm_slots", "16", "The afternoon must be over by 8pm."),
    ("pm_starts", "12:30", "The afternoon starts at 1pm or later."),
    ("slot_minutes", "0", "Enter a number from 15 to 180."),
    ("overload_risk", "1.5", "Enter a number from 0 to 1."),
    ("prior_fta", "nan", "Enter a number from 0 to 1."),
    ("daily_cap", "nine", "Enter a number."),
    ("quiet_from", "late", "Type a time like 10:30 or 2pm."),
]


@pytest.mark.parametrize("bad", BAD_RULES, ids=lambda bad: bad[0])
def test_a_rule_that_cannot_hold_is_refused_on_its_box(
    client: FlaskClient, office: Office, lead: User, bad: tuple[str, str, str]
) -> None:
    name, value, sentence = bad
    before = dict(office.district.rule_overrides)
    for path in (f"/districts/{office.district.code}/rules", f"/offices/{office.code}/rules"):
        page = client.post(path, data={name: value}).text
        assert f'id="{name}-error"' in page
        assert sentence in page
    assert (fresh(office).rule_overrides, office.district.rule_overrides) == ({}, before)


def test_a_district_cannot_take_a_rule_that_breaks_an_office(
    client: FlaskClient, office: Office, lead: User
) -> None:
    client.post(f"/offices/{office.code}/rules", data={"am_starts": "9:15", "pm_starts": "13:45"})
    rules = {
        "slot_minutes": "48",
        "pm_starts": "13:30",
    }  # five of them end at 1pm from nine, at 1.15pm from 9:15
    page = client.post(f"/districts/{office.district.code}/rules", data=rules).text
    assert "Thistlewick has rules of its own that do not fit these." in page


def test_how_long_details_are_kept_is_the_districts_alone(
    client: FlaskClient, office: Office, lead: User
) -> None:
    assert "retention_days" in client.get(f"/districts/{office.district.code}/rules").text
    assert "retention_days" not in client.get(f"/offices/{office.code}/rules").text


def test_an_office_without_access_takes_no_session(
    client: FlaskClient, office: Office, lead: User
) -> None:
    form = {name: value for name, value in OFFICE_FORM.items() if name != "allows_access"}
    client.post(f"/offices/{office.code}/edit", data=form)
    with pytest.raises(CannotOpenSession):
        make_session(fresh(office), on=date(2027, 1, 28))


@pytest.mark.parametrize("of", ["/districts/{district}/rules", "/offices/{office}/rules"])
def test_of_two_leads_at_the_same_rules_the_second_is_told_and_may_save_again(
    client: FlaskClient, office: Office, lead: User, of: str
) -> None:
    path = of.format(district=office.district.code, office=office.code)
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', client.get(path).text)[1]
    mine = {"wait_target_days": "7", "seen": html.unescape(seen)}
    client.post(path, data={"wait_target_days": "10", "seen": html.unescape(seen)})

    told = client.post(path, data=mine).text

    assert "Somebody else has saved this page since you opened it." in told
    assert fresh(office).rules.wait_target_days == 10
    seen_now = re.search(r'name="seen"[^>]*value="([^"]*)"', told)[1]
    client.post(path, data=mine | {"seen": html.unescape(seen_now)})
    assert fresh(office).rules.wait_target_days == 7
