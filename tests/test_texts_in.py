"""What a claimant's text does: one effect, one true answer, and never an act on a guess."""

import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from booking import appointments, texts_in
from booking.database import db
from booking.messages import opt_outs, sending
from booking.models import Appointment, Claimant, ContactNote, InboundText, OutboxMessage
from booking.rights import THE_SERVICE
from booking.words import MessageKind, MessageState, Status
from notifications.channels.console import ConsoleChannel
from notifications.parts import count_parts
from tests.makers import (
    WEDNESDAY,
    at,
    make_appointment,
    make_claimant,
    make_office,
    make_referral,
    make_session,
)

MOBILE, OURS = "+447700900123", "+447700900999"
MONDAY = WEDNESDAY - timedelta(days=2)
TUESDAY = WEDNESDAY - timedelta(days=1)

_sids = itertools.count(1)


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(MONDAY, 12), tick=False) as traveller:
        yield traveller


def text_in(body: str, *, sent_from: str = MOBILE, sid: str = "") -> str:
    return texts_in.receive(
        provider_id=sid or f"SM{next(_sids):032}", sent_from=sent_from, sent_to=OURS, body=body
    )


def send() -> None:
    sending.send_due(ConsoleChannel(), name="console")


def booked(**details: object) -> Appointment:
    """An appointment that MOBILE has been told of."""
    details.setdefault("claimant", make_claimant(mobile=MOBILE))
    appointment = make_appointment(**details)
    send()
    return appointment


def code_of(appointment: Appointment, kind: MessageKind = MessageKind.CONFIRMATION) -> str:
    row = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.appointment_id == appointment.id, OutboxMessage.kind == kind)
        .order_by(OutboxMessage.id.desc())
    ).first()
    assert row is not None
    return row.code


def seen(appointment: Appointment) -> Appointment:
    db.session.rollback()
    return db.session.get_one(Appointment, appointment.id, populate_existing=True)


def kept() -> list[InboundText]:
    db.session.rollback()
    return list(db.session.scalars(select(InboundText).order_by(InboundText.id)))


def said_about(appointment: Appointment) -> list[str]:
    db.session.rollback()
    notes = select(ContactNote.said).where(ContactNote.appointment_id == appointment.id)
    return list(db.session.scalars(notes.order_by(ContactNote.id)))


def reminder(appointment: Appointment) -> str:
    db.session.rollback()
    rows = select(OutboxMessage.state).where(
        OutboxMessage.appointment_id == appointment.id,
        OutboxMessage.kind == MessageKind.REMINDER,
        OutboxMessage.start_version == seen(appointment).start_version,
    )
    return db.session.scalars(rows).one().value


def test_yes_confirms_and_stops_the_reminders_and_nothing_else(app: Flask) -> None:
    appointment = booked()
    answer = text_in(f"Yes {code_of(appointment)}")
    assert answer.startswith("Thank you. You are coming on Wednesday 20 January, 9am")
    assert f"NO {code_of(appointment)}" in answer
    assert seen(appointment).confirmed_at == at(MONDAY, 12)
    assert appointment.status == Status.BOOKED
    assert reminder(appointment) == "superseded"
    assert said_about(appointment) == [f"Yes {code_of(appointment)}"]
    assert kept()[0].handled_at == at(MONDAY, 12)


def test_no_gives_the_place_back_and_the_text_about_it_is_the_answer(app: Flask) -> None:
    appointment = booked()
    slot_id = appointment.slot_id
    assert text_in(f"NO {code_of(appointment)} job interview") == ""
    assert seen(appointment).status == Status.CANCELLED
    assert appointment.cancel_reason == "job interview"
    appointments.book(
        slot_id=slot_id,
        claimant=make_claimant(),
        referral=make_referral(),
        by=THE_SERVICE,
    )
    send()
    assert (
        "Cancelled"
        in db.session.scalars(
            select(OutboxMessage.body).where(OutboxMessage.kind == MessageKind.CANCELLED)
        ).one()
    )


