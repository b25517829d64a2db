"""What somebody who waits opens from the text: the slot that came free, yes or no."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import refresh

from booking import particulars, waiting_answers
from booking.errors import BookingError
from booking.languages import language_of
from booking.models import WaitingOffer
from booking.offer_links import offer_behind
from booking.rights import the_claimant
from booking.routes.access import for_everybody
from booking.routes.by_link import chosen_language, opened_by_link
from booking.routes.claimant.blueprint import SENTENCES
from booking.words import OfferState

offer = Blueprint("offer", __name__, url_prefix="/o/<token>")
opened_by_link(offer)


@offer.before_request
def _open_link() -> None:
    g.language = chosen_language() or "en"
    g.offer = offer_behind(g.token, address=request.remote_addr or "")
    g.language = chosen_language() or language_of(g.offer.entry.claimant)
    refresh()


@offer.route("", methods=["GET", "POST"])
@for_everybody
def show() -> ResponseReturnValue:
    """The offer as it stands; an answer is told at once, and the first yes has the place."""
    found: WaitingOffer = g.offer
    state = waiting_answers.standing(found)
    if request.method == "POST" and state == OfferState.OPEN:
        by = the_claimant(found.entry.claimant)
        wants = request.form.get("wants") == "yes"
        state = waiting_answers.answer(offer_id=found.id, wants=wants, by=by)
    return render_template(
        "offer/show.html",
        facts=particulars.of_slot(found.slot, g.language),
        lapses_at=found.lapses_at,
        state=state,
        language=g.language,
    )


@offer.errorhandler(BookingError)
def _refused(refusal: BookingError) -> ResponseReturnValue:
    """A plain page: it is all that a stranger with a guess sees."""
    refresh()
    heading = SENTENCES.get(refusal.code, SENTENCES["link_wrong"])
    page = render_template("claimant/problem.html", heading=heading, language=g.language)
    return page, refusal.status
