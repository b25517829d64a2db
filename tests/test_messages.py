"""The outbox: claimed before it is sent, sent at most once, never silently lost."""

import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from booking import appointments, clock, contacts, places
from booking.database import db
from booking.errors import SlotTaken
from booking.messages import resolving, sending
from booking.models import Appointment, OutboxMessage
from booking.rights import THE_SERVICE
from booking.words import ContactWay, HalfDay, MessageKind, MessageState, Role
from notifications.message import Accepted, Message, Outcome, Refused, TryLater, Unknown
from tests.makers import (
    WEDNESDAY,
    at,
    make_appointment,
    make_claimant,
    make_office,
    make_session,
    make_user,
    sign_in,
)

MONDAY = WEDNESDAY - timedelta(days=2)
TUESDAY = WEDNESDAY - timedelta(days=1)

_sids = itertools.count(1)


class Phone:
    """A channel that remembers what reached it; its next outcomes can be set."""

    two_way = False

    def __init__(self, *outcomes: Outcome) -> None:
        self.received: list[Message] = []
        self._outcomes = list(outcomes)

    def send(self, message: Message) -> Outcome:
        self.received.append(message)
        return self._outcomes.pop(0) if self._outcomes else Accepted(f"sid-{next(_sids)}")

    @property
    def heard(self) -> list[str]:
        return [message.kind for message in self.received]


@pytest.fixture(autouse=True)
def monday_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(MONDAY, 12), tick=False) as traveller:
        yield traveller


def drain(phone: Phone) -> Phone:
    sending.send_due(phone, name="console")
    return phone


def states(appointment: Appointment) -> dict[str, str]:
    rows = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.appointment_id == appointment.id)
        .order_by(OutboxMessage.id)
    )
    return {f"{row.kind} {row.start_version}": row.state.value for row in rows}


def test_a_booking_is_confirmed_now_and_reminded_on_the_working_day_before(
    app: Flask, monday_noon: time_machine.Traveller
) -> None:
    appointment = make_appointment()
    assert drain(Phone()).heard == ["confirmation"]
    monday_noon.move_to(at(TUESDAY, 9, 59))
    assert drain(Phone()).heard == []
    monday_noon.move_to(at(TUESDAY, 10))
    assert drain(Phone()).heard == ["reminder"]
    assert drain(Phone()).heard == []
    assert states(appointment) == {"confirmation 1": "sent", "reminder 1": "sent"}


def test_a_text_says_when_where_and_whom(app: Flask) -> None:
    make_appointment(make_session(make_office(name="Thistlewick")))
    text = drain(Phone()).received[0].body
    assert "Wednesday 20 January, 9am, Thistlewick" in text
    assert "Next Step careers adviser" in text


def test_no_reminder_is_kept_when_its_hour_has_passed_at_booking(
    app: Flask, monday_noon: time_machine.Traveller
) -> None:
    monday_noon.move_to(at(TUESDAY, 10))
    assert states(make_appointment()) == {"confirmation 1": "due"}


def test_moving_supersedes_the_old_reminder_and_keeps_one_for_the_new_time(app: Flask) -> None:
    session = make_session()
    appointment = make_appointment(session, position=0)
    appointments.move(appointment_id=appointment.id, slot_id=session.slots[1].id, by=THE_SERVICE)
    assert states(appointment) == {
        "confirmation 1": "superseded",
        "reminder 1": "superseded",
        "moved 2": "due",
        "reminder 2": "due",
    }
    assert "9:45am" in drain(Phone()).received[0].body


def test_cancelling_leaves_one_text_that_says_so(
    app: Flask, monday_noon: time_machine.Traveller
) -> None:
    appointment = make_appointment()
    drain(Phone())
    appointments.cancel(appointment_id=appointment.id, by=THE_SERVICE)
    assert drain(Phone()).heard == ["cancelled"]
    monday_noon.move_to(at(TUESDAY, 10))
    assert drain(Phone()).heard == []


def test_nobody_is_texted_in_the_quiet_hours(
    app: Flask, monday_noon: time_machine.Traveller
) -> None:
    monday_noon.move_to(at(MONDAY, 19))
    make_appointment()
    assert drain(Phone()).heard == []
    monday_noon.move_to(at(TUESDAY, 8, 59))
    assert drain(Phone()).heard == []
    monday_noon.move_to(at(TUESDAY, 9))
    assert drain(Phone()).heard == ["confirmation"]


