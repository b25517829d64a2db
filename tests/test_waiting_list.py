"""The waiting list: who is asked about a freed slot, in turn, within bounds, and who gets it."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from booking import (
    appointments,
    briefings,
    clock,
    diaries,
    freed_slots,
    waiting_answers,
    waiting_list,
    waiting_offers,
)
from booking.attendance import by_hand, levels
from booking.database import db, transaction
from booking.errors import NotFound, SlotTaken
from booking.models import (
    Appointment,
    FreedSlot,
    Office,
    OutboxMessage,
    Session,
    Slot,
    WaitingEntry,
    WaitingOffer,
)
from booking.rights import THE_SERVICE, the_claimant
from booking.sessions import open_session_within
from booking.waiting_list import WaitsAlready
from booking.words import (
    HalfDay,
    Hold,
    MessageKind,
    MessageState,
    OfferState,
    Role,
    SessionKind,
    Status,
    WaitingState,
)
from tests.makers import (
    WEDNESDAY,
    at,
    make_actor,
    make_adviser,
    make_appointment,
    make_claimant,
    make_office,
    make_referral,
    make_room,
    make_session,
)
from tests.test_messages import Phone, drain

MONDAY = WEDNESDAY - timedelta(days=2)
TUESDAY = WEDNESDAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def monday_ten() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(MONDAY, 10), tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(app: Flask) -> Office:
    return make_office()


@pytest.fixture
def session(office: Office) -> Session:
    return opened(office)


def opened(office: Office, **facts: Any) -> Session:
    """A session that has long been open: nobody waits for what was there when they joined."""
    with time_machine.travel(at(MONDAY, 9), tick=False):
        return make_session(office, **facts)


def wait(office: Office, name: str = "", **details: object) -> WaitingEntry:
    """Somebody new joins the list."""
    return waiting_list.refer_and_wait(
        office_id=office.id,
        claimant=make_claimant(name, **details),
        referral=make_referral(),
        by=THE_SERVICE,
    )


def free(session: Session, position: int = 0) -> Slot:
    """A slot that was booked and is given back."""
    appointment = make_appointment(session, position=position)
    appointments.cancel(appointment_id=appointment.id, by=THE_SERVICE)
    return db.session.get_one(Slot, appointment.slot_id)


def tick() -> int:
    return waiting_offers.offer_freed_slots()


def offers(*states: OfferState) -> list[WaitingOffer]:
    db.session.rollback()
    query = select(WaitingOffer).order_by(WaitingOffer.id)
    if states:
        query = query.where(WaitingOffer.state.in_(states))
    return list(db.session.scalars(query))


def asked() -> list[str]:
    return [offer.entry.claimant.name for offer in offers()]


def say(offer: WaitingOffer, wants: bool) -> OfferState:
    by = the_claimant(offer.entry.claimant)
    return waiting_answers.answer(offer_id=offer.id, wants=wants, by=by)


def test_a_freed_slot_is_offered_to_the_first_who_wait_and_the_first_yes_has_it(
    office: Office, session: Session, monday_ten: time_machine.Traveller
) -> None:
    for name in ("First", "Second", "Third", "Fourth"):
        wait(office, name)
        monday_ten.shift(timedelta(minutes=1))
    slot = free(session)
    assert tick() == 3
    assert asked() == ["First", "Second", "Third"]
    first, second, _ = offers()
    assert say(second, True) == OfferState.TAKEN
    assert say(first, True) == OfferState.GONE
    assert say(first, True) == OfferState.GONE  # told once, and the same again
    assert tick() == 0
    assert [each.state for each in offers()] == [OfferState.GONE, OfferState.TAKEN, OfferState.GONE]
    booked = db.session.scalars(
        select(Appointment).where(Appointment.slot_id == slot.id, Appointment.status == "booked")
    ).one()
    assert booked.claimant.name == "Second"
    assert second.entry.state == WaitingState.PLACED
    assert [
        entry.claimant.name for entry, _ in waiting_list.of_office(office.id, by=THE_SERVICE)
    ] == ["First", "Third", "Fourth"]


def test_the_offer_is_texted_and_says_the_first_to_answer_has_it(
    office: Office, session: Session
) -> None:
    wait(office)
    free(session)
    tick()
    text = drain(Phone()).received[-1]
    assert text.kind == MessageKind.OFFER
    assert text.body.startswith("Sooner? Next Step careers adviser")
    assert "Wed 20 Jan, 9am, Thistlewick. First to answer by 11am has it." in text.body
    assert "/o/" in text.body


def test_a_refusal_and_a_lapse_pass_the_slot_on(
    office: Office, session: Session, monday_ten: time_machine.Traveller
) -> None:
    office.rule_overrides = {"waiting_offers_at_once": 1}
    db.session.commit()
    for name in ("First", "Second", "Third"):
        wait(office, name)
    free(session)
    tick()
    say(offers()[0], False)
    assert tick() == 1
    assert asked() == ["First", "Second"]
    monday_ten.shift(timedelta(minutes=59))
    assert tick() == 0
    monday_ten.shift(timedelta(minutes=1))
    assert say(offers()[1], True) == OfferState.LAPSED
    assert tick() == 1
    assert asked() == ["First", "Second", "Third"]


def test_what_nobody_answers_passes_on_once_its_time_is_over(
    office: Office, session: Session, monday_ten: time_machine.Traveller
) -> None:
    office.rule_overrides = {"waiting_offers_at_once": 1}
    db.session.commit()
    for name in ("First", "Second"):
        wait(office, name)
    free(session)
    tick()
    monday_ten.shift(timedelta(minutes=60))
    assert tick() == 1
    assert asked() == ["First", "Second"]
    assert [each.state for each in offers()] == [OfferState.LAPSED, OfferState.OPEN]


def test_whoever_has_a_later_appointment_is_moved_and_their_slot_goes_to_the_next(
    office: Office, session: Session
) -> None:
    later = opened(office, on=WEDNESDAY + timedelta(days=7))
    appointment = make_appointment(later)
    waiting_list.join(referral_id=appointment.referral_id, office_id=office.id, by=THE_SERVICE)
    wait(office, "Behind")
    slot = free(session)
    tick()
    mine = offers()[0]
    assert say(mine, True) == OfferState.TAKEN
    db.session.expire_all()
    assert (appointment.slot_id, appointment.start_version) == (slot.id, 2)
    assert db.session.scalars(select(Appointment).where(Appointment.status == Status.BOOKED)).one()
    tick()
    assert asked()[-1] == "Behind"  # asked of the later slot, which has come free
    assert offers()[-1].slot_id == later.slots[0].id


def test_nobody_is_asked_of_a_slot_that_is_no_sooner(office: Office, session: Session) -> None:
    appointment = make_appointment(session, position=0)
    waiting_list.join(referral_id=appointment.referral_id, office_id=office.id, by=THE_SERVICE)
    free(session, position=1)
    assert tick() == 0


UNSUITED = [
    {"available_from": time(9, 15)},
    {"available_until": time(9, 30)},
    {"needs_step_free": True},
    {"needs_private": True},
    {"language": "Urdu"},
    {"prefers_telephone": True},
]


@pytest.mark.parametrize("needs", UNSUITED, ids=lambda needs: next(iter(needs)))
def test_only_those_whom_the_slot_suits_are_asked(office: Office, needs: dict[str, object]) -> None:
    make_adviser(office.district, "Bea Invented", languages=["Urdu"])
    room = make_room(office, step_free=False, private=False)
    session = opened(office, room=room)
    entry = wait(office, "Unsuited")
    for name, value in needs.items():
        setattr(entry.claimant, name, value)
    db.session.commit()
    wait(office, "Suited")
    free(session)
    tick()
    assert asked() == ["Suited"]


def test_a_telephone_slot_suits_whoever_prefers_the_telephone(office: Office) -> None:
    entry = wait(office)
    entry.claimant.prefers_telephone = True
    db.session.commit()
    free(opened(office, kind=SessionKind.TELEPHONE))
    assert tick() == 1


def test_nobody_is_asked_more_than_so_often_in_a_week_nor_twice_of_one_slot(
    office: Office, monday_ten: time_machine.Traveller
) -> None:
    wait(office)
    for week in (1, 2):
        opened(office, on=WEDNESDAY + timedelta(weeks=week), adviser=make_adviser(office.district))
    sessions = db.session.scalars(select(Session).order_by(Session.id)).all()
    counts = []
    for position in range(5):
        free(sessions[0], position)
        counts.append(tick())
        for offer in offers(OfferState.OPEN):
            say(offer, False)
        monday_ten.shift(timedelta(minutes=1))
    assert counts == [1, 1, 1, 0, 0]
    monday_ten.move_to(at(MONDAY + timedelta(days=7), 10, 10))
    assert tick() == 1  # a week on, one of the two slots left; the other waits for its answer


def test_one_question_at_a_time(office: Office, session: Session) -> None:
    wait(office)
    free(session, 0)
    free(session, 1)
    assert tick() == 1
    assert tick() == 0


def test_an_adviser_at_a_desk_may_book_the_slot_meanwhile(office: Office, session: Session) -> None:
    wait(office)
    slot = free(session)
    tick()
    make_appointment(session, position=0)
    phone = drain(Phone())
    assert say(offers()[0], True) == OfferState.GONE
    assert MessageKind.OFFER in phone.heard  # not superseded: nobody had said so yet
    tick()
    with pytest.raises(SlotTaken):
        appointments.book(
            slot_id=slot.id, claimant=make_claimant(), referral=make_referral(), by=THE_SERVICE
        )


def test_an_offer_that_is_over_is_not_texted(office: Office, session: Session) -> None:
    wait(office)
    free(session)
    tick()
    make_appointment(session, position=0)
    tick()
    assert [each.state for each in offers()] == [OfferState.GONE]
    assert MessageKind.OFFER not in drain(Phone()).heard
    row = db.session.scalars(select(OutboxMessage).filter_by(kind=MessageKind.OFFER)).one()
    assert row.state == MessageState.SUPERSEDED


@pytest.mark.parametrize(
    ("when", "asked_at_once"),
    [
        (at(MONDAY, 18, 59), 1),
        (at(MONDAY, 19), 0),
        (at(MONDAY, 23, 30), 0),
        (at(TUESDAY, 8, 59), 0),
        (at(TUESDAY, 9), 1),
    ],
)
def test_nobody_is_asked_in_the_quiet_hours(
    office: Office,
    session: Session,
    monday_ten: time_machine.Traveller,
    when: datetime,
    asked_at_once: int,
) -> None:
    wait(office)
    free(session, 4)
    monday_ten.move_to(when)
    assert tick() == asked_at_once


def test_the_minutes_to_answer_are_waking_ones(
    office: Office, session: Session, monday_ten: time_machine.Traveller
) -> None:
    wait(office)
    free(session, 4)
    monday_ten.move_to(at(MONDAY, 18, 50))
    tick()
    assert offers()[0].lapses_at == at(TUESDAY, 9, 50)


def test_a_slot_too_near_to_answer_and_come_is_left_for_walkovers(
    office: Office, monday_ten: time_machine.Traveller
) -> None:
    """An hour to answer and an hour to come: at 10:00 the 12:00 slot can be offered."""
    session = opened(office, half_day=HalfDay.PM)
    wait(office)
    free(session, 0)  # 13:15 on Wednesday
    monday_ten.move_to(at(WEDNESDAY, 11, 16))
    assert tick() == 0
    monday_ten.move_to(at(WEDNESDAY, 10, 0))
    free(session, 1)  # 14:00
    assert tick() == 1


def test_those_without_a_mobile_are_asked_too_and_staff_ring_them(
    office: Office, session: Session
) -> None:
    entry = wait(office)
    entry.claimant.mobile = ""
    db.session.commit()
    free(session)
    tick()
    (listed,) = waiting_list.of_office(office.id, by=make_actor(Role.RECEPTION, office))
    assert listed[1] is not None
    row = db.session.scalars(select(OutboxMessage).filter_by(kind=MessageKind.OFFER)).one()
    assert (row.state, row.reason) == (MessageState.SUPPRESSED, "There is no mobile number.")
    by = make_actor(Role.RECEPTION, office)
    assert waiting_answers.answer(offer_id=listed[1].id, wants=True, by=by) == OfferState.TAKEN


def test_joining_twice_and_leaving(office: Office, session: Session) -> None:
    entry = wait(office)
    with pytest.raises(WaitsAlready):
        waiting_list.join(referral_id=entry.referral_id, office_id=office.id, by=THE_SERVICE)
    free(session)
    tick()
    waiting_list.leave(entry_id=entry.id, by=THE_SERVICE)
    assert say(offers()[0], True) == OfferState.REFUSED
    assert waiting_list.of_office(office.id, by=THE_SERVICE) == []
    waiting_list.join(referral_id=entry.referral_id, office_id=office.id, by=THE_SERVICE)


def test_whoever_is_booked_at_a_desk_waits_no_more(office: Office, session: Session) -> None:
    entry = wait(office)
    appointments.book_again(
        referral_id=entry.referral_id, slot_id=session.slots[0].id, by=THE_SERVICE
    )
    db.session.expire_all()
    assert (entry.state, entry.left_at) == (WaitingState.PLACED, clock.now())


def test_another_person_and_another_district_cannot_answer(
    office: Office, session: Session
) -> None:
    wait(office)
    free(session)
    tick()
    offer = offers()[0]
    someone = make_appointment(session, position=3).claimant
    strangers = [the_claimant(someone), make_actor(Role.RECEPTION, make_office(name="Far away"))]
    for by in strangers:
        with pytest.raises(NotFound):
            waiting_answers.answer(offer_id=offer.id, wants=True, by=by)


def level_up(session: Session, was: int, is_now: int) -> None:
    lead = make_actor(Role.DISTRICT_LEAD, session.office)
    for level in (was, is_now):
        by_hand.set_level(session_id=session.id, level=level, reason="A new start", by=lead)


def published(office: Office) -> Session:
    """As a rota is published: several sessions in one transaction."""
    adviser, room = make_adviser(office.district, "Bea Invented"), make_room(office)
    with transaction():
        return open_session_within(
            office_id=office.id,
            adviser_id=adviser.id,
            room_id=room.id,
            on=WEDNESDAY,
            half_day=HalfDay.AM,
            by=THE_SERVICE,
        )


def let_go(office: Office) -> Session:
    session = opened(office)
    for hold in (Hold.PROTECTED, None):
        diaries.hold_slots(
            slot_ids=[session.slots[0].id], hold=hold, reason="Team meeting", by=THE_SERVICE
        )
    return session


def raised(office: Office) -> Session:
    session = opened(office)
    level_up(session, was=0, is_now=1)
    return session


def called_off(office: Office) -> Session:
    session = opened(office)
    briefing = briefings.put(
        title="Team meeting",
        on=WEDNESDAY,
        starts=time(9),
        ends=time(9, 45),
        adviser_ids=[session.adviser_id],
        by=make_actor(Role.DISTRICT_LEAD, office),
    )
    briefings.call_off(briefing_id=briefing.id, by=make_actor(Role.DISTRICT_LEAD, office))
    return session


NEWLY_OPEN = [make_session, published, let_go, raised, called_off]


@pytest.mark.parametrize("newly_open", NEWLY_OPEN, ids=lambda each: each.__name__)
def test_what_is_newly_opened_is_offered_as_what_is_freed(
    office: Office, newly_open: Callable[[Office], Session]
) -> None:
    wait(office)
    session = newly_open(office)
    assert tick() == 1
    assert offers()[0].slot_id == session.slots[0].id
    assert tick() == 0  # one question at a time, whatever else is open


def test_new_places_are_offered_within_the_same_bounds(
    office: Office, monday_ten: time_machine.Traveller
) -> None:
    for name in ("First", "Second", "Third", "Fourth", "Fifth"):
        wait(office, name)
        monday_ten.shift(timedelta(minutes=1))
    make_session(office)
    assert tick() == 5  # three of one slot, two of the next
    assert [offer.slot.position for offer in offers()] == [0, 0, 0, 1, 1]
    assert asked() == ["First", "Second", "Third", "Fourth", "Fifth"]


def test_each_office_offers_its_own(office: Office) -> None:
    others = [make_office(office.district, name) for name in ("Elm", "Oak")]
    for each in (office, *others):
        wait(each)
        make_session(each, adviser=make_adviser(office.district, f"Adviser of {each.name}"))
    assert tick() == 3
    assert {offer.slot.session.office_id for offer in offers()} == {
        offer.entry.office_id for offer in offers()
    }
    assert len({offer.entry.office_id for offer in offers()}) == 3


def test_who_joins_later_was_shown_what_was_free(
    office: Office, monday_ten: time_machine.Traveller
) -> None:
    make_session(office)
    monday_ten.shift(timedelta(minutes=1))
    wait(office)
    assert tick() == 0


def test_a_place_beyond_the_search_days_is_offered_once_it_is_within(
    office: Office, monday_ten: time_machine.Traveller
) -> None:
    wait(office)
    make_session(office, on=WEDNESDAY + timedelta(days=35))
    assert tick() == 0
    monday_ten.shift(timedelta(days=9))
    assert tick() == 1


def test_a_day_worked_out_again_opens_nothing(office: Office, session: Session) -> None:
    """The night's levels are those of the evening: who waits is not asked of what stood open."""
    wait(office)
    with transaction():
        levels.settle_now(session.adviser_id, session.on_date)
    assert tick() == 0


def test_what_has_started_is_not_noted_for_ever(
    office: Office, monday_ten: time_machine.Traveller
) -> None:
    make_session(office)
    later = make_session(office, on=WEDNESDAY + timedelta(days=1))
    monday_ten.move_to(at(WEDNESDAY, 18))
    assert freed_slots.forget_past() == 5
    assert set(db.session.scalars(select(FreedSlot.slot_id))) == {s.id for s in later.slots}
