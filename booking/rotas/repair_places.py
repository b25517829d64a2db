"""Who is booked in a week to be repaired, what each needs, and the free slots that offer it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from booking import clock
from booking.database import db
from booking.models import Appointment, Claimant, District, Room, Session, Slot
from booking.rotas.mishap import Mishap
from booking.words import STILL_TO_COME, SessionKind, SessionState

NOTICE = timedelta(hours=3)  # whoever is given another time must be able to read of it first
_KINDS = {
    SessionKind.INTERVIEWS: "an interview in person",
    SessionKind.TELEPHONE: "a talk by telephone",
    SessionKind.GROUP: "a group",
}


def appointments_in(session_ids: Sequence[int]) -> Sequence[Appointment]:
    return db.session.scalars(
        select(Appointment)
        .join(Appointment.slot)
        .where(Slot.session_id.in_(session_ids), Appointment.status.in_(STILL_TO_COME))
        .options(
            joinedload(Appointment.claimant),
            joinedload(Appointment.slot).joinedload(Slot.session).joinedload(Session.adviser),
        )
        .order_by(Slot.starts_at, Appointment.id)
    ).all()


def hours_of(people: Sequence[Claimant]) -> dict[str, list[str]]:
    """The times of day that suit claimants, each under words that slots offer or do not."""
    spans = {(p.available_from, p.available_until) for p in people}
    return {
        _span(starts, ends): [
            (starts or time(0)).isoformat(),
            (ends or time(23, 59)).isoformat(),
        ]
        for starts, ends in spans
        if starts or ends
    }


def _span(starts: time | None, ends: time | None) -> str:
    return f"a time from {starts or time(0):%H:%M} to {ends or time(23, 59):%H:%M}"


def as_asked(row: Appointment, hours: Mapping[str, Any]) -> dict[str, Any]:
    session, person = row.slot.session, row.claimant
    wanted = clock.london(clock.now() + NOTICE).replace(tzinfo=None)
    starts = _wall(row.slot.starts_at)
    needs = [_KINDS[session.kind]]
    needs += ["a step-free room"] if person.needs_step_free else []
    needs += ["a private room"] if person.needs_private else []
    needs += [person.language] if person.language in session.adviser.languages else []
    span = _span(person.available_from, person.available_until)
    needs += [span] if span in hours else []
    return {
        "key": row.id,
        "slot": row.slot_id,
        "session": session.id,
        "office": session.office_id,
        "adviser": session.adviser_id,
        "starts_at": starts.isoformat(),
        "minutes": _minutes(row.slot),
        "earliest": min(starts, wanted).isoformat(),
        "latest": (starts + timedelta(days=session.office.rules.wait_target_days)).isoformat(),
        "needs": needs,
    }


def slots_free(
    district: District, mishap: Mishap, hours: Mapping[str, Sequence[str]]
) -> Iterator[dict[str, Any]]:
    """Slots of the district with free places from now on, but those the mishap takes away."""
    until = mishap.last_on + timedelta(days=district.rules.wait_target_days)
    rows = db.session.scalars(
        select(Slot)
        .join(Slot.session)
        .where(
            Session.office.has(district_id=district.id),
            Session.state == SessionState.PUBLISHED,
            Session.on_date.between(clock.today(), until),
            Slot.starts_at > clock.now(),
            Slot.hold.is_(None),
            Slot.beyond_level.is_(False),
            or_(Slot.places == 1, Session.kind == SessionKind.GROUP),
        )
        .options(
            joinedload(Slot.session).options(joinedload(Session.adviser), joinedload(Session.room)),
            selectinload(Slot.appointments),
        )
        .order_by(Slot.id)
    )
    for slot in rows:
        session = slot.session
        taken = [each for each in slot.appointments if each.status in (*STILL_TO_COME, "attended")]
        if len(taken) < slot.places and not mishap.hits(session):
            yield {
                "key": str(slot.id),
                "session": session.id,
                "office": session.office_id,
                "adviser": session.adviser_id,
                "starts_at": _wall(slot.starts_at).isoformat(),
                "minutes": _minutes(slot),
                "places": slot.places - len(taken),
                "offers": [
                    _KINDS[session.kind],
                    *(
                        offers_of(session.room)
                        if session.room
                        else ["a step-free room", "a private room"]
                    ),
                    *session.adviser.languages,
                    *_hours_offered(_wall(slot.starts_at), hours),
                ],
            }


def _hours_offered(starts: datetime, hours: Mapping[str, Sequence[str]]) -> list[str]:
    return [
        words
        for words, (first, last) in hours.items()
        if time.fromisoformat(first) <= starts.time() <= time.fromisoformat(last)
    ]


def offers_of(room: Room) -> list[str]:
    return [
        *(["a step-free room"] if room.step_free else []),
        *(["a private room"] if room.private else []),
    ]


def _wall(at: datetime) -> datetime:
    return clock.london(at).replace(tzinfo=None)


def _minutes(slot: Slot) -> int:
    return int((slot.ends_at - slot.starts_at).total_seconds()) // 60
