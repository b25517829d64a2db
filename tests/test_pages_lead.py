"""The district lead's pages: the district now, its sessions and advisers, its figures."""

from datetime import time, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import appointments, outcomes
from booking.boards.attendance_figures import attendance, bookings
from booking.database import db
from booking.models import Adviser, AdviserLeave, Office, Session
from booking.rights import THE_SERVICE, Actor, actor_of
from booking.words import (
    BookingChannel,
    ExcusedReason,
    HalfDay,
    Role,
    SessionKind,
    SessionState,
    Status,
)
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

MONDAY = WEDNESDAY - timedelta(days=2)


@pytest.fixture(autouse=True)
def wednesday_at_ten():
    with time_machine.travel(at(WEDNESDAY, 10), tick=False):
        yield


@pytest.fixture
def office(client: FlaskClient) -> Office:
    return make_office(make_district(), "Thistlewick")


@pytest.fixture
def lead(client: FlaskClient, office: Office) -> Actor:
    """The lead of the office's district, signed in."""
    user = make_user(Role.DISTRICT_LEAD, office)
    sign_in(client, user)
    return actor_of(user)


def test_the_first_page_says_who_is_in_what_is_free_and_what_is_booked(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    ada = make_adviser(office.district, "Ada Invented")
    room = make_room(office, name="Pod 3")
    make_session(office, adviser=ada, room=room)
    afternoon = make_session(office, adviser=ada, room=room, half_day=HalfDay.PM)
    make_appointment(afternoon)
    page = client.get("/district").text
    assert "Ada Invented, all day, Pod 3" in page
    assert "Wed 20 Jan, 10:30am" in page
    row = page.split("Thistlewick</a>")[1]
    # 10:30, 11:15 and midday are left of the morning, three of the afternoon's four.
    assert [cell.split("<")[0] for cell in row.split('ld-table__value">')[3:6]] == ["6", "1", "0"]


def test_a_gap_left_by_somebody_who_did_not_come_is_counted_while_it_is_worth_taking(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    missed = make_appointment(make_session(office), position=2)
    with time_machine.travel(at(WEDNESDAY, 10, 41), tick=False):
        outcomes.record_outcome(
            appointment_id=missed.id, outcome=Status.FAILED_TO_ATTEND, by=THE_SERVICE
        )
        assert 'ld-facts__value">1</dd>' in gaps_fact(client)
    with time_machine.travel(at(WEDNESDAY, 10, 51), tick=False):  # 24 minutes left of 25
        assert 'ld-facts__value">0</dd>' in gaps_fact(client)


def gaps_fact(client: FlaskClient) -> str:
    return client.get("/district").text.split("Walkover gaps today")[1].split("given back")[0]


WAITS = [
    # days to the next free slot, said to be too long
    (14, False),
    (15, True),
]


@pytest.mark.parametrize(("days", "too_long"), WAITS)
def test_a_wait_beyond_fourteen_days_is_pointed_out(
    client: FlaskClient, office: Office, lead: Actor, days: int, too_long: bool
) -> None:
    make_session(office, on=WEDNESDAY + timedelta(days=days))
    page = client.get("/district").text
    assert (f"{days} days, beyond the 14-day target" in page) == too_long


def test_an_office_with_nothing_free_is_pointed_out_too(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    page = client.get("/district").text
    assert "None in 60 days" in page
    assert "Beyond the 14-day target" in page


def test_a_district_without_offices_says_what_to_do(client: FlaskClient) -> None:
    office = make_office(allows_access=False)
    sign_in(client, make_user(Role.DISTRICT_LEAD, office))
    assert "Next Step has no office in this district yet." in client.get("/district").text


def test_nothing_of_another_district_is_shown(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    elsewhere = make_office(make_district("Far Away"), "Nettlecombe")
    session = make_session(elsewhere)
    away = make_adviser(elsewhere.district, "Zed Elsewhere")
    for path in (
        "/district",
        "/district/sessions",
        "/district/attendance",
        "/district/advisers",
        "/offices",
    ):
        page = client.get(path).text
        assert "Nettlecombe" not in page, path
        assert "Zed Elsewhere" not in page, path
    for path in (
        f"/district/sessions/open/{elsewhere.id}",
        f"/district/advisers/{away.id}",
        f"/offices/{elsewhere.code}",
        f"/offices/{elsewhere.code}/edit",
        f"/districts/{elsewhere.district.code}/rules",
    ):
        assert client.get(path).status_code == 404, path
    assert client.post(f"/district/sessions/{session.id}/cancel").status_code == 404
    leave = {"kind": "sick", "first_on": "2027-02-01", "last_on": "2027-02-01"}
    client.post(f"/district/advisers/{away.id}/leave", data=leave)
    assert db.session.scalar(select(AdviserLeave)) is None


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DISTRICT_LEAD])
def test_the_district_is_for_its_lead_alone(
    client: FlaskClient, office: Office, role: Role
) -> None:
    sign_in(client, make_user(role, office))
    for path in ("/district", "/district/sessions", "/district/appointments.csv"):
        assert client.get(path).status_code == 403


# Sessions ---------------------------------------------------------------------------------


def test_the_week_shows_who_sits_where_in_each_half_day(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    ada = make_adviser(office.district, "Ada Invented")
    make_session(office, adviser=ada, room=make_room(office, name="Pod 3"))
    page = client.get(f"/district/sessions?week={WEDNESDAY}&office={office.id}").text
    assert "Ada Invented at Thistlewick, Wed 20 Jan am" in page
    assert "Pod 3" in page
    assert "0 of 5" in page
    assert "Ada Invented" not in client.get("/district/sessions?week=2027-01-25").text


@pytest.mark.parametrize("week", ["0001-01-01", "9999-12-31", "2027-13-01", "soon", ""])
def test_a_week_that_cannot_be_is_this_week(
    client: FlaskClient, office: Office, lead: Actor, week: str
) -> None:
    page = client.get(f"/district/sessions?week={week}&office=99999999999999").text
    assert "Week of Monday 18 January" in page


def test_an_empty_half_day_to_come_leads_to_opening_it(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    page = client.get("/district/sessions").text
    assert "Open a session: Thistlewick, Thu 21 Jan pm" in page
    assert "Open a session: Thistlewick, Tue 19 Jan pm" not in page
    form = client.get(f"/district/sessions/open/{office.id}?on=2027-01-21&half_day=pm").text
    assert 'value="2027-01-21"' in form
    assert 'value="pm" checked' in form


def test_opening_a_session_publishes_its_slots(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    answer = client.post(f"/district/sessions/open/{office.id}", data=session_form(office))
    assert answer.status_code == 302, answer.text
    opened = db.session.scalars(select(Session)).one()
    assert (opened.on_date, opened.half_day, len(opened.slots)) == (
        WEDNESDAY + timedelta(days=1),
        HalfDay.AM,
        5,
    )


def session_form(office: Office, **changes: object) -> dict[str, object]:
    adviser = db.session.scalar(select(Adviser)) or make_adviser(office.district)
    room = office.rooms[0] if office.rooms else make_room(office, seats=13)
    return {
        "adviser": adviser.id,
        "on": WEDNESDAY + timedelta(days=1),
        "half_day": "am",
        "kind": "interviews",
        "room": room.id,
        "places": 1,
        **changes,
    }


def test_a_group_has_several_places_and_a_telephone_session_no_room(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    path = f"/district/sessions/open/{office.id}"
    client.post(path, data=session_form(office, kind="group", places=12))
    client.post(path, data=session_form(office, kind="telephone", half_day="pm", room=""))
    group, telephone = db.session.scalars(select(Session).order_by(Session.id))
    assert {slot.places for slot in group.slots} == {12}
    assert (telephone.kind, telephone.room_id) == (SessionKind.TELEPHONE, None)


CANNOT_OPEN = [
    ({"on": "2027-01-23"}, "is not open on a Saturday."),
    ({"on": ""}, "Enter the date of the session."),
    ({"on": "2027-02-30"}, ": enter a real date."),
    ({"room": ""}, "Choose a room of this office that is in use."),
    ({"places": 4}, "Only a group session has more than one place in a slot."),
    ({"places": "many"}, ": enter a whole number from 1 to 40."),
]


@pytest.mark.parametrize(("changes", "sentence"), CANNOT_OPEN)
def test_what_stands_in_the_way_is_said_on_the_form(
    client: FlaskClient, office: Office, lead: Actor, changes: dict[str, object], sentence: str
) -> None:
    answer = client.post(
        f"/district/sessions/open/{office.id}", data=session_form(office, **changes)
    )
    assert sentence in answer.text
    assert "Error: Open a session" in answer.text
    assert db.session.scalar(select(Session)) is None


def test_an_adviser_or_a_room_that_is_taken_is_said_on_the_form(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    path = f"/district/sessions/open/{office.id}"
    form = session_form(office)
    client.post(path, data=form)
    elsewhere = {**form, "room": make_room(office).id}
    assert "The adviser already has a session" in client.post(path, data=elsewhere).text
    other = make_adviser(office.district, "Ben Example")
    taken = client.post(path, data={**form, "adviser": other.id}).text
    assert "The room already has a session" in taken


def test_an_empty_session_can_be_cancelled_and_a_booked_one_cannot(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    empty = make_session(office, on=WEDNESDAY + timedelta(days=1))
    booked = make_session(office, on=WEDNESDAY + timedelta(days=2))
    make_appointment(booked)
    page = client.get(f"/district/sessions?office={office.id}").text
    assert f"/district/sessions/{empty.id}/cancel" in page
    assert f"/district/sessions/{booked.id}/cancel" not in page
    assert client.post(f"/district/sessions/{empty.id}/cancel").status_code == 302
    refused = client.post(f"/district/sessions/{booked.id}/cancel")
    assert refused.status_code == 409
    assert "has 1 appointment on" in refused.text
    db.session.expire_all()
    assert (empty.state, booked.state) == (SessionState.CANCELLED, SessionState.PUBLISHED)


def test_a_session_that_is_over_today_stays_in_the_diary(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    session = make_session(office)
    cancel = f"/district/sessions/{session.id}/cancel"
    for hour, status in ((13, 409), (12, 302)):
        with time_machine.travel(at(WEDNESDAY, hour), tick=False):
            page = client.get(f"/district/sessions?office={office.id}").text
            assert (cancel in page) == (status == 302)
            assert client.post(cancel).status_code == status


# Advisers ---------------------------------------------------------------------------------


def adviser_form(**changes: object) -> dict[str, object]:
    hours = {f"starts_{day}": "9am" for day in range(4)} | {
        f"ends_{day}": "5pm" for day in range(4)
    }
    return {
        "contractor": "Next Step",
        "languages": "Welsh, Urdu",
        "active": "y",
        **hours,
        **changes,
    }


def test_working_hours_and_languages_are_saved_and_shown(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    ada = make_adviser(office.district)
    assert client.post(f"/district/advisers/{ada.id}", data=adviser_form()).status_code == 302
    db.session.expire_all()
    assert [(each.weekday, each.starts, each.ends) for each in ada.hours] == [
        (day, time(9), time(17)) for day in range(4)
    ]
    assert ada.languages == ["Welsh", "Urdu"]
    page = client.get("/district/advisers").text
    assert "Mon to Thu 9am to 5pm" in page
    assert "Welsh, Urdu" in page


BAD_HOURS = [
    ({"ends_1": ""}, "Give both times for Tuesday, or neither."),
    ({"starts_4": "9am"}, "Give both times for Friday, or neither."),
    ({"ends_2": "8am"}, "Wednesday ends before it starts."),
    ({"starts_0": "soon"}, "Type a time like 10:30 or 2pm."),
    ({"contractor": ""}, "Say which contractor the adviser works for."),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD_HOURS)
def test_hours_that_cannot_be_are_refused_in_one_sentence(
    client: FlaskClient, office: Office, lead: Actor, changes: dict[str, object], sentence: str
) -> None:
    ada = make_adviser(office.district)
    answer = client.post(f"/district/advisers/{ada.id}", data=adviser_form(**changes))
    assert sentence in answer.text
    db.session.expire_all()
    assert len(ada.hours) == 5


def test_sessions_that_new_hours_no_longer_cover_are_pointed_out(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    ada = make_adviser(office.district)
    make_session(office, adviser=ada, on=WEDNESDAY + timedelta(days=2))  # a Friday
    path = f"/district/advisers/{ada.id}"
    assert "outside the working hours" not in client.get(path).text
    client.post(path, data=adviser_form())
    assert "Friday 22 January am, Thistlewick" in client.get(path).text


def test_leave_is_recorded_taken_back_and_stopped_by_appointments(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    ada = make_adviser(office.district)
    make_appointment(make_session(office, adviser=ada, on=WEDNESDAY + timedelta(days=2)))
    path = f"/district/advisers/{ada.id}"
    leave = {"kind": "sick", "first_on": "2027-01-21", "last_on": "2027-01-21"}
    assert client.post(f"{path}/leave", data=leave).status_code == 302
    assert "Thu 21 Jan to Thu 21 Jan" in client.get(path).text
    stopped = client.post(f"{path}/leave", data={**leave, "last_on": "2027-01-22"})
    assert "has 1 appointment on" in stopped.text
    recorded = db.session.scalars(select(AdviserLeave)).one()
    client.post(f"/district/advisers/leave/{recorded.id}/withdraw")
    assert "No leave to come." in client.get(path).text


def test_leave_that_ends_before_it_starts_is_refused_on_its_field(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    ada = make_adviser(office.district)
    leave = {"kind": "sick", "first_on": "2027-01-22", "last_on": "2027-01-21"}
    answer = client.post(f"/district/advisers/{ada.id}/leave", data=leave)
    assert "The last day is before the first." in answer.text
    assert 'id="last_on-error"' in answer.text


# Figures ----------------------------------------------------------------------------------


def make_past(office: Office) -> None:
    """This Monday morning: two attended, one failed, one cancelled, one excused."""
    with time_machine.travel(at(MONDAY, 8), tick=False):
        session = make_session(office, on=MONDAY)
        booked = [make_appointment(session, position=n, seconds_to_book=40 + n) for n in range(5)]
        appointments.cancel(appointment_id=booked[3].id, by=THE_SERVICE)
    with time_machine.travel(at(MONDAY, 13), tick=False):
        for n, outcome in enumerate([Status.ATTENDED, Status.ATTENDED, Status.FAILED_TO_ATTEND]):
            outcomes.record_outcome(appointment_id=booked[n].id, outcome=outcome, by=THE_SERVICE)
        outcomes.record_outcome(
            appointment_id=booked[4].id,
            outcome=Status.EXCUSED,
            excused_reason=ExcusedReason.WEATHER,
            by=THE_SERVICE,
        )


def test_cancelled_and_excused_are_left_out_of_the_rate(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    make_past(office)
    figures = attendance(weeks=4, by=lead)
    total = figures.total
    assert (total.attended, total.failed_to_attend, total.cancelled, total.excused) == (2, 1, 1, 1)
    assert (total.denominator, total.fta_rate) == (3, 1 / 3)
    assert list(figures.by_office) == ["Thistlewick"]
    assert list(figures.by_half_day) == [(0, HalfDay.AM)]
    page = client.get("/district/attendance").text
    assert "33%" in page
    assert "1 of 3" in page
    assert "cancelled and excused are left out" in page
    assert "Monday am" in page


def test_figures_are_of_the_leads_district_alone(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    make_past(make_office(make_district("Far Away"), "Nettlecombe"))
    assert attendance(weeks=4, by=lead).by_office == {}
    assert sum(channel.bookings for channel in bookings(weeks=4, by=lead).values()) == 0


def test_an_appointment_counts_once_it_is_over(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    make_appointment(make_session(office), position=2)  # half past ten today
    with time_machine.travel(at(WEDNESDAY, 11, 14), tick=False):
        assert attendance(weeks=4, by=lead).total.open == 0
    with time_machine.travel(at(WEDNESDAY, 11, 15), tick=False):
        assert attendance(weeks=4, by=lead).total.open == 1


def test_thirteen_weeks_reach_further_back_than_four(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    make_past(office)
    with time_machine.travel(at(MONDAY + timedelta(weeks=5), 9), tick=False):
        assert attendance(weeks=4, by=lead).total.denominator == 0
        assert attendance(weeks=13, by=lead).total.denominator == 3
        sign_in(client, make_user(Role.DISTRICT_LEAD, office))
        assert "No appointment was due in these weeks." in client.get("/district/attendance").text
        assert "1 of 3" in client.get("/district/attendance?weeks=13").text


def test_time_to_book_is_a_median_by_channel(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    session = make_session(office)
    for position, seconds in ((2, 30), (3, 50), (4, 400)):
        make_appointment(session, position=position, seconds_to_book=seconds)
    later = make_session(office, on=WEDNESDAY + timedelta(days=1))
    make_appointment(later, channel=BookingChannel.PHONE)
    table = client.get("/district/attendance").text.split("Time to book, by channel")[1]
    cells = [cell.split("<")[0] for cell in table.split('ld-table__value">')[1:9]]
    assert cells == ["Desk", "3", "3", "50 s", "Phone", "1", "0", "–"]


def test_weeks_that_are_not_offered_are_four(
    client: FlaskClient, office: Office, lead: Actor
) -> None:
    page = client.get("/district/attendance?weeks=-1%20OR%201").text
    assert "Mon 21 Dec to Wed 20 Jan" in page
