"""Referrals: one short form, kept with its bookings, or a signpost that uses no slot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from booking import audit, claimants, clock
from booking.claimants import ClaimantDetails
from booking.database import db, refused, use_case
from booking.errors import BadDetail, BookingError, NotFound
from booking.models import Appointment, Claimant, Office, Referral, Session, Slot
from booking.rights import Actor, reachable_office
from booking.words import STILL_TO_COME, ReferralReason, ReferralState, Stage, Status

# Reasons that Next Step was sent in error (000:1258-1265), and what the adviser should weigh.
PROMPTS = {
    ReferralReason.CV_ONLY: (
        "Next Step does not prepare a CV on its own. Book if the claimant also wants to look at "
        "their skills and direction; otherwise give the CV workshop leaflet."
    ),
    ReferralReason.BASIC_SKILLS_FIRST: (
        "Reading, writing or number needs are best met first, by a basic skills provider. Book "
        "if the claimant wants advice as well."
    ),
}


class ReferenceKnown(BookingError):
    code = "reference_known"
    sentence = "There is a referral with that external reference already."


@dataclass(frozen=True)
class ReferralDetails:
    """Why the claimant is sent; `external_reference` is another system's, entered once."""

    stage: Stage
    reason: ReferralReason
    job_goal: str = ""
    note: str = ""
    external_reference: str | None = None
    prompt_read: bool = False

    def must_be_weighed(self) -> None:
        """Raise the prompt once for a reason that often means the wrong service."""
        if self.reason in PROMPTS and not self.prompt_read:
            raise BadDetail("prompt_read", PROMPTS[self.reason])


def add(details: ReferralDetails, *, claimant: Claimant, office: Office, by: Actor) -> Referral:
    """A new referral from an office; runs inside a use case."""
    referral = Referral(
        district_id=office.district_id,
        claimant_id=claimant.id,
        office_id=office.id,
        referred_by_id=by.user_id,
        stage=details.stage,
        reason=details.reason,
        job_goal=details.job_goal,
        note=details.note,
        external_reference=details.external_reference or None,
        created_at=clock.now(),
    )
    with refused(uq_referral_district_id_external_reference=ReferenceKnown):
        db.session.add(referral)
    audit.record(
        by,
        "referred",
        referral,
        office_id=office.id,
        after={"stage": details.stage, "reason": details.reason},
    )
    return referral


@use_case
def signpost(
    *, office_id: int, claimant: ClaimantDetails, referral: ReferralDetails, by: Actor
) -> Referral:
    """Told about the service or given a leaflet (000:3344-3345): an outcome, and no slot."""
    by.must("refer")
    office = reachable_office(db.session.get(Office, office_id), by)
    person = claimants.find_or_add(claimant, district_id=office.district_id, by=by)
    pointed = add(referral, claimant=person, office=office, by=by)
    pointed.state = ReferralState.SIGNPOSTED
    audit.record(by, "signposted", pointed, office_id=office.id)
    return pointed


def reopen(referral: Referral, *, by: Actor) -> None:
    """Whoever is booked after all is no longer returned; runs inside a use case."""
    if referral.state == ReferralState.RETURNED:
        referral.state = ReferralState.OPEN
        audit.record(by, "reopened", referral, office_id=referral.office_id)


def visible(referral_id: int, *, by: Actor) -> Referral:
    """A referral to book on: made in one's office or booked there; NotFound when out of reach."""
    by.must("book")
    referral = db.session.get(Referral, referral_id)
    if referral is None or not by.reaches_district(referral.district_id):
        raise NotFound
    if by.office_id not in (None, referral.office_id, *_offices_of(referral)):
        raise NotFound
    if referral.claimant.redacted_at is not None:
        raise NotFound("The claimant's details were removed: make a new referral.")
    return referral


def _offices_of(referral: Referral) -> Sequence[int]:
    return db.session.scalars(
        select(Session.office_id)
        .join(Slot, Slot.session_id == Session.id)
        .join(Appointment, Appointment.slot_id == Slot.id)
        .where(Appointment.referral_id == referral.id)
    ).all()


def last_adviser_id(claimant_id: int) -> int | None:
    """Whom the claimant saw last: a return visit is best with the same adviser."""
    return db.session.scalar(
        select(Session.adviser_id)
        .join(Slot, Slot.session_id == Session.id)
        .join(Appointment, Appointment.slot_id == Slot.id)
        .where(Appointment.claimant_id == claimant_id, Appointment.status == Status.ATTENDED)
        .order_by(Slot.starts_at.desc())
        .limit(1)
    )


def waiting(office_id: int, *, by: Actor) -> Sequence[Referral]:
    """An office's open referrals that nobody has booked yet, the oldest first."""
    by.must("refer")
    if by.office_id not in (None, office_id):
        return []
    booked = select(Appointment.id).where(Appointment.referral_id == Referral.id)
    query = select(Referral).where(
        Referral.office_id == office_id,
        Referral.state == ReferralState.OPEN,
        ~booked.exists(),
    )
    if by.district_id is not None:
        query = query.where(Referral.district_id == by.district_id)
    return db.session.scalars(
        query.options(joinedload(Referral.claimant)).order_by(Referral.created_at, Referral.id)
    ).all()


def became_lately(by: Actor, *, days: int = 7) -> dict[Status, int]:
    """How many of a person's referrals ended how in the last days: what came back to them."""
    said_at = func.coalesce(Appointment.outcome_at, Appointment.cancelled_at)
    rows = db.session.execute(
        select(Appointment.status, func.count())
        .join(Referral, Appointment.referral_id == Referral.id)
        .where(
            Referral.referred_by_id == by.user_id,
            Appointment.status.not_in(STILL_TO_COME),
            said_at > clock.now() - timedelta(days=days),
        )
        .group_by(Appointment.status)
        .order_by(Appointment.status)
    )
    return dict(rows.tuples().all())


def mine(by: Actor, *, limit: int = 200) -> Sequence[tuple[Referral, Appointment | None]]:
    """The referrals a person made, newest first, each with its latest appointment."""
    referrals = db.session.scalars(
        select(Referral)
        .where(Referral.referred_by_id == by.user_id)
        .options(joinedload(Referral.claimant))
        .order_by(Referral.created_at.desc(), Referral.id.desc())
        .limit(limit)
    ).all()
    latest: dict[int, Appointment] = {}
    appointments = db.session.scalars(
        select(Appointment)
        .where(Appointment.referral_id.in_([referral.id for referral in referrals]))
        .options(joinedload(Appointment.slot).joinedload(Slot.session).joinedload(Session.office))
        .order_by(Appointment.id)
    )
    for appointment in appointments:
        latest[appointment.referral_id] = appointment
    return [(referral, latest.get(referral.id)) for referral in referrals]


def next_appointments(referral_ids: Iterable[int]) -> Mapping[int, Appointment]:
    """The appointment to come of each referral that has one."""
    found = db.session.scalars(
        select(Appointment)
        .join(Appointment.slot)
        .where(
            Appointment.referral_id.in_(list(referral_ids)),
            Appointment.status.in_(STILL_TO_COME),
            Slot.ends_at > clock.now(),
        )
        .options(joinedload(Appointment.slot).joinedload(Slot.session).joinedload(Session.office))
    )
    return {appointment.referral_id: appointment for appointment in found}
