"""The Jobcentre adviser's pages: from the claimant at the desk to a card in their hand."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking import contacts, outcomes
from booking.database import db
from booking.models import Appointment, Office, OutboxMessage, Referral, Session
from booking.rights import THE_SERVICE
from booking.words import (
    AppointmentKind,
    BookingChannel,
    HalfDay,
    MessageKind,
    OfficeKind,
    ReferralState,
    Role,
    SessionKind,
    Status,
)
from tests.makers import (
    WEDNESDAY,
    at,
    make_adviser,
    make_appointment,
    make_claimant,
    make_office,
    make_room,
    make_session,
    make_user,
    sign_in,
)

TYPED = {
    "name": "Sam Example",
    "mobile": "07700 900123",
    "stage": "1",
    "reason": "skills_health_check",
    "job_goal": "Bus driver",
    "channel": "desk",
    "may_text": "y",
}


@pytest.fixture(autouse=True)
def nine_on_wednesday(sqlite_app):
    with time_machine.travel(at(WEDNESDAY, 9), tick=False) as clock:
        yield clock


@pytest.fixture
def office(sqlite_app) -> Office:
    return make_office(name="Thistlewick", address="1 Example Street")


@pytest.fixture
def session(office: Office) -> Session:
    """Ada is in this morning, in Room 2."""
    room = make_room(office, name="Room 2", floor="first floor")
    return make_session(office, room=room)


@pytest.fixture
def adviser(client: FlaskClient, office: Office, session: Session) -> FlaskClient:
    """A Jobcentre adviser of the office, signed in."""
    sign_in(client, make_user(Role.JOBCENTRE_ADVISER, office))
    return client


def slots_offered(page: TestResponse) -> list[int]:
    """The slots a page offers, in the order it offers them."""
    return [int(slot_id) for slot_id in re.findall(r'class="ld-slot" href="/book/(\d+)', page.text)]


def buttons_offered(page: TestResponse) -> list[int]:
    return [int(slot_id) for slot_id in re.findall(r'name="slot" value="(\d+)"', page.text)]


def the_booking() -> Appointment:
    return db.session.scalars(select(Appointment).order_by(Appointment.id.desc())).first()


def ids(session: Session) -> list[int]:
    return [slot.id for slot in session.slots]


# The office today


def test_the_home_page_says_who_is_in_and_what_is_free(adviser, session) -> None:
    page = adviser.get("/", follow_redirects=True)

    assert "Thistlewick" in page.text
    assert "Wednesday 20 January" in page.text
    assert "Ada Invented" in page.text
    assert "Room 2, first floor" in page.text
    assert slots_offered(page)[:5] == ids(session)
    assert 'data-key="1"' in page.text


def test_who_is_in_this_week_is_one_press_away(adviser, session, office) -> None:
    page = adviser.get("/office").text
    assert f'href="/offices/{office.code}"' in page
    assert session.adviser.name in adviser.get(f"/offices/{office.code}").text


def test_free_means_from_now_on(adviser, session, nine_on_wednesday) -> None:
    """At twenty to eleven two of five are over, one is booked, and 10:30 is a walkover still."""
    make_appointment(session, position=3)
    nine_on_wednesday.move_to(at(WEDNESDAY, 10, 40))

    rows = re.findall(r"<tr.*?</tr>", adviser.get("/office").text, re.S)
    row = next(each for each in rows if "9am to 12:45pm" in each)
    assert re.sub(r"<[^>]*>", " ", row).split()[-2:] == ["1", "2"]


def test_the_home_page_without_a_session_says_so_and_offers_the_nearest_office(
    client, office
) -> None:
    other = make_office(office.district, name="Brackenford", latitude=51.5, longitude=-1.0)
    elsewhere = make_session(other, on=WEDNESDAY + timedelta(days=1))
    sign_in(client, make_user(Role.JOBCENTRE_ADVISER, office))

    page = client.get("/office")

    assert "No Next Step adviser is at Thistlewick today." in page.text
    assert "No free slot at Thistlewick" in page.text
    assert slots_offered(page) == ids(elsewhere)[:2]


@pytest.mark.parametrize(("days", "alerted"), [(14, False), (15, True)])
def test_a_wait_beyond_fourteen_days_is_an_alert(client, office, days, alerted) -> None:
    make_session(office, on=WEDNESDAY + timedelta(days=days))
    sign_in(client, make_user(Role.JOBCENTRE_ADVISER, office))

    page = client.get("/office")

    assert ("The target is 14." in page.text) is alerted


def test_offices_nearby_are_shown_with_distance_wait_and_number(adviser, office) -> None:
    office.latitude, office.longitude = 51.5, -1.0
    venue = make_office(
        office.district,
        name="Oakapple Library",
        kind=OfficeKind.ALTERNATIVE_VENUE,
        latitude=51.5 + 3 / 69.1,
        longitude=-1.0,
    )
    make_session(venue, on=WEDNESDAY + timedelta(days=20))

    page = adviser.get("/office")

    row = page.text[page.text.index("Oakapple Library") :]
    assert "alternative venue" in row
    assert "about 3 miles" in row
    assert "Tue 9 Feb, 9am" in row
    assert "beyond 14 days" in row
    assert "01632 960000" in row
    assert "as a guide only" in page.text


# From the home page to booked


def test_a_slot_on_the_home_page_is_booked_in_two_presses(adviser, session, office) -> None:
    slot_id = slots_offered(adviser.get("/office"))[0]
    form = adviser.get(f"/book/{slot_id}")
    started = re.search(r'name="started" type="hidden" value="([^"]+)"', form.text)[1]
    booked = adviser.post(f"/book/{slot_id}", data={**TYPED, "started": started})

    made = the_booking()
    assert booked.status_code == 302
    assert booked.location == f"/appointments/{made.id}"
    assert (made.slot_id, made.claimant.name, made.referral.job_goal) == (
        slot_id,
        "Sam Example",
        "Bus driver",
    )
    assert made.channel == BookingChannel.DESK
    assert made.referral.office_id == office.id
    page = adviser.get(booked.location)
    assert "Booked: Wednesday 20 January 2027, 9am to 9:45am, with Ada Invented." in page.text


def test_the_booked_page_shows_the_text_that_will_be_sent(adviser, session) -> None:
    page = adviser.post(f"/book/{session.slots[4].id}", data=TYPED, follow_redirects=True)

    texts = db.session.scalars(select(OutboxMessage.kind)).all()
    assert texts == [MessageKind.CONFIRMATION]
    assert "Booked: Next Step careers adviser" in page.text
    assert "To be sent" in page.text


def test_what_to_expect_and_to_bring_stand_beside_the_form(adviser, session) -> None:
    page = adviser.get(f"/book/{session.slots[0].id}")

    assert "A 45-minute talk, one to one and in private" in page.text
    assert "any certificates" in page.text


def test_a_booking_from_a_phone_call_is_keyed_in_as_such(adviser, session) -> None:
    adviser.post(f"/book/{session.slots[0].id}", data={**TYPED, "channel": "phone"})

    assert the_booking().channel == BookingChannel.PHONE


def test_a_reference_alone_is_enough_for_an_anonymous_booking(adviser, session) -> None:
    only = {**TYPED, "name": "", "mobile": "", "reference": "JC-77"}
    adviser.post(f"/book/{session.slots[0].id}", data=only)

    assert the_booking().claimant.called == "Reference JC-77"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Give the claimant&#39;s name, or a reference."),
        ({"name": "", "stage": ""}, "Give the claimant&#39;s name, or a reference."),
        ({"mobile": ""}, "Give a mobile number, or another way to reach the claimant."),
        ({"mobile": "12"}, "number"),
        ({"stage": ""}, "Choose the claim stage."),
        ({"name": "x" * 101}, "Name: use at most 100 characters."),
        ({"stage": "9"}, "Choose the claim stage."),
    ],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(adviser, session, wrong, sentence) -> None:
    page = adviser.post(f"/book/{session.slots[0].id}", data={**TYPED, **wrong})

    assert "There is a problem" in page.text
    assert sentence in page.text
    assert 'value="Bus driver"' in page.text
    assert the_booking() is None


ROOMS = [
    # what the room is not and the claimant needs, what is answered
    ("step_free", "Room 9 has no step-free access"),
    ("private", "Room 9 is not private"),
]


@pytest.mark.parametrize(("need", "sentence"), ROOMS)
def test_a_room_the_claimant_cannot_use_is_refused_with_others_that_suit(
    adviser, session, office, need, sentence
) -> None:
    grace = make_adviser(office.district, "Grace Invented")
    upstairs = make_session(
        office, adviser=grace, room=make_room(office, name="Room 9", **{need: False})
    )

    page = adviser.post(f"/book/{upstairs.slots[1].id}", data={**TYPED, need: "y"})

    assert page.status_code == 409
    assert sentence in page.text
    assert 'value="Sam Example"' in page.text
    assert buttons_offered(page) == ids(session)[:3]
    assert the_booking() is None
    assert "Book 9:45am" in page.text  # the need is unticked, or another slot chosen
    adviser.post(f"/book/{upstairs.slots[1].id}", data=TYPED)
    assert the_booking().slot_id == upstairs.slots[1].id


@pytest.mark.parametrize("reached", ["mobile", "other_contact"])
def test_a_telephone_session_needs_a_number_and_nothing_to_bring(adviser, office, reached) -> None:
    by_phone = make_session(office, kind=SessionKind.TELEPHONE)
    address = f"/book/{by_phone.slots[2].id}"
    unnamed = {**TYPED, "name": "", "mobile": "", "reference": "JC-77"}

    page = adviser.post(address, data=unnamed)
    assert "Give a number to ring: the session is by telephone." in page.text
    assert "The adviser rings you" in page.text
    assert "Please bring" not in page.text
    assert the_booking() is None

    adviser.post(address, data={**unnamed, reached: "07700 900123"})
    assert the_booking().slot_id == by_phone.slots[2].id


def test_what_is_said_of_a_telephone_session_sends_nobody_anywhere(adviser, office) -> None:
    by_phone = make_session(office, kind=SessionKind.TELEPHONE)
    adviser.post(f"/book/{by_phone.slots[2].id}", data=TYPED)
    booked = f"/appointments/{the_booking().id}"

    text = re.search(r'ld-bubble__text">.*?</span>([^<]*)', adviser.get(booked).text)[1]
    assert "10:30am, by telephone. We will ring you." in text
    assert "Thistlewick" not in text
    assert "Bring" not in text

    adviser.get(f"{booked}/card")
    contents = contacts.notices_of(the_booking().id)[-1].contents
    assert (contents["where"], contents["bring"]) == ("by telephone", [])


# Time to book


def booked_after(adviser, clock, seconds: int, started: str, slot_id: int) -> int | None:
    clock.shift(seconds)
    adviser.post(f"/book/{slot_id}", data={**TYPED, "started": started})
    return the_booking().seconds_to_book


def started_on(adviser, session) -> str:
    found = adviser.get("/find?ends=9")
    return re.search(r"started=([^&\"]+)", found.text)[1]


def test_the_time_to_book_is_measured_from_the_search(adviser, session, nine_on_wednesday) -> None:
    started = started_on(adviser, session)

    assert booked_after(adviser, nine_on_wednesday, 47, started, session.slots[2].id) == 47


@pytest.mark.parametrize("token", ["", "forged", "MTIz.abc"])
def test_a_forged_or_missing_start_measures_nothing(
    adviser, session, nine_on_wednesday, token
) -> None:
    assert booked_after(adviser, nine_on_wednesday, 47, token, session.slots[2].id) is None


def test_a_page_left_open_over_a_break_measures_nothing(
    adviser, session, nine_on_wednesday
) -> None:
    started = started_on(adviser, session)

    assert booked_after(adviser, nine_on_wednesday, 1801, started, session.slots[4].id) is None


# When somebody was quicker


def test_a_slot_just_taken_is_answered_with_others_and_nothing_is_typed_twice(
    adviser, session
) -> None:
    first, second, third, fourth, _ = ids(session)
    make_appointment(session, position=0)

    page = adviser.post(f"/book/{first}?ends=9", data=TYPED)

    assert page.status_code == 409
    assert "Somebody has just taken that slot." in page.text
    assert buttons_offered(page) == [second, third, fourth]
    for typed in ("Sam Example", "07700 900123", "Bus driver"):
        assert f'value="{typed}"' in page.text
    adviser.post(f"/book/{first}?ends=9", data={**TYPED, "slot": third})
    assert the_booking().slot_id == third


def test_enter_in_a_field_presses_none_of_the_alternatives(adviser, session) -> None:
    make_appointment(session, position=0)

    page = adviser.post(f"/book/{session.slots[0].id}", data=TYPED)

    buttons = re.findall(
        r"<button[^>]*>", page.text[page.text.index('<form method="post" action="/book') :]
    )
    assert "disabled" in buttons[0]
    assert "slot" in buttons[1]


def test_the_alternatives_suit_the_same_claimant(adviser, session, office) -> None:
    """The claimant cannot come before eleven, so 9:45 is no alternative to 9."""
    make_appointment(session, position=0)

    page = adviser.post(f"/book/{session.slots[0].id}?not_before=11", data=TYPED)

    assert buttons_offered(page) == ids(session)[3:]


def test_a_slot_taken_before_the_form_is_opened_offers_others_at_once(adviser, session) -> None:
    make_appointment(session, position=0)

    page = adviser.get(f"/book/{session.slots[0].id}")

    assert page.status_code == 409
    assert slots_offered(page) == ids(session)[1:4]
    assert 'name="mobile"' not in page.text


# What the adviser should weigh


@pytest.mark.parametrize(
    ("reason", "words"),
    [("cv_only", "CV on its own"), ("basic_skills_first", "basic skills provider")],
)
def test_a_referral_often_made_in_error_is_weighed_once(adviser, session, reason, words) -> None:
    slot_id = session.slots[0].id
    asked_again = adviser.post(f"/book/{slot_id}", data={**TYPED, "reason": reason})
    assert words in asked_again.text[asked_again.text.index("There is a problem") :]
    assert the_booking() is None

    adviser.post(f"/book/{slot_id}", data={**TYPED, "reason": reason, "prompt_read": "y"})
    assert the_booking().referral.reason == reason


def test_signposting_is_an_outcome_and_uses_no_slot(adviser, session) -> None:
    page = adviser.post("/signpost", data={**TYPED, "reason": "cv_only"}, follow_redirects=True)

    referral = db.session.scalars(select(Referral)).one()
    assert referral.state == ReferralState.SIGNPOSTED
    assert the_booking() is None
    assert "Signposted" in page.text


def test_the_booking_form_can_be_sent_as_a_signpost(adviser, session) -> None:
    form = adviser.get(f"/book/{session.slots[0].id}")

    assert 'formaction="/signpost"' in form.text


def test_a_fourth_funded_session_needs_a_reason(adviser, office, session) -> None:
    person = make_claimant("Sam Example", "07700 900123")
    for days in (1, 2, 5):
        make_appointment(make_session(office, on=WEDNESDAY + timedelta(days=days)), claimant=person)
    slot_id = session.slots[0].id

    refused = adviser.post(f"/book/{slot_id}", data=TYPED)
    assert "had every funded session" in refused.text
    assert "Reason for a session beyond the funded ones" in refused.text

    adviser.post(f"/book/{slot_id}", data={**TYPED, "override_reason": "New redundancy"})
    assert the_booking().override_reason == "New redundancy"


# Finding


def test_the_slot_straight_after_this_interview_comes_first(adviser, session) -> None:
    page = adviser.get("/find?ends=10:15")

    assert slots_offered(page)[0] == session.slots[2].id
    assert "Straight after this interview" in page.text
    assert "Today, straight after this interview" in page.text


def test_straight_after_with_the_same_adviser_comes_before_straight_after_with_another(
    adviser, office, session
) -> None:
    bea = make_adviser(office.district, "Bea Invented")
    beas = make_session(office, adviser=bea)

    page = adviser.get(f"/find?ends=10:15&adviser={bea.id}")

    assert slots_offered(page)[:3] == [beas.slots[2].id, session.slots[2].id, beas.slots[3].id]


def test_a_slot_on_the_signing_day_comes_before_a_sooner_one(client, office) -> None:
    sooner = make_session(office, on=WEDNESDAY + timedelta(days=1))
    signing = make_session(office, on=WEDNESDAY + timedelta(days=6))
    sign_in(client, make_user(Role.JOBCENTRE_ADVISER, office))

    page = client.get(f"/find?signing={signing.on_date}")

    assert slots_offered(page)[:5] == ids(signing)
    assert slots_offered(page)[5:] == ids(sooner)[:4]
    assert "On signing day" in page.text


@pytest.mark.parametrize(
    ("question", "positions"),
    [
        ("not_before=10:30", [2, 3, 4]),
        ("not_after=10:30am", [0, 1]),
        ("days=2", [0, 1, 2, 3, 4]),
        ("days=0&days=1", []),
        ("first_on=2027-01-21", []),
        ("last_on=2027-01-20", [0, 1, 2, 3, 4]),
        ("how=telephone", []),
        ("how=in_person", [0, 1, 2, 3, 4]),
        ("private=y", []),
        ("step_free=y", [0, 1, 2, 3, 4]),
    ],
)
def test_the_claimants_constraints_narrow_the_search(client, office, question, positions) -> None:
    room = make_room(office, private=False)
    session = make_session(office, room=room)
    sign_in(client, make_user(Role.JOBCENTRE_ADVISER, office))

    page = client.get(f"/find?{question}")

    assert slots_offered(page) == [session.slots[position].id for position in positions]


def test_a_language_is_found_with_those_who_speak_it(adviser, office, session) -> None:
    speaker = make_adviser(office.district, "Gwen Invented", languages=["Welsh"])
    welsh = make_session(office, half_day=HalfDay.PM, adviser=speaker)

    page = adviser.get("/find?language=Welsh")

    assert slots_offered(page) == ids(welsh)


def test_this_office_comes_first_then_the_nearest(adviser, office, session) -> None:
    office.latitude, office.longitude = 51.5, -1.0
    far = make_office(office.district, name="Farthing", latitude=51.9, longitude=-1.0)
    near = make_office(office.district, name="Nearby", latitude=51.55, longitude=-1.0)
    there, close = make_session(far), make_session(near)

    page = adviser.get("/find")

    assert slots_offered(page) == [*ids(session), *ids(close)[:2], *ids(there)[:2]]
    assert page.text.index("Nearby", page.text.index("Nearest other")) < page.text.rindex(
        "Farthing"
    )


def test_a_time_that_is_none_is_said(adviser, session) -> None:
    page = adviser.get("/find?ends=25:99")

    assert "Type a time like 10:30 or 2pm." in page.text
    assert slots_offered(page) == []


def test_what_was_searched_by_is_on_the_form_already(adviser, session) -> None:
    found = adviser.get("/find?signing=2027-01-26&step_free=y&not_before=9:30")
    address = re.search(r'class="ld-slot" href="([^"]+)"', found.text)[1].replace("&amp;", "&")

    form = adviser.get(address)
    assert 'value="2027-01-26" selected' in form.text
    assert re.search(r'id="step_free"[^>]*checked', form.text)

    adviser.post(address, data={**TYPED, "signing": "2027-01-26", "step_free": "y"})
    person = the_booking().claimant
    assert (person.signing_weekday, str(person.signing_from)) == (1, "2027-01-26")
    assert person.needs_step_free
    assert f"{person.available_from:%H:%M}" == "09:30"


# Again with the same adviser


def test_a_return_visit_is_offered_with_the_same_adviser_and_asks_nothing_again(
    adviser, office, session, nine_on_wednesday
) -> None:
    bea = make_adviser(office.district, "Bea Invented")
    tomorrow = make_session(office, on=WEDNESDAY + timedelta(days=1), adviser=bea)
    first = make_appointment(make_session(office, half_day=HalfDay.PM, adviser=bea))
    nine_on_wednesday.move_to(at(WEDNESDAY, 14))
    outcomes.record_outcome(appointment_id=first.id, outcome=Status.ATTENDED, by=THE_SERVICE)

    found = adviser.get(f"/find?referral={first.referral_id}")
    same = slots_offered(found)
    assert "Same adviser as last time" in found.text
    assert first.claimant.name in found.text
    assert set(ids(tomorrow)) <= set(same)

    address = f"/book/{tomorrow.slots[0].id}?referral={first.referral_id}"
    form = adviser.get(address)
    assert 'name="mobile"' not in form.text
    adviser.post(address, data={"channel": "desk"})
    again = the_booking()
    assert (again.claimant_id, again.kind) == (first.claimant_id, AppointmentKind.RETURN)


def test_a_referral_of_another_office_is_not_found(client, office, session) -> None:
    other = make_office(office.district, name="Brackenford")
    theirs = make_appointment(make_session(other))
    sign_in(client, make_user(Role.JOBCENTRE_ADVISER, office))

    assert client.get(f"/find?referral={theirs.referral_id}").status_code == 404


# Walkovers


def test_a_missed_appointment_shows_on_the_walkover_board_and_can_be_taken(
    adviser, session, nine_on_wednesday
) -> None:
    missed = make_appointment(session, position=1)
    nine_on_wednesday.move_to(at(WEDNESDAY, 9, 56))
    before = adviser.get("/walkovers/gaps")
    assert "nobody came" not in before.text.casefold()
    outcomes.record_outcome(
        appointment_id=missed.id, outcome=Status.FAILED_TO_ATTEND, by=THE_SERVICE
    )

    board = adviser.get("/walkovers/gaps")
    assert slots_offered(board)[0] == missed.slot_id
    assert "Nobody came. Now, 34 minutes left" in board.text
    assert "<html" not in board.text
    assert missed.slot_id in slots_offered(adviser.get("/office"))

    adviser.post(f"/book/{missed.slot_id}", data=TYPED)
    assert the_booking().kind == AppointmentKind.WALKOVER


def test_reception_keys_in_a_phone_call_and_is_led_nowhere_that_is_not_theirs(
    client, office, session
) -> None:
    sign_in(client, make_user(Role.RECEPTION, office))
    assert 'href="/find"' in client.get("/arrivals").text
    for page in (client.get("/find"), client.get(f"/book/{session.slots[1].id}")):
        assert "Signpost" not in page.text

    client.post(f"/book/{session.slots[1].id}", data={**TYPED, "channel": "phone"})
    assert the_booking().channel == BookingChannel.PHONE


def test_the_walkover_board_and_a_signpost_have_a_way_back(adviser) -> None:
    for address, back in (("/walkovers", "/office"), ("/signpost", "/find")):
        links = re.findall(r"<a[^>]*govuk-back-link[^>]*>", adviser.get(address).text)
        assert [re.search('href="([^"]*)"', link)[1] for link in links] == [back]


def test_a_number_that_is_none_is_said_beside_what_is_missing(adviser, session) -> None:
    page = adviser.post(f"/book/{session.slots[0].id}", data={"name": "Sam", "mobile": "12"}).text

    assert 'id="mobile-error"' in page
    assert 'id="stage-error"' in page


# What became of them


def test_my_referrals_show_what_became_of_each(adviser, session, nine_on_wednesday) -> None:
    adviser.post(f"/book/{session.slots[0].id}", data=TYPED)
    adviser.post("/signpost", data={**TYPED, "name": "Jo Invented", "mobile": "07700 900124"})
    nine_on_wednesday.move_to(at(WEDNESDAY, 9, 30))
    outcomes.record_outcome(
        appointment_id=the_booking().id, outcome=Status.FAILED_TO_ATTEND, by=THE_SERVICE
    )

    page = adviser.get("/referrals")

    assert "Failed to attend" in page.text
    assert "in the last seven days" in page.text
    assert "Wed 20 Jan, 9am, Thistlewick" in page.text
    assert "Signposted" in page.text
    assert f"/find?referral={the_booking().referral_id}" in page.text


def test_no_referral_yet_is_said(adviser) -> None:
    assert "You have not referred anybody yet." in adviser.get("/referrals").text


# Who may


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.NEXT_STEP_ADVISER, Role.DISTRICT_LEAD])
def test_every_staff_role_can_book_from_a_slot(client, office, session, role) -> None:
    sign_in(client, make_user(role, office))

    assert slots_offered(client.get(f"/find?office={office.code}"))[:5] == ids(session)
    assert client.get("/office").status_code == 200
    client.post(f"/book/{session.slots[0].id}", data=TYPED)
    assert the_booking().claimant.name == "Sam Example"


def test_an_administrator_has_no_diary(client, office, session) -> None:
    sign_in(client, make_user(Role.ADMIN))

    assert client.get("/find").status_code == 403


@pytest.mark.parametrize("number", [99, 2**31, 10**30])
def test_a_slot_or_referral_that_is_not_there_is_not_found(adviser, number) -> None:
    assert adviser.get(f"/book/{number}").status_code == 404
    assert adviser.get(f"/appointments/{number}").status_code == 404
    assert adviser.get(f"/find?referral={number}").status_code in (200, 404)


def test_an_office_of_another_district_is_not_found(adviser) -> None:
    elsewhere = make_office(name="Over the border")

    assert adviser.get(f"/find?office={elsewhere.code}").status_code == 404
    theirs = make_session(elsewhere)
    assert adviser.get(f"/book/{theirs.slots[0].id}").status_code == 404


def test_a_search_asks_the_database_a_handful_of_questions(adviser, office, session) -> None:
    """The number of queries stays the same however many slots and offices there are."""
    few = queries_of(adviser, "/find")
    for number in range(4):
        other = make_office(office.district, name=f"Office {number}")
        make_session(other)
        make_session(office, on=WEDNESDAY + timedelta(days=7 * number + 1))

    assert queries_of(adviser, "/find") <= few + 1


def queries_of(client: FlaskClient, address: str) -> int:
    from sqlalchemy import event

    count = 0

    def counted(*_args: object) -> None:
        nonlocal count
        count += 1

    event.listen(db.engine, "before_cursor_execute", counted)
    db.session.expire_all()
    assert client.get(address).status_code == 200
    event.remove(db.engine, "before_cursor_execute", counted)
    return count
