"""The link by which somebody who waits answers an offer: unguessable, as the claimant's own is."""

from flask import current_app

from booking import guessing, proofs
from booking.claimant_links import MOST_GUESSES, LinkWrong, TooManyLinks
from booking.database import db
from booking.models import WaitingOffer


def link_to(offer: WaitingOffer) -> str:
    """The whole address, as the text carries it."""
    return f"{current_app.config['PUBLIC_BASE_URL']}/o/{token_of(offer)}"


def token_of(offer: WaitingOffer) -> str:
    return proofs.token(offer.id, _words(offer))


def offer_behind(token: str, *, address: str) -> WaitingOffer:
    """The offer, whatever has become of it; `address` is the caller's, whose wrong guesses count.

    Raises LinkWrong or TooManyLinks.
    """
    caller = guessing.who("link", address)
    if guessing.too_many({caller: MOST_GUESSES}):
        raise TooManyLinks
    given = token.lower()
    number = proofs.number_in(given)
    offer = db.session.get(WaitingOffer, number) if number is not None else None
    if offer is None or not proofs.is_proved(given, _words(offer)):
        guessing.count_failure([caller])
        raise LinkWrong
    return offer


def _words(offer: WaitingOffer) -> str:
    """Of its time too: in a database made anew the number is another offer's."""
    return f"offer link|{offer.id}|{offer.offered_at.timestamp():.0f}"
