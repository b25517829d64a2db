"""The walkover board: today's gaps that somebody at a desk now could take (000:2928-2931)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking import clock, diaries
from booking.database import db
from booking.models import Office, Session, Slot
from booking.rights import Actor, reachable_office
from booking.words import HOLDING_A_PLACE, SessionKind, Status

_WHY = {
    Status.FAILED_TO_ATTEND: "nobody came",
    Status.CANCELLED: "cancelled",
    Status.EXCUSED: "excused",
}


@dataclass(frozen=True)
class Gap:
    """A free slot of today; `why` is empty when it was never booked."""

    slot: Slot
    minutes_left: int
    under_way: bool
    why: str


def gaps(office_id: int, *, by: Actor) -> Sequence[Gap]:
    """Today's gaps at an office, the earliest first, as long as they are worth taking."""
    by.must("see the diary")
    office = reachable_office(db.session.get(Office, office_id), by)
    now = clock.now()
    found = [
        gap_in(slot, now)
        for session in diaries.office_day(office.id, clock.london(now).date())
        if session.kind != SessionKind.GROUP
        for slot in session.slots
    ]
    return [gap for gap in found if gap is not None]


def given_back(office_id: int, *, by: Actor) -> Sequence[Gap]:
    """Only the gaps that an FTA, a cancellation or an excuse left."""
    return [gap for gap in gaps(office_id, by=by) if gap.why]


def free_from_now(session: Session) -> int:
    """How many places of a session can still be booked, a gap under way among them."""
    now = clock.now()
    return sum(slot.places - _held(slot) for slot in session.slots if gap_in(slot, now) is not None)


def gap_in(slot: Slot, now: datetime) -> Gap | None:
    """The gap a slot holds, if somebody can still be booked into it."""
    left = slot.ends_at - max(now, slot.starts_at)
    worth_it = timedelta(minutes=slot.session.office.rules.walkover_minutes)
    too_late = slot.starts_at <= now and left < worth_it
    kept = slot.hold is not None or slot.beyond_level
    if kept or too_late or not _has_place(slot):
        return None
    given = [one for one in slot.appointments if one.status not in HOLDING_A_PLACE]
    latest = max(given, key=lambda one: one.changed_at, default=None)
    why = _WHY[latest.status] if latest is not None else ""
    return Gap(slot, int(left.total_seconds() // 60), slot.starts_at <= now, why)


def _has_place(slot: Slot) -> bool:
    return _held(slot) < slot.places


def _held(slot: Slot) -> int:
    return sum(one.status in HOLDING_A_PLACE for one in slot.appointments)
