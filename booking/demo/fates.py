"""What becomes of a demo appointment, and how much of it is known by a given moment."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from booking import clock
from booking.models import Slot
from booking.words import ExcusedReason, Nation, SessionKind, Status
from booking.working_days import previous_working_day

# Failure to attend by office, about the middle of 35 to 40 per cent (000:1276).
_FTA_AT = {
    "T": 0.39,
    "N": 0.37,
    "O": 0.33,
    "M": 0.44,
    "L": 0.38,
    "G": 0.37,
    "C": 0.48,
    "H": 0.43,
    "B": 0.33,
    "P": 0.37,
    "W": 0.44,
}
_CANCELLED, _CANCELLED_TODAY, _EXCUSED = 0.07, 0.16, 0.04
_CANCEL_REASONS = ("found work", "moved away", "wants a later date", "going on a course")
_EXCUSES = (
    *(ExcusedReason.MEDICAL, ExcusedReason.SICK_CHILD, ExcusedReason.CARING),
    *(ExcusedReason.INTERVIEW, ExcusedReason.WEATHER),
)


@dataclass(frozen=True)
class Fate:
    """How an appointment ends, when that is written down, and why."""

    status: Status
    settled_at: datetime | None = None
    arrived_at: datetime | None = None
    cancel_reason: str = ""
    excuse: ExcusedReason | None = None

    def known(self, now: datetime) -> "Fate":
        """The part of it that has happened by now."""
        if self.settled_at is not None and self.settled_at <= now:
            return self
        if self.arrived_at is not None and self.arrived_at <= now:
            return Fate(Status.ARRIVED, arrived_at=self.arrived_at)
        return Fate(Status.BOOKED)


UNRESOLVED = Fate(Status.BOOKED)


def drawn(
    random: Random, slot: Slot, letter: str, booked_at: datetime, *, busy_phones: bool
) -> Fate:
    """A fate for a booking: more often missed the longer it was made ahead.

    With `busy_phones` more people than usual cancel, so that there are gaps to look at.
    """
    draw, minutes = random.random(), random.randrange(60)
    chance = _CANCELLED_TODAY if busy_phones else _CANCELLED
    if draw < chance:
        return cancelled(random, at=_rang_at(slot, booked_at, minutes))
    if draw < chance + _EXCUSED:
        settled_at = _that_morning(slot, booked_at, minutes)
        return Fate(Status.EXCUSED, settled_at=settled_at, excuse=random.choice(_EXCUSES))
    lead_days = (slot.session.on_date - clock.london(booked_at).date()).days
    if random.random() < _FTA_AT[letter] + _lead_effect(lead_days):
        return Fate(Status.FAILED_TO_ATTEND, settled_at=_after(slot.starts_at, 11 + minutes % 4))
    by_phone = slot.session.kind == SessionKind.TELEPHONE
    arrived_at = None if by_phone else _after(slot.starts_at, minutes % 20 - 14)
    return attended(slot, arrived_at=arrived_at)


def cancelled(random: Random, *, at: datetime) -> Fate:
    """The claimant rang, and the slot is free for somebody else."""
    return Fate(Status.CANCELLED, settled_at=at, cancel_reason=random.choice(_CANCEL_REASONS))


def attended(slot: Slot, *, arrived_at: datetime | None) -> Fate:
    """The claimant came; the adviser says so within ten minutes of the end."""
    settled_at = _after(slot.ends_at, 1 + slot.id % 9)
    return Fate(Status.ATTENDED, settled_at=settled_at, arrived_at=arrived_at)


def _lead_effect(days: int) -> float:
    if days <= 1:
        return -0.08
    return 0.05 if days >= 8 else 0.0


def _rang_at(slot: Slot, booked_at: datetime, minutes: int) -> datetime:
    """A third of those who cancel do it days ahead, a third the day before, a third that day."""
    on = slot.session.on_date
    for _ in range(minutes % 3 * (1 + minutes % 2)):
        on = previous_working_day(on, Nation.ENGLAND)
    if clock.london(booked_at).date() < on < slot.session.on_date:
        return clock.instant(on, time(9 + minutes % 7, minutes))
    return _that_morning(slot, booked_at, minutes)


def _that_morning(slot: Slot, booked_at: datetime, minutes: int) -> datetime:
    """When the office opens, or just after an early start."""
    before = clock.instant(slot.session.on_date, time(9, 5 + minutes // 2))
    if booked_at < before < slot.starts_at:
        return before
    return _after(slot.starts_at, 1 + minutes % 9)


def _after(at: datetime, minutes: int) -> datetime:
    return at + timedelta(minutes=minutes)