def test_a_reminder_still_due_follows_the_hour_that_the_district_changes_to(
    app: Flask, monday_noon: time_machine.Traveller
) -> None:
    appointment = make_appointment()
    drain(Phone())
    places.save_district_rules(
        district_id=appointment.referral.district_id,
        rule_overrides={"reminder_at": "16:00"},
        by=THE_SERVICE,
    )
    monday_noon.move_to(at(TUESDAY, 15, 59))
    assert drain(Phone()).heard == []
    monday_noon.move_to(at(TUESDAY, 16))
    assert drain(Phone()).heard == ["reminder"]


def test_what_could_not_be_sent_in_time_expires_and_is_not_sent(
    app: Flask, monday_noon: time_machine.Traveller
) -> None:
    appointment = make_appointment()
    monday_noon.move_to(at(WEDNESDAY, 9))
    assert drain(Phone()).heard == []
    assert set(states(appointment).values()) == {"expired"}


@pytest.mark.parametrize(
    ("details", "reason"),
    [
        ({"may_text": False}, "The claimant does not want texts."),
        ({"mobile": "", "other_contact": "a neighbour"}, "There is no mobile number."),
    ],
)
def test_who_cannot_or_would_not_be_texted_is_not_and_the_row_says_why(
    app: Flask, monday_noon: time_machine.Traveller, details: dict, reason: str
) -> None:
    claimant = make_claimant(**{"mobile": "07700 900123", **details})
    if not details.get("mobile", True):
        claimant = type(claimant)(name="Invented Nobody", other_contact="a neighbour")
    appointment = make_appointment(claimant=claimant)
    drain(Phone())
    monday_noon.move_to(at(TUESDAY, 10))
    assert drain(Phone()).heard == []
    rows = db.session.scalars(select(OutboxMessage)).all()
    assert {(row.state, row.reason) for row in rows} == {(MessageState.SUPPRESSED, reason)}
    assert len(states(appointment)) == 2


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Accepted("sid-9"), MessageState.SENT),
        (Refused("21211", "not a mobile"), MessageState.FAILED),
        (Unknown("no answer"), MessageState.UNKNOWN),
        (TryLater("20429", "too many"), MessageState.DUE),
    ],
)
def test_each_outcome_is_recorded(app: Flask, outcome: Outcome, state: MessageState) -> None:
    appointment = make_appointment()
    drain(Phone(outcome))
    assert states(appointment)["confirmation 1"] == state


def test_an_unknown_fate_is_never_tried_again_by_itself(app: Flask) -> None:
    make_appointment()
    phone = Phone(Unknown("no answer"))
    drain(phone)
    drain(phone)
    assert phone.heard == ["confirmation"]


def test_too_many_at_once_is_tried_again_later(
    app: Flask, monday_noon: time_machine.Traveller
) -> None:
    make_appointment()
    phone = Phone(TryLater("20429", "too many"))
    drain(phone)
    monday_noon.shift(timedelta(minutes=3))
    drain(phone)
    assert phone.heard == ["confirmation", "confirmation"]


def test_a_claim_whose_process_died_becomes_unknown_and_is_not_sent_again(
    app: Flask, monday_noon: time_machine.Traveller
) -> None:
    appointment = make_appointment()
    row = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).first()
    assert sending.claim(row.id, channel_name="console") is not None  # and then it dies
    assert resolving.own_up_to_unfinished() == 0
    monday_noon.shift(timedelta(minutes=6))
    assert resolving.own_up_to_unfinished() == 1
    assert states(appointment)["confirmation 1"] == "unknown"
    assert drain(Phone()).heard == []


def test_a_late_answer_does_not_change_what_was_given_up(
    app: Flask, monday_noon: time_machine.Traveller
) -> None:
    appointment = make_appointment()
    row = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).first()
    sending.claim(row.id, channel_name="console")
    monday_noon.shift(timedelta(minutes=6))
    resolving.own_up_to_unfinished()
    sending.settle(row.id, Refused("30005", "late"))
    assert states(appointment)["confirmation 1"] == "unknown"


def test_a_message_is_claimed_once(app: Flask) -> None:
    make_appointment()
    row = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).first()
    claims = [sending.claim(row.id, channel_name="console") for _ in range(3)]
    assert [claim is not None for claim in claims] == [True, False, False]


