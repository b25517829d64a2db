"""Trials of two wordings: chance decides once, everyone allocated counts, nothing is claimed."""

import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from booking import appointments, outcomes, wording, wording_trials
from booking.database import db
from booking.errors import BadDetail, NotFound
from booking.messages import bodies, wordings
from booking.models import Appointment, Office, OutboxMessage, WordingTrial
from booking.proportions import Difference
from booking.rights import THE_SERVICE, Actor
from booking.wording import TheText, TrialRuns
from booking.wording_trials import ArmCounts, NotToBeTried, Report
from booking.words import Arm, MessageKind, MessageState, Role, Status
from notifications.message import TryLater
from tests.makers import (
    WEDNESDAY,
    at,
    make_actor,
    make_appointment,
    make_office,
    make_session,
    make_user,
    sign_in,
)
from tests.test_messages import Phone, drain

B = "Hello! {weekday} {date}, {time}, {office}. {arrival}."
KIND = MessageKind.CONFIRMATION


@pytest.fixture(autouse=True)
def monday_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(WEDNESDAY - timedelta(days=2), 12), tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(app: Flask) -> Office:
    return make_office()


@pytest.fixture
def lead(office: Office) -> Actor:
    return make_actor(Role.DISTRICT_LEAD, office)


def begin(lead: Actor, words: str = B) -> WordingTrial:
    return wording_trials.start(kind=KIND, language="en", words=words, most_parts=1, by=lead)


def rows() -> list[OutboxMessage]:
    db.session.rollback()
    return list(
        db.session.scalars(select(OutboxMessage).filter_by(kind=KIND).order_by(OutboxMessage.id))
    )


def always(monkeypatch: pytest.MonkeyPatch, arm: Arm) -> None:
    monkeypatch.setattr(secrets, "choice", lambda arms: arm)


def test_each_arm_gets_its_words_at_the_same_time(office: Office, lead: Actor) -> None:
    begin(lead)
    session = make_session(office)
    for position in range(5):
        make_appointment(session, position=position)
    phone = drain(Phone())
    assert len(phone.received) == 5
    for row in rows():
        assert row.arm is not None
        assert row.body.startswith({Arm.A: "Booked: ", Arm.B: "Hello! "}[row.arm])
        assert row.claimed_at == row.created_at  # nobody waits for an arm


def test_the_draw_is_by_chance_and_fair() -> None:
    """A thousand draws as the code makes them: 500, give or take five standard deviations."""
    drawn = Counter(secrets.choice(list(Arm)) for _ in range(1000))
    assert abs(drawn[Arm.A] - 500) < 80


def test_an_appointment_keeps_its_arm_when_it_is_tried_again(
    office: Office,
    lead: Actor,
    monkeypatch: pytest.MonkeyPatch,
    monday_noon: time_machine.Traveller,
) -> None:
    begin(lead)
    always(monkeypatch, Arm.B)
    make_appointment(make_session(office))
    drain(Phone(TryLater("429", "too many")))
    always(monkeypatch, Arm.A)
    monday_noon.shift(timedelta(minutes=5))
    drain(Phone())
    assert [(row.arm, row.state) for row in rows()] == [(Arm.B, MessageState.SENT)]


