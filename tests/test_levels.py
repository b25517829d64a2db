"""How many appointments a session offers: computed, by hand, never taken from who is booked."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select

from booking import appointments, diaries, free_slots, outcomes, sessions, walkovers
from booking.attendance import by_hand, curves, levels, refreshing
from booking.attendance.by_hand import BeyondTheCap
from booking.attendance.chances import Chances, chances, most_to_offer
from booking.availability import Needs
from booking.boards import listing
from booking.database import db, transaction
from booking.errors import (
    BadDetail,
    CannotOpenSession,
    NotAllowed,
    SlotNotOpen,
    SlotTaken,
    WrongState,
)
from booking.models import AuditEntry, FreedSlot, Office, Session, Slot
from booking.rights import THE_SERVICE
from booking.rules import Rules
from booking.words import HalfDay, Hold, Role, SessionKind, Status
from optimizer.attendance.forecast import Forecast
from optimizer.attendance.history import PastAppointment
from optimizer.overbooking.day import Day, Weights
from optimizer.overbooking.level import level as exact_level
from optimizer.overbooking.plan import plan
from tests.makers import (
    WEDNESDAY,
    at,
    make_actor,
    make_adviser,
    make_appointment,
    make_claimant,
    make_district,
    make_office,
    make_referral,
    make_room,
    make_session,
)

USUAL = {"comfortable_am": 4, "comfortable_pm": 3}


@pytest.fixture(autouse=True)
def the_day_before() -> Iterator[None]:
    with time_machine.travel(at(WEDNESDAY - timedelta(days=1), 8), tick=False):
        yield


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """From now on the FTA rate is known for certain, everywhere."""

    def put(rate: float) -> None:
        odds = Chances(rate, 1e9, 0.0, learned=True)
        monkeypatch.setattr(levels, "chances", lambda *_, **__: odds)

    return put


def make_day(office: Office | None = None) -> tuple[Session, Session]:
    """One adviser's morning and afternoon."""
    office = office or make_office(make_district(**USUAL))
    adviser, room = make_adviser(office.district), make_room(office)
    morning = make_session(office, adviser=adviser, room=room)
    afternoon = make_session(office, adviser=adviser, room=room, half_day=HalfDay.PM)
    return morning, afternoon


def offered(session: Session) -> list[int]:
    """Positions that can be had, as the search finds them."""
    db.session.rollback()
    ranking = free_slots.find(Needs(), office_id=session.office_id, by=THE_SERVICE)
    office = db.session.get_one(Office, session.office_id)
    found = listing.between(office_code=office.code, first_on=None, last_on=None, by=THE_SERVICE)
    listed = {each.slot.slot_id for each in found}
    assert {offer.slot.slot_id for offer in ranking.here} <= listed
    return [slot.position for slot in session.slots if slot.id in listed]


def settled(*days: Session) -> None:
    for session in days:
        with transaction():
            levels.settle_now(session.adviser_id, session.on_date)


# FTA rate -> slots offered of the morning's five and the afternoon's four, comfortable 4 and 3.
DAYS = [(0.05, (4, 3)), (0.25, (4, 3)), (0.35, (5, 3)), (0.375, (5, 4)), (0.5, (5, 4))]


@pytest.mark.parametrize(("rate", "expected"), DAYS)
def test_the_day_offers_what_its_forecast_and_comfortable_number_allow(
    sqlite_app: Flask, known, rate: float, expected: tuple[int, int]
) -> None:
    morning, afternoon = make_day()
    known(rate)
    settled(morning)
    assert (morning.level, afternoon.level) == expected
    assert (len(offered(morning)), len(offered(afternoon))) == expected


# Daily cap -> slots offered where many fail to attend, and with the morning's five set by hand.
CAPS = [(9, (5, 4), (5, 4)), (8, (5, 3), (5, 3)), (6, (4, 2), (5, 1)), (5, (3, 2), (5, 0))]


@pytest.mark.parametrize(("cap", "expected", "by_lead"), CAPS)
def test_no_more_than_the_cap_of_the_day_is_offered(
    sqlite_app: Flask, known, cap: int, expected: tuple[int, int], by_lead: tuple[int, int]
) -> None:
    morning, afternoon = make_day()
    morning.office.district.rule_overrides = {**USUAL, "daily_cap": cap}
    db.session.commit()
    known(0.6)
    settled(morning)
    assert (morning.level, afternoon.level) == expected
    assert (len(offered(morning)), len(offered(afternoon))) == expected
    by_hand.set_level(session_id=morning.id, level=5, reason="Busy", by=THE_SERVICE)
    assert (morning.level, afternoon.level) == by_lead


