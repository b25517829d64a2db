"""The demo's bookings: who was given which slot, when, by whom; drawn, not yet written down."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from booking import clock
from booking.demo import fates
from booking.demo.cases import Case, Cases
from booking.demo.fates import Fate
from booking.demo.people import Staff
from booking.models import Slot, User
from booking.words import AppointmentKind, BookingChannel, Nation, SessionKind, Status
from booking.working_days import is_working_day, previous_working_day

_FULL_OFFICE = "L"  # whose next free slot is beyond the wait target
_OFFICE_TO_LOOK_AT = "T"  # where the demo's own people sit: its walkover board is never bare
_WAIT_TARGET = timedelta(days=15)
_DAYS_BETWEEN = 5  # from one appointment of a claimant to the next, at least
_LEADS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 20]  # days from booking to slot
_LEAD_WEIGHTS = [4, 10, 10, 10, 9, 8, 8, 9, 6, 5, 5, 6, 5, 3, 2]


@dataclass(frozen=True)
class Booking:
    """One booking as it was made, and what became or will become of it."""

    slot: Slot
    place_no: int
    case: Case
    kind: AppointmentKind
    channel: BookingChannel
    booked_at: datetime
    booked_by: User
    seconds_to_book: int | None
    fate: Fate


class Story:
    """Goes through the slots in the order of time and lets the seed decide who sits in them.

    Nothing depends on the hour: whoever loads the demo in the afternoon gets the morning's
    bookings too. Every booking was made before today.
    """

    def __init__(self, cases: Cases, staff: Staff, today: date, random: Random) -> None:
        self.cases, self.staff, self.today, self.random = cases, staff, today, random
        self.may_return: dict[int, list[Case]] = defaultdict(list)  # by adviser
        self.may_retry: dict[int, list[Case]] = defaultdict(list)  # by office
        self.given_back: set[int] = set()  # slots of today, for walkovers

    def bookings(self, slots: Sequence[Slot]) -> Iterator[Booking]:
        self.given_back = self._last_of_each_half(slots)
        for slot in slots:
            for place_no in range(1, slot.places + 1):
                if not (slot.hold or slot.beyond_level) and self.random.random() < self._demand(
                    slot
                ):
                    yield from self._given(slot, place_no)

    def _last_of_each_half(self, slots: Sequence[Slot]) -> set[int]:
        """Today's slots, in the order of time, that are cancelled as the office opens."""
        last = {
            slot.session.half_day: slot.id
            for slot in slots
            if slot.session.on_date == self.today
            and not (slot.hold or slot.beyond_level)
            and slot.session.kind == SessionKind.INTERVIEWS
            and self.cases.letter(slot) == _OFFICE_TO_LOOK_AT
        }
        return set(last.values())

    def _demand(self, slot: Slot) -> float:
        """The share of places taken by now: most of the past, ever less of what is to come."""
        if slot.id in self.given_back:
            return 1.0
        days = (slot.session.on_date - self.today).days
        if slot.session.kind == SessionKind.GROUP:
            return 0.35
        if self.cases.letter(slot) == _FULL_OFFICE and 0 <= days <= _WAIT_TARGET.days:
            return 1.0
        if days == 0:
            return 0.8
        return 0.6 if days < 0 else max(0.08, 0.6 - 0.04 * days)

    def _given(self, slot: Slot, place_no: int) -> Iterator[Booking]:
        booking = self._return(slot, place_no) or self._retry(slot, place_no)
        booking = booking or self._first(slot, place_no)
        self._remember(booking)
        yield booking
        filled = booking.fate.status == Status.FAILED_TO_ATTEND and self.random.random() < 0.2
        if filled and slot.places == 1 and slot.session.on_date < self.today:
            walkover = self._walkover(booking)
            self._remember(walkover)
            yield walkover

    def _first(self, slot: Slot, place_no: int) -> Booking:
        case = self.cases.new(slot)
        lead = self.random.choices(_LEADS, weights=_LEAD_WEIGHTS)[0]
        booked_at = self._desk_hour(slot, self._booked_on(slot, lead))
        case.opened(booked_at)
        if self.random.random() < 0.1:
            letter = self.cases.letter(slot)
            keyed_by = self.staff.receptions.get(letter, self.staff.lead)
            channel = BookingChannel.PHONE
            return self._booking(slot, place_no, case, booked_at, keyed_by, channel=channel)
        return self._booking(slot, place_no, case, booked_at, case.referrer)

    def _return(self, slot: Slot, place_no: int) -> Booking | None:
        """Booked with the same adviser, as the first session ended."""
        if slot.session.kind == SessionKind.GROUP or self.random.random() > 0.35:
            return None
        case = _rested(self.may_return[slot.session.adviser_id], slot)
        if case is None or case.last_settled_at is None:
            return None
        adviser = slot.session.adviser.user
        assert adviser is not None
        return self._booking(slot, place_no, case, case.last_settled_at, adviser)

    def _retry(self, slot: Slot, place_no: int) -> Booking | None:
        """The same referral again, after a missed or a cancelled appointment."""
        if self.random.random() > 0.2:
            return None
        case = _rested(self.may_retry[slot.session.office_id], slot)
        if case is None or case.last_settled_at is None:
            return None
        earliest = case.last_settled_at + timedelta(minutes=5)
        booked_at = max(earliest, self._desk_hour(slot, self._booked_on(slot, 1)))
        return self._booking(slot, place_no, case, booked_at, case.referrer)

    def _walkover(self, missed: Booking) -> Booking:
        """Somebody at a desk takes the gap at once (000:2928-2931)."""
        slot, case = missed.slot, self.cases.new(missed.slot)
        assert missed.fate.settled_at is not None
        booked_at = missed.fate.settled_at + timedelta(minutes=2)
        case.opened(booked_at)
        by_phone = slot.session.kind == SessionKind.TELEPHONE
        fate = fates.attended(slot, arrived_at=None if by_phone else booked_at)
        return Booking(
            slot,
            missed.place_no,
            case,
            AppointmentKind.WALKOVER,
            BookingChannel.DESK,
            booked_at,
            case.referrer,
            self.random.randrange(20, 60),
            fate,
        )

    def _booking(
        self,
        slot: Slot,
        place_no: int,
        case: Case,
        booked_at: datetime,
        booked_by: User,
        *,
        channel: BookingChannel = BookingChannel.DESK,
    ) -> Booking:
        kind = AppointmentKind.RETURN if case.seen else AppointmentKind.FIRST
        if slot.session.kind == SessionKind.GROUP:
            kind = AppointmentKind.GROUP
        seconds = self.random.randrange(25, 120)
        fate = self._fate(slot, booked_at)
        return Booking(slot, place_no, case, kind, channel, booked_at, booked_by, seconds, fate)

    def _fate(self, slot: Slot, booked_at: datetime) -> Fate:
        if slot.id in self.given_back:
            return fates.cancelled(self.random, at=clock.instant(self.today, time(9)))
        letter = self.cases.letter(slot)
        is_today = slot.session.on_date == self.today
        fate = fates.drawn(self.random, slot, letter, booked_at, busy_phones=is_today)
        forgotten = self.random.random() < 0.05
        if letter == _FULL_OFFICE and slot.session.on_date >= self.today:
            return fates.attended(slot, arrived_at=slot.starts_at)
        if forgotten and slot.session.on_date == previous_working_day(self.today, Nation.ENGLAND):
            return fates.UNRESOLVED
        return fate

    def _remember(self, booking: Booking) -> None:
        """Only what is over and settled before today leads to another booking."""
        case, fate = booking.case, booking.fate
        case.last_slot, case.last_settled_at = booking.slot, fate.settled_at
        if booking.slot.session.on_date >= self.today or fate.settled_at is None:
            return
        if fate.status != Status.ATTENDED:
            self.may_retry[booking.slot.session.office_id].append(case)
        elif booking.kind != AppointmentKind.GROUP:
            case.seen += 1
            if case.seen < 3:
                self.may_return[booking.slot.session.adviser_id].append(case)

    def _booked_on(self, slot: Slot, lead: int) -> date:
        """The day of a booking: a working day, before today, near the lead that was drawn."""
        on = min(slot.session.on_date - timedelta(days=lead), self.today - timedelta(days=1))
        too_early = clock.london(slot.starts_at).time() < time(11)
        if is_working_day(on, Nation.ENGLAND) and not (on == slot.session.on_date and too_early):
            return on
        return previous_working_day(on, Nation.ENGLAND)

    def _desk_hour(self, slot: Slot, on: date) -> datetime:
        minutes, seconds = self.random.randrange(10, 450), self.random.randrange(60)
        if on == slot.session.on_date:
            return slot.starts_at - timedelta(minutes=20 + minutes % 60, seconds=seconds)
        return clock.instant(on, time(9)) + timedelta(minutes=minutes, seconds=seconds)


def _rested(pool: list[Case], slot: Slot) -> Case | None:
    """Out of the pool, whoever waited longest, was last booked some days before, and can come."""
    for position, case in enumerate(pool):
        last = case.last_slot
        if last is None or (slot.session.on_date - last.session.on_date).days < _DAYS_BETWEEN:
            return None  # those behind were booked later still
        if case.can_use(slot.session.room):
            return pool.pop(position)
    return None
