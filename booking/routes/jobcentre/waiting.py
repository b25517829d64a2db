"""The waiting list of an office: who waits, what they were offered, and what they say to it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import referrals, waiting_answers, waiting_list
from booking.errors import BookingError
from booking.models import Appointment
from booking.routes.access import audience, the_actor
from booking.routes.jobcentre import looked_for
from booking.routes.jobcentre.asked import asked
from booking.routes.jobcentre.blueprint import STAFF, jobcentre
from booking.words import OfferState

_SAID = {
    OfferState.TAKEN: "Theirs: it is booked, and the text that says so is on its way.",
    OfferState.REFUSED: "Noted. The next who wait are asked.",
    OfferState.LAPSED: "The time to answer was over. They stay on the list.",
    OfferState.GONE: "Somebody else has the place now. They stay on the list: tell them.",
}


@jobcentre.get("/waiting", endpoint="waiting")
@audience(*STAFF)
def waiting() -> ResponseReturnValue:
    """Who waits, in turn; those who cannot be texted are shown with how to reach them."""
    by = the_actor()
    it = asked(by)
    listed = waiting_list.of_office(it.office.id, by=by)
    booked = referrals.next_appointments([entry.referral_id for entry, _ in listed])
    return render_template(
        "jobcentre/waiting.html",
        office=it.office,
        listed=listed,
        booked=booked,
        rules=it.office.rules,
    )


@jobcentre.post("/referrals/<int:referral_id>/wait", endpoint="wait")
@audience(*STAFF)
def wait(referral_id: int) -> ResponseReturnValue:
    """One press: a referral waits at the office of its appointment, or of whoever made it."""
    by = the_actor()
    referral = referrals.visible(referral_id, by=by)
    appointment = referrals.next_appointments([referral.id]).get(referral.id)
    office = appointment.slot.session.office if appointment else referral.office
    try:
        waiting_list.join(referral_id=referral_id, office_id=office.id, by=by)
    except BookingError as refusal:
        if refusal.status == 404:
            raise
        flash(str(refusal))
    else:
        looked_for.met()
        flash(f"On the waiting list of {office.name}.", "success")
    return redirect(_back(appointment))


@jobcentre.post("/waiting/<int:entry_id>/leave", endpoint="leave_waiting")
@audience(*STAFF)
def leave(entry_id: int) -> ResponseReturnValue:
    entry = waiting_list.leave(entry_id=entry_id, by=the_actor())
    flash(f"{entry.claimant.called} is off the waiting list.", "success")
    return redirect(url_for("jobcentre.waiting", office=entry.office.code))


@jobcentre.post("/waiting/offers/<int:offer_id>", endpoint="answer_offer")
@audience(*STAFF)
def answer(offer_id: int) -> ResponseReturnValue:
    """What the claimant said on the telephone or at the desk, keyed in."""
    wants = request.form.get("wants") == "yes"
    by = the_actor()
    state = waiting_answers.answer(offer_id=offer_id, wants=wants, by=by)
    flash(_SAID[state], "success" if state in (OfferState.TAKEN, OfferState.REFUSED) else "message")
    return redirect(url_for("jobcentre.waiting", office=waiting_list.office_of(offer_id).code))


def _back(appointment: Appointment | None) -> str:
    if appointment is not None:
        return url_for("appointment.show", appointment_id=appointment.id)
    return url_for("jobcentre.referrals")
