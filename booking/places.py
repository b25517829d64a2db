"""Offices and rooms, as leads and administrators keep them."""

from datetime import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import audit
from booking.database import db, refused, use_case
from booking.errors import BadDetail, BookingError, ChangedMeanwhile, NotFound
from booking.messages import outbox
from booking.models import District, Office, OfficeHours, Room
from booking.rights import Actor, reachable_office
from booking.rules import Rules
from booking.words import OfficeKind


class OfficeCodeTaken(BookingError):
    code = "office_code_taken"
    sentence = "There is an office with that code already."


class RoomNameTaken(BookingError):
    code = "room_name_taken"
    sentence = "The office has a room of that name already."


class BadRules(BookingError):
    code = "bad_rules"


@use_case
def save_room(*, office_id: int, room_id: int | None = None, by: Actor, **facts: Any) -> Room:
    """Add a room (`room_id` None) or change one; facts are Room's own columns."""
    by.must("change places")
    office = reachable_office(db.session.get(Office, office_id, with_for_update=True), by)
    room = Room(office_id=office.id) if room_id is None else db.session.get(Room, room_id)
    if room is None or room.office_id != office.id:
        raise NotFound
    before, after = audit.change(room, **facts)
    with refused(uq_room_office_id_name=RoomNameTaken):
        db.session.add(room)
    audit.record(by, "saved room", room, office_id=office.id, before=before, after=after)
    return room


@use_case
def save_office(
    *,
    office_id: int,
    by: Actor,
    hours: dict[int, tuple[time, time]] | None = None,
    rule_overrides: dict[str, Any] | None = None,
    rules_seen: dict[str, Any] | None = None,
    **facts: Any,
) -> Office:
    """Change an office's facts, its hours (weekday -> opens, closes) and its own rules.

    With `rules_seen`, raises ChangedMeanwhile when its rules are no longer those.
    """
    by.must("change places")
    office = reachable_office(db.session.get(Office, office_id, with_for_update=True), by)
    if rule_overrides is not None:
        _check_unchanged(office.rule_overrides, rules_seen)
        office.district.rules.overridden(rule_overrides).must_hold()
        facts["rule_overrides"] = rule_overrides
    before, after = audit.change(office, **facts)
    if after:
        outbox.time_reminders_again([office])
    if hours is not None:
        before["hours"], after["hours"] = _replaced_hours(office, hours)
    audit.record(by, "saved office", office, office_id=office.id, before=before, after=after)
    return office


@use_case
def add_venue(*, district_id: int, code: str, name: str, address: str, by: Actor) -> Office:
    """A library or community building to see claimants in (000:2830-2835), open 9 to 5."""
    by.must("change places")
    if not by.reaches_district(district_id):
        raise NotFound
    venue = Office(
        code=code.strip(),
        district_id=district_id,
        name=name.strip(),
        kind=OfficeKind.ALTERNATIVE_VENUE,
        address=address.strip(),
        hours=[OfficeHours(weekday=day, opens=time(9), closes=time(17)) for day in range(5)],
    )
    with refused(uq_office_code=OfficeCodeTaken):
        db.session.add(venue)
    audit.record(by, "added venue", venue, office_id=venue.id, after={"code": venue.code})
    return venue


@use_case
def save_district_rules(
    *,
    district_id: int,
    rule_overrides: dict[str, Any],
    rules_seen: dict[str, Any] | None = None,
    by: Actor,
) -> District:
    """Replace what a district does differently from the default rules.

    With `rules_seen`, raises ChangedMeanwhile when they are no longer those.
    """
    by.must("change places")
    district = db.session.get(District, district_id, with_for_update=True)
    if district is None or not by.reaches_district(district.id):
        raise NotFound
    _check_unchanged(district.rule_overrides, rules_seen)
    rules = Rules().overridden(rule_overrides).must_hold()
    for office in district.offices:
        if rules.overridden(office.rule_overrides).problems():
            raise BadRules(f"{office.name} has rules of its own that do not fit these.")
    before, after = audit.change(district, rule_overrides=rule_overrides)
    if after:
        outbox.time_reminders_again(district.offices)
    audit.record(by, "saved district rules", district, before=before, after=after)
    return district


def _check_unchanged(now: dict[str, Any], seen: dict[str, Any] | None) -> None:
    if seen is not None and now != seen:
        raise ChangedMeanwhile


def _replaced_hours(
    office: Office, hours: dict[int, tuple[time, time]]
) -> tuple[dict[int, str], dict[int, str]]:
    for weekday, (opens, closes) in hours.items():
        if closes <= opens:
            raise BadDetail("hours", f"On day {weekday + 1} the office closes before it opens.")
    before = {each.weekday: f"{each.opens:%H:%M}-{each.closes:%H:%M}" for each in office.hours}
    office.hours = []
    db.session.flush()
    office.hours = [
        OfficeHours(weekday=weekday, opens=opens, closes=closes)
        for weekday, (opens, closes) in sorted(hours.items())
    ]
    return before, {day: f"{opens:%H:%M}-{closes:%H:%M}" for day, (opens, closes) in hours.items()}


def districts_in_reach(by: Actor) -> list[District]:
    """The districts an actor may see, by name."""
    by.must("see offices")
    query = select(District).order_by(District.name)
    if by.district_id is not None:
        query = query.where(District.id == by.district_id)
    return list(db.session.scalars(query))


def office_of_code(code: str, *, by: Actor) -> Office:
    """One office for reading, by its code; NotFound when out of reach."""
    by.must("see offices")
    return reachable_office(db.session.scalar(select(Office).where(Office.code == code)), by)


def search(*, name: str, state: str, by: Actor) -> list[Office]:
    """Offices in reach whose name or code holds some text; state is open, closed or all."""
    wanted = name.strip().casefold()
    return [
        office
        for office in offices_in_reach(by, with_closed=state != "open")
        if (wanted in office.name.casefold() or wanted == office.code.casefold())
        and not (state == "closed" and office.closed_on is None)
    ]


def offices_in_reach(by: Actor, *, with_closed: bool = False) -> list[Office]:
    """The offices an actor may see, by name."""
    by.must("see offices")
    query = select(Office).options(joinedload(Office.district)).order_by(Office.name)
    if by.district_id is not None:
        query = query.where(Office.district_id == by.district_id)
    if not with_closed:
        query = query.where(Office.closed_on.is_(None))
    return list(db.session.scalars(query))


def office_in_reach(office_id: int, *, by: Actor) -> Office:
    """One office for reading; NotFound when out of reach."""
    by.must("see offices")
    return reachable_office(db.session.get(Office, office_id), by)
