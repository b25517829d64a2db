"""Half a year of invented attendance before the demo's diary begins, as another system kept it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from math import exp
from random import Random
from typing import Any

from sqlalchemy import insert

from booking import clock
from booking.attendance import forecasting, levels
from booking.database import db
from booking.demo.people import Staff
from booking.models import Office, PastOutcome, Slot
from booking.words import AppointmentKind, Nation, ReminderFate, Status
from booking.working_days import is_working_day, previous_working_day

_BY_HAND, _WHY_BY_HAND = 3, "A new colleague sits in to learn"
_WEEKS = 22
_A_DAY = 7  # appointments an office on average
_STARTS = [time(9), time(9, 45), time(10, 30), time(11, 15), time(13, 15), time(14), time(15)]
_LEADS, _LEAD_WEIGHTS = [0, 1, 2, 4, 7, 10, 14, 20], [6, 12, 14, 16, 18, 14, 12, 8]
# On the logit scale, about a rate of 0.35 to 0.40 (000:1276); Mondays and long leads are worse.
_USUAL, _WEEKDAY, _AFTERNOON, _RETURN = -0.95, (0.2, 0.0, -0.1, 0.0, 0.15), 0.12, -0.3
_PER_LEAD_DAY, _SAME_DAY, _DAY_SD = 0.035, -1.2, 0.3


def add_history(offices: Mapping[str, Office], monday: date, random: Random) -> None:
    """What came of appointments at each office up to the Friday before the diary's first week."""
    rows = [row for office in offices.values() for row in _of_office(office, monday, random)]
    db.session.execute(insert(PastOutcome), rows)


def settle_levels(slots: Sequence[Slot], staff: Staff) -> None:
    """Levels under the forecast learned from all that, and one set by the lead by hand."""
    to_come = {slot.session: slot for slot in slots if slot.session.on_date > clock.today()}
    for one in [s for s in to_come if s.adviser == staff.advisers[0] and s.level][:1]:
        one.level, one.level_reason, one.level_by = _BY_HAND, _WHY_BY_HAND, staff.lead.name
    forecast = forecasting.learn_within()
    for adviser_id, on in sorted({(s.adviser_id, s.on_date) for s in to_come}):
        levels.settle(adviser_id, on, forecast)


def _of_office(office: Office, before: date, random: Random) -> Iterator[dict[str, Any]]:
    own, size = random.gauss(0.0, 0.3), random.uniform(0.5, 1.5) * _A_DAY
    for days in range(7 * _WEEKS, 0, -1):
        on = before - timedelta(days=days)
        if is_working_day(on, Nation.ENGLAND):
            shift = own + random.gauss(0.0, _DAY_SD)
            for nth in range(1, round(random.gauss(size, 2.0)) + 1):
                yield _row(office.code, on, shift, nth, random)


def _row(office: str, on: date, shift: float, nth: int, random: Random) -> dict[str, Any]:
    lead = random.choices(_LEADS, weights=_LEAD_WEIGHTS)[0]
    booked_on = on - timedelta(days=lead)
    if lead and not is_working_day(booked_on, Nation.ENGLAND):
        booked_on = previous_working_day(booked_on, Nation.ENGLAND)
    starts, returning = random.choice(_STARTS), random.random() < 0.3
    logit = _USUAL + shift + _WEEKDAY[on.weekday()] + _AFTERNOON * (starts.hour >= 12)
    logit += _RETURN * returning + (_PER_LEAD_DAY * lead if lead else _SAME_DAY)
    return {
        "office": office,
        "adviser": "",
        "booked_at": clock.instant(booked_on, time(9) if not lead else time(9, 30)),
        "starts_at": clock.instant(on, starts),
        "kind": AppointmentKind.RETURN if returning else AppointmentKind.FIRST,
        "reminder": ReminderFate.SENT if lead > 1 else ReminderFate.NONE,
        "outcome": _outcome(1.0 / (1.0 + exp(-logit)), random),
        "nth": nth,
    }


def _outcome(fta: float, random: Random) -> Status:
    draw = random.random()
    if draw < 0.1:
        return Status.CANCELLED
    if draw < 0.14:
        return Status.EXCUSED
    return Status.FAILED_TO_ATTEND if random.random() < fta else Status.ATTENDED