def test_a_repeat_has_no_effect_and_the_same_answer(app: Flask) -> None:
    appointment = booked()
    body = f"YES {code_of(appointment)}"
    first = text_in(body, sid="SM1")
    assert [text_in(body, sid="SM1") for _ in range(3)] == [first] * 3
    assert len(kept()) == 1
    assert len(said_about(appointment)) == 1


def test_said_twice_the_answer_is_as_true_as_before(app: Flask) -> None:
    appointment = booked()
    body = f"YES {code_of(appointment)}"
    assert text_in(body) == text_in(body) != ""
    no = f"NO {code_of(appointment)}"
    text_in(no)
    again = text_in(no)
    assert "no longer booked" in again
    assert "no longer booked" in text_in(body)
    assert len(said_about(appointment)) == 5


def test_without_a_code_a_plain_verb_is_about_the_only_appointment(app: Flask) -> None:
    appointment = booked()
    text_in("Yes, thank you")
    assert seen(appointment).confirmed_at
    text_in("no")
    assert seen(appointment).status == Status.CANCELLED


@pytest.mark.parametrize(
    "body", ["No thanks", "No problem", "Yes but can it be later?", "cancel it"]
)
def test_without_a_code_what_is_not_plain_is_for_staff(app: Flask, body: str) -> None:
    appointment = booked()
    assert "somebody will read it" in text_in(body)
    assert seen(appointment).status == Status.BOOKED
    assert appointment.confirmed_at is None
    assert kept()[0].handled_at is None
    assert said_about(appointment) == [body]


def of_two(app: Flask, **second: object) -> list[Appointment]:
    session = make_session()
    one = booked(session=session)
    other = booked(session=session, position=1, **second)
    return [one, other]


def test_of_two_claimants_on_one_phone_the_code_names_one(app: Flask) -> None:
    one, other = of_two(app, claimant=make_claimant("Sibling Invented", MOBILE))
    text_in(f"NO {code_of(other)}")
    assert (seen(one).status, seen(other).status) == (Status.BOOKED, Status.CANCELLED)


@pytest.mark.parametrize("body", ["NO", "YES", "NO 0000", "YES 0000"])
def test_of_two_on_one_phone_nothing_is_guessed(app: Flask, body: str) -> None:
    both = of_two(app, claimant=make_claimant("Sibling Invented", MOBILE))
    assert "cannot tell which appointment" in text_in(body)
    for each in both:
        assert seen(each).status == Status.BOOKED
        assert each.confirmed_at is None
        assert said_about(each) == []
    assert kept()[0].handled_at is None


def test_a_wrong_code_is_not_taken_for_the_only_appointment(app: Flask) -> None:
    appointment = booked()
    wrong = "1234" if code_of(appointment) != "1234" else "4321"
    text_in(f"NO {wrong}")
    assert seen(appointment).status == Status.BOOKED
    assert kept()[0].handled_at is None


def test_the_code_of_a_text_to_another_number_is_worth_nothing(app: Flask) -> None:
    appointment = booked()
    text_in(f"NO {code_of(appointment)}", sent_from="+447700900666")
    assert seen(appointment).status == Status.BOOKED


def test_the_same_code_on_two_texts_names_neither(app: Flask) -> None:
    both = of_two(app, claimant=make_claimant("Sibling Invented", MOBILE))
    db.session.execute(update(OutboxMessage).values(code="4821"))
    db.session.commit()
    text_in("NO 4821")
    assert {seen(each).status for each in both} == {Status.BOOKED}


def test_an_answer_to_the_time_before_the_move_tells_the_new_one(app: Flask) -> None:
    session = make_session()
    appointment = booked(session=session)
    old = code_of(appointment)
    appointments.move(appointment_id=appointment.id, slot_id=session.slots[3].id, by=THE_SERVICE)
    send()
    new = code_of(appointment, MessageKind.MOVED)
    for verb in ("YES", "NO"):
        answer = text_in(f"{verb} {old}")
        assert "moved. It is now Wednesday 20 January, 11:15am" in answer
        assert new in answer
        assert seen(appointment).status == Status.BOOKED
        assert appointment.confirmed_at is None
    text_in(f"NO {new}")
    assert seen(appointment).status == Status.CANCELLED


