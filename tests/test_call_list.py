"""Whom to ring tomorrow about: nobody whose text went wrong is forgotten, nobody is rung twice."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from booking import appointments, calls, texts_in
from booking.boards import call_list
from booking.boards.call_reasons import NOT_ARRIVED
from booking.calls import TooFewAttempts
from booking.database import db, use_case
from booking.errors import NotAllowed, NotFound, WrongState
from booking.messages import opt_outs, sending
from booking.models import Appointment, ContactAttempt, ContactNote, OutboxMessage, Referral
from booking.rights import THE_SERVICE
from booking.words import (
    CallOutcome,
    MessageKind,
    MessageState,
    OptOutSource,
    ReferralState,
    Role,
    Status,
)
from notifications.channels.console import ConsoleChannel
from tests.makers import (
    WEDNESDAY,
    at,
    make_actor,
    make_appointment,
    make_claimant,
    make_office,
    make_session,
)

TUESDAY = WEDNESDAY - timedelta(days=1)
FRIDAY, MONDAY = WEDNESDAY + timedelta(days=2), WEDNESDAY + timedelta(days=5)
WILL_COME, WILL_NOT = CallOutcome.WILL_COME, CallOutcome.WILL_NOT_COME
NO_ANSWER, WRONG = CallOutcome.NO_ANSWER, CallOutcome.WRONG_NUMBER
MOBILE = "+447700900123"
NO_MOBILE = {"other_contact": "by post, at the hostel"}


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(TUESDAY, 12), tick=False) as traveller:
        yield traveller


def without_mobile(**more: object) -> Appointment:
    claimant = make_claimant()
    claimant = type(claimant)(name=claimant.name, **NO_MOBILE)
    return make_appointment(claimant=claimant, **more)


def texted(**more: object) -> Appointment:
    more.setdefault("claimant", make_claimant(mobile=MOBILE))
    appointment = make_appointment(**more)
    sending.send_due(ConsoleChannel(), name="console")
    return appointment


def ends_as(
    appointment: Appointment, state: MessageState, kind: MessageKind = MessageKind.CONFIRMATION
) -> None:
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.appointment_id == appointment.id, OutboxMessage.kind == kind)
        .values(state=state, settled_at=at(TUESDAY, 12))
    )
    db.session.commit()


def listed() -> dict[int, list[str]]:
    db.session.rollback()
    return {call.appointment.id: list(call.reasons) for call in call_list.calls(by=THE_SERVICE)}


def rang(appointment: Appointment, outcome: CallOutcome) -> None:
    calls.record_call(appointment_id=appointment.id, outcome=outcome, by=THE_SERVICE)


def seen(appointment: Appointment) -> Appointment:
    db.session.rollback()
    return db.session.get_one(Appointment, appointment.id, populate_existing=True)


def test_whoever_no_text_reaches_is_rung_on_the_working_day_before(
    app: Flask, now: time_machine.Traveller
) -> None:
    appointment = without_mobile()
    expected = {appointment.id: ["No mobile number"]}
    assert listed() == expected
    now.move_to(at(TUESDAY - timedelta(days=1), 12))
    assert listed() == {}
    now.move_to(at(WEDNESDAY, 8))
    assert listed() == {}


def test_on_a_friday_monday_is_tomorrow(app: Flask, now: time_machine.Traveller) -> None:
    appointment = without_mobile(session=make_session(on=MONDAY))
    for on, there in [(FRIDAY, True), (FRIDAY + timedelta(days=1), True), (WEDNESDAY, False)]:
        now.move_to(at(on, 12))
        assert (listed() == {appointment.id: ["No mobile number"]}) is there


@pytest.mark.parametrize(
    ("clocks_change", "monday"),
    [(date(2027, 3, 28), date(2027, 3, 30)), (date(2027, 10, 31), date(2027, 11, 1))],
)
def test_over_a_change_of_the_clocks(
    app: Flask, now: time_machine.Traveller, clocks_change: date, monday: date
) -> None:
    """In 2027 Good Friday and Easter Monday lie round the spring change."""
    friday = clocks_change - timedelta(days=2 if clocks_change.month == 10 else 3)
    now.move_to(at(friday, 12))
    appointment = without_mobile(session=make_session(on=monday))
    assert listed() == {appointment.id: ["No mobile number"]}
    now.move_to(at(clocks_change, 23, 59))
    assert listed() == {appointment.id: ["No mobile number"]}


def test_the_reasons_no_text_goes(app: Flask) -> None:
    session = make_session()
    wants_none = texted(session=session, claimant=make_claimant(may_text=False))
    stopped = texted(session=session, position=1)
    ringer = texted(session=session, position=2, claimant=make_claimant())
    texted(session=session, position=3, claimant=make_claimant())
    ringer.claimant.prefers_telephone = True
    db.session.commit()
    use_case(opt_outs.record)(MOBILE, source=OptOutSource.REPLY)
    assert listed() == {
        wants_none.id: ["Does not want texts"],
        stopped.id: ["Replied STOP to our texts"],
        ringer.id: ["Prefers the telephone"],
    }


@pytest.mark.parametrize("state", NOT_ARRIVED)
@pytest.mark.parametrize("ahead", [0, 1, 9])
def test_no_text_that_went_wrong_is_lost_however_far_ahead(
    app: Flask, now: time_machine.Traveller, state: MessageState, ahead: int
) -> None:
    on = WEDNESDAY if ahead != 9 else WEDNESDAY + timedelta(days=9)
    appointment = texted(session=make_session(on=on))
    ends_as(appointment, state)
    if ahead == 0:
        now.move_to(at(WEDNESDAY, 8))
    assert list(listed()) == [appointment.id]
    assert "confirmation text" in listed()[appointment.id][0]
    now.move_to(seen(appointment).slot.ends_at)
    assert listed() == {}


@pytest.mark.parametrize("state", [each for each in MessageState if each not in NOT_ARRIVED])
def test_a_text_that_arrived_or_may_still_go_is_no_reason(app: Flask, state: MessageState) -> None:
    appointment = texted()
    ends_as(appointment, state)
    assert listed() == {}


def test_a_move_that_could_not_be_texted_is_told_by_telephone(app: Flask) -> None:
    session = make_session(on=WEDNESDAY + timedelta(days=7))
    appointment = without_mobile(session=session)
    assert listed() == {}
    appointments.move(appointment_id=appointment.id, slot_id=session.slots[3].id, by=THE_SERVICE)
    assert listed() == {appointment.id: ["Not told yet of the move"]}
    rang(appointment, WILL_COME)
    assert listed() == {}


def test_a_cancellation_that_could_not_be_texted_is_told_until_it_is_over(
    app: Flask, now: time_machine.Traveller
) -> None:
    appointment = without_mobile()
    appointments.cancel(appointment_id=appointment.id, by=THE_SERVICE)
    assert listed() == {appointment.id: ["Not told yet of the cancellation"]}
    rang(appointment, NO_ANSWER)
    assert appointment.id in listed()
    rang(appointment, WILL_NOT)
    assert listed() == {}
    assert seen(appointment).status == Status.CANCELLED


def test_whoever_asked_for_the_change_is_not_rung_about_it(app: Flask) -> None:
    appointment = texted()
    use_case(opt_outs.record)(MOBILE, source=OptOutSource.REPLY)
    texts_in.receive(provider_id="SM1", sent_from=MOBILE, sent_to="", body="No")
    assert seen(appointment).status == Status.CANCELLED
    assert listed() == {}


def test_whoever_confirms_is_off_until_another_text_goes_wrong(
    app: Flask, now: time_machine.Traveller
) -> None:
    appointment = texted()
    ends_as(appointment, MessageState.UNDELIVERED)
    now.shift(timedelta(minutes=5))
    texts_in.receive(provider_id="SM1", sent_from=MOBILE, sent_to="", body="Yes")
    assert listed() == {}


def test_whoever_will_come_is_reminded_no_more_and_that_is_on_record(app: Flask) -> None:
    appointment = without_mobile()
    rang(appointment, WILL_COME)
    assert seen(appointment).confirmed_at == at(TUESDAY, 12)
    notes = db.session.scalars(select(ContactNote)).all()
    assert [(note.way, note.said, note.at) for note in notes] == [
        ("phone", "Will come.", at(TUESDAY, 12))
    ]
    assert listed() == {}


def test_whoever_will_not_come_gives_the_place_back_at_once(app: Flask) -> None:
    appointment = without_mobile()
    rang(appointment, WILL_NOT)
    assert seen(appointment).status == Status.CANCELLED
    assert listed() == {}
    again = without_mobile(session=seen(appointment).slot.session)
    assert again.slot_id == appointment.slot_id


def tries(appointment: Appointment) -> list[tuple[int, bool, bool]]:
    return [
        (call.tries, call.tried_enough, call.by_letter)
        for call in call_list.calls(by=THE_SERVICE)
        if call.appointment.id == appointment.id
    ]


def test_three_calls_in_vain_then_the_referral_may_go_back(app: Flask) -> None:
    appointment = texted()
    ends_as(appointment, MessageState.FAILED)
    assert tries(appointment) == [(0, False, False)]
    for count, outcome in enumerate((NO_ANSWER, WRONG, NO_ANSWER), start=1):
        with pytest.raises(TooFewAttempts, match=f"3 times before it goes back: {count - 1}"):
            calls.return_referral(appointment_id=appointment.id, by=THE_SERVICE)
        rang(appointment, outcome)
        assert tries(appointment) == [(count, count == 3, count >= 2)]
    calls.return_referral(appointment_id=appointment.id, by=THE_SERVICE)
    assert seen(appointment).referral.state == ReferralState.RETURNED
    assert appointment.status == Status.BOOKED
    assert listed() == {}


def test_somebody_reached_begins_the_count_anew(app: Flask) -> None:
    appointment = without_mobile()
    for outcome in (NO_ANSWER, NO_ANSWER, WILL_COME, NO_ANSWER):
        rang(appointment, outcome)
    rows = db.session.scalars(select(ContactAttempt).order_by(ContactAttempt.id)).all()
    assert calls.in_vain(seen(appointment), rows) == 1


def test_another_time_begins_the_count_anew(app: Flask) -> None:
    session = make_session(on=WEDNESDAY + timedelta(days=7))
    appointment = without_mobile(session=session)
    rang(appointment, NO_ANSWER)
    appointments.move(appointment_id=appointment.id, slot_id=session.slots[3].id, by=THE_SERVICE)
    assert tries(seen(appointment)) == [(0, False, True)]


def test_a_returned_referral_that_is_booked_again_is_open(app: Flask) -> None:
    appointment = without_mobile()
    for _ in range(3):
        rang(appointment, NO_ANSWER)
    calls.return_referral(appointment_id=appointment.id, by=THE_SERVICE)
    later = make_session(on=WEDNESDAY + timedelta(days=1))
    appointments.book_again(
        referral_id=appointment.referral_id, slot_id=later.slots[0].id, by=THE_SERVICE
    )
    assert db.session.scalars(select(Referral.state)).all() == [ReferralState.OPEN]


def test_nothing_is_rung_about_when_it_is_over(app: Flask, now: time_machine.Traveller) -> None:
    appointment = without_mobile()
    now.move_to(appointment.slot.ends_at)
    with pytest.raises(WrongState, match="over"):
        rang(appointment, NO_ANSWER)


def test_the_referring_advisers_own_come_first_and_other_offices_are_not_there(
    app: Flask,
) -> None:
    office = make_office()
    session = make_session(office)
    me, colleague = (make_actor(Role.JOBCENTRE_ADVISER, office) for _ in range(2))
    early = without_mobile(session=session, by=colleague)
    mine = without_mobile(session=session, position=1, by=me)
    neighbour = make_actor(Role.RECEPTION, make_office(office.district, "Next door"))
    lead = make_actor(Role.DISTRICT_LEAD, office)
    stranger = make_actor(Role.DISTRICT_LEAD, make_office(name="Far away"))
    assert [(c.appointment.id, c.is_mine) for c in call_list.calls(by=me)] == [
        (mine.id, True),
        (early.id, False),
    ]
    assert call_list.calls(by=neighbour) == []
    assert call_list.calls(by=stranger) == []
    assert len(call_list.calls(by=lead)) == 2
    assert len(call_list.calls(by=lead, office_id=neighbour.office_id)) == 0
    with pytest.raises(NotFound):
        calls.record_call(appointment_id=mine.id, outcome=NO_ANSWER, by=neighbour)


def test_an_administrator_rings_nobody_and_reception_returns_nothing(app: Flask) -> None:
    appointment = without_mobile()
    office = appointment.slot.session.office
    with pytest.raises(NotAllowed):
        call_list.calls(by=make_actor(Role.ADMIN, office))
    with pytest.raises(NotAllowed):
        calls.return_referral(appointment_id=appointment.id, by=make_actor(Role.RECEPTION, office))
