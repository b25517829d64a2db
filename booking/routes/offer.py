"""What somebody who waits opens from the text: the slot that came free, yes or no."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from booking import particulars, waiting_answers
from booking.errors import BookingError
from booking.languages import language_of
from booking.models import WaitingOffer
from booking.offer_links import offer_behind
from booking.rights import the_claimant
from booking.routes.access import for_everybody
from booking.words import OfferState

offer = Blueprint("offer", __name__, url_prefix="/o")

_IN = {"en": "offer/show.html", "cy": "offer/show_welsh.html"}


@offer.route("/<token>", methods=["GET", "POST"])
@for_everybody
def show(token: str) -> ResponseReturnValue:
    """The offer as it stands; an answer is told at once, and the first yes has the place."""
    found = offer_behind(token, address=request.remote_addr or "")
    state = waiting_answers.standing(found)
    if request.method == "POST" and state == OfferState.OPEN:
        by = the_claimant(found.entry.claimant)
        wants = request.form.get("wants") == "yes"
        state = waiting_answers.answer(offer_id=found.id, wants=wants, by=by)
    return _page(found, state)


@offer.errorhandler(BookingError)
def refused(refusal: BookingError) -> ResponseReturnValue:
    """A plain page: it is all that a stranger with a guess sees."""
    return render_template("offer/wrong.html", sentence=str(refusal)), refusal.status


def _page(found: WaitingOffer, state: OfferState) -> str:
    language = language_of(found.entry.claimant)
    return render_template(
        _IN[language],
        facts=particulars.of_slot(found.slot, language),
        lapses_at=found.lapses_at,
        lapses_on=particulars.date_words(found.lapses_at, language),
        state=state,
    )
