"""What claimants settle by link or text: said once, on record with its time, never too late."""

import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from booking import appointments, clock, from_claimants, outcomes, walkovers
from booking.database import db
from booking.errors import NotFound, SlotNotOpen, SlotPast, SlotTaken
from booking.from_claimants import ChangedTooOften, NotAhead, NotToday
from booking.models import Appointment, AuditEntry, ContactNote, OutboxMessage, Slot
from booking.rights import THE_SERVICE, Actor, the_claimant
from booking.words import ContactWay, ExcusedReason, MessageState, SessionKind, Status
from tests.makers import WEDNESDAY, at, make_appointment, make_office, make_session

MONDAY = WEDNESDAY - timedelta(days=2)
LINK = ContactWay.LINK


@pytest.fixture(autouse=True)
def monday_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(MONDAY, 12), tick=False) as traveller:
        yield traveller


def them(appointment: Appointment) -> Actor:
    return the_claimant(appointment.claimant)


def texts(appointment: Appointment) -> dict[str, str]:
    rows = db.session.scalars(select(OutboxMessage).filter_by(appointment_id=appointment.id))
    return {f"{row.kind} {row.start_version}": row.state.value for row in rows}


def notes(appointment: Appointment) -> list[tuple[str, str]]:
    rows = db.session.scalars(
        select(ContactNote).filter_by(appointment_id=appointment.id).order_by(ContactNote.id)
    )
    return [(row.way.value, row.said) for row in rows]


def confirm(appointment: Appointment) -> Appointment:
    return from_claimants.confirm(appointment_id=appointment.id, way=LINK, by=them(appointment))


def cancel(appointment: Appointment, reason: str = "") -> Appointment:
    return from_claimants.cancel(
        appointment_id=appointment.id, reason=reason, way=LINK, by=them(appointment)
    )


def change(appointment: Appointment, slot: Slot) -> Appointment:
    return from_claimants.change(
        appointment_id=appointment.id, slot_id=slot.id, way=LINK, by=them(appointment)
    )


def ill(appointment: Appointment) -> Appointment:
    return from_claimants.ill_today(
        appointment_id=appointment.id,
        reason=ExcusedReason.SICK_CHILD,
        way=LINK,
        by=them(appointment),
    )


def telephone(appointment: Appointment) -> Appointment:
    return from_claimants.prefer_telephone(
        appointment_id=appointment.id, way=LINK, by=them(appointment)
    )


def to_the_last_slot(appointment: Appointment) -> Appointment:
    return change(appointment, appointment.slot.session.slots[-1])


EACH = [confirm, cancel, to_the_last_slot, ill, telephone]
Said = Callable[[Appointment], Appointment]


def test_confirming_stops_the_reminders_of_that_time_and_nothing_else(app: Flask) -> None:
    appointment, other = make_appointment(), make_appointment()
    confirm(appointment)
    assert appointment.confirmed_at == clock.now()
    assert appointment.status == Status.BOOKED
    assert texts(appointment) == {"confirmation 1": "due", "reminder 1": "superseded"}
    assert texts(other) == {"confirmation 1": "due", "reminder 1": "due"}
    assert notes(appointment) == [("link", "Will come.")]


def test_a_moved_appointment_is_not_confirmed_any_more(app: Flask) -> None:
    appointment = confirm(make_appointment())
    to_the_last_slot(appointment)
    assert appointment.confirmed_at is None
    assert texts(appointment)["reminder 2"] == "due"


def test_cancelling_frees_the_place_and_keeps_the_reason(app: Flask) -> None:
    appointment = cancel(make_appointment(), " I have found work ")
    assert (appointment.status, appointment.cancel_reason) == (
        Status.CANCELLED,
        "I have found work",
    )
    assert notes(appointment) == [("link", "Will not come: I have found work")]
    assert texts(appointment)["cancelled 1"] == "due"
    again = make_appointment(appointment.slot.session, position=appointment.slot.position)
    assert again.slot_id == appointment.slot_id


def test_changing_takes_the_new_place_and_gives_the_old_one_back(app: Flask) -> None:
    session = make_session()
    appointment = change(make_appointment(session), session.slots[2])
    assert appointment.slot_id == session.slots[2].id
    assert texts(appointment) == {
        "confirmation 1": "superseded",
        "reminder 1": "superseded",
        "moved 2": "due",
        "reminder 2": "due",
    }
    assert make_appointment(session).slot_id == session.slots[0].id


def test_a_slot_just_taken_offers_others_and_loses_nothing(app: Flask) -> None:
    session = make_session()
    appointment = make_appointment(session)
    make_appointment(session, position=1)
    with pytest.raises(SlotTaken) as refused:
        change(appointment, session.slots[1])
    assert [each.slot_id for each in refused.value.alternatives] == [
        slot.id for slot in session.slots[2:5]
    ]
    db.session.refresh(appointment)
    assert appointment.slot_id == session.slots[0].id
    assert notes(appointment) == []


def test_ill_today_is_excused_frees_the_slot_at_once_and_has_a_receipt(
    app: Flask, monday_noon: time_machine.Traveller
) -> None:
    appointment = make_appointment()
    monday_noon.move_to(at(WEDNESDAY, 8))
    ill(appointment)
    assert appointment.status == Status.EXCUSED
    assert appointment.excused_reason == ExcusedReason.SICK_CHILD
    office_id = appointment.slot.session.office_id
    gaps = walkovers.given_back(office_id, by=THE_SERVICE)
    assert [(gap.slot.id, gap.why) for gap in gaps] == [(appointment.slot_id, "excused")]
    assert texts(appointment)["receipt 1"] == "due"
    assert notes(appointment) == [("link", "Cannot come today: sick child.")]


