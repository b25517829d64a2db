"""However slots come free and people answer, nobody is asked too many, too often or too late."""

from collections import Counter
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from booking import appointments, clock, waiting_answers, waiting_list, waiting_offers
from booking.database import db
from booking.errors import BookingError
from booking.messages.quiet_hours import after_waking_minutes, is_quiet
from booking.models import Appointment, OutboxMessage, WaitingOffer
from booking.rights import THE_SERVICE, the_claimant
from booking.rules import Rules
from booking.words import HalfDay, MessageKind, OfferState, Status, WaitingState
from tests.makers import (
    at,
    make_adviser,
    make_claimant,
    make_district,
    make_office,
    make_referral,
    make_session,
)
from tests.test_messages import Phone, drain

AT_ONCE, MINUTES, A_WEEK = 2, 50, 2
# The Fridays before the clocks go forward and back: offers made then may lapse on the Monday.
FRIDAYS = [date(2025, 3, 28), date(2025, 10, 24)]
RULES = Rules()


class WaitingRoom(RuleBasedStateMachine):
    """An office, four who wait, two days' slots, and a clock that goes forward over the change."""

    friday = FRIDAYS[0]

    def __init__(self) -> None:
        super().__init__()
        self.travel = time_machine.travel(at(self.friday, 16), tick=False)
        self.clock = self.travel.start()
        district = make_district(
            waiting_offers_at_once=AT_ONCE,
            waiting_offer_minutes=MINUTES,
            waiting_offers_a_week=A_WEEK,
        )
        office = make_office(district)
        adviser = make_adviser(district)
        days = [self.friday + timedelta(days=each) for each in (3, 4, 5)]
        slots = [
            slot
            for on in days
            for half in HalfDay
            for slot in make_session(office, on=on, half_day=half, adviser=adviser).slots[:2]
        ]
        self.slot_ids = [slot.id for slot in slots]
        for number in range(4):
            waiting_list.refer_and_wait(
                office_id=office.id,
                claimant=make_claimant(mobile=f"07700 90020{number}"),
                referral=make_referral(),
                by=THE_SERVICE,
            )
        self.office_id = office.id
        self.heard: list[tuple[object, bool]] = []

    def teardown(self) -> None:
        db.session.rollback()
        self.travel.stop()

    @rule(minutes=st.sampled_from([5, 25, 50, 180, 600, 1440]))
    def time_passes(self, minutes: int) -> None:
        self.clock.move_to(clock.now() + timedelta(minutes=minutes))

    @rule(which=st.integers(0, 11))
    def somebody_is_booked(self, which: int) -> None:
        self._tried(
            appointments.book,
            slot_id=self.slot_ids[which],
            claimant=make_claimant(),
            referral=make_referral(),
        )

    @rule(which=st.integers(0, 99))
    def somebody_cancels(self, which: int) -> None:
        live = db.session.scalars(
            select(Appointment.id).where(
                Appointment.slot_id.in_(self.slot_ids), Appointment.status == Status.BOOKED
            )
        ).all()
        if live:
            self._tried(appointments.cancel, appointment_id=live[which % len(live)])

    @rule()
    def the_worker_turns(self) -> None:
        waiting_offers.offer_freed_slots()
        phone = drain(Phone())
        self.heard += [
            (clock.now(), is_quiet(clock.now(), RULES))
            for kind in phone.heard
            if kind == MessageKind.OFFER
        ]

    @precondition(lambda self: self.mine())
    @rule(which=st.integers(0, 99), wants=st.booleans())
    def somebody_answers(self, which: int, wants: bool) -> None:
        offers = self.mine()
        offer = offers[which % len(offers)]
        was, late = offer.state, clock.now() >= offer.lapses_at
        by = the_claimant(offer.entry.claimant)
        now_is = waiting_answers.answer(offer_id=offer.id, wants=wants, by=by)
        if was != OfferState.OPEN:
            assert now_is == was
        elif late:
            assert now_is == OfferState.LAPSED

    def mine(self) -> list[WaitingOffer]:
        db.session.rollback()
        query = select(WaitingOffer).where(WaitingOffer.slot_id.in_(self.slot_ids))
        return list(db.session.scalars(query.order_by(WaitingOffer.id)))

    def _tried(self, use_case: object, **asked: object) -> None:
        try:
            use_case(by=THE_SERVICE, **asked)  # type: ignore[operator]
        except BookingError:
            db.session.rollback()

    @invariant()
    def never_more_at_once_than_the_rule(self) -> None:
        now = clock.now()
        standing = [
            each for each in self.mine() if each.state == OfferState.OPEN and each.lapses_at > now
        ]
        assert max(Counter(each.slot_id for each in standing).values(), default=0) <= AT_ONCE
        people = Counter(each.entry.claimant_id for each in standing)
        assert max(people.values(), default=0) <= 1

    @invariant()
    def never_more_in_a_week_than_the_rule(self) -> None:
        for each in self.mine():
            week = [
                other
                for other in self.mine()
                if other.entry.claimant_id == each.entry.claimant_id
                and timedelta(0) <= other.offered_at - each.offered_at < timedelta(days=7)
            ]
            assert len(week) <= A_WEEK

    @invariant()
    def nobody_is_asked_in_quiet_hours_or_for_less_or_more_than_the_minutes(self) -> None:
        assert not any(quiet for _, quiet in self.heard)
        for each in self.mine():
            assert not is_quiet(each.offered_at, RULES)
            waking = sum(
                not is_quiet(each.offered_at + timedelta(minutes=minute), RULES)
                for minute in range(int((each.lapses_at - each.offered_at).total_seconds() // 60))
            )
            assert waking == MINUTES
            assert each.lapses_at + timedelta(minutes=60) <= each.slot.starts_at

    @invariant()
    def whoever_took_it_has_it_and_one_text_tells_of_each_offer(self) -> None:
        for each in self.mine():
            texts = db.session.scalars(
                select(OutboxMessage).where(OutboxMessage.waiting_offer_id == each.id)
            ).all()
            assert len(texts) == 1
            assert each.state != OfferState.TAKEN or each.entry.state == WaitingState.PLACED

    @invariant()
    def a_place_is_taken_once(self) -> None:
        held = db.session.scalars(
            select(Appointment.slot_id).where(
                Appointment.slot_id.in_(self.slot_ids), Appointment.status == Status.BOOKED
            )
        ).all()
        assert len(held) == len(set(held))


@pytest.mark.parametrize("friday", FRIDAYS, ids=["clocks forward", "clocks back"])
def test_the_bounds_hold_whatever_happens(app: Flask, friday: date) -> None:
    class Room(WaitingRoom):
        pass

    Room.friday = friday
    on_postgresql = db.engine.dialect.name == "postgresql"
    run_state_machine_as_test(
        Room,
        settings=settings(
            max_examples=5 if on_postgresql else 15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize(
    ("starts", "minutes", "ends"),
    [
        (at(FRIDAYS[0], 10), 60, at(FRIDAYS[0], 11)),
        (at(FRIDAYS[0], 18, 30), 30, at(FRIDAYS[0], 19)),
        (at(FRIDAYS[0], 18, 30), 60, at(FRIDAYS[0] + timedelta(days=1), 9, 30)),
        # Over each change of the clocks, from Saturday evening to Sunday morning.
        (at(date(2025, 3, 29), 18, 30), 60, at(date(2025, 3, 30), 9, 30)),
        (at(date(2025, 10, 25), 18, 30), 60, at(date(2025, 10, 26), 9, 30)),
        (at(date(2025, 10, 25), 18), 11 * 60, at(date(2025, 10, 26), 19)),
    ],
)
def test_minutes_that_count_are_waking_ones(starts: object, minutes: int, ends: object) -> None:
    assert after_waking_minutes(starts, minutes, RULES) == ends  # type: ignore[arg-type]


def test_without_quiet_hours_every_minute_counts() -> None:
    never = Rules().overridden({"quiet_from": "00:00", "quiet_until": "00:00"})
    at_night = at(FRIDAYS[0], 23, 30)
    assert after_waking_minutes(at_night, 60, never) == at_night + timedelta(minutes=60)
