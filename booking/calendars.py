"""Appointments as calendar entries, for the file on a card and for an adviser's feed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from flask_babel import force_locale, gettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from booking import clock, diaries, handing_over, particulars
from booking.database import db
from booking.models import Adviser, Appointment, AuditEntry, Briefing, Handover, Session, Slot, User
from booking.words import HOLDING_A_PLACE, AppointmentKind, SessionKind, SessionState, Status
from notifications import calendar
from notifications.calendar import CalendarEvent

Changes = Mapping[int, tuple[int, datetime]]  # by id: how often changed since made, when last

_BACK = timedelta(weeks=4)
_AHEAD = timedelta(weeks=12)
_GIVEN_BACK = {
    Status.CANCELLED: "Cancelled: ",
    Status.FAILED_TO_ATTEND: "Failed to attend: ",
    Status.EXCUSED: "Excused: ",
}
_KIND_WORDS = {
    AppointmentKind.FIRST: "First session",
    AppointmentKind.RETURN: "Return session",
    AppointmentKind.WALKOVER: "Walkover",
    AppointmentKind.GROUP: "Group session",
}
_SESSION_WORDS = {
    SessionKind.INTERVIEWS: "Next Step session",
    SessionKind.TELEPHONE: "Next Step telephone session",
    SessionKind.GROUP: "Next Step group session",
}


def event_of(appointment: Appointment, *, sequence: int, language: str = "en") -> CalendarEvent:
    """The entry of one appointment; it never names the claimant."""
    facts = particulars.of(appointment, language)
    cancelled = appointment.status == Status.CANCELLED
    with force_locale(language):
        who = gettext(particulars.WHO)
        place = (
            gettext("By telephone")
            if facts.by_telephone
            else ", ".join(part for part in (facts.office, facts.address, facts.room) if part)
        )
        summary = gettext("%(who)s: appointment %(code)s", who=who, code=appointment.reference)
        lines = [gettext("With %(adviser)s, %(who)s.", adviser=facts.adviser, who=who)]
        lines.append(f"{facts.arrival}.")
        if facts.phone:
            lines.append(gettext("To change it, ring %(phone)s.", phone=facts.phone))
    return CalendarEvent(
        uid=f"{appointment.reference}@local-diaries",
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        summary=summary,
        location=place,
        description="\n".join(lines),
        sequence=sequence,
        cancelled=cancelled,
        last_modified_at=appointment.changed_at,
    )


def file_of(appointment: Appointment, language: str) -> bytes:
    """One appointment as an .ics file, in the language it is read in."""
    changes = _changes(Appointment.__tablename__, [appointment.id])
    sequence = _how_often(changes, appointment.id)
    return calendar.single(event_of(appointment, sequence=sequence, language=language))


def feed_of(adviser: Adviser) -> tuple[bytes, str]:
    """An adviser's diary as iCalendar with its entity tag, four weeks back and twelve ahead.

    Appointments take time; sessions, each with how much of it is booked, only say where the
    adviser sits. What was cancelled or given back stays for four weeks. Nobody is named.
    """
    today = clock.today()
    sessions = _sessions(adviser.id, today - _BACK, today + _AHEAD)
    appointments = [a for session in sessions for slot in session.slots for a in slot.appointments]
    of_sessions = _changes(Session.__tablename__, [session.id for session in sessions])
    of_appointments = _changes(Appointment.__tablename__, [each.id for each in appointments])
    events = [event for each in sessions for event in _events(each, of_sessions, of_appointments)]
    events += [_briefing_event(each, adviser) for each in adviser.briefings if _is_near(each)]
    kept_since = clock.now() - _BACK
    data = calendar.feed(
        f"Next Step diary of {adviser.name}",
        [each for each in events if not each.cancelled or each.last_modified_at >= kept_since],
    )
    return data, calendar.etag(data)


def _is_near(briefing: Briefing) -> bool:
    today = clock.today()
    return today - _BACK <= briefing.on_date <= today + _AHEAD


def _briefing_event(briefing: Briefing, adviser: Adviser) -> CalendarEvent:
    off = briefing.called_off_at is not None
    return CalendarEvent(
        uid=f"briefing-{briefing.id}-{adviser.id}@local-diaries",
        starts_at=clock.instant(briefing.on_date, briefing.starts),
        ends_at=clock.instant(briefing.on_date, briefing.ends),
        summary=f"Cancelled: {briefing.title}" if off else briefing.title,
        location="",
        description=f"Put by {briefing.put_by}",
        sequence=int(off),
        cancelled=off,
        last_modified_at=briefing.called_off_at or briefing.put_at,
    )


def handovers_of(user: User) -> tuple[bytes, str]:
    """A Jobcentre adviser's warm handovers with their entity tag; nobody is named but staff."""
    since = clock.now() - _BACK
    rows = db.session.scalars(
        select(Handover)
        .join(Handover.appointment)
        .join(Appointment.slot)
        .where(Handover.user_id == user.id, Slot.starts_at >= since)
        .options(joinedload(Handover.appointment).joinedload(Appointment.slot))
    ).all()
    changes = _changes(Appointment.__tablename__, [each.appointment_id for each in rows])
    data = calendar.feed(
        f"Warm handovers of {user.name}",
        [_handover_event(each, _how_often(changes, each.appointment_id)) for each in rows],
    )
    return data, calendar.etag(data)


