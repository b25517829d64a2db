"""Briefings and team meetings, put into many diaries at once and called off again."""

from collections.abc import Sequence
from datetime import date, time

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload

from booking import audit, briefing_time, clock
from booking.attendance import levels
from booking.database import db, use_case
from booking.errors import BadDetail, NotFound
from booking.models import Adviser, Appointment, Briefing, Office, Session, Slot
from booking.models.diary import HOLDS_A_PLACE
from booking.rights import Actor, reachable_office
from booking.words import SessionState


@use_case
def put(
    *,
    title: str,
    on: date,
    starts: time,
    ends: time,
    adviser_ids: Sequence[int] | None = None,
    office_id: int | None = None,
    by: Actor,
) -> Briefing:
    """Block the time of all advisers, of some, or of those who sit at one office that day.

    Whoever is booked in it stays booked, see `in_the_way`; once they leave, their slot is blocked
    too, and so are slots that are opened later.
    """
    by.must("brief advisers")
    if not title.strip():
        raise BadDetail("title", "Say what the meeting is.")
    if ends <= starts:
        raise BadDetail("ends", "The end is not after the start.")
    if on < clock.today():
        raise BadDetail("on", "That day is over.")
    invited = _invited(on, adviser_ids, office_id, by)
    briefing = Briefing(
        district_id=invited[0].district_id,
        title=title.strip(),
        on_date=on,
        starts=starts,
        ends=ends,
        put_at=clock.now(),
        put_by=by.name,
        advisers=list(invited),
    )
    db.session.add(briefing)
    db.session.flush()
    slots = briefing_time.slots_under(briefing)
    taken = _taken(slots)
    briefing_time.keep(slot for slot in slots if slot.id not in taken)
    audit.record(
        by,
        "put briefing",
        briefing,
        after={"title": briefing.title, "on_date": on, "advisers": len(invited)},
    )
    _settle_levels(briefing)
    return briefing


@use_case
def call_off(*, briefing_id: int, by: Actor) -> Briefing:
    """Give the time back to booking."""
    by.must("brief advisers")
    briefing = db.session.get(Briefing, briefing_id, with_for_update=True)
    if briefing is None or not by.reaches_district(briefing.district_id):
        raise NotFound
    _locked([adviser.id for adviser in briefing.advisers])
    if briefing.called_off_at is None:
        briefing.called_off_at = clock.now()
        db.session.flush()
        briefing_time.open_again(briefing_time.slots_under(briefing), briefing)
        audit.record(by, "called briefing off", briefing, before={"title": briefing.title})
        _settle_levels(briefing)
    return briefing


def to_come(*, by: Actor) -> Sequence[Briefing]:
    """The district's briefings from today on, the next first."""
    by.must("brief advisers")
    query = (
        select(Briefing)
        .where(Briefing.on_date >= clock.today(), Briefing.called_off_at.is_(None))
        .options(selectinload(Briefing.advisers))
        .order_by(Briefing.on_date, Briefing.starts, Briefing.id)
    )
    if by.district_id is not None:
        query = query.where(Briefing.district_id == by.district_id)
    return db.session.scalars(query).all()


def in_the_way(briefing: Briefing) -> Sequence[Appointment]:
    """Who is booked with somebody invited in its time, for the lead to move."""
    return db.session.scalars(
        select(Appointment)
        .join(Appointment.slot)
        .join(Slot.session)
        .where(briefing_time.lies_under(briefing), HOLDS_A_PLACE)
        .options(
            joinedload(Appointment.claimant),
            joinedload(Appointment.slot).joinedload(Slot.session).joinedload(Session.adviser),
        )
        .order_by(Slot.starts_at, Appointment.id)
    ).all()


def _invited(
    on: date, adviser_ids: Sequence[int] | None, office_id: int | None, by: Actor
) -> Sequence[Adviser]:
    where: ColumnElement[bool] = Adviser.district_id == by.district_id
    if office_id is not None:
        office = reachable_office(db.session.get(Office, office_id), by)
        there = select(Session.adviser_id).where(
            Session.office_id == office.id,
            Session.on_date == on,
            Session.state == SessionState.PUBLISHED,
        )
        where &= Adviser.id.in_(there)
    if adviser_ids is not None:
        where &= Adviser.id.in_(adviser_ids)
    ids = db.session.scalars(select(Adviser.id).where(where, Adviser.active)).all()
    if adviser_ids is not None and len(ids) != len(set(adviser_ids)):
        raise NotFound
    if not ids and office_id is not None:
        raise BadDetail("office", "Nobody sits at that office that day yet.")
    if not ids:
        raise BadDetail("who", "Choose at least one adviser.")
    return _locked(ids)


def _locked(adviser_ids: Sequence[int]) -> Sequence[Adviser]:
    """Held as whoever opens a session holds them: it sees the briefing, or is seen by it."""
    return db.session.scalars(
        select(Adviser)
        .where(Adviser.id.in_(adviser_ids))
        .order_by(Adviser.id)
        .with_for_update(of=Adviser)
    ).all()


def _taken(slots: Sequence[Slot]) -> set[int]:
    held = select(Appointment.slot_id).where(
        Appointment.slot_id.in_([slot.id for slot in slots]), HOLDS_A_PLACE
    )
    return set(db.session.scalars(held))


def _settle_levels(briefing: Briefing) -> None:
    db.session.flush()
    for adviser in briefing.advisers:
        levels.settle_now(adviser.id, briefing.on_date)
