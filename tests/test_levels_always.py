"""What holds of levels whatever the rules, the bookings and the claimants are."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from booking import appointments, free_slots
from booking.attendance import by_hand, levels
from booking.attendance.by_hand import BeyondTheCap
from booking.attendance.chances import Chances
from booking.availability import Needs
from booking.claimants import ClaimantDetails
from booking.database import db, transaction
from booking.errors import BadDetail, BookingError
from booking.models import Session, Slot
from booking.rights import THE_SERVICE
from booking.rules import Rules
from booking.words import HalfDay
from tests.makers import (
    WEDNESDAY,
    at,
    make_adviser,
    make_appointment,
    make_district,
    make_office,
    make_referral,
    make_room,
    make_session,
)

ON = WEDNESDAY
_ONCE = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def the_day_before() -> Iterator[None]:
    with time_machine.travel(at(WEDNESDAY - timedelta(days=1), 8), tick=False):
        yield


def make_day(**rules: object) -> tuple[Session, Session]:
    office = make_office(make_district(**rules))
    adviser, room = make_adviser(office.district), make_room(office, seats=9)
    morning = make_session(office, adviser=adviser, room=room, on=ON)
    return morning, make_session(office, adviser=adviser, room=room, on=ON, half_day=HalfDay.PM)


def offered(*sessions: Session) -> list[Slot]:
    db.session.rollback()
    return [slot for each in sessions for slot in each.slots if not slot.beyond_level]


steps = st.lists(
    st.one_of(
        st.tuples(st.just("book"), st.integers(0, 8)),
        st.tuples(st.just("cancel"), st.integers(0, 8)),
        st.tuples(st.just("level"), st.integers(0, 1), st.integers(0, 5)),
        st.tuples(st.just("computed"), st.integers(0, 1)),
    ),
    max_size=14,
)


@_ONCE
@given(
    rate=st.floats(0.0, 0.9),
    cap=st.integers(9, 12),
    shared=st.integers(0, 1),
    comfortable=st.tuples(st.integers(0, 5), st.integers(0, 4)),
    steps=steps,
)
def test_never_beyond_the_cap_nor_in_the_break_and_nobody_put_out(  # noqa: PLR0917 - what hypothesis draws
    sqlite_app: Flask,
    rate: float,
    cap: int,
    shared: int,
    comfortable: tuple[int, int],
    steps: list[tuple[object, ...]],
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        odds = Chances(rate, 60.0, 0.02, learned=True)
        patched.setattr(levels, "chances", lambda *_, **__: odds)
        sessions = make_day(
            daily_cap=cap,
            shared_starts=shared,
            comfortable_am=comfortable[0],
            comfortable_pm=comfortable[1],
        )
        slots = [slot for each in sessions for slot in each.slots]
        booked: dict[int, list[int]] = defaultdict(list)
        for step in steps:
            _take(step, sessions, slots, booked)
            open_ones = offered(*sessions)
            ids = {each for those in booked.values() for each in those}
            assert sum(slot.places for slot in open_ones) <= max(cap, len(ids))
            assert all(_outside_the_break(slot) for slot in open_ones)
            still = {
                one.id for slot in slots for one in slot.appointments if one.status == "booked"
            }
            assert ids <= still


def _take(
    step: tuple[object, ...],
    sessions: tuple[Session, Session],
    slots: list[Slot],
    booked: dict[int, list[int]],
) -> None:
    match step:
        case ("book", int(n)):
            slot = slots[n]
            db.session.rollback()
            may = not slot.beyond_level and len(booked[n]) < slot.places
            try:
                session = sessions[n > 4]
                booked[n].append(make_appointment(session, position=slot.position).id)
                assert may
            except BookingError:
                assert not may
        case ("cancel", int(n)) if booked[n]:
            appointments.cancel(appointment_id=booked[n].pop(), by=THE_SERVICE)
        case ("level", int(which), int(level)):
            try:
                by_hand.set_level(
                    session_id=sessions[which].id, level=level, reason="Why", by=THE_SERVICE
                )
            except (BeyondTheCap, BadDetail):
                return
        case ("computed", int(which)):
            with transaction():
                levels.settle_now(sessions[which].adviser_id, ON)


def _outside_the_break(slot: Slot) -> bool:
    return slot.ends_at <= at(ON, 12, 45) or slot.starts_at >= at(ON, 13, 15)


@given(
    am_starts=st.times(),
    am_slots=st.integers(0, 16),
    pm_starts=st.times(),
    pm_slots=st.integers(0, 16),
    slot_minutes=st.integers(15, 180),
)
def test_rules_that_hold_leave_a_break_in_a_long_day(**shape: object) -> None:
    """Working Time Regulations 1998, 12: 20 minutes in a day of more than six hours."""
    rules = Rules(**shape)  # type: ignore[arg-type]
    if rules.problems() or not (rules.am_slots and rules.pm_slots):
        return
    day = [
        (start, start + timedelta(minutes=rules.slot_minutes))
        for first, count in ((rules.am_starts, rules.am_slots), (rules.pm_starts, rules.pm_slots))
        for n in range(count)
        for start in [
            datetime.combine(date(2027, 1, 20), first) + n * timedelta(minutes=rules.slot_minutes)
        ]
    ]
    if day[-1][1] - day[0][0] > timedelta(hours=6):
        rests = [later[0] - earlier[1] for earlier, later in pairwise(day)]
        assert max(rests) >= timedelta(minutes=20)


names = st.text(st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=20)
people = st.builds(
    ClaimantDetails,
    name=st.builds("{} {}".format, names, names),
    mobile=st.builds("07700 900{:03}".format, st.integers(0, 999)),
    language=st.sampled_from(["", "Polish", "Welsh", "Somali"]),
    needs_step_free=st.booleans(),
    needs_private=st.booleans(),
)


@settings(parent=_ONCE)
@given(one=people, other=people, missed=st.integers(0, 3))
def test_nothing_about_a_claimant_changes_what_anybody_is_offered(
    sqlite_app: Flask, one: ClaimantDetails, other: ClaimantDetails, missed: int
) -> None:
    """Two days alike; one sort of person books the first, another the second, history and all."""
    seen = []
    for person in (one, other):
        morning, afternoon = make_day(comfortable_am=4, comfortable_pm=3)
        for position in range(missed):
            _missed_before(person, morning, position)
        appointments.book(
            slot_id=morning.slots[1].id, claimant=person, referral=make_referral(), by=THE_SERVICE
        )
        with transaction():
            levels.settle_now(morning.adviser_id, ON)
        seen.append(_everything_offered(morning, afternoon))
    assert seen[0] == seen[1]


def _missed_before(person: ClaimantDetails, session: Session, position: int) -> None:
    """Booked and given back: what a score of persons would feed on."""
    booked = appointments.book(
        slot_id=session.slots[2 + position].id,
        claimant=person,
        referral=make_referral(),
        by=THE_SERVICE,
    )
    appointments.cancel(appointment_id=booked.id, by=THE_SERVICE)


def _everything_offered(morning: Session, afternoon: Session) -> list[object]:
    db.session.rollback()
    sessions = db.session.scalars(
        select(Session).where(Session.id.in_([morning.id, afternoon.id])).order_by(Session.id)
    )
    ranking = free_slots.find(Needs(), office_id=morning.office_id, by=THE_SERVICE)
    marks = [
        (session.level, slot.position, slot.places, slot.beyond_level, slot.overbooked)
        for session in sessions
        for slot in session.slots
    ]
    return [*marks, *((offer.slot.starts_at, offer.reasons) for offer in ranking.here)]
