"""A claimant's link: short enough for a text, unguessable, and dead a day after the appointment.

The address is the appointment's number and 60 bits that only SECRET_KEY makes: a thousand guesses
a second need some 25 million years for an even chance of opening one. No table holds it, a move
leaves it as it is, and it opens the appointment as it stands.
"""

import hmac
from datetime import timedelta
from hashlib import sha256

from flask import current_app

from booking import clock, guessing
from booking.database import db
from booking.errors import BookingError, NotFound
from booking.models import Appointment

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # no letter that reads as another or as a digit
_PROOF = 12  # letters of 5 bits
_LONGEST = 7 + _PROOF  # 35 bits hold every id there is
_KEPT_AFTER = timedelta(days=1)
_MOST_GUESSES = 60  # at one address in a quarter of an hour; whole networks share one


class LinkWrong(NotFound):
    code = "link_wrong"
    sentence = "This link is not right. Ring the number on your card or in your text."


class LinkExpired(BookingError):
    """The appointment is over; `appointment` says whom to ring about another."""

    code, status = "link_expired", 410
    sentence = "This appointment is over, and so is its link."

    def __init__(self, appointment: Appointment) -> None:
        super().__init__()
        self.appointment = appointment


class TooManyLinks(BookingError):
    code, status = "too_many_links", 429
    sentence = "Too many links that were not right. Wait a quarter of an hour and try again."


def link_to(appointment: Appointment) -> str:
    """The whole address, as texts and cards carry it."""
    return f"{current_app.config['PUBLIC_BASE_URL']}/a/{token_of(appointment)}"


def token_of(appointment: Appointment) -> str:
    """The part of the address that names the appointment and proves that we made it."""
    return _spelled(appointment.id) + _proof(appointment)


def appointment_behind(token: str, *, address: str) -> Appointment:
    """The appointment as it stands now. `address` is the caller's, whose wrong guesses count.

    Raises LinkWrong, LinkExpired, or TooManyLinks.
    """
    caller = guessing.who("link", address)
    if guessing.too_many({caller: _MOST_GUESSES}):
        raise TooManyLinks
    appointment = _named(token.lower())
    if appointment is None:
        guessing.count_failure([caller])
        raise LinkWrong
    if clock.now() >= appointment.slot.ends_at + _KEPT_AFTER:
        raise LinkExpired(appointment)
    return appointment


def _named(token: str) -> Appointment | None:
    spelled, proof = token[:-_PROOF], token[-_PROOF:]
    if len(token) > _LONGEST or not spelled or spelled.startswith("0"):
        return None
    if not set(spelled) <= set(_ALPHABET):
        return None
    number = sum(_ALPHABET.index(each) << 5 * place for place, each in enumerate(spelled[::-1]))
    appointment = db.session.get(Appointment, number) if number < 2**31 else None
    if appointment is None or not hmac.compare_digest(_proof(appointment).encode(), proof.encode()):
        return None
    return appointment


def _proof(appointment: Appointment) -> str:
    """Of the reference too: in a database made anew the number is somebody else's."""
    key = str(current_app.secret_key).encode()
    words = f"claimant link|{appointment.id}|{appointment.reference}"
    digest = hmac.digest(key, words.encode(), sha256)
    return _spelled(int.from_bytes(digest, "big") % 32**_PROOF).rjust(_PROOF, _ALPHABET[0])


def _spelled(number: int) -> str:
    letters = ""
    while number:
        number, place = divmod(number, 32)
        letters = _ALPHABET[place] + letters
    return letters
