"""What stands in the diary of a week already, and what the rota must leave as it is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from booking import clock
from booking.database import db
from booking.models import Appointment, Office, Session, Slot
from booking.models.diary import HOLDS_A_PLACE
from booking.rotas.half_days import DAYS, session_of
from booking.words import SessionKind, SessionState


@dataclass(frozen=True)
class Standing:
    """A published session, and how many appointments hold a place in it."""

    session: Session
    booked: int

    @property
    def stays(self) -> bool:
        """Whether a new rota leaves it alone: somebody is booked, it has begun, or it is no
        interview session."""
        no_interviews = self.session.kind != SessionKind.INTERVIEWS
        return self.booked > 0 or no_interviews or has_begun(self.session)

    @property
    def index(self) -> int:
        found = session_of(self.session.on_date, self.session.half_day)
        assert found is not None
        return found


def has_begun(session: Session) -> bool:
    """Whether it is under way or over."""
    return clock.instant(session.on_date, session.starts) <= clock.now()


def standing(district_id: int, week: date, *, lock: bool = False) -> list[Standing]:
    """The week's published sessions; locked, they are counted after the bookings under way."""
    query = (
        select(Session)
        .where(
            Session.office_id.in_(_offices_of(district_id)),
            Session.on_date.between(week, week + timedelta(days=DAYS - 1)),
            Session.state == SessionState.PUBLISHED,
        )
        .options(joinedload(Session.office), joinedload(Session.adviser), joinedload(Session.room))
        .order_by(Session.on_date, Session.starts, Session.id)
    )
    if lock:
        query = query.with_for_update(of=Session).execution_options(populate_existing=True)
    sessions = db.session.scalars(query).all()
    booked = _booked([session.id for session in sessions])
    return [Standing(session, booked.get(session.id, 0)) for session in sessions]


def in_brief(district_id: int, week: date) -> tuple[int, int]:
    """How many published sessions the week has, and how many appointments hold a place in them."""
    there = select(Session.id).where(
        Session.office_id.in_(_offices_of(district_id)),
        Session.on_date.between(week, week + timedelta(days=DAYS - 1)),
        Session.state == SessionState.PUBLISHED,
    )
    sessions = select(func.count()).select_from(there.subquery())
    slots = select(Slot.id).where(Slot.session_id.in_(there))
    booked = select(func.count()).where(Appointment.slot_id.in_(slots), HOLDS_A_PLACE)
    return db.session.scalar(sessions) or 0, db.session.scalar(booked) or 0


def _booked(session_ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Slot.session_id, func.count())
        .join(Appointment, Appointment.slot_id == Slot.id)
        .where(Slot.session_id.in_(session_ids), HOLDS_A_PLACE)
        .group_by(Slot.session_id)
    )
    return dict(rows.tuples().all())


def _offices_of(district_id: int) -> Select[tuple[int]]:
    """A list, by which sessions are looked up; asked of each session it would be a scan of all."""
    return select(Office.id).where(Office.district_id == district_id)


def week_worked(district_id: int, week: date) -> dict[int, list[int | None]]:
    """By adviser, the office of each day's interviews in that week."""
    found: dict[int, list[int | None]] = defaultdict(lambda: [None] * DAYS)
    for each in standing(district_id, week):
        session = each.session
        if session.kind == SessionKind.INTERVIEWS:
            day = session.on_date.weekday()
            found[session.adviser_id][day] = found[session.adviser_id][day] or session.office_id
    return found
