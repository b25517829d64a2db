"""Bringing the offices up to the official register, in one transaction; twice is once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import select

from booking import audit, clock
from booking.database import db, use_case
from booking.exchange.csv_files import BadFile, first_of
from booking.exchange.office_register import Entry, Register
from booking.models import District, Office, OfficeHours, Session
from booking.rights import Actor
from booking.words import SessionState

# The register has no hours; these are ours, for the office to correct.
_OPENS, _CLOSES = time(9), time(17)


@dataclass(frozen=True)
class Imported:
    """What became of the register's offices; `problems` are those that were left alone."""

    added: int
    changed: int
    unchanged: int
    problems: Sequence[str]


@use_case
def import_register(
    register: Register,
    *,
    strict: bool = False,
    watch: Callable[[Sequence[Entry]], Iterable[Entry]] = iter,
    by: Actor,
) -> Imported:
    """Add the offices that are new and change those with a later entry in the register.

    What people corrected here since an entry was taken stays until the register has a later
    one. New offices open from 9 to 5 on weekdays. `watch` may show progress. Raises BadFile
    when `strict` and anything is wrong, with nothing changed.
    """
    by.must("change places")
    districts = _districts(register, by)
    offices = {office.code: office for office in db.session.scalars(select(Office))}
    in_use = _offices_in_use()
    added = changed = 0
    problems = list(register.problems)
    for entry in watch(register.entries):
        facts = _facts(entry, register, districts[entry.district_code])
        office = offices.get(entry.code)
        if office is None:
            _add(entry, facts, by)
            added += 1
            continue
        news = _news(office, entry, facts)
        if office.id in in_use and _uproots(office, news):
            problems.append(
                f"{office.name} ({office.code}) is closed or moved in the register but has "
                "sessions to come: cancel them and import again."
            )
        elif _change(office, news, by):
            changed += 1
    if strict and problems:
        raise BadFile(first_of(problems))
    return Imported(added, changed, len(register.entries) - added - changed, problems)


def _districts(register: Register, by: Actor) -> dict[str, District]:
    """The districts by code, added or given their name where only the code was known."""
    codes = sorted({entry.district_code for entry in register.entries})
    known = {
        district.code: district
        for district in db.session.scalars(select(District).where(District.code.in_(codes)))
    }
    for code in codes:
        name = register.district_name(code)
        district = known.get(code)
        if district is None:
            known[code] = district = District(code=code, name=name)
            db.session.add(district)
            audit.record(by, "imported district", district, after={"code": code})
        elif district.name == code != name:
            before, after = audit.change(district, name=name)
            audit.record(by, "imported district", district, before=before, after=after)
    return known


def _facts(entry: Entry, register: Register, district: District) -> dict[str, Any]:
    latitude, longitude = register.points.get(entry.code, (None, None))
    return {
        "district_id": district.id,
        "name": entry.name,
        "nation": register.nation(entry.district_code),
        "uprn": entry.uprn,
        "latitude": latitude,
        "longitude": longitude,
        "closed_on": entry.closed_on,
        "registered_at": entry.entered_at,
    }


def _add(entry: Entry, facts: dict[str, Any], by: Actor) -> None:
    hours = [OfficeHours(weekday=day, opens=_OPENS, closes=_CLOSES) for day in range(5)]
    office = Office(code=entry.code, hours=hours, **facts)
    db.session.add(office)
    audit.record(by, "imported office", office, after={"code": entry.code})


def _news(office: Office, entry: Entry, facts: dict[str, Any]) -> dict[str, Any]:
    """A later entry is news; the same one may still add a point, or an end that has come."""
    if office.registered_at is None or entry.entered_at > office.registered_at:
        return facts
    if entry.entered_at < office.registered_at:
        return {}
    names = ("latitude", "longitude", "closed_on")
    return {name: facts[name] for name in names if getattr(office, name) is None}


def _change(office: Office, news: dict[str, Any], by: Actor) -> bool:
    before, after = audit.change(office, **news)
    if after:
        audit.record(by, "imported office", office, office_id=office.id, before=before, after=after)
    return bool(after)


def _offices_in_use() -> set[int]:
    to_come = select(Session.office_id).where(
        Session.state == SessionState.PUBLISHED, Session.on_date >= clock.today()
    )
    return set(db.session.scalars(to_come.distinct()))


def _uproots(office: Office, news: dict[str, Any]) -> bool:
    closes = office.closed_on is None and news.get("closed_on") is not None
    return closes or news.get("district_id", office.district_id) != office.district_id
