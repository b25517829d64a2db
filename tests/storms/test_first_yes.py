"""The first yes has the freed slot, and nobody is asked too often, however many do it at once."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from booking import appointments, waiting_list, waiting_offers
from booking.database import db
from booking.models import Appointment, Office, Session, WaitingOffer
from booking.rights import THE_SERVICE
from booking.words import OfferState, Status
from tests.makers import (
    WEDNESDAY,
    make_adviser,
    make_appointment,
    make_claimant,
    make_district,
    make_office,
    make_referral,
    make_session,
)
from tests.storms.processes import LONG_BEFORE, from_processes, from_threads
from tests.storms.waiters import offer_all, say_yes, yes_or_book
from tests.truth import untruths

AllAtOnce = Callable[[Callable[..., Any], list[tuple[Any, ...]]], list[Any]]
TWELVE = range(12)


@pytest.fixture(autouse=True)
def before_the_day() -> Iterator[None]:
    with time_machine.travel(LONG_BEFORE, tick=True):
        yield


@pytest.fixture(params=["threads", "processes"])
def all_at_once(request: pytest.FixtureRequest, app: Flask, database_url: str) -> AllAtOnce:
    if request.param == "threads":
        return lambda function, calls: from_threads(app, function, calls)
    return lambda function, calls: from_processes(database_url, function, calls)


def an_office(**rules: int) -> Office:
    return make_office(make_district(search_days=90, **rules))  # the storms are long before


def twelve_asked(*, booked_later: bool = False) -> tuple[int, list[int]]:
    """A freed slot and its twelve open offers; everybody asked may have a later appointment."""
    office = an_office(waiting_offers_at_once=12)
    session = make_session(office)
    for number in TWELVE:
        if booked_later:
            later = make_session(
                office, on=WEDNESDAY.replace(day=27), adviser=make_adviser(office.district)
            )
            referral_id = make_appointment(later).referral_id
            waiting_list.join(referral_id=referral_id, office_id=office.id, by=THE_SERVICE)
        else:
            waiting_list.refer_and_wait(
                office_id=office.id,
                claimant=make_claimant(f"Invented Waiter {number}", f"07700 9005{number:02}"),
                referral=make_referral(),
                by=THE_SERVICE,
            )
    slot_id = freed(session)
    assert waiting_offers.offer_freed_slots() == 12
    return slot_id, list(db.session.scalars(select(WaitingOffer.id)))


def freed(session: Session, position: int = 0) -> int:
    given_back = make_appointment(session, position=position)
    appointments.cancel(appointment_id=given_back.id, by=THE_SERVICE)
    return given_back.slot_id


def holders(slot_id: int) -> int:
    db.session.rollback()
    booked = select(Appointment.id).where(
        Appointment.slot_id == slot_id, Appointment.status == Status.BOOKED
    )
    return len(db.session.scalars(booked).all())


def test_of_twelve_who_say_yes_at_once_one_has_it_and_the_others_are_told(
    all_at_once: AllAtOnce,
) -> None:
    slot_id, offer_ids = twelve_asked()
    answers = Counter(all_at_once(say_yes, [(each,) for each in offer_ids]))
    assert answers == {OfferState.TAKEN: 1, OfferState.GONE: 11}
    assert holders(slot_id) == 1
    assert untruths() == []


def test_whoever_is_not_first_keeps_the_appointment_they_have(all_at_once: AllAtOnce) -> None:
    slot_id, offer_ids = twelve_asked(booked_later=True)
    answers = Counter(all_at_once(say_yes, [(each,) for each in offer_ids]))
    assert answers == {OfferState.TAKEN: 1, OfferState.GONE: 11}
    assert holders(slot_id) == 1
    live = db.session.scalars(select(Appointment).where(Appointment.status == Status.BOOKED)).all()
    assert len(live) == 12
    assert sum(each.start_version == 2 for each in live) == 1
    assert untruths() == []


def test_a_desk_and_those_who_wait_meet_at_the_same_key(all_at_once: AllAtOnce) -> None:
    slot_id, offer_ids = twelve_asked()
    calls = [(offer_id, slot_id, number) for number, offer_id in enumerate(offer_ids)]
    answers = Counter(all_at_once(yes_or_book, calls))
    assert answers["booked"] + answers[OfferState.TAKEN] == 1
    assert holders(slot_id) == 1
    assert untruths() == []


def test_many_workers_ask_no_more_than_one_would(all_at_once: AllAtOnce) -> None:
    office = an_office(waiting_offers_at_once=2, waiting_offers_a_week=1)
    for number in TWELVE:
        waiting_list.refer_and_wait(
            office_id=office.id,
            claimant=make_claimant(f"Invented Waiter {number}", f"07700 9005{number:02}"),
            referral=make_referral(),
            by=THE_SERVICE,
        )
    session = make_session(office)
    for position in range(5):
        freed(session, position)
    assert sum(all_at_once(offer_all, [()] * 8)) == 10
    db.session.rollback()
    offers = db.session.scalars(select(WaitingOffer)).all()
    assert max(Counter(each.slot_id for each in offers).values()) == 2
    assert max(Counter(each.entry_id for each in offers).values()) == 1


def test_without_the_key_of_places_this_file_would_notice(app: Flask) -> None:
    """Two yeses one after the other both win: only the key ever said no."""
    slot_id, offer_ids = twelve_asked()
    db.session.execute(text("DROP INDEX uq_appointment_place"))
    db.session.commit()
    assert [say_yes(each) for each in offer_ids[:2]] == [OfferState.TAKEN, OfferState.TAKEN]
    assert holders(slot_id) == 2
