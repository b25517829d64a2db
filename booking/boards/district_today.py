"""A district at a glance: who is in today, the next free slot, what is free and what is booked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from booking import clock
from booking.database import db
from booking.free_slots import free_places
from booking.models import Appointment, Office, Session, Slot
from booking.models.diary import HOLDS_A_PLACE
from booking.places import offices_in_reach
from booking.rights import Actor
from booking.waiting_list import numbers_waiting
from booking.words import HOLDING_A_PLACE, SessionState

_LOOK_AHEAD = timedelta(days=60)
_DAYS_OF_A_WEEK = timedelta(days=6)


@dataclass(frozen=True)
class OfficeToday:
    """One office now. `days_to_wait` is None when nothing is free for two months."""

    office: Office
    present: Sequence[Session]
    next_free_at: datetime | None
    days_to_wait: int | None
    free_this_week: int
    booked_this_week: int
    gaps_today: int
    waiting: int  # claimants on its waiting list

    @property
    def who_is_in(self) -> Sequence[str]:
        """A line for each adviser and room: `Ada Invented, all day, Room 1`."""
        halves: dict[tuple[str, str], list[str]] = defaultdict(list)
        for session in self.present:
            where = session.room.name if session.room else "by telephone"
            halves[session.adviser.name, where].append(session.half_day)
        return [
            f"{name}, {'all day' if len(those) > 1 else those[0]}, {where}"
            for (name, where), those in halves.items()
        ]

    @property
    def waits_too_long(self) -> bool:
        """Whether the next free slot is further off than the office's target (000:2282-2283)."""
        target = self.office.rules.wait_target_days
        return self.days_to_wait is None or self.days_to_wait > target


def offices_today(*, by: Actor) -> Sequence[OfficeToday]:
    """Every open office of the actor's district that Next Step can use, by name."""
    by.must("see district figures")
    offices = [office for office in offices_in_reach(by) if office.allows_access]
    ids = [office.id for office in offices]
    today = clock.today()
    present = present_today(ids)
    free = _free(ids)
    booked = _booked_this_week(ids)
    waiting = numbers_waiting(ids)
    gaps = _gaps_today({office.id: office for office in offices})
    return [
        OfficeToday(
            office=office,
            present=present[office.id],
            next_free_at=next_at,
            days_to_wait=(clock.london(next_at).date() - today).days if next_at else None,
            free_this_week=left,
            booked_this_week=booked.get(office.id, 0),
            gaps_today=gaps[office.id],
            waiting=waiting.get(office.id, 0),
        )
        for office in offices
        for next_at, left in [free.get(office.id, (None, 0))]
    ]


def present_today(office_ids: Sequence[int]) -> Mapping[int, Sequence[Session]]:
    """Today's sessions by office, with adviser and room: who is in, and where."""
    sessions = db.session.scalars(
        select(Session)
        .where(
            Session.office_id.in_(office_ids),
            Session.on_date == clock.today(),
            Session.state == SessionState.PUBLISHED,
        )
        .options(joinedload(Session.adviser), joinedload(Session.room))
        .order_by(Session.starts, Session.id)
    )
    by_office: dict[int, list[Session]] = defaultdict(list)
    for session in sessions:
        by_office[session.office_id].append(session)
    return by_office


def _free(office_ids: Sequence[int]) -> dict[int, tuple[datetime | None, int]]:
    """By office: when the next free place is, and how many are left this week."""
    now, today = clock.now(), clock.today()
    free = free_places(office_ids, now, today, today + _LOOK_AHEAD).subquery()
    sunday = clock.monday_of(today) + _DAYS_OF_A_WEEK
    this_week = func.sum(free.c.places_left).filter(free.c.on_date <= sunday)
    rows = db.session.execute(
        select(free.c.office_id, func.min(free.c.starts_at), this_week).group_by(free.c.office_id)
    )
    return {office_id: (next_at, int(left or 0)) for office_id, next_at, left in rows}


def _booked_this_week(office_ids: Sequence[int]) -> dict[int, int]:
    monday = clock.monday_of(clock.today())
    rows = db.session.execute(
        select(Session.office_id, func.count())
        .join(Slot, Slot.session_id == Session.id)
        .join(Appointment, Appointment.slot_id == Slot.id)
        .where(
            Session.office_id.in_(office_ids),
            Session.on_date.between(monday, monday + _DAYS_OF_A_WEEK),
            HOLDS_A_PLACE,
        )
        .group_by(Session.office_id)
    )
    return dict(rows.tuples().all())


def _gaps_today(offices: Mapping[int, Office]) -> Mapping[int, int]:
    """By office: today's slots given back and still worth a walkover (000:2928-2931)."""
    now, today = clock.now(), clock.today()
    start, _ = clock.day_bounds(today)
    free = free_places(list(offices), start, today, today).subquery()
    given_back = select(Appointment.id).where(
        Appointment.slot_id == free.c.id, Appointment.status.not_in(HOLDING_A_PLACE)
    )
    gaps: dict[int, int] = defaultdict(int)
    for office_id, ends_at in db.session.execute(
        select(free.c.office_id, free.c.ends_at).where(given_back.exists())
    ):
        worth_it = timedelta(minutes=offices[office_id].rules.walkover_minutes)
        gaps[office_id] += ends_at - now >= worth_it
    return gaps
