"""The lead's pages about levels and forecasts, over HTTP; and where staff read a level."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from booking.attendance import by_hand, forecasting
from booking.database import db
from booking.models import Office, Session
from booking.rights import THE_SERVICE, Actor, actor_of
from booking.words import HalfDay, Role, SessionKind
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
from tests.test_attendance_history import a_row, brought_in, write


@pytest.fixture(autouse=True)
def wednesday_at_eight() -> Iterator[None]:
    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        yield


@pytest.fixture
def office(client: FlaskClient) -> Office:
    return make_office(make_district(comfortable_am=4, comfortable_pm=3), "Thistlewick")


@pytest.fixture
def lead(client: FlaskClient, office: Office) -> Actor:
    user = make_user(Role.DISTRICT_LEAD, office, name="Lena Invented")
    sign_in(client, user)
    return actor_of(user)


@pytest.fixture
def day(office: Office) -> tuple[Session, Session]:
    adviser, room = make_adviser(office.district, "Ada Invented"), make_room(office)
    morning = make_session(office, adviser=adviser, room=room)
    return morning, make_session(office, adviser=adviser, room=room, half_day=HalfDay.PM)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def test_a_session_shows_its_level_the_curves_and_when_not_to_share(
    client: FlaskClient, lead: Actor, day: tuple[Session, Session]
) -> None:
    page = text_of(client.get(f"/district/sessions/{day[0].id}").text)
    assert "of 5 slots, as computed" in page
    assert "Eight booked: on one day in" in page
    assert "there is a gap for a walkover" in page
    assert "At least one gap" in page
    assert "one booking a slot is best when a minute a claimant waits is worth" in page
    assert "more than the 9 bookings a day that the rules allow" in page
    assert re.search(r"Ten booked: 6.2 are seen instead of 5.6 .* the worst placed \d\d,", page)
    assert "The rules allow 9 a day, and of 9 one booking a slot is best." in page
    assert "Proved to be the best plan for 10 bookings." in page
    assert "nothing is known yet" in page
    assert page.count("Bars: ") == 2, "what a picture shows is said to everybody"
    assert "the lower when they fill half the gaps" in page


@pytest.mark.parametrize(
    ("rules", "says", "proved"),
    [
        ({"wait_weight": 2.0}, "Nobody: the best plan has one booking a slot here.", 9),
        ({"daily_cap": 16}, "sharing some starts would cost less here.", 10),
        ({"daily_cap": 10, "prior_fta": 0.5}, "The rules allow 10 a day. Ten booked: ", 12),
        ({"daily_cap": 10, "prior_fta": 0.5, "shared_starts": 1}, "The rules allow 10 a day.", 10),
    ],
)
def test_who_would_wait_is_of_the_best_plan_and_of_the_one_in_use_where_starts_are_shared(
    client: FlaskClient, rules: dict[str, float], says: str, proved: int
) -> None:
    office = make_office(make_district(comfortable_am=4, comfortable_pm=3, **rules))
    sign_in(client, make_user(Role.DISTRICT_LEAD, office))
    adviser, room = make_adviser(office.district), make_room(office)
    session = make_session(office, adviser=adviser, room=room)
    make_session(office, adviser=adviser, room=room, half_day=HalfDay.PM)
    page = text_of(client.get(f"/district/sessions/{session.id}").text)
    assert says in page
    assert f"Proved to be the best plan for {proved} bookings." in page


def test_a_level_is_set_by_hand_shown_everywhere_and_taken_back(
    client: FlaskClient, lead: Actor, office: Office, day: tuple[Session, Session]
) -> None:
    morning, _ = day
    path = f"/district/sessions/{morning.id}"
    answer = client.post(path, data={"level": "2", "reason": "Two interpreters"})
    assert answer.status_code == 302
    page = text_of(client.get(path).text)
    assert "Set by hand by Lena Invented: Two interpreters" in page
    assert "by hand: Two interpreters" in client.get(f"/district/sessions?office={office.id}").text
    diary = text_of(client.get(f"/diary?adviser={morning.adviser_id}").text)
    assert "offers 2, set by hand: Two interpreters" in diary
    assert "Not offered: beyond the level" in diary
    assert client.post(f"{path}/computed").status_code == 302
    assert "as computed" in text_of(client.get(path).text)
    assert "the computed one already" in client.post(f"{path}/computed", follow_redirects=True).text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"level": "6", "reason": "Why"}, "Enter a whole number from 0 to 5."),
        ({"level": "few", "reason": "Why"}, ": enter a whole number from 0 to 99."),
        ({"level": "3", "reason": ""}, "Say why the level is set by hand."),
    ],
)
def test_a_level_that_cannot_be_is_refused_beside_what_was_typed(
    client: FlaskClient,
    lead: Actor,
    day: tuple[Session, Session],
    typed: dict[str, str],
    sentence: str,
) -> None:
    page = client.post(f"/district/sessions/{day[0].id}", data=typed).text
    assert sentence in page
    assert f'value="{typed["level"]}"' in page
    db.session.rollback()
    assert day[0].level_reason == ""


def test_overbooked_slots_are_said_in_words_to_everybody_who_books(
    client: FlaskClient, lead: Actor, office: Office, day: tuple[Session, Session]
) -> None:
    morning, _ = day
    assert morning.level == 5
    make_appointment(morning, position=4)
    assert "1 of them overbooked" in text_of(
        client.get(f"/district/sessions?office={office.id}").text
    )
    diary = text_of(client.get(f"/diary?adviser={morning.adviser_id}").text)
    assert "first session · overbooked" in diary
    sign_in(client, make_user(Role.JOBCENTRE_ADVISER, office))
    assert "1 (1 slot overbooked)" in text_of(client.get("/office").text)


def test_another_districts_session_is_not_there(
    client: FlaskClient, lead: Actor, office: Office
) -> None:
    theirs = make_session(make_office(make_district("Far Away")))
    assert client.get(f"/district/sessions/{theirs.id}").status_code == 404
    answer = client.post(f"/district/sessions/{theirs.id}", data={"level": "1", "reason": "Mine"})
    assert "no such thing" in answer.text or answer.status_code == 404
    db.session.rollback()
    assert theirs.level == 5


def test_a_group_and_a_session_that_is_over_have_no_level_to_set(
    client: FlaskClient, lead: Actor, office: Office
) -> None:
    group = make_session(office, kind=SessionKind.GROUP, places=6)
    assert "has no level" in client.get(f"/district/sessions/{group.id}").text
    session = make_session(office, half_day=HalfDay.PM)
    with time_machine.travel(at(WEDNESDAY + timedelta(days=1), 9), tick=False):
        sign_in(client, make_user(Role.DISTRICT_LEAD, office))
        assert "Set the level by hand" not in client.get(f"/district/sessions/{session.id}").text


def test_without_a_forecast_the_page_says_what_holds_until_there_is_one(
    client: FlaskClient, lead: Actor
) -> None:
    assert "Nothing is learned yet" in client.get("/district/forecast").text


def test_with_little_history_the_forecast_is_not_judged(
    client: FlaskClient, lead: Actor, office: Office, tmp_path
) -> None:
    rows = [a_row(office.code, outcome) for outcome in ("attended", "failed_to_attend")]
    brought_in(client.application, write(tmp_path / "h.csv", *rows * 30))
    forecasting.retrain()
    assert "too few outcomes to hold four weeks back" in client.get("/district/forecast").text


def test_the_forecast_is_honest_when_the_plain_rate_is_as_good(
    client: FlaskClient, lead: Actor, monkeypatch: pytest.MonkeyPatch, tmp_path, office: Office
) -> None:
    """Alike everywhere and always: there is nothing to know but the rate."""
    days = [f"2026-{month:02}-{day:02}" for month in (9, 10, 11, 12) for day in range(1, 29, 2)]
    rows = [
        f"2026-08-{1 + n:02}T10:00,{on}T{9 + n % 8:02}:00,{office.code},,first,none,"
        f"{'failed_to_attend' if (n * 7 + i * 3) % 8 < 3 else 'attended'}"
        for i, on in enumerate(days)
        for n in range(16)
    ]
    brought_in(client.application, write(tmp_path / "h.csv", *rows))
    forecasting.retrain()
    page = text_of(client.get("/district/forecast").text)
    assert "Here the plain rate is as good" in page
    assert "One rate for all" in page


def test_only_leads_see_levels_argued(client: FlaskClient, office: Office) -> None:
    session = make_session(office)
    for role in set(Role) - {Role.DISTRICT_LEAD}:
        sign_in(client, make_user(role, office))
        for path in (f"/district/sessions/{session.id}", "/district/forecast"):
            assert client.get(path).status_code == 403, role


def test_by_hand_says_so_to_whoever_opens_the_diary(client: FlaskClient, office: Office) -> None:
    session = make_session(office)
    by_hand.set_level(session_id=session.id, level=1, reason="Fire drill", by=THE_SERVICE)
    user = make_user(Role.NEXT_STEP_ADVISER, office, adviser=session.adviser)
    sign_in(client, user)
    assert "set by hand: Fire drill" in text_of(client.get("/diary").text)
