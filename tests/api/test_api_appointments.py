"""Booking, moving, cancelling and outcomes by another system."""

import pytest
from sqlalchemy import select

from booking.database import db
from booking.models import Appointment, Claimant, OutboxMessage, Referral
from booking.words import SessionKind
from tests.api.caller import booking
from tests.makers import WEDNESDAY, at, make_appointment, make_office, make_session


def test_a_booking_answers_with_what_the_claimant_must_know(caller) -> None:
    session = make_session()
    system = caller(session.office)
    answer = system.book(session.slots[0].id)
    appointment = db.session.scalars(select(Appointment)).one()
    assert answer.status_code == 201
    assert answer.json == {
        "id": str(appointment.id),
        "reference": appointment.reference,
        "status": "booked",
        "kind": "first",
        "channel": "api",
        "slot_id": str(session.slots[0].id),
        "place_no": 1,
        "starts_at": "2027-01-20T09:00:00+00:00",
        "ends_at": "2027-01-20T09:45:00+00:00",
        "office": session.office.code,
        "office_name": "Thistlewick",
        "adviser": str(session.adviser_id),
        "adviser_name": "Ada Invented",
        "excused_reason": None,
        "external_reference": None,
        "version": 1,
    }
    shown = system.get(answer.location.removeprefix("/api/v1"))
    assert shown.json.items() >= answer.json.items()
    kinds = db.session.scalars(select(OutboxMessage.kind)).all()
    assert set(kinds) == {"confirmation", "reminder"}


def test_the_referral_and_the_claimant_are_kept_as_sent(caller) -> None:
    session = make_session()
    caller(session.office).book(
        session.slots[0].id,
        claimant={"name": "  Ann   Invented ", "mobile": "+447700900123", "other_contact": "Mum"},
        referral={
            "stage": 3,
            "reason": "cv_only",  # the prompt is the other system's to show
            "job_goal": "baker",
            "external_reference": "LMS-1",
        },
        channel="phone",
    )
    person = db.session.scalars(select(Claimant)).one()
    referral = db.session.scalars(select(Referral)).one()
    assert (person.name, person.mobile, person.other_contact) == (
        "Ann Invented",
        "+447700900123",
        "Mum",
    )
    assert (referral.stage, referral.reason, referral.job_goal, referral.external_reference) == (
        "3",
        "cv_only",
        "baker",
        "LMS-1",
    )


def test_a_reference_alone_books_without_a_name(caller) -> None:
    session = make_session()
    system = caller(session.office)
    booked = system.book(session.slots[0].id, claimant={"reference": "AB-1"})
    shown = system.get(f"/appointments/{booked.json['id']}")
    assert shown.json["claimant"] == {"name": "", "reference": "AB-1"}


def test_a_taken_slot_is_refused_with_the_next_three(caller) -> None:
    session = make_session()
    system = caller(session.office)
    system.book(session.slots[0].id)
    answer = system.book(session.slots[0].id)
    assert (answer.status_code, answer.json["code"]) == (409, "slot_taken")
    listed = system.get(f"/slots?office={session.office.code}").json
    assert answer.json["alternatives"] == listed[:3]


def test_a_group_slot_gives_each_claimant_a_place(caller) -> None:
    session = make_session(kind=SessionKind.GROUP, places=3)
    system = caller(session.office)
    places = [system.book(session.slots[0].id).json.get("place_no") for _ in range(4)]
    assert places == [1, 2, 3, None]


def test_the_fourth_funded_session_needs_a_reason(caller) -> None:
    session = make_session()
    system = caller(session.office)
    person = {"name": "Ann Invented", "mobile": "07700 900123"}
    for slot in session.slots[:3]:
        assert system.book(slot.id, claimant=person).status_code == 201
    refused = system.book(session.slots[3].id, claimant=person)
    assert (refused.status_code, refused.json["code"]) == (409, "session_limit")
    given = system.book(session.slots[3].id, claimant=person, override_reason="lead agreed")
    assert given.status_code == 201


def test_moving_keeps_the_appointment_and_raises_its_version(caller) -> None:
    session = make_session()
    system = caller(session.office)
    booked = system.book(session.slots[0].id).json
    moved = system.post(
        f"/appointments/{booked['id']}/move", {"slot_id": str(session.slots[2].id)}
    ).json
    assert (moved["id"], moved["slot_id"], moved["version"]) == (
        booked["id"],
        str(session.slots[2].id),
        2,
    )
    again = system.post(f"/appointments/{booked['id']}/move", {"slot_id": moved["slot_id"]})
    assert (again.status_code, again.json["code"]) == (409, "wrong_state")


def test_moving_to_a_taken_slot_is_refused_with_alternatives(caller) -> None:
    session = make_session()
    system = caller(session.office)
    booked = system.book(session.slots[0].id).json
    system.book(session.slots[1].id)
    answer = system.post(
        f"/appointments/{booked['id']}/move", {"slot_id": str(session.slots[1].id)}
    )
    assert (answer.status_code, answer.json["code"]) == (409, "slot_taken")
    assert [slot["id"] for slot in answer.json["alternatives"]] == [
        str(slot.id) for slot in session.slots[2:5]
    ]


@pytest.mark.parametrize("body", [None, {}, {"reason": "The claimant rang."}])
def test_cancelling_needs_no_body(caller, body) -> None:
    appointment = make_appointment()
    system = caller(appointment.slot.session.office)
    answer = system.post(f"/appointments/{appointment.id}/cancel", body)
    assert (answer.status_code, answer.json["status"]) == (200, "cancelled")
    again = system.post(f"/appointments/{appointment.id}/cancel", body)
    assert (again.status_code, again.json["code"]) == (409, "wrong_state")


def test_an_outcome_is_recorded_when_it_can_be_known(caller, two_days_before) -> None:
    appointment = make_appointment()
    system = caller(appointment.slot.session.office)
    path = f"/appointments/{appointment.id}/outcome"
    early = system.post(path, {"outcome": "attended"})
    assert (early.status_code, early.json["code"]) == (409, "too_early")
    two_days_before.move_to(at(WEDNESDAY, 10))
    assert system.post(path, {"outcome": "attended"}).json["status"] == "attended"
    unexplained = system.post(path, {"outcome": "excused"})
    assert (unexplained.status_code, unexplained.json["field"]) == (422, "excused_reason")
    excused = system.post(path, {"outcome": "excused", "excused_reason": "sick child"}).json
    assert (excused["status"], excused["excused_reason"]) == ("excused", "sick child")


def test_an_external_reference_is_known_once(caller) -> None:
    session = make_session(make_office())
    system = caller(session.office)
    referral = {"stage": "2", "reason": "training_advice", "external_reference": "LMS-7"}
    assert system.book(session.slots[0].id, referral=referral).status_code == 201
    again = system.post("/appointments", booking(session.slots[1].id, referral=referral))
    assert (again.status_code, again.json["code"]) == (409, "reference_known")