def test_one_occasion_has_one_message(app: Flask) -> None:
    appointment = make_appointment()
    twin = OutboxMessage(
        token="t",
        appointment_id=appointment.id,
        kind=MessageKind.REMINDER,
        start_version=1,
        due_at=clock.now(),
        send_by=clock.now(),
        created_at=clock.now(),
    )
    db.session.add(twin)
    with pytest.raises(IntegrityError):
        db.session.commit()


def test_whoever_rings_ahead_gets_a_receipt_each_time(app: Flask) -> None:
    appointment = make_appointment()
    drain(Phone())
    for said in ("running late", "on the bus"):
        contacts.note_contact(
            appointment_id=appointment.id, way=ContactWay.PHONE, said=said, by=THE_SERVICE
        )
    phone = drain(Phone())
    assert phone.heard == ["receipt", "receipt"]
    assert "12" in phone.received[0].body or "midday" in phone.received[0].body


def test_a_refused_booking_leaves_no_message_and_no_record(app: Flask) -> None:
    session = make_session()
    make_appointment(session)
    before = db.session.scalars(select(OutboxMessage.id)).all()
    with pytest.raises(SlotTaken):
        make_appointment(session)
    assert db.session.scalars(select(OutboxMessage.id)).all() == before


def test_who_once_said_no_to_texts_is_not_texted_because_another_system_did_not_ask(
    app: Flask,
) -> None:
    session = make_session()
    known = {"name": "Invented Quiet", "mobile": "07700 900321"}
    make_appointment(session, claimant=make_claimant(**known, may_text=False))
    make_appointment(session, position=1, claimant=make_claimant(**known))
    assert drain(Phone()).heard == []


def test_an_office_that_says_nothing_of_arriving_still_has_its_texts_sent(app: Flask) -> None:
    make_appointment(make_session(make_office(reception_note=" ")))
    (text,) = drain(Phone()).received
    assert "Report to reception" in text.body


def test_an_offices_name_and_arrival_are_no_longer_than_a_text_can_say(
    client: FlaskClient,
) -> None:
    office = make_office()
    sign_in(client, make_user(Role.DISTRICT_LEAD, office))
    page = client.post(
        f"/offices/{office.code}/edit",
        data={"name": "N" * 51, "reception_note": "R" * 41, "kind": "jobcentre", "nation": "wales"},
    ).text
    assert ": use at most 50 characters." in page
    assert ": use at most 40 characters." in page


def test_a_second_reminder_goes_on_the_day_where_the_rules_want_one(
    app: Flask, monday_noon: time_machine.Traveller
) -> None:
    office = make_office(rule_overrides={"same_day_reminder": 1})
    session = make_session(office, half_day=HalfDay.PM)
    appointment = make_appointment(session)
    assert states(appointment)["same_day 1"] == "due"
    drain(Phone())
    monday_noon.move_to(at(TUESDAY, 10))
    assert drain(Phone()).heard == ["reminder"]
    monday_noon.move_to(at(WEDNESDAY, 9))
    (text,) = drain(Phone()).received
    assert text.body.startswith("Today: ")
    assert "same_day 1" not in states(make_appointment(session, position=1))  # said just now
    at_nine = make_session(office, on=WEDNESDAY + timedelta(days=1))
    assert "same_day 1" not in states(make_appointment(at_nine))  # it would come too late


def test_whoever_said_they_will_come_is_not_reminded_until_the_time_changes(
    app: Flask, monday_noon: time_machine.Traveller
) -> None:
    session = make_session()
    appointment, other = make_appointment(session), make_appointment(session, position=1)
    drain(Phone())
    for each in (appointment, other):
        each.confirmed_at = clock.now()
    db.session.commit()
    appointments.move(appointment_id=other.id, slot_id=session.slots[2].id, by=THE_SERVICE)
    drain(Phone())
    monday_noon.move_to(at(TUESDAY, 10))
    (text,) = drain(Phone()).received
    assert "10:30am" in text.body
    assert states(appointment)["reminder 1"] == "superseded"


def test_what_quiet_hours_outlast_expires_at_once(
    app: Flask, monday_noon: time_machine.Traveller
) -> None:
    appointment = make_appointment()
    monday_noon.move_to(at(TUESDAY, 20))
    assert drain(Phone()).heard == []
    assert set(states(appointment).values()) == {"expired"}
