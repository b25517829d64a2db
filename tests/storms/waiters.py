"""What those who wait, desks and workers do in a storm over freed slots."""

from booking import appointments, waiting_answers, waiting_offers
from booking.database import db
from booking.models import WaitingOffer
from booking.rights import THE_SERVICE, the_claimant
from tests.makers import make_claimant, make_referral


def say_yes(offer_id: int) -> str:
    """Answer for the claimant who was asked."""
    by = the_claimant(db.session.get_one(WaitingOffer, offer_id).entry.claimant)
    return waiting_answers.answer(offer_id=offer_id, wants=True, by=by).value


def yes_or_book(offer_id: int, slot_id: int, number: int) -> str:
    """Every other one is somebody at a desk who has seen the slot, and never heard of an offer."""
    if number % 2:
        return say_yes(offer_id)
    appointments.book(
        slot_id=slot_id,
        claimant=make_claimant(f"Invented Walker {number}", f"07700 900{number:03}"),
        referral=make_referral(),
        by=THE_SERVICE,
    )
    return "booked"


def offer_all() -> int:
    """One worker's turn."""
    return waiting_offers.offer_freed_slots()
