"""The claimant's pages as one: whose link it is, and what each refusal says."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import refresh

from booking import from_claimants, particulars
from booking.claimant_links import LinkExpired, appointment_behind
from booking.errors import BookingError
from booking.languages import language_of
from booking.models import Appointment
from booking.rights import Actor, the_claimant
from booking.routes.by_link import chosen_language, opened_by_link

claimant = Blueprint("claimant", __name__, url_prefix="/a/<token>")
opened_by_link(claimant)

# What each refusal says to a claimant, by its code.
SENTENCES = {
    "link_wrong": _l("This link is not right"),
    "link_expired": _l("This appointment is over"),
    "too_many_links": _l("Wait a quarter of an hour and open your link again"),
    "not_ahead": _l("This appointment can no longer be changed here."),
    "not_today": _l("You can say this on the day of the appointment, before it starts."),
    "changed_too_often": _l("This appointment has been changed many times. Ring to change it."),
    "claimant_busy": _l("You have another appointment at that time. Choose another time."),
}
TIME_IS_GONE = _l(
    "Somebody has just taken that time. Your appointment has not changed. Choose another time."
)


def the_appointment() -> Appointment:
    """The appointment of the link that was opened."""
    appointment: Appointment = g.appointment
    return appointment


def by_the_claimant() -> Actor:
    return the_claimant(the_appointment().claimant)


def sentence_of(refusal: BookingError) -> Any:
    return SENTENCES.get(refusal.code, TIME_IS_GONE)


def shown(template: str, *, status: int = 200, **facts: Any) -> ResponseReturnValue:
    """A page about the appointment as it stands, in the reader's language."""
    appointment = the_appointment()
    page = render_template(
        template,
        appointment=appointment,
        facts=particulars.of(appointment, g.language),
        first_name=appointment.claimant.name.partition(" ")[0],
        ahead=from_claimants.is_ahead(appointment),
        language=g.language,
        **facts,
    )
    return page, status


@claimant.before_request
def _open_link() -> None:
    g.language = chosen_language() or "en"
    g.appointment = appointment_behind(g.token, address=request.remote_addr or "")
    g.language = chosen_language() or language_of(g.appointment.claimant)
    refresh()


@claimant.errorhandler(BookingError)
def _refused(refusal: BookingError) -> ResponseReturnValue:
    """A plain page that says whom to ring; it is all a stranger with a guess sees."""
    appointment = refusal.appointment if isinstance(refusal, LinkExpired) else None
    if appointment is not None and not chosen_language():
        g.language = language_of(appointment.claimant)
    refresh()
    page = render_template(
        "claimant/problem.html",
        heading=SENTENCES.get(refusal.code, SENTENCES["link_wrong"]),
        office=appointment.slot.session.office if appointment is not None else None,
        language=g.language,
    )
    known = refusal.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.TOO_MANY_REQUESTS)
    return page, refusal.status if known else HTTPStatus.CONFLICT
