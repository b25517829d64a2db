"""Booking, moving and cancelling: one place, one claimant, one transaction."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from booking import appointments
from booking.errors import ClaimantBusy, SlotTaken, WrongState
from booking.rights import THE_SERVICE
from booking.words import AppointmentKind, Status
from tests.makers import (
    WEDNESDAY,
    at,
    make_appointment,
    make_claimant,
    make_office,
    make_referral,
    make_session,
)


@pytest.fixture(autouse=True)
def two_days_before() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(WEDNESDAY.replace(day=18), 9), tick=False) as traveller:
        yield traveller


def test_a_second_booking_of_a_place_is_refused_with_the_next_three_free_slots(app: Flask) -> None:
    session = make_session()
    make_appointment(session, position=0)
    with pytest.raises(SlotTaken) as refusal:
        make_appointment(session, position=0)
    offered = [slot.starts_at for slot in refusal.value.alternatives]
    assert offered == [slot.starts_at for slot in session.slots[1:4]]


def test_a_claimant_cannot_be_in_two_places_at_once(app: Flask) -> None:
    office = make_office()
    person = make_claimant()
    make_appointment(make_session(office), claimant=person)
    with pytest.raises(ClaimantBusy):
        make_appointment(make_session(office), claimant=person)


def test_a_cancelled_place_can_be_booked_again(app: Flask) -> None:
    session = make_session()
    first = make_appointment(session)
    appointments.cancel(appointment_id=first.id, by=THE_SERVICE)
    assert make_appointment(session).status == Status.BOOKED


def test_moving_takes_the_new_place_and_frees_the_old(app: Flask) -> None:
    session = make_session()
    moved = make_appointment(session, position=0)
    appointments.move(appointment_id=moved.id, slot_id=session.slots[1].id, by=THE_SERVICE)
    assert (moved.slot_id, moved.start_version) == (session.slots[1].id, 2)
    assert make_appointment(session, position=0, referral=make_referral()).place_no == 1


def test_what_has_started_is_neither_cancelled_nor_moved(
    app: Flask, two_days_before: time_machine.Traveller
) -> None:
    session = make_session()
    appointment = make_appointment(session)
    two_days_before.move_to(at(WEDNESDAY, 9))
    with pytest.raises(WrongState, match="say what became of it"):
        appointments.cancel(appointment_id=appointment.id, by=THE_SERVICE)
    with pytest.raises(WrongState, match="say what became of it"):
        appointments.move(
            appointment_id=appointment.id, slot_id=session.slots[3].id, by=THE_SERVICE
        )


def test_a_walkover_taken_by_mistake_can_be_given_back_while_it_lasts(
    app: Flask, two_days_before: time_machine.Traveller
) -> None:
    session = make_session()
    two_days_before.move_to(at(WEDNESDAY, 9, 5))
    appointment = make_appointment(session)
    assert appointment.kind == AppointmentKind.WALKOVER
    appointments.cancel(appointment_id=appointment.id, by=THE_SERVICE)
    assert appointment.status == Status.CANCELLED