def test_what_is_computed_of_the_other_half_gives_way_to_a_level_by_hand(
    sqlite_app: Flask, known
) -> None:
    morning, afternoon = make_day()
    morning.office.district.rule_overrides = {**USUAL, "daily_cap": 8}
    db.session.commit()
    known(0.6)
    settled(morning)
    by_hand.set_level(session_id=afternoon.id, level=4, reason="Busy", by=THE_SERVICE)
    assert (morning.level, afternoon.level) == (4, 4)
    kept = [afternoon.slots[0].id]
    diaries.hold_slots(slot_ids=kept, hold=Hold.BLOCKED, reason="Briefing", by=THE_SERVICE)
    assert (morning.level, afternoon.level) == (5, 3), "no level is more than there are slots"


def test_a_level_by_hand_ends_shared_starts_of_the_day(sqlite_app: Flask, known) -> None:
    rules = {**USUAL, "shared_starts": 1, "daily_cap": 16}
    morning, afternoon = make_day(make_office(make_district(**rules)))
    known(0.5)
    settled(morning)
    assert max(slot.places for slot in morning.slots) > 1
    by_hand.set_level(session_id=morning.id, level=2, reason="Training", by=THE_SERVICE)
    assert (morning.level, afternoon.level) == (2, 4)
    assert {slot.places for slot in (*morning.slots, *afternoon.slots)} == {1}


def test_only_what_is_offered_again_is_put_up_for_whoever_waits(sqlite_app: Flask, known) -> None:
    morning, afternoon = make_day()
    known(0.25)
    settled(morning)
    with transaction():
        db.session.execute(delete(FreedSlot))
    known(0.4)
    settled(morning)
    assert (morning.level, afternoon.level) == (5, 4)
    assert set(db.session.scalars(select(FreedSlot.slot_id))) == {
        morning.slots[4].id,
        afternoon.slots[3].id,
    }


def test_a_session_opened_where_nothing_is_known_gets_the_level_of_the_prior(app: Flask) -> None:
    """A rate of 0.375 that is weakly known allows less than the same rate known well."""
    morning, afternoon = make_day()
    assert (morning.level, afternoon.level) == (5, 3)
    assert offered(afternoon) == [0, 1, 2]


def test_what_is_beyond_the_level_cannot_be_had_by_any_way(app: Flask) -> None:
    morning, afternoon = make_day()
    closed = next(slot for slot in afternoon.slots if slot.beyond_level)
    with pytest.raises(SlotNotOpen):
        make_appointment(afternoon, position=closed.position)
    elsewhere = make_appointment(morning)
    with pytest.raises(SlotNotOpen):
        appointments.move(appointment_id=elsewhere.id, slot_id=closed.id, by=THE_SERVICE)
    assert closed.id not in [slot.slot_id for slot in free_slots.alternatives(elsewhere.slot_id)]
    with time_machine.travel(closed.starts_at + timedelta(minutes=1), tick=False):
        assert walkovers.gaps(afternoon.office_id, by=THE_SERVICE) == []
    assert diaries.booked(afternoon) == (0, 3)


def test_slots_beyond_the_comfortable_number_are_marked_the_last_ones(
    sqlite_app: Flask, known
) -> None:
    morning, afternoon = make_day()
    known(0.4)
    settled(morning)
    assert [slot.overbooked for slot in morning.slots] == [False] * 4 + [True]
    assert [slot.overbooked for slot in afternoon.slots] == [False] * 3 + [True]


def test_lowering_a_level_takes_nothing_from_who_is_booked(app: Flask) -> None:
    session = make_session(make_office(make_district()))
    booked = [make_appointment(session, position=position) for position in (1, 3, 4)]
    by_hand.set_level(session_id=session.id, level=1, reason="A fire drill", by=THE_SERVICE)
    assert [one.status for one in booked] == [Status.BOOKED] * 3
    assert offered(session) == []
    assert diaries.booked(session) == (3, 3)
    # The booked beyond the level stay booked; cancelled, they are not offered again.
    appointments.cancel(appointment_id=booked[2].id, by=THE_SERVICE)
    assert offered(session) == []
    appointments.cancel(appointment_id=booked[0].id, by=THE_SERVICE)
    assert offered(session) == [1]
    # Whoever has cancelled holds nothing: the earliest is offered.
    appointments.cancel(appointment_id=booked[1].id, by=THE_SERVICE)
    settled(session)
    assert offered(session) == [0]


