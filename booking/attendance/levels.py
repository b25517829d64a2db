"""The level of each session: how many of its slots are offered, and which of them overbook.

The risk is the adviser's day's, both halves together, as the cap of nine is: a quiet morning
and a full afternoon are one day's work. A level set by hand stays; the others make up the day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager
from sqlalchemy.orm.attributes import set_committed_value

from booking import audit, clock
from booking.attendance import forecasting
from booking.attendance.chances import chances, most_to_offer
from booking.attendance.shared_starts import Starts, planned
from booking.database import db
from booking.freed_slots import put_up
from booking.models import Adviser, Appointment, Office, Session, Slot
from booking.models.diary import HOLDS_A_PLACE
from booking.rights import THE_SERVICE
from booking.rules import Rules
from booking.words import HalfDay, SessionKind, SessionState
from optimizer.attendance.forecast import Forecast

ONE_TO_ONE = (SessionKind.INTERVIEWS, SessionKind.TELEPHONE)


@dataclass(frozen=True)
class AdviserDay:
    """The one-to-one sessions of one adviser on one day, in order; `held` is the highest place
    held in each slot that anybody is booked in."""

    sessions: Sequence[Session]
    held: Mapping[int, int]

    @property
    def rules(self) -> Rules:
        return self.sessions[0].office.rules

    @property
    def by_computing(self) -> Sequence[Session]:
        return [session for session in self.sessions if not session.level_reason]

    def by_hand(self, session: Session) -> int:
        """The level somebody set, as far as the session still has so many slots."""
        return min(session.level or 0, len(usable(session))) if session.level_reason else 0


def usable(session: Session) -> Sequence[Slot]:
    """The slots an adviser does not keep, in order of time."""
    return [slot for slot in session.slots if slot.hold is None]


def spoken_for(day: AdviserDay, session: Session) -> int:
    """How many of a session's slots cannot be given up: booked, or set by hand."""
    booked = sum(slot.id in day.held for slot in session.slots)
    return max(booked, day.by_hand(session))


def comfortable(session: Session) -> int:
    """How many an adviser would comfortably see in the session."""
    rules = session.office.rules
    return rules.comfortable_am if session.half_day == HalfDay.AM else rules.comfortable_pm


def settle(adviser_id: int, on: date, forecast: Forecast | None) -> int:
    """Work out the day's levels and mark its slots; how many levels changed.

    Runs inside a use case. The adviser, the sessions and the slots are locked, so bookings under
    way are seen and later ones see the marks. A slot that is booked is never taken away; one that
    is offered for the first time, or again, is put up for whoever waits.
    """
    db.session.flush()
    if on < clock.today():
        return 0
    day = locked_day(adviser_id, on)
    if not day.sessions:
        return 0
    targets, starts = _targets(day, forecast)
    changed = 0
    for session in day.sessions:
        was, marked = session.level, _marks(session)
        session.level = targets[session.id]
        closed = session.slots if was is None else [s for s in session.slots if s.beyond_level]
        _mark(session, day.held, starts)
        put_up([s.id for s in closed if s.hold is None and not s.beyond_level])
        changed += session.level != was
        if was is not None and (session.level != was or _marks(session) != marked):
            _record(session, was)
    db.session.flush()
    return changed


def _record(session: Session, was: int) -> None:
    before, after = {"level": was}, {"level": session.level}
    office_id = session.office_id
    audit.record(
        THE_SERVICE, "settled level", session, office_id=office_id, before=before, after=after
    )


def _marks(session: Session) -> list[tuple[bool, bool, int]]:
    return [(slot.beyond_level, slot.overbooked, slot.places) for slot in session.slots]


def settle_now(adviser_id: int, on: date) -> int:
    """`settle` under the forecast in use."""
    return settle(adviser_id, on, forecasting.current())


def locked_day(adviser_id: int, on: date) -> AdviserDay:
    """`day_of`, held against change until the use case ends."""
    db.session.get(Adviser, adviser_id, with_for_update=True, populate_existing=True)
    return _day(_slots_of(adviser_id, on).with_for_update(of=(Session, Slot)))


