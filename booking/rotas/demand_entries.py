"""Demand entered by hand or from a file: each number with the reason somebody gave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from booking import audit, clock
from booking.database import db, use_case
from booking.errors import BadDetail
from booking.models import DemandEntry, Office
from booking.rights import Actor, reachable_office
from booking.rotas.half_days import SESSIONS, must_not_be_over, when
from booking.rotas.offering import slot_times
from booking.words import HalfDay

MOST_WANTED = 200


@dataclass(frozen=True)
class Given:
    """One number of a file, checked."""

    office: Office
    on: date
    half_day: HalfDay
    wanted: int
    reason: str


@use_case
def save_week(
    *, office_id: int, week: date, wanted: Mapping[int, int], reason: str, by: Actor
) -> Office:
    """Replace what was entered for an office's week: session -> bookings; others are forecast.

    A half-day in which the office is shut takes no number but the one it has had since before.
    """
    by.must("plan the rota")
    office = reachable_office(db.session.get(Office, office_id), by)
    must_not_be_over(week)
    if wanted and not reason.strip():
        raise BadDetail("reason", "Say why you expect something else than the forecast.")
    entered = {session: _entered(office.id, *when(week, session)) for session in range(SESSIONS)}
    before = {}
    for session, old in entered.items():
        on, half_day = when(week, session)
        if old is not None:
            before[f"{on} {half_day}"] = old.wanted
        if session in wanted and wanted[session] != before.get(f"{on} {half_day}"):
            _must_be_open(office, week, session)
        if session in wanted:
            _enter(Given(office, on, half_day, wanted[session], reason), old, by)
        elif old is not None:
            db.session.delete(old)
    after = {"{} {}".format(*when(week, session)): n for session, n in wanted.items()}
    audit.record(
        by,
        "entered demand",
        office,
        office_id=office.id,
        before=before,
        after={**after, "reason": reason.strip()},
    )
    return office


def _must_be_open(office: Office, week: date, session: int) -> None:
    on, half_day = when(week, session)
    if not slot_times(office, on, half_day):
        sentence = f"{office.name} is shut on {on:%A} {half_day}: leave it empty."
        raise BadDetail(f"s{session}", sentence)


@use_case
def import_demand(given: Sequence[Given], *, by: Actor) -> int:
    """Enter every number of a file, in place of what was entered before; how many."""
    by.must("plan the rota")
    for each in given:
        _enter(each, _entered(each.office.id, each.on, each.half_day), by)
    for office in {each.office.id: each.office for each in given}.values():
        numbers = {f"{g.on} {g.half_day}": g.wanted for g in given if g.office.id == office.id}
        audit.record(by, "imported demand", office, office_id=office.id, after=numbers)
    return len(given)


def _enter(given: Given, old: DemandEntry | None, by: Actor) -> None:
    if not 0 <= given.wanted <= MOST_WANTED:
        raise BadDetail("wanted", f"Enter a number from 0 to {MOST_WANTED}.")
    entry = old or DemandEntry(office_id=given.office.id, on_date=given.on, half_day=given.half_day)
    entry.wanted, entry.reason = given.wanted, given.reason.strip()
    entry.entered_at, entry.entered_by = clock.now(), by.name
    db.session.add(entry)


def _entered(office_id: int, on: date, half_day: HalfDay) -> DemandEntry | None:
    return db.session.scalar(
        select(DemandEntry).where(
            DemandEntry.office_id == office_id,
            DemandEntry.on_date == on,
            DemandEntry.half_day == half_day,
        )
    )
