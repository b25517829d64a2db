"""Claimants: one record a person in a district, wherever they are seen."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import select

from booking import audit, clock
from booking.database import TryAgain, db, refused, use_case
from booking.errors import BadDetail, BookingError, NotFound
from booking.messages.mobiles import mobile_of
from booking.models import Claimant
from booking.rights import Actor

_LONGEST_NAME = 100
NO_NAME = "Give the claimant's name, or a reference."


class SamePerson(BookingError):
    code = "same_person"
    sentence = "There is a record of that name with that number already."


@dataclass(frozen=True)
class ClaimantDetails:
    """What the adviser typed: a name and a way to reach the person, or a reference only."""

    name: str = ""
    mobile: str = ""
    other_contact: str = ""
    reference: str = ""
    signing_weekday: int | None = None
    signing_from: date | None = None
    language: str = ""
    needs_step_free: bool = False
    needs_private: bool = False
    available_from: time | None = None
    available_until: time | None = None
    may_text: bool | None = None  # not asked: as it was, and yes of somebody new


def find_or_add(details: ClaimantDetails, *, district_id: int, by: Actor) -> Claimant:
    """The district's record of this person, brought up to date; runs inside a use case.

    The same name with the same mobile is the same person (families share phones, so the
    mobile alone is not); so is the same reference.
    """
    known = _known(details, district_id)
    if known is None:
        known = _added(details, district_id, by)
    given = {
        field: value
        for field, value in vars(details).items()
        if field not in ("name", "mobile", "reference", "may_text")
        and value not in (None, "", False)
    }
    if details.may_text is False:  # a box left ticked at booking does not undo an earlier no
        given["may_text"] = False
    before, after = audit.change(known, **given)
    if after:
        audit.record(by, "changed claimant", known, before=before, after=after)
    return known


def _known(details: ClaimantDetails, district_id: int) -> Claimant | None:
    wanted = select(Claimant).where(Claimant.district_id == district_id)
    if details.reference:
        wanted = wanted.where(Claimant.reference == details.reference)
    elif details.mobile:
        wanted = wanted.where(
            Claimant.mobile == mobile_of(details.mobile),
            Claimant.name_key == name_key(details.name),
            Claimant.redacted_at.is_(None),
        )
    else:
        return None  # a name alone does not tell one person from another
    # Locked, so that of two bookings at once the second counts the first one's session.
    return db.session.scalar(wanted.with_for_update())


@use_case
def change_details(*, claimant_id: int, by: Actor, **facts: Any) -> Claimant:
    """Correct what is on record of a person; facts are Claimant's own columns.

    Texts that are due follow: they go to the number, or not at all, as it stands when they go.
    Raises SamePerson, BadDetail naming the field, or NotFound.
    """
    by.must("change a claimant")
    claimant = db.session.get(Claimant, claimant_id, with_for_update=True)
    if claimant is None or claimant.redacted_at or not by.reaches_district(claimant.district_id):
        raise NotFound
    facts["name"] = " ".join(facts["name"].split())
    facts["mobile"] = mobile_of(facts["mobile"]) if facts["mobile"] else ""
    if not (facts["name"] or claimant.reference):
        raise BadDetail("name", NO_NAME)
    before, after = audit.change(claimant, name_key=name_key(facts["name"]), **facts)
    with refused(uq_claimant_person=SamePerson):
        db.session.add(claimant)
    if after:
        audit.record(by, "changed claimant", claimant, before=before, after=after)
    return claimant


def lock(claimant_id: int) -> None:
    """Hold a claimant's record until the use case ends, so that sessions are counted in turn."""
    db.session.get(Claimant, claimant_id, with_for_update=True)


def _added(details: ClaimantDetails, district_id: int, by: Actor) -> Claimant:
    if not details.name.strip() and not details.reference:
        raise BadDetail("name", NO_NAME)
    if details.name.strip() and details.reference:
        raise BadDetail("reference", "Give a name or a reference, not both.")
    claimant = Claimant(
        district_id=district_id,
        name=" ".join(details.name.split()),
        name_key=name_key(details.name),
        mobile=mobile_of(details.mobile) if details.mobile else "",
        reference=details.reference,
        may_text=details.may_text is not False,
        created_at=clock.now(),
    )
    with refused(uq_claimant_person=TryAgain, uq_claimant_reference=TryAgain):
        db.session.add(claimant)
    audit.record(by, "added claimant", claimant)
    return claimant


def name_key(name: str) -> str:
    """A name as it is compared: case and runs of spaces do not count.

    Folding may lengthen a name (ß becomes ss); what the column cannot hold is left out.
    """
    return " ".join(name.casefold().split())[:_LONGEST_NAME]
