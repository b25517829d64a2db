"""What became of an appointment: the rules one by one, then any order of events at any time."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from booking import appointments, clock, diaries, free_slots, jobs, outcomes
from booking.database import db
from booking.errors import (
    BadDetail,
    BookingError,
    ClaimantBusy,
    NotAllowed,
    NotOver,
    OutcomeLocked,
    SlotTaken,
    WrongState,
)
from booking.models import Appointment, AuditEntry, ClaimantTime, OutboxMessage, Slot
from booking.rights import THE_SERVICE
from booking.words import (
    HOLDING_A_PLACE,
    OUTCOMES,
    STILL_TO_COME,
    ExcusedReason,
    Hold,
    MessageKind,
    MessageState,
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
    make_referral,
    make_session,
)

MONDAY_MORNING = at(WEDNESDAY - timedelta(days=2), 9)
STARTS = at(WEDNESDAY, 9, 45)
GRACE = timedelta(minutes=10)
EDITABLE = timedelta(hours=48)


def make_booked() -> Appointment:
    """Booked on Monday for Wednesday at a quarter to ten."""
    with time_machine.travel(MONDAY_MORNING, tick=False):
        return make_appointment(make_session(), position=1)


def say(appointment: Appointment, outcome: Status, when: datetime, **more: Any) -> Appointment:
    with time_machine.travel(when, tick=False):
        return outcomes.record_outcome(
            appointment_id=appointment.id, outcome=outcome, by=THE_SERVICE, **more
        )


# (outcome, from the start, refusal)
MOMENTS = [
    (Status.ATTENDED, timedelta(seconds=-1), NotOver),
    (Status.ATTENDED, timedelta(0), None),
    (Status.FAILED_TO_ATTEND, timedelta(0), NotOver),
    (Status.FAILED_TO_ATTEND, GRACE - timedelta(seconds=1), NotOver),
    (Status.FAILED_TO_ATTEND, GRACE, None),
    (Status.FAILED_TO_ATTEND, timedelta(days=9), None),
    (Status.EXCUSED, timedelta(days=-1), None),
    (Status.ARRIVED, timedelta(0), BadDetail),
    (Status.CANCELLED, timedelta(0), BadDetail),
]


@pytest.mark.parametrize(("outcome", "after", "refusal"), MOMENTS)
def test_when_an_outcome_may_be_said(
    sqlite_app: Flask, outcome: Status, after: timedelta, refusal: type[BookingError] | None
) -> None:
    appointment = make_booked()
    reason = ExcusedReason.CARING
    with time_machine.travel(STARTS + after, tick=False):
        assert outcomes.can_record(appointment, outcome) == (refusal is None)
    if refusal is None:
        assert say(appointment, outcome, STARTS + after, excused_reason=reason).status == outcome
        return
    with pytest.raises(refusal):
        say(appointment, outcome, STARTS + after, excused_reason=reason)


def test_an_excuse_needs_its_reason_and_another_outcome_drops_it(sqlite_app: Flask) -> None:
    appointment = make_booked()
    with pytest.raises(BadDetail, match="Say why the absence is excused"):
        say(appointment, Status.EXCUSED, STARTS)
    say(appointment, Status.EXCUSED, STARTS, excused_reason=ExcusedReason.MEDICAL)
    assert appointment.excused_reason == ExcusedReason.MEDICAL
    say(appointment, Status.ATTENDED, STARTS)
    assert appointment.excused_reason is None


def test_the_48_hours_run_from_the_first_word(sqlite_app: Flask) -> None:
    appointment = make_booked()
    say(appointment, Status.FAILED_TO_ATTEND, STARTS + GRACE)
    say(appointment, Status.ATTENDED, STARTS + GRACE + EDITABLE)
    with pytest.raises(OutcomeLocked):
        say(
            appointment,
            Status.FAILED_TO_ATTEND,
            STARTS + GRACE + EDITABLE + timedelta(seconds=1),
        )
    assert appointment.status == Status.ATTENDED


def test_no_job_says_what_became_of_anybody(sqlite_app: Flask) -> None:
    appointment = make_booked()
    with time_machine.travel(STARTS + timedelta(days=4), tick=False):
        jobs.tick(ConsoleChannel(), channel_name="console")
        for _, _, job in jobs.DAILY:
            job()
    assert appointment.status == Status.BOOKED


def test_a_place_that_was_taken_again_is_not_given_back(sqlite_app: Flask) -> None:
    appointment = make_booked()
    say(appointment, Status.FAILED_TO_ATTEND, STARTS + GRACE)
    with time_machine.travel(STARTS + GRACE, tick=False):
        make_appointment(appointment.slot.session, position=1)
    with pytest.raises(SlotTaken, match="Somebody else has been seen in that place"):
        say(appointment, Status.ATTENDED, STARTS + GRACE)
    assert appointment.status == Status.FAILED_TO_ATTEND


def test_a_claimant_booked_elsewhere_since_was_not_here_as_well(sqlite_app: Flask) -> None:
    person = make_claimant()
    with time_machine.travel(MONDAY_MORNING, tick=False):
        office = make_office()
        first = make_appointment(make_session(office), position=1, claimant=person)
        other = make_session(office)
    say(first, Status.EXCUSED, STARTS, excused_reason=ExcusedReason.INTERVIEW)
    with time_machine.travel(STARTS, tick=False):
        make_appointment(other, position=1, claimant=person)
    with pytest.raises(ClaimantBusy):
        say(first, Status.ATTENDED, STARTS)


def test_check_in_is_on_the_day_and_once_and_can_be_taken_back(sqlite_app: Flask) -> None:
    appointment = make_booked()
    check = {"appointment_id": appointment.id, "by": THE_SERVICE}
    with time_machine.travel(STARTS - timedelta(days=1), tick=False), pytest.raises(NotOver):
        outcomes.check_in(**check)
    with time_machine.travel(STARTS + timedelta(minutes=7, seconds=59), tick=False):
        with pytest.raises(WrongState):
            outcomes.take_back_check_in(**check)
        assert outcomes.check_in(**check).minutes_late == 7
        with pytest.raises(WrongState):
            outcomes.check_in(**check)
        assert outcomes.take_back_check_in(**check).status == Status.BOOKED
        assert outcomes.check_in(**check).status == Status.ARRIVED


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.JOBCENTRE_ADVISER])
def test_who_only_opens_the_door_does_not_say_the_outcome(sqlite_app: Flask, role: Role) -> None:
    appointment = make_booked()
    by = make_actor(role, appointment.slot.session.office)
    with pytest.raises(NotAllowed):
        outcomes.record_outcome(appointment_id=appointment.id, outcome=Status.ATTENDED, by=by)


class Diary(RuleBasedStateMachine):
    """Two advisers' mornings, three claimants, and a clock that only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self.travel = time_machine.travel(MONDAY_MORNING, tick=False)
        self.clock = self.travel.start()
        office = make_office()
        sessions = [make_session(office), make_session(office)]
        self.office_id = office.id
        self.slot_ids = [slot.id for session in sessions for slot in session.slots[:3]]
        self.people = [make_claimant(mobile=f"07700 90010{number}") for number in range(3)]
        self.ids: list[int] = []
        self.first_said: dict[int, datetime] = {}

    def teardown(self) -> None:
        self.travel.stop()

    def attempt(self, use_case: Callable[..., Any], **asked: Any) -> Any:
        """Done and on record, or refused and nothing has changed."""
        before, audited = self.everything(), audit_rows()
        try:
            done = use_case(by=THE_SERVICE, **asked)
        except BookingError:
            assert (self.everything(), audit_rows()) == (before, audited)
            return None
        assert audit_rows() > audited
        return done

    def everything(self) -> list[Any]:
        db.session.rollback()
        columns = (Appointment.__table__, OutboxMessage.__table__, ClaimantTime.__table__)
        return [sorted(db.session.execute(select(each)).all(), key=str) for each in columns]

    def live(self) -> list[Appointment]:
        query = select(Appointment).where(Appointment.id.in_(self.ids))
        return list(db.session.scalars(query.execution_options(populate_existing=True)))

    @initialize(slots=st.permutations(range(3)))
    def some_are_booked(self, slots: list[int]) -> None:
        for person, slot in enumerate(slots[:2]):
            self.book(slot, person, "")

    @precondition(lambda self: clock.now() >= STARTS)
    @rule(hours=st.sampled_from([1, 24, 48]))
    def hours_pass(self, hours: int) -> None:
        self.clock.move_to(clock.now() + timedelta(hours=hours, seconds=1))

    @rule(slot=st.integers(0, 5), person=st.integers(0, 2), reason=st.sampled_from(["", "asked"]))
    def book(self, slot: int, person: int, reason: str) -> None:
        done = self.attempt(
            appointments.book,
            slot_id=self.slot_ids[slot],
            claimant=self.people[person],
            referral=make_referral(),
            override_reason=reason,
        )
        if done is not None:
            self.ids.append(done.id)

    @precondition(lambda self: self.ids)
    @rule(which=st.integers(0, 99))
    def check_in(self, which: int) -> None:
        self.attempt(outcomes.check_in, appointment_id=self.ids[which % len(self.ids)])

    @precondition(lambda self: self.ids)
    @rule(which=st.integers(0, 99))
    def take_back_check_in(self, which: int) -> None:
        self.attempt(outcomes.take_back_check_in, appointment_id=self.ids[which % len(self.ids)])

    @precondition(lambda self: self.ids)
    @rule(
        which=st.integers(0, 99),
        outcome=st.sampled_from(OUTCOMES),
        after=st.sampled_from([-1, 0, 9, 10, 25]),
    )
    def record_outcome(self, which: int, outcome: Status, after: int) -> None:
        """Around the start, if that is still ahead."""
        appointment_id = self.ids[which % len(self.ids)]
        slot = db.session.get_one(Appointment, appointment_id).slot
        self.clock.move_to(max(clock.now(), slot.starts_at + timedelta(minutes=after)))
        done = self.attempt(
            outcomes.record_outcome,
            appointment_id=appointment_id,
            outcome=outcome,
            excused_reason=ExcusedReason.WEATHER,
        )
        if done is not None:
            first = self.first_said.setdefault(appointment_id, clock.now())
            assert clock.now() - first <= EDITABLE, "changed when it should be locked"
            if outcome == Status.FAILED_TO_ATTEND:
                assert clock.now() >= done.slot.starts_at + GRACE

    @precondition(lambda self: self.ids)
    @rule(which=st.integers(0, 99), slot=st.integers(0, 5))
    def move(self, which: int, slot: int) -> None:
        appointment_id = self.ids[which % len(self.ids)]
        self.attempt(appointments.move, appointment_id=appointment_id, slot_id=self.slot_ids[slot])

    @precondition(lambda self: self.ids)
    @rule(which=st.integers(0, 99))
    def cancel(self, which: int) -> None:
        self.attempt(appointments.cancel, appointment_id=self.ids[which % len(self.ids)])

    @rule(slot=st.integers(0, 5), hold=st.sampled_from([Hold.BLOCKED, Hold.PROTECTED, None]))
    def keep_time(self, slot: int, hold: Hold | None) -> None:
        self.attempt(
            diaries.hold_slots, slot_ids=[self.slot_ids[slot]], hold=hold, reason="Team meeting"
        )

    @invariant()
    def a_place_is_held_exactly_by_who_is_expected_or_was_seen(self) -> None:
        holding = Counter(each.slot_id for each in self.live() if each.status in HOLDING_A_PLACE)
        assert all(count == 1 for count in holding.values())
        slots = db.session.scalars(select(Slot).where(Slot.id.in_(self.slot_ids))).all()
        expected = {
            slot.id
            for slot in slots
            if slot.id not in holding and slot.hold is None and slot.starts_at >= clock.now()
        }
        offered = free_slots.next_free(self.office_id, after=clock.now(), count=50)
        assert {each.slot_id for each in offered} & set(self.slot_ids) == expected

    @invariant()
    def the_time_of_a_claimant_is_filled_exactly_by_live_appointments(self) -> None:
        marks = select(ClaimantTime.claimant_id, ClaimantTime.mark, ClaimantTime.appointment_id)
        filled = set(db.session.execute(marks.where(ClaimantTime.appointment_id.in_(self.ids))))
        assert {tuple(row) for row in filled} == {
            (each.claimant_id, second // 300, each.id)
            for each in self.live()
            if each.status in HOLDING_A_PLACE
            for second in range(
                int(each.slot.starts_at.timestamp()), int(each.slot.ends_at.timestamp()), 300
            )
        }

    @invariant()
    def every_state_has_its_facts(self) -> None:
        for each in self.live():
            if each.status == Status.FAILED_TO_ATTEND:
                assert each.changed_at >= each.slot.starts_at + GRACE
            assert (each.outcome_at is not None) == (each.id in self.first_said)
            if each.id in self.first_said:
                assert each.status in OUTCOMES
                assert each.outcome_at == self.first_said[each.id]
            assert (each.cancelled_at is not None) == (each.status == Status.CANCELLED)
            assert (each.excused_reason is not None) == (each.status == Status.EXCUSED)
            assert each.arrived_at is not None or each.status != Status.ARRIVED

    @invariant()
    def nothing_is_due_about_what_is_not_to_come(self) -> None:
        rows = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.appointment_id.in_(self.ids))
        ).all()
        occasions = Counter((row.appointment_id, row.kind, row.start_version) for row in rows)
        assert all(count == 1 for count in occasions.values())
        for row in rows:
            if row.state == MessageState.DUE and row.kind != MessageKind.CANCELLED:
                assert row.appointment.status in STILL_TO_COME
                assert row.start_version == row.appointment.start_version


def audit_rows() -> int:
    return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_whatever_happens_in_whatever_order_the_diary_stays_true(sqlite_app: Flask) -> None:
    run_state_machine_as_test(
        Diary,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