def day_of(adviser_id: int, on: date) -> AdviserDay:
    """The day's published one-to-one sessions with their slots, and who is in them."""
    return _day(_slots_of(adviser_id, on))


def _slots_of(adviser_id: int, on: date) -> Select[tuple[Slot]]:
    return (
        select(Slot)
        .join(Slot.session)
        .join(Session.office)
        .join(Office.district)
        .where(
            Session.adviser_id == adviser_id,
            Session.on_date == on,
            Session.state == SessionState.PUBLISHED,
            Session.kind.in_(ONE_TO_ONE),
        )
        .options(
            contains_eager(Slot.session)
            .contains_eager(Session.office)
            .contains_eager(Office.district)
        )
        .order_by(Session.starts, Session.id, Slot.position)
        .execution_options(populate_existing=True)
    )


def _day(query: Select[tuple[Slot]]) -> AdviserDay:
    slots = db.session.scalars(query).all()
    sessions = list(dict.fromkeys(slot.session for slot in slots))
    for session in sessions:
        set_committed_value(session, "slots", [slot for slot in slots if slot.session is session])
    taken = db.session.execute(
        select(Appointment.slot_id, Appointment.place_no)
        .where(Appointment.slot_id.in_([slot.id for slot in slots]), HOLDS_A_PLACE)
        .order_by(Appointment.place_no)
    )
    return AdviserDay(sessions, dict(taken.tuples().all()))


def _targets(day: AdviserDay, forecast: Forecast | None) -> tuple[dict[int, int], Starts]:
    """Session id -> how many to offer; and the places of slots whose starts are shared."""
    rules = day.rules
    by_hand = {s.id: day.by_hand(s) for s in day.sessions if s.level_reason}
    free = [slot for session in day.by_computing for slot in usable(session)]
    if not free:
        return by_hand | {session.id: 0 for session in day.by_computing}, {}
    office = day.sessions[0].office
    starts = [slot.starts_at for session in day.sessions for slot in usable(session)]
    odds = chances(forecast, office=office.code, starts=starts, rules=rules)
    cap = rules.daily_cap - sum(by_hand.values())
    if rules.shared_starts and not by_hand:
        shared = planned(day.sessions, odds, rules)
        if shared is not None:
            return {s.id: sum(shared[slot.id] for slot in s.slots) for s in day.sessions}, shared
    most = most_to_offer(
        odds,
        slots=len(starts),
        comfortable=sum(comfortable(session) for session in day.sessions),
        rules=rules,
    ).level
    rest = max(0, min(most - sum(by_hand.values()), cap, len(free)))
    return by_hand | _shared_out(day.by_computing, rest), {}


def _shared_out(sessions: Sequence[Session], total: int) -> dict[int, int]:
    """So many slots over the sessions: the one furthest beyond comfortable gives first."""
    kept = {session.id: len(usable(session)) for session in sessions}
    for _ in range(sum(kept.values()) - total):
        beyond = [(kept[s.id] - comfortable(s), s.starts, s.id) for s in sessions if kept[s.id]]
        kept[max(beyond)[2]] -= 1
    return kept


def _mark(session: Session, held: Mapping[int, int], shared: Starts) -> None:
    """Offer as many slots as the level says, booked ones first, then the earliest.

    What is booked beyond the level stays booked, and is not offered again if it is cancelled.
    """
    slots = usable(session)
    level = session.level or 0
    if shared:
        offered = {slot.id for slot in slots if shared[slot.id]}
    else:
        order = sorted(slots, key=lambda slot: (slot.id not in held, slot.starts_at))
        offered = {slot.id for slot in order[:level]}
    so_far = 0
    for slot in session.slots:
        planned_places = max(shared.get(slot.id, 1), 1)
        slot.places = max(planned_places, held.get(slot.id, 1))
        full = slot.id not in offered or slot.places > planned_places
        slot.beyond_level = slot.hold is None and full
        counts = slot.hold is None and (slot.id in offered or slot.id in held)
        so_far += slot.places if counts else 0
        slot.overbooked = counts and so_far > comfortable(session)