def test_a_level_by_hand_has_a_reason_survives_the_night_and_goes_back(app: Flask, known) -> None:
    morning, _ = make_day()
    known(0.4)
    lead = make_actor(Role.DISTRICT_LEAD, morning.office)
    by_hand.set_level(session_id=morning.id, level=2, reason=" Training on the till ", by=lead)
    assert (morning.level, morning.level_reason) == (2, "Training on the till")
    assert morning.level_by == lead.name
    entry = db.session.scalars(select(AuditEntry).filter_by(action="set level")).one()
    assert entry.after == {"level": 2, "level_by": lead.name, "level_reason": morning.level_reason}
    refreshing.refresh_levels()
    assert offered(morning) == [0, 1]
    by_hand.back_to_computed(session_id=morning.id, by=lead)
    assert (morning.level, morning.level_reason) == (5, "")
    assert offered(morning) == [0, 1, 2, 3, 4]


def test_the_other_half_makes_up_the_day(sqlite_app: Flask, known) -> None:
    morning, afternoon = make_day()
    known(0.25)
    settled(morning)
    assert (morning.level, afternoon.level) == (4, 3)
    by_hand.set_level(session_id=morning.id, level=2, reason="Interpreters", by=THE_SERVICE)
    assert afternoon.level == 4
    by_hand.set_level(session_id=morning.id, level=5, reason="Interpreters", by=THE_SERVICE)
    assert afternoon.level == 2


def test_what_a_lead_cannot_set(app: Flask) -> None:
    morning, _ = make_day(make_office(make_district(daily_cap=9)))
    for level, reason, field in (
        (6, "Why not", "level"),
        (-1, "Why not", "level"),
        (3, " ", "reason"),
    ):
        with pytest.raises(BadDetail) as refused:
            by_hand.set_level(session_id=morning.id, level=level, reason=reason, by=THE_SERVICE)
        assert refused.value.field == field
    adviser = make_actor(Role.NEXT_STEP_ADVISER, morning.office)
    with pytest.raises(NotAllowed):
        by_hand.set_level(session_id=morning.id, level=3, reason="Mine", by=adviser)
    with pytest.raises(WrongState):
        by_hand.back_to_computed(session_id=morning.id, by=THE_SERVICE)
    cancelled = make_session()
    sessions.cancel_session(session_id=cancelled.id, by=THE_SERVICE)
    with pytest.raises(WrongState):
        by_hand.set_level(session_id=cancelled.id, level=3, reason="Few", by=THE_SERVICE)
    group = make_session(kind=SessionKind.GROUP, places=6)
    with pytest.raises(WrongState):
        by_hand.set_level(session_id=group.id, level=3, reason="Few", by=THE_SERVICE)
    assert (group.level, group.slots[0].places) == (None, 6)


def test_the_cap_of_the_day_holds_against_a_level_by_hand(app: Flask) -> None:
    morning, afternoon = make_day(make_office(make_district()))
    for position in range(4):
        make_appointment(afternoon, position=position)
    morning.office.district.rule_overrides = {
        **morning.office.district.rule_overrides,
        "daily_cap": 8,
    }
    db.session.commit()
    with pytest.raises(BeyondTheCap, match="at most 8 a day, and 4 of them"):
        by_hand.set_level(session_id=morning.id, level=5, reason="Busy", by=THE_SERVICE)
    by_hand.set_level(session_id=morning.id, level=4, reason="Busy", by=THE_SERVICE)
    assert len(offered(morning)) + 4 == 8


def test_time_an_adviser_keeps_is_made_up_for_where_the_level_allows(app: Flask) -> None:
    _, afternoon = make_day()
    assert offered(afternoon) == [0, 1, 2]
    slot = afternoon.slots[0]
    diaries.hold_slots(slot_ids=[slot.id], hold=Hold.BLOCKED, reason="Briefing", by=THE_SERVICE)
    assert offered(afternoon) == [1, 2, 3]
    assert not slot.beyond_level, "kept, which is another reason"
    diaries.hold_slots(slot_ids=[slot.id], hold=None, by=THE_SERVICE)
    assert offered(afternoon) == [0, 1, 2]


