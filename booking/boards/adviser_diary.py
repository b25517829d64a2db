"""An adviser's diary as it is read: a day line by line, a week, and what is left unsaid."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from booking import briefing_time, clock, diaries, funded_sessions, outcomes, walkovers
from booking.database import db
from booking.errors import NotFound
from booking.models import Adviser, AdviserLeave, Appointment, Briefing, Session, Slot
from booking.rights import Actor
from booking.walkovers import Gap
from booking.words import (
    HOLDING_A_PLACE,
    OUTCOMES,
    STILL_TO_COME,
    SessionState,
    Status,
)


@dataclass(frozen=True)
class Entry:
    """One line of a day: an appointment with what may be said of it now, or a slot without one.

    `missed_from` is given while a failure to attend cannot be recorded yet; `sessions_used`
    counts against the funded ones.
    """

    slot: Slot
    under_way: bool
    appointment: Appointment | None = None
    gap: Gap | None = None
    can_squeeze_in: bool = False
    can_check_in: bool = False
    outcomes: Sequence[Status] = ()
    missed_from: datetime | None = None
    sessions_used: int = 0


@dataclass(frozen=True)
class Half:
    """A session of the day with its lines in order."""

    session: Session
    entries: Sequence[Entry]

    @property
    def booked(self) -> tuple[int, int]:
        return diaries.booked(self.session)


@dataclass(frozen=True)
class Day:
    """A day of one adviser. `next_up` is the first who is still to be seen."""

    on: date
    halves: Sequence[Half]
    leave: AdviserLeave | None
    briefings: Sequence[Briefing] = ()

    @property
    def appointments(self) -> Sequence[Appointment]:
        """All that were not cancelled, in order of time."""
        lines = (entry.appointment for half in self.halves for entry in half.entries)
        return [each for each in lines if each is not None]

    @property
    def next_up(self) -> Appointment | None:
        return next((each for each in self.appointments if is_expected(each)), None)

    @property
    def waiting(self) -> int:
        """How many have arrived and are not yet seen."""
        return sum(each.status == Status.ARRIVED for each in self.appointments)

    @property
    def unsaid(self) -> int:
        """How many are over without an outcome."""
        to_come = [each for each in self.appointments if each.status in STILL_TO_COME]
        return sum(not is_expected(each) for each in to_come)


def whose(adviser_id: int, *, by: Actor) -> Adviser:
    """The adviser whose diary is asked for, or NotFound when out of reach."""
    by.must("see the diary")
    adviser = db.session.get(Adviser, adviser_id)
    if adviser is None or not by.reaches_district(adviser.district_id):
        raise NotFound
    return adviser


def day(adviser: Adviser, on: date) -> Day:
    """An adviser's sessions of a day, line by line, with what can be done at this moment."""
    sessions = diaries.adviser_days(adviser.id, on, on)
    used = funded_sessions.used_by_each(
        each.claimant_id
        for session in sessions
        for slot in session.slots
        for each in slot.appointments
    )
    now = clock.now()
    halves = [
        Half(session, [line for slot in session.slots for line in _lines(slot, now, used)])
        for session in sessions
    ]
    return Day(on, halves, _leave(adviser, on), briefing_time.of_adviser(adviser.id, on))


def week(adviser: Adviser, monday: date) -> Sequence[Day]:
    """Monday to Friday, and the weekend's days only when something is on; without lines."""
    sessions = diaries.adviser_days(adviser.id, monday, monday + timedelta(days=6))
    briefings = briefing_time.of_adviser(adviser.id, monday, monday + timedelta(days=6))
    worked = {each.on_date for each in sessions} | {each.on_date for each in briefings}
    days = [monday + timedelta(days=number) for number in range(7)]
    return [
        Day(
            on,
            [Half(session, []) for session in sessions if session.on_date == on],
            _leave(adviser, on),
            [each for each in briefings if each.on_date == on],
        )
        for on in days
        if on.weekday() < 5 or on in worked
    ]


def next_day_with_sessions(adviser: Adviser, after: date) -> Sequence[Session]:
    """The sessions of the next day on which the adviser has any."""
    on = db.session.scalar(
        select(func.min(Session.on_date)).where(
            Session.adviser_id == adviser.id,
            Session.on_date > after,
            Session.state == SessionState.PUBLISHED,
        )
    )
    return diaries.adviser_days(adviser.id, on, on) if on else []


def unsaid_before(adviser: Adviser, on: date) -> Sequence[Appointment]:
    """Appointments of earlier days that nobody has said the outcome of, oldest first."""
    return db.session.scalars(
        select(Appointment)
        .join(Appointment.slot)
        .join(Slot.session)
        .where(
            Session.adviser_id == adviser.id,
            Session.on_date < on,
            Session.state == SessionState.PUBLISHED,
            Appointment.status.in_(STILL_TO_COME),
        )
        .options(joinedload(Appointment.slot).joinedload(Slot.session))
        .order_by(Slot.starts_at)
    ).all()


def advisers_of(by: Actor) -> Sequence[Adviser]:
    """The advisers whose diaries a district lead may look at."""
    by.must("see the diary")
    query = select(Adviser).where(Adviser.active).order_by(Adviser.name)
    if by.district_id is not None:
        query = query.where(Adviser.district_id == by.district_id)
    return db.session.scalars(query).all()


def is_expected(appointment: Appointment) -> bool:
    """Whether the claimant is still to be seen in the time that was booked."""
    return appointment.status in STILL_TO_COME and clock.now() < appointment.slot.ends_at


def _lines(slot: Slot, now: datetime, used: Mapping[int, int]) -> Iterator[Entry]:
    """Who was expected first; then whoever has the place now, or the gap."""
    under_way = slot.starts_at <= now < slot.ends_at
    shown = [each for each in slot.appointments if each.status != Status.CANCELLED]
    shown.sort(key=lambda each: (each.status in HOLDING_A_PLACE, each.place_no, each.id))
    for appointment in shown:
        yield _line(slot, appointment, now, used.get(appointment.claimant_id, 0))
    gap = walkovers.gap_in(slot, now)
    if gap is not None or slot.hold is not None or not shown:
        today = slot.session.on_date == clock.london(now).date()
        unoffered = slot.beyond_level and today and now < slot.starts_at
        yield Entry(slot, under_way, gap=gap, can_squeeze_in=unoffered and not slot.hold)


def _line(slot: Slot, appointment: Appointment, now: datetime, used: int) -> Entry:
    missed_from = outcomes.missed_from(appointment)
    to_come = appointment.status in STILL_TO_COME
    return Entry(
        slot,
        to_come and slot.starts_at <= now < slot.ends_at,
        appointment,
        can_check_in=outcomes.can_check_in(appointment),
        outcomes=[
            outcome
            for outcome in OUTCOMES
            if outcome != appointment.status and outcomes.can_record(appointment, outcome)
        ],
        missed_from=missed_from if to_come and now < missed_from else None,
        sessions_used=used,
    )


def _leave(adviser: Adviser, on: date) -> AdviserLeave | None:
    return next((each for each in adviser.leave if each.first_on <= on <= each.last_on), None)
