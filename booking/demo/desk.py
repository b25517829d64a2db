"""Bookings made at the desk just now, by the use case itself: their texts are still to go."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random

from booking import claimants, handing_over, placing, referrals, waiting_list
from booking.claimants import ClaimantDetails
from booking.database import db
from booking.demo.names import mobile
from booking.demo.people import Staff
from booking.models import Appointment, Office, Slot
from booking.referrals import ReferralDetails
from booking.rights import actor_of
from booking.words import BookingChannel, ReferralReason, SessionKind, Stage

_LETTERS = "TTTNNMMMOGCH"  # the Jobcentres where somebody is booked


def book_some(
    slots: Sequence[Slot], staff: Staff, names: Iterator[str], random: Random
) -> list[Appointment]:
    """A dozen bookings of this minute in slots that are all free.

    The last three claimants get no text, each for a reason of their own.
    """
    who = _claimants(names, random)
    free, made = list(slots), []
    for letter, claimant in zip(_LETTERS, who, strict=True):
        adviser = random.choice(staff.jobcentre[letter])
        here = [slot for slot in free if slot.session.office_id == adviser.office_id]
        slot = random.choice(here)
        free.remove(slot)
        made.append(
            placing.place_booking(
                slot_id=slot.id,
                claimant=claimant,
                referral=ReferralDetails(Stage.STAGE_3, ReferralReason.SKILLS_HEALTH_CHECK),
                by=actor_of(adviser),
                channel=BookingChannel.DESK,
                seconds_to_book=random.randrange(20, 90),
            )
        )
    return made


def come_along(made: Sequence[Appointment], staff: Staff) -> None:
    """The first Jobcentre adviser sits in on the first interview just booked at their office."""
    adviser = staff.jobcentre[_LETTERS[0]][0]
    for appointment in made:
        session = appointment.slot.session
        if session.office_id == adviser.office_id and session.kind == SessionKind.INTERVIEWS:
            handing_over.arrange(appointment, actor_of(adviser))
            return


def let_wait(
    made: Sequence[Appointment], staff: Staff, names: Iterator[str], random: Random
) -> None:
    """Two at the first office for whom nothing suited, and one who would come sooner."""
    by = actor_of(staff.jobcentre[_LETTERS[0]][0])
    office = db.session.get_one(Office, by.office_id)
    for minutes in (40, 25):
        details = ClaimantDetails(name=next(names), mobile=mobile(random))
        person = claimants.find_or_add(details, district_id=office.district_id, by=by)
        why = ReferralDetails(Stage.STAGE_3, ReferralReason.SKILLS_HEALTH_CHECK)
        referral = referrals.add(why, claimant=person, office=office, by=by)
        waiting_list.add(referral, office, by).since -= timedelta(minutes=minutes)
    waiting_list.add(made[0].referral, office, by)


def _claimants(names: Iterator[str], random: Random) -> list[ClaimantDetails]:
    texted = [
        ClaimantDetails(name=next(names), mobile=mobile(random)) for _ in range(len(_LETTERS) - 3)
    ]
    return [
        *texted,
        ClaimantDetails(name=next(names), mobile=mobile(random), may_text=False),
        ClaimantDetails(name=next(names), other_contact="by post, at the hostel in Kiln Lane"),
        ClaimantDetails(reference="ANON-0001"),
    ]
