"""A claimant's link: it opens one appointment, until a day after it, to whoever was given it."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from booking import appointments, claimant_links, clock
from booking.claimant_links import LinkExpired, LinkWrong, TooManyLinks, appointment_behind
from booking.database import db
from booking.models import Appointment, SignInFailure
from booking.rights import THE_SERVICE
from tests.conftest import make_app
from tests.makers import WEDNESDAY, at, make_appointment, make_session

ADDRESS = "192.0.2.7"
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz-_.%~ éŵ/"
# Working days beside the clock changes of 2027, and the Saturdays whose next day is not 24 hours.
AROUND_THE_CHANGES = [date(2027, 3, 25), date(2027, 3, 30), date(2027, 10, 29), date(2027, 11, 1)]
OVER_THE_CHANGES = [date(2027, 3, 27), date(2027, 10, 30)]
same_app = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def before() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(WEDNESDAY - timedelta(days=2), 12), tick=False) as traveller:
        yield traveller


def test_the_link_opens_its_appointment(app: Flask) -> None:
    first, second = make_appointment(), make_appointment()
    for each in (first, second):
        token = claimant_links.token_of(each)
        assert appointment_behind(token, address=ADDRESS).id == each.id
        assert appointment_behind(token.upper(), address=ADDRESS).id == each.id  # typed on a phone


def test_the_link_is_short_and_starts_where_the_outside_reaches_us(sqlite_url: str) -> None:
    app = make_app(sqlite_url, PUBLIC_BASE_URL="https://diaries.example.gov.uk")
    with app.app_context():
        link = claimant_links.link_to(Appointment(id=999_999, reference="ABCD2345"))
    assert link.startswith("https://diaries.example.gov.uk/a/")
    assert len(link) == len("https://diaries.example.gov.uk/a/") + 16


def test_it_opens_the_appointment_as_it_stands_after_a_move(app: Flask) -> None:
    session = make_session()
    appointment = make_appointment(session)
    token = claimant_links.token_of(appointment)
    appointments.move(appointment_id=appointment.id, slot_id=session.slots[3].id, by=THE_SERVICE)
    assert appointment_behind(token, address=ADDRESS).slot_id == session.slots[3].id


@same_app
@given(data=st.data())
def test_a_link_with_anything_changed_opens_nothing(sqlite_app: Flask, data: st.DataObject) -> None:
    db.session.execute(SignInFailure.__table__.delete())
    db.session.commit()
    appointment = db.session.get(Appointment, 1) or make_appointment()
    other = db.session.get(Appointment, 2) or make_appointment()
    token = claimant_links.token_of(appointment)
    place = data.draw(st.integers(0, len(token)))
    letter = data.draw(st.sampled_from(LETTERS))
    forged = data.draw(
        st.sampled_from(
            [
                token[:place] + letter + token[place + 1 :],
                token[:place] + letter + token[place:],
                token[:place] + token[place + 1 :],
                claimant_links.token_of(other)[0] + token[1:],
                token[-12:],
                "0" + token,
                token * 2,
                "",
            ]
        )
        | st.text(max_size=40)
    )
    if forged.lower() == token:
        return
    with pytest.raises(LinkWrong):
        appointment_behind(forged, address=ADDRESS)


def test_only_our_key_makes_links(sqlite_url: str) -> None:
    with make_app(sqlite_url).app_context():
        appointment_id = make_appointment().id
        ours = claimant_links.token_of(db.session.get_one(Appointment, appointment_id))
    with make_app(sqlite_url, SECRET_KEY="another secret").app_context():
        appointment = db.session.get_one(Appointment, appointment_id)
        assert claimant_links.token_of(appointment) != ours
        with pytest.raises(LinkWrong):
            appointment_behind(ours, address=ADDRESS)


def test_a_number_given_again_does_not_open_somebody_elses_appointment(app: Flask) -> None:
    """As in a database that was made anew under the same key."""
    appointment = make_appointment()
    token = claimant_links.token_of(appointment)
    appointment.reference = "ANEW2345"
    db.session.commit()
    with pytest.raises(LinkWrong):
        appointment_behind(token, address=ADDRESS)


@pytest.mark.parametrize("on", [WEDNESDAY, *AROUND_THE_CHANGES])
def test_it_expires_a_day_after_the_appointment_also_when_the_clocks_change(
    sqlite_app: Flask, before: time_machine.Traveller, on: date
) -> None:
    appointment = make_appointment(make_session(on=on))
    token, ends_at = claimant_links.token_of(appointment), appointment.slot.ends_at
    before.move_to(ends_at + timedelta(hours=24) - timedelta(seconds=1))
    assert appointment_behind(token, address=ADDRESS).id == appointment.id
    before.move_to(ends_at + timedelta(hours=24))
    with pytest.raises(LinkExpired) as refused:
        appointment_behind(token, address=ADDRESS)
    assert refused.value.appointment.id == appointment.id


@same_app
@given(
    ends_at=st.sampled_from(OVER_THE_CHANGES).map(lambda on: at(on, 16, 15)),
    hours=st.floats(-200, 200),
)
def test_it_is_open_exactly_while_less_than_a_day_has_passed(
    sqlite_app: Flask, before: time_machine.Traveller, ends_at: object, hours: float
) -> None:
    appointment = db.session.get(Appointment, 1) or make_appointment()
    appointment.slot.starts_at = ends_at - timedelta(minutes=45)  # type: ignore[operator]
    appointment.slot.ends_at = ends_at  # type: ignore[assignment]
    db.session.commit()
    before.move_to(ends_at + timedelta(hours=hours))  # type: ignore[operator]
    try:
        appointment_behind(claimant_links.token_of(appointment), address=ADDRESS)
        opened = True
    except LinkExpired:
        opened = False
    assert opened == (clock.now() - appointment.slot.ends_at < timedelta(hours=24))


def test_guessing_is_throttled_by_address_and_forgotten_after_a_quarter_of_an_hour(
    app: Flask, before: time_machine.Traveller
) -> None:
    token = claimant_links.token_of(make_appointment())
    for number in range(60):
        with pytest.raises(LinkWrong):
            appointment_behind(f"{number:013}", address=ADDRESS)
    with pytest.raises(TooManyLinks):
        appointment_behind(token, address=ADDRESS)
    assert appointment_behind(token, address="192.0.2.8")
    before.shift(timedelta(minutes=16))
    assert appointment_behind(token, address=ADDRESS)


def test_a_right_link_counts_as_no_guess(app: Flask) -> None:
    token = claimant_links.token_of(make_appointment())
    for _ in range(70):
        appointment_behind(token, address=ADDRESS)
    assert db.session.scalar(select(func.count()).select_from(SignInFailure)) == 0