def test_the_chances_of_a_day_come_from_the_offices_own_past(sqlite_app: Flask) -> None:
    office = make_office(make_district(prior_fta=0.2))
    starts = [at(WEDNESDAY, 9), at(WEDNESDAY, 14)]
    unknown = chances(None, office=office.code, starts=starts, rules=office.rules)
    assert (unknown.rate, unknown.learned) == (0.2, False)
    days = [date(2026, 1, 5) + timedelta(days=n) for n in range(60)]
    rows = [
        PastAppointment(office.code, on, 9, 7, "first", n % 10 < 6)
        for on in days
        for n in range(10)
    ]
    learned = chances(Forecast.train(rows), office=office.code, starts=starts, rules=office.rules)
    assert 0.5 < learned.rate < 0.65
    rates = Forecast.train(rows).usual_rates(office.code, starts)
    assert learned.strength == min(rate.strength for rate in rates)
    assert len({rate.strength for rate in rates}) == len({rate.mean for rate in rates}) == 2
    assert learned.rate == pytest.approx(sum(rate.mean for rate in rates) / 2)
    assert learned.strength > 20
    assert learned.dispersion > 0


def test_a_group_and_a_day_that_is_all_kept_have_no_curves(sqlite_app: Flask) -> None:
    office = make_office()
    adviser, room = make_adviser(office.district), make_room(office, seats=8)
    morning = make_session(office, adviser=adviser, room=room)
    afternoon = {"half_day": HalfDay.PM, "kind": SessionKind.GROUP, "places": 6}
    group = make_session(office, adviser=adviser, room=room, **afternoon)
    assert curves.outlook(morning) is not None
    assert curves.outlook(group) is None
    slots = [slot.id for slot in morning.slots]
    diaries.hold_slots(slot_ids=slots, hold=Hold.BLOCKED, reason="Training", by=THE_SERVICE)
    assert curves.outlook(morning) is None


def test_shared_starts_are_not_worked_out_for_days_of_more_than_nine_slots(
    sqlite_app: Flask,
) -> None:
    rules = {"slot_minutes": 20, "am_slots": 10, "pm_slots": 1, "daily_cap": 12}
    outlook = curves.outlook(make_session(make_office(make_district(**rules))))
    assert outlook is not None
    assert curves.break_even(outlook) is None
    assert curves.sharing(outlook) is None


def test_the_most_to_offer_minds_all_that_is_not_known_and_the_districts_risk() -> None:
    odds = Chances(0.4, 30.0, 0.05, learned=True)
    rules = Rules(overload_risk=0.24)
    found = most_to_offer(odds, slots=9, comfortable=6, rules=rules)
    asked = {"rate": 0.4, "slots": 9, "comfortable": 6, "risk": 0.24}
    assert found == exact_level(strength=30.0, dispersion=0.05, **asked)
    assert found.level == 8
    assert exact_level(**asked).level == 9


def test_half_a_day_alone_has_the_level_of_half_a_day(app: Flask, known) -> None:
    morning, afternoon = make_day()
    known(0.4)
    settled(morning)
    assert afternoon.level == 4
    sessions.cancel_session(session_id=morning.id, by=THE_SERVICE)
    assert afternoon.level == 3


def test_the_night_brings_every_session_to_come_to_the_latest_forecast(app: Flask, known) -> None:
    days = [make_day() for _ in range(3)]
    assert [afternoon.level for _, afternoon in days] == [3, 3, 3]
    changes = select(AuditEntry.subject_id).filter_by(action="settled level")
    opened = db.session.scalars(changes).all()
    assert not {afternoon.id for _, afternoon in days} & set(opened), "a first level changes none"
    known(0.4)
    by_hand.set_level(session_id=days[0][1].id, level=2, reason="Training", by=THE_SERVICE)
    assert refreshing.refresh_levels() == 2
    settled_now = set(db.session.scalars(changes)) - {*opened, days[0][1].id}
    assert settled_now == {days[1][1].id, days[2][1].id}
    assert [afternoon.level for _, afternoon in days] == [2, 4, 4]
    assert refreshing.refresh_levels() == 0


def test_the_night_settles_the_day_that_begins(app: Flask, known) -> None:
    _, afternoon = make_day()
    assert afternoon.level == 3
    known(0.4)
    with time_machine.travel(at(WEDNESDAY, 5), tick=False):
        assert refreshing.refresh_levels() == 1
    assert afternoon.level == 4


