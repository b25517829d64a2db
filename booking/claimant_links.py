"""A claimant's link: short enough for a text, unguessable, and dead a day after the appointment.

The address is the appointment's number and 60 bits that only SECRET_KEY makes: a thousand guesses
a second need some 25 million years for an even chance of opening one. No table holds it, a move
leaves it as it is, and it opens the appointment as it stands.
"""

from datetime import timedelta

from flask import current_app

from booking import clock, guessing, proofs
from booking.database import db
from booking.errors import BookingError, NotFound
from booking.models import Appointment

_KEPT_AFTER = timedelta(days=1)
MOST_GUESSES = 60  # at one address in a quarter of an hour; whole networks share one


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
    return proofs.token(appointment.id, _words(appointment))


def appointment_behind(token: str, *, address: str) -> Appointment:
    """The appointment as it stands now. `address` is the caller's, whose wrong guesses count.

    Raises LinkWrong, LinkExpired, or TooManyLinks.
    """
    caller = guessing.who("link", address)
    if guessing.too_many({caller: MOST_GUESSES}):
        raise TooManyLinks
    appointment = _named(token.lower())
    if appointment is None:
        guessing.count_failure([caller])
        raise LinkWrong
    if clock.now() >= appointment.slot.ends_at + _KEPT_AFTER:
        raise LinkExpired(appointment)
    return appointment


def _named(token: str) -> Appointment | None:
    number = proofs.number_in(token)
    appointment = db.session.get(Appointment, number) if number is not None else None
    if appointment is None or not proofs.is_proved(token, _words(appointment)):
        return None
    return appointment


def _words(appointment: Appointment) -> str:
    """Of the reference too: in a database made anew the number is somebody else's."""
    return f"claimant link|{appointment.id}|{appointment.reference}"