def test_whoever_was_ill_is_never_counted_as_failing_to_attend_by_the_grace(
    app: Flask, monday_noon: time_machine.Traveller
) -> None:
    appointment = make_appointment()
    monday_noon.move_to(at(WEDNESDAY, 8))
    ill(appointment)
    monday_noon.move_to(at(WEDNESDAY, 9, 15))
    make_appointment(appointment.slot.session)  # a walkover sits in the freed place
    with pytest.raises(outcomes.PlaceRetaken):
        outcomes.record_outcome(
            appointment_id=appointment.id, outcome=Status.ATTENDED, by=THE_SERVICE
        )
    db.session.refresh(appointment)
    assert appointment.status == Status.EXCUSED


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_ill_today_is_said_on_the_day_alone(
    app: Flask, monday_noon: time_machine.Traveller, hour: int
) -> None:
    appointment = make_appointment()
    monday_noon.move_to(at(WEDNESDAY - timedelta(days=1), hour))
    with pytest.raises(NotToday):
        ill(appointment)


def test_preferring_the_telephone_is_on_the_claimants_record(app: Flask) -> None:
    appointment = telephone(make_appointment())
    assert appointment.claimant.prefers_telephone
    assert texts(appointment) == {"confirmation 1": "due", "reminder 1": "due"}
    assert notes(appointment) == [("link", "Would rather talk by telephone.")]


@pytest.mark.parametrize("said", EACH)
def test_said_twice_it_counts_once(
    app: Flask, monday_noon: time_machine.Traveller, said: Said
) -> None:
    appointment = make_appointment()
    monday_noon.move_to(at(WEDNESDAY, 8))
    said(appointment)
    before = (texts(appointment), notes(appointment), appointment.start_version)
    said(appointment)
    assert (texts(appointment), notes(appointment), appointment.start_version) == before
    assert len(before[1]) == 1


@pytest.mark.parametrize("said", EACH)
def test_it_is_on_record_who_said_it_and_when(
    app: Flask, monday_noon: time_machine.Traveller, said: Said
) -> None:
    appointment = make_appointment()
    monday_noon.move_to(at(WEDNESDAY, 8))
    said(appointment)
    told = db.session.scalars(select(AuditEntry).filter_by(actor="the claimant")).all()
    assert {entry.at for entry in told} == {clock.now()}
    note = db.session.scalars(select(ContactNote)).one()
    assert (note.at, note.noted_by_id) == (clock.now(), None)


@pytest.mark.parametrize("said", EACH)
@pytest.mark.parametrize("minute", [0, 20, 59])
def test_once_it_has_started_it_stays_as_it_is(
    app: Flask, monday_noon: time_machine.Traveller, said: Said, minute: int
) -> None:
    appointment = make_appointment()
    monday_noon.move_to(at(WEDNESDAY, 9, minute))
    with pytest.raises(NotAhead):
        said(appointment)
    db.session.refresh(appointment)
    assert (appointment.status, notes(appointment)) == (Status.BOOKED, [])


@pytest.mark.parametrize(
    ("first", "then"),
    [pair for pair in itertools.product([cancel, ill], EACH) if pair[0] != pair[1]],
)
def test_what_was_given_back_is_not_taken_up_again(
    app: Flask, monday_noon: time_machine.Traveller, first: Said, then: Said
) -> None:
    appointment = make_appointment()
    monday_noon.move_to(at(WEDNESDAY, 8))
    status = first(appointment).status
    with pytest.raises(NotAhead):
        then(appointment)
    db.session.refresh(appointment)
    assert appointment.status == status


@pytest.mark.parametrize("said", EACH)
def test_nobody_speaks_for_another_claimant(
    app: Flask, monday_noon: time_machine.Traveller, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session()
    appointment, stranger = make_appointment(session), make_appointment(session, position=1)
    monday_noon.move_to(at(WEDNESDAY, 8))
    monkeypatch.setattr(f"{__name__}.them", lambda _: the_claimant(stranger.claimant))
    with pytest.raises(NotFound):
        said(appointment)


def test_a_change_goes_to_interviews_ahead_in_the_same_district(
    app: Flask, monday_noon: time_machine.Traveller
) -> None:
    session = make_session()
    appointment = make_appointment(session, position=4)
    group = make_session(session.office, on=WEDNESDAY + timedelta(days=1), kind=SessionKind.GROUP)
    far = make_session(make_office(name="Far away"))
    with pytest.raises(SlotNotOpen):
        change(appointment, group.slots[0])
    with pytest.raises(NotFound):
        change(appointment, far.slots[0])
    monday_noon.move_to(at(WEDNESDAY, 9, 5))
    with pytest.raises(SlotPast):  # a walkover's, not theirs
        change(appointment, session.slots[0])


def test_changes_come_to_an_end(app: Flask) -> None:
    session = make_session()
    appointment = make_appointment(session)
    for number in range(6):
        change(appointment, session.slots[1 - number % 2])
    with pytest.raises(ChangedTooOften):
        change(appointment, session.slots[2])


def test_staff_put_on_record_what_they_hear_on_the_telephone(app: Flask) -> None:
    appointment = make_appointment()
    from_claimants.confirm(
        appointment_id=appointment.id,
        way=ContactWay.PHONE,
        said="Rang: will be there",
        by=THE_SERVICE,
    )
    assert notes(appointment) == [("phone", "Rang: will be there")]


def test_what_is_confirmed_can_still_be_moved_by_staff(app: Flask) -> None:
    session = make_session()
    appointment = confirm(make_appointment(session))
    appointments.move(appointment_id=appointment.id, slot_id=session.slots[1].id, by=THE_SERVICE)
    assert appointment.confirmed_at is None
    due = {kind for kind, state in texts(appointment).items() if state == MessageState.DUE}
    assert due == {"moved 2", "reminder 2"}