def test_a_night_that_is_cut_short_keeps_what_is_settled(
    app: Flask, known, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few adviser-days a transaction: bookings wait for a moment at most."""
    days = [make_day() for _ in range(3)]
    known(0.4)
    monkeypatch.setattr(refreshing, "_AT_A_TIME", 2)
    settle, begun = levels.settle, []

    def dies_at_the_third(adviser_id: int, on: date, forecast: Forecast | None) -> int:
        begun.append(adviser_id)
        if len(begun) == 3:
            raise KeyboardInterrupt
        return settle(adviser_id, on, forecast)

    with monkeypatch.context() as killed:
        killed.setattr(levels, "settle", dies_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            refreshing.refresh_levels()
    db.session.rollback()
    assert [afternoon.level for _, afternoon in days] == [4, 4, 3]
    assert refreshing.refresh_levels() == 1


def test_shared_starts_are_off_until_a_district_turns_them_on(app: Flask, known) -> None:
    morning, _ = make_day()
    known(0.5)
    settled(morning)
    assert {slot.places for slot in morning.slots} == {1}


def test_shared_starts_are_exactly_the_certified_plan(app: Flask, known) -> None:
    morning, afternoon = make_day(
        make_office(make_district(**USUAL, shared_starts=1, daily_cap=16))
    )
    known(0.4)
    settled(morning)
    slots: Sequence[Slot] = [*morning.slots, *afternoon.slots]
    best = plan(Day(9, 45, 0.4, break_after=5, break_minutes=30), Weights(0.25, 1.0, 1.5))
    assert best.certified
    assert max(best.chosen.bookings) > 1
    assert tuple(slot.places for slot in slots) == best.chosen.bookings
    assert morning.level == sum(best.chosen.bookings[:5])
    so_far = list(accumulate(best.chosen.bookings[:5]))
    assert [slot.overbooked for slot in morning.slots] == [many > 4 for many in so_far]
    for _ in range(2):
        make_appointment(morning)
    with pytest.raises(SlotTaken):
        make_appointment(morning)


def test_shared_starts_keep_to_the_cap_and_to_who_is_booked_when_turned_off(
    app: Flask, known
) -> None:
    morning, afternoon = make_day(
        make_office(make_district(**USUAL, shared_starts=1, daily_cap=10))
    )
    known(0.5)
    settled(morning)
    slots: Sequence[Slot] = [*morning.slots, *afternoon.slots]
    assert sum(slot.places for slot in slots if not slot.beyond_level) == 10
    shared = next(slot for slot in morning.slots if slot.places > 1)
    booked = [make_appointment(morning, position=shared.position) for _ in range(shared.places)]
    morning.office.district.rule_overrides = USUAL
    db.session.commit()
    settled(morning)
    assert {slot.places for slot in slots if slot is not shared} == {1}
    assert shared.places == 2
    assert shared.position not in offered(morning)
    appointments.cancel(appointment_id=booked[0].id, by=THE_SERVICE)
    settled(morning)
    assert shared.position not in offered(morning), "who is left has the start alone"


def test_a_long_day_without_a_break_is_not_opened(app: Flask) -> None:
    """The same adviser at two offices whose days do not fit together."""
    district = make_district()
    early = make_office(
        district, rule_overrides={"am_starts": "09:00", "am_slots": 5, "slot_minutes": 48}
    )
    late = make_office(district, rule_overrides={"pm_starts": "13:00", "pm_slots": 4})
    adviser = make_adviser(district)
    make_session(early, adviser=adviser)
    with pytest.raises(CannotOpenSession, match="no break of 20 minutes"):
        make_session(late, adviser=adviser, half_day=HalfDay.PM)


def test_an_outcome_can_be_said_of_a_slot_beyond_the_level(app: Flask) -> None:
    session = make_session(make_office(make_district()))
    appointment = make_appointment(session, position=4)
    by_hand.set_level(session_id=session.id, level=0, reason="Shut early", by=THE_SERVICE)
    with time_machine.travel(at(WEDNESDAY, 12, 30), tick=False):
        said = outcomes.record_outcome(
            appointment_id=appointment.id, outcome=Status.FAILED_TO_ATTEND, by=THE_SERVICE
        )
    assert said.status == Status.FAILED_TO_ATTEND


def test_a_claimant_can_still_be_booked_as_usual(app: Flask) -> None:
    session = make_session(make_office(make_district(**USUAL)))
    booked = appointments.book(
        slot_id=session.slots[0].id,
        claimant=make_claimant(),
        referral=make_referral(),
        by=THE_SERVICE,
    )
    assert booked.status == Status.BOOKED