def _handover_event(handover: Handover, sequence: int) -> CalendarEvent:
    appointment, session = handover.appointment, handover.appointment.slot.session
    where = (session.room.name if session.room else "", session.office.name)
    return CalendarEvent(
        uid=f"handover-{appointment.reference}@local-diaries",
        starts_at=appointment.slot.starts_at,
        ends_at=handing_over.ends_at(appointment),
        summary=f"{'' if handover.is_on else 'Cancelled: '}Warm handover to {session.adviser.name}",
        location=", ".join(filter(None, where)),
        description=f"Reference {appointment.reference}",
        sequence=sequence,
        cancelled=not handover.is_on,
        last_modified_at=max(handover.changed_at, appointment.changed_at),
    )


def _sessions(adviser_id: int, first_on: date, last_on: date) -> Sequence[Session]:
    """Cancelled sessions too: a calendar has to be told that they are."""
    return db.session.scalars(
        select(Session)
        .where(Session.adviser_id == adviser_id, Session.on_date.between(first_on, last_on))
        .options(
            joinedload(Session.office),
            joinedload(Session.room),
            joinedload(Session.adviser),
            selectinload(Session.slots)
            .selectinload(Slot.appointments)
            .options(
                joinedload(Appointment.claimant),
                joinedload(Appointment.handover).joinedload(Handover.user),
            ),
        )
    ).all()


def _changes(table: str, ids: Sequence[int]) -> Changes:
    """What the audit tells of these rows of a table; it only grows, so entries only move on."""
    rows = db.session.execute(
        select(AuditEntry.subject_id, func.count(), func.max(AuditEntry.at))
        .where(
            AuditEntry.subject == table,
            AuditEntry.subject_id.in_(ids),
        )
        .group_by(AuditEntry.subject_id)
    )
    return {row_id: (count - 1, last_at) for row_id, count, last_at in rows}


def _how_often(changes: Changes, row_id: int) -> int:
    return changes[row_id][0] if row_id in changes else 0


def _events(
    session: Session, of_sessions: Changes, of_appointments: Changes
) -> Iterator[CalendarEvent]:
    appointments = [each for slot in session.slots for each in slot.appointments]
    sequence, changed_at = of_sessions.get(session.id, (0, _starts_at(session)))
    yield _session_event(
        session, sequence, max([changed_at, *(each.changed_at for each in appointments)])
    )
    if session.kind != SessionKind.GROUP:  # one entry stands for the whole group
        yield from (
            _diary_event(each, _how_often(of_appointments, each.id), changed_at)
            for each in appointments
        )


def _session_event(session: Session, sequence: int, changed_at: datetime) -> CalendarEvent:
    cancelled = session.state == SessionState.CANCELLED
    held, places = diaries.booked(session)
    office, room = session.office, session.room
    where = (f"{room.name}, {room.floor}" if room else "", office.name, office.address)
    words = f"{_SESSION_WORDS[session.kind]}, {office.name}"
    return CalendarEvent(
        uid=f"session-{session.id}@local-diaries",
        starts_at=_starts_at(session),
        ends_at=clock.instant(session.on_date, session.ends),
        summary=f"Cancelled: {words}" if cancelled else f"{words} ({held} of {places} booked)",
        location=", ".join(filter(None, where)),
        description=f"The office's telephone: {office.phone}" if office.phone else "",
        sequence=sequence,
        cancelled=cancelled,
        last_modified_at=changed_at,
        takes_time=session.kind == SessionKind.GROUP,
    )


def _diary_event(
    appointment: Appointment, sequence: int, session_changed_at: datetime
) -> CalendarEvent:
    """As its adviser sees it: which kind and where. A place given back is no longer busy."""
    event, session = event_of(appointment, sequence=sequence), appointment.slot.session
    gone = appointment.status not in HOLDING_A_PLACE
    kind = _KIND_WORDS[appointment.kind]
    where = session.room.name if session.room else "by telephone"
    handover = appointment.handover if appointment.handover and appointment.handover.is_on else None
    warm = ", warm handover" if handover else ""
    begins = f"\nBegins with {handover.user.name} of the Jobcentre" if handover else ""
    given_back = _GIVEN_BACK.get(appointment.status, "")
    return replace(
        event,
        summary=f"{given_back}{kind}{warm}, {where}, {session.office.name}",
        description=f"Reference {appointment.reference}{begins}",
        cancelled=gone,
        last_modified_at=max(
            event.last_modified_at,
            session_changed_at,
            *([appointment.handover.changed_at] if appointment.handover else []),
        ),
    )


def _starts_at(session: Session) -> datetime:
    return clock.instant(session.on_date, session.starts)