def test_a_moved_appointment_keeps_its_arm(
    office: Office, lead: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    wording_trials.start(kind=MessageKind.MOVED, language="en", words=B, most_parts=1, by=lead)
    session = make_session(office)
    appointment = make_appointment(session)
    drain(Phone())
    for position, arm in ((1, Arm.B), (2, Arm.A)):
        always(monkeypatch, arm)
        appointments.move(
            appointment_id=appointment.id, slot_id=session.slots[position].id, by=THE_SERVICE
        )
        assert drain(Phone()).received[-1].body.startswith("Hello! ")


def test_looking_draws_nothing(office: Office, lead: Actor) -> None:
    begin(lead)
    make_appointment(make_session(office))
    wordings.as_it_would_read(rows()[0], _fields(rows()[0]), channel="console")
    assert rows()[0].arm is None


def _fields(row: OutboxMessage) -> dict[str, str]:
    return bodies.fields_of(row)


def test_an_ended_trial_draws_nobody_and_the_words_are_as_before(
    office: Office, lead: Actor
) -> None:
    trial = begin(lead)
    wording_trials.end(trial_id=trial.id, by=lead)
    make_appointment(make_session(office))
    assert drain(Phone()).received[0].body.startswith("Booked: ")
    assert rows()[0].arm is None


def test_one_trial_of_a_kind_at_a_time_and_no_change_of_words_meanwhile(
    office: Office, lead: Actor
) -> None:
    begin(lead)
    with pytest.raises(TrialRuns):
        begin(lead, B.replace("Hello", "Good day"))
    with pytest.raises(TrialRuns):
        wording.save(TheText(KIND), B, most_parts=1, by=lead)
    with pytest.raises(TrialRuns):
        wording.take_back(TheText(KIND), by=lead)


def test_what_cannot_be_tried(office: Office, lead: Actor) -> None:
    with pytest.raises(BadDetail, match="the same"):
        begin(lead, wording.text_in_force(TheText(KIND), by=lead).words)
    with pytest.raises(BadDetail, match="never says"):
        begin(lead, B + " You must.")
    with pytest.raises(NotToBeTried):
        wording_trials.start(
            kind=MessageKind.CANCELLED, language="en", words=B, most_parts=1, by=lead
        )
    trial = begin(lead)
    stranger = make_actor(Role.DISTRICT_LEAD, make_office(name="Far away"))
    with pytest.raises(NotFound):
        wording_trials.report(trial.id, by=stranger)


def test_everyone_allocated_counts_whatever_became_of_the_text(
    office: Office,
    lead: Actor,
    monkeypatch: pytest.MonkeyPatch,
    monday_noon: time_machine.Traveller,
) -> None:
    """Allocated to B, yet sent the built-in words because B had become too long: still B."""
    trial = begin(lead, B + "x" * 70)
    office.name = "Much Longer Thistlewick under the Hill by the Sea"
    db.session.commit()
    session = make_session(office)
    booked = [make_appointment(session, position=position) for position in range(4)]
    always(monkeypatch, Arm.B)
    drain(Phone())
    assert all(row.body.startswith("Booked: ") for row in rows())
    appointments.cancel(appointment_id=booked[3].id, by=THE_SERVICE)
    monday_noon.move_to(at(WEDNESDAY, 12))
    became = (Status.ATTENDED, Status.FAILED_TO_ATTEND)
    for appointment, outcome in zip(booked, became, strict=False):
        outcomes.record_outcome(appointment_id=appointment.id, outcome=outcome, by=THE_SERVICE)
    b = wording_trials.report(trial.id, by=lead).b
    counted = (b.allocated, b.over, b.attended, b.failed, b.to_come)
    assert counted == (4, 3, 1, 1, 1)


def report_of(a: tuple[int, int], b: tuple[int, int]) -> Report:
    """Arms of (attended, failed)."""
    arms = [
        ArmCounts(arm, "", Counter({Status.ATTENDED: came, Status.FAILED_TO_ATTEND: missed}))
        for arm, (came, missed) in zip(Arm, (a, b), strict=True)
    ]
    return Report(WordingTrial(), *arms)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ((0, 0), (3, 2), "Nothing can be said yet: no appointment of one wording is over."),
        ((30, 20), (32, 18), "No difference shown: the interval holds 0."),
        (
            (48, 32),
            (56, 14),
            "More of those given wording B attended: the interval does not hold 0.",
        ),
        (
            (56, 14),
            (48, 32),
            "More of those given wording A attended: the interval does not hold 0.",
        ),
    ],
)
def test_no_difference_is_claimed_unless_the_interval_excludes_none(
    a: tuple[int, int], b: tuple[int, int], words: str
) -> None:
    assert report_of(a, b).in_words == words


def test_an_interval_that_touches_nothing_shows_nothing() -> None:
    assert not Difference(0.1, 0.0, 0.2).is_shown
    assert Difference(0.1, 0.001, 0.2).is_shown


def test_the_pages_start_show_and_end_a_trial(client: FlaskClient) -> None:
    office = make_office()
    sign_in(client, make_user(Role.DISTRICT_LEAD, office))
    assert "No two wordings have been tried" in client.get("/wording/trials").text
    started = client.post("/wording/confirmation/en/trial", data={"text": B})
    assert started.status_code == 302
    make_appointment(make_session(office))
    drain(Phone())
    page = client.get(started.location).text
    assert "Nothing can be said yet" in page
    assert "The trial still runs" in page
    file = client.get(f"{started.location}.csv")
    assert file.mimetype == "text/csv"
    assert file.text.startswith("arm,allocated,over,attended,failed_to_attend")
    client.post(f"{started.location}/end")
    assert "ended on Monday 18 January" in client.get(started.location).text
    assert db.session.scalars(select(Appointment)).one().status == Status.BOOKED