def test_once_it_has_started_it_stays_as_it_is_and_somebody_reads_it(
    app: Flask, now: time_machine.Traveller
) -> None:
    appointment = booked()
    now.move_to(at(WEDNESDAY, 9, 5))
    assert "has started or is over" in text_in(f"NO {code_of(appointment)}")
    assert seen(appointment).status == Status.BOOKED
    assert kept()[0].handled_at is None
    now.move_to(at(WEDNESDAY, 14))
    text_in(f"YES {code_of(appointment)}")
    assert kept()[1].handled_at is not None
    assert len(said_about(appointment)) == 2


@pytest.mark.parametrize("word", ["STOP", "cancel", "Unsubscribe"])
def test_the_networks_word_opts_out_and_is_not_answered(app: Flask, word: str) -> None:
    appointment = booked()
    assert text_in(word) == ""
    assert opt_outs.is_opted_out(MOBILE)
    assert seen(appointment).status == Status.BOOKED
    assert said_about(appointment) == [word]
    assert (kept()[0].handled_at is None) == (word == "cancel")


def test_start_brings_the_texts_back(app: Flask, now: time_machine.Traveller) -> None:
    appointment = booked()
    text_in("STOP")
    text_in("Start")
    assert not opt_outs.is_opted_out(MOBILE)
    now.move_to(at(TUESDAY, 10))
    send()
    assert reminder(appointment) == MessageState.SENT


def test_please_stop_is_shown_to_staff_and_not_answered_with_another_text(app: Flask) -> None:
    appointment = booked()
    assert text_in("please stop texting me") == ""
    assert not opt_outs.is_opted_out(MOBILE)
    assert kept()[0].handled_at is None
    assert said_about(appointment) == ["please stop texting me"]


def test_whoever_opted_out_is_heard_and_not_texted(app: Flask) -> None:
    appointment = booked()
    text_in("STOP")
    assert text_in(f"NO {code_of(appointment)}") == ""
    assert seen(appointment).status == Status.CANCELLED


@pytest.mark.parametrize("number", ["+441632960000", "Vodafone", "", "60060"])
def test_what_cannot_be_texted_gets_no_answer(app: Flask, number: str) -> None:
    assert text_in("Where are you?", sent_from=number) == ""
    assert kept()[0].handled_at is None


def test_a_stranger_gets_one_polite_answer_a_day(app: Flask, now: time_machine.Traveller) -> None:
    answers = [text_in("Who is this?") for _ in range(5)]
    assert [bool(answer) for answer in answers] == [True, False, False, False, False]
    now.shift(timedelta(days=1))
    assert text_in("Who is this?")
    assert all(text.handled_at is None for text in kept())


def test_two_machines_stop_chatting(app: Flask, now: time_machine.Traveller) -> None:
    appointment = booked()
    answers = [text_in(f"YES {code_of(appointment)}") for _ in range(30)]
    assert 1 <= sum(map(bool, answers)) <= 8
    now.shift(timedelta(hours=15))
    assert text_in(f"YES {code_of(appointment)}")


def test_welsh_is_answered_in_welsh(app: Flask) -> None:
    appointment = booked()
    assert text_in(f"Ie {code_of(appointment)}").startswith("Thank you")  # the text was English
    db.session.execute(update(OutboxMessage).values(language="cy"))
    db.session.commit()
    assert text_in(f"Ie {code_of(appointment)}").startswith("Diolch")


def test_a_claimant_with_a_new_number_is_still_known_by_the_code(app: Flask) -> None:
    appointment = booked()
    db.session.execute(update(Claimant).values(mobile="+447700900321"))
    db.session.commit()
    text_in(f"YES {code_of(appointment)}")
    assert seen(appointment).confirmed_at


def test_an_answer_is_one_part(app: Flask) -> None:
    office = make_office(name="Llanfair-under-Invented Jobcentre Plus")
    appointment = booked(session=make_session(office))
    for body in (f"YES {code_of(appointment)}", "what?", f"NO {code_of(appointment)}", "no"):
        assert count_parts(text_in(body)).count == 1
