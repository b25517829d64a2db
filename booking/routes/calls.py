"""Whom to ring, what came of it, and the letters to whoever cannot be rung."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from booking import appointments, clock, particulars, places
from booking import calls as use_cases
from booking.boards.call_list import Call, calls
from booking.errors import BadDetail, BookingError
from booking.forms.calls import CallListForm
from booking.models import Office
from booking.routes.access import audience, the_actor
from booking.routes.jobcentre.blueprint import REFERRERS, STAFF
from booking.words import CallOutcome

call_list = Blueprint("calls", __name__, url_prefix="/calls")

_SAID = {
    CallOutcome.WILL_COME: "{} will come. No reminder goes to them any more.",
    CallOutcome.WILL_NOT_COME: "{} will not come. The slot is free for somebody else.",
    CallOutcome.NO_ANSWER: "No answer from {}, noted with the time.",
    CallOutcome.WRONG_NUMBER: "{}: wrong number, noted with the time. A letter is the way left.",
}


@call_list.get("")
@audience(*STAFF)
def listed() -> ResponseReturnValue:
    return _page()


@call_list.post("/<int:appointment_id>")
@audience(*STAFF)
def record(appointment_id: int) -> ResponseReturnValue:
    """What came of ringing somebody."""
    by = the_actor()
    appointments.visible(appointment_id, by)
    try:
        outcome = _outcome(request.form.get("outcome", ""))
        attempt = use_cases.record_call(appointment_id=appointment_id, outcome=outcome, by=by)
    except BookingError as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(refusal)
    flash(_SAID[outcome].format(attempt.appointment.claimant.called), "success")
    return redirect(url_for(".listed", office=request.args.get("office")))


@call_list.post("/<int:appointment_id>/return")
@audience(*REFERRERS)
def return_referral(appointment_id: int) -> ResponseReturnValue:
    """Nobody could be reached: back to whoever referred them."""
    try:
        use_cases.return_referral(appointment_id=appointment_id, by=the_actor())
    except BookingError as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(refusal)
    flash("The referral is returned. The appointment stands: they may come all the same.")
    return redirect(url_for(".listed", office=request.args.get("office")))


def _outcome(word: str) -> CallOutcome:
    try:
        return CallOutcome(word)
    except ValueError:
        raise BadDetail("outcome", "Say what came of the call.") from None


def _page(refusal: BookingError | None = None) -> ResponseReturnValue:
    by = the_actor()
    offices = places.offices_in_reach(by)
    form = CallListForm(request.args)
    form.offer(offices)
    chosen = _chosen(form, offices)
    to_ring = calls(by=by, office_id=chosen.id if chosen else None)
    page = render_template(
        "calls/list.html",
        sections=_sections(to_ring),
        to_ring=to_ring,
        office=current_user.office,
        chosen=chosen,
        today=clock.today(),
        filter_form=form if by.office_id is None else None,
        may_return=by.may("refer"),
        bring=particulars.WHAT_TO_BRING,
        purpose=particulars.PURPOSE,
        who=particulars.WHO,
        refusal=refusal,
        errors=bool(refusal),
    )
    return page, refusal.status if refusal else 200


def _chosen(form: CallListForm, offices: Sequence[Office]) -> Office | None:
    if not form.validate():
        return None
    return next((each for each in offices if each.code == form.office.data), None)


def _sections(to_ring: Sequence[Call]) -> list[tuple[str, Sequence[Call]]]:
    """The caller's own referrals, everybody else's, and those who were rung often enough."""
    left = [each for each in to_ring if not each.tried_enough]
    mine = [each for each in left if each.is_mine]
    others = [each for each in left if not each.is_mine]
    tried = [each for each in to_ring if each.tried_enough]
    named = [("Your referrals", mine), ("Others" if mine else "To ring", others)]
    return [each for each in [*named, ("Rung often enough", tried)] if each[1]]
