"""What claimants told the office, with its time and a receipt; and the notices they were given."""

from collections.abc import Sequence

from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import clock, particulars
from booking.appointments import visible
from booking.database import db, use_case
from booking.errors import BadDetail
from booking.languages import language_of
from booking.messages import outbox
from booking.models import ContactNote, Notice
from booking.placing import locked, record_change
from booking.rights import Actor
from booking.words import ContactWay, Status

_LETTER = "letter"


@use_case
def note_contact(*, appointment_id: int, way: ContactWay, said: str, by: Actor) -> ContactNote:
    """Put on record that the claimant got in touch, and text a receipt (002:2142)."""
    by.must("note a contact")
    appointment = locked(appointment_id, by)
    if not said.strip():
        raise BadDetail("said", "Write down what the claimant said.")
    note = ContactNote(
        appointment_id=appointment.id,
        way=way,
        said=said.strip(),
        at=clock.now(),
        noted_by_id=by.user_id,
    )
    db.session.add(note)
    record_change(by, "noted contact", appointment, None, {"way": way})
    outbox.acknowledge(note)
    return note


def notes_about(appointment_id: int) -> Sequence[ContactNote]:
    """What the claimant said, oldest first."""
    return db.session.scalars(
        select(ContactNote)
        .where(ContactNote.appointment_id == appointment_id)
        .options(joinedload(ContactNote.noted_by))
        .order_by(ContactNote.id)
    ).all()


def notices_of(appointment_id: int, *, by_letter: bool = False) -> Sequence[Notice]:
    """The cards, or the letters, of an appointment, oldest first: the last is how it stood then."""
    notices = db.session.scalars(
        select(Notice).where(Notice.appointment_id == appointment_id).order_by(Notice.id)
    )
    return [each for each in notices if (each.contents.get("how") == _LETTER) is by_letter]


@use_case
def issue_notice(*, appointment_id: int, by: Actor, by_letter: bool = False) -> Notice:
    """The dated written notice of an appointment as it stands; the same one if nothing changed.

    A letter is a notice of its own, with its own date; it may also say that nobody need come.
    """
    appointment = visible(appointment_id, by)
    language = language_of(appointment.claimant)
    with force_locale(language):
        contents = particulars.of(appointment, language).as_notice(gettext)
    if by_letter:
        contents |= {"how": _LETTER, "cancelled": appointment.status == Status.CANCELLED}
    given = notices_of(appointment_id, by_letter=by_letter)
    if given and given[-1].contents == contents:
        return given[-1]
    notice = Notice(
        appointment_id=appointment.id,
        start_version=appointment.start_version,
        issued_at=clock.now(),
        issued_by_id=by.user_id,
        contents=contents,
    )
    db.session.add(notice)
    record_change(by, "issued notice", appointment, None, None)
    return notice
