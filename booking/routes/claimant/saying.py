"""Saying: coming, not coming, another time, ill today, rather by telephone. One thing a page."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from booking import from_claimants
from booking.errors import BookingError, NoPlace
from booking.forms.claimant import CancelForm, IllForm
from booking.routes.access import for_everybody
from booking.routes.claimant.blueprint import (
    TIME_IS_GONE,
    by_the_claimant,
    claimant,
    sentence_of,
    shown,
    the_appointment,
)
from booking.routes.claimant.pages import appointment_page, change_page
from booking.routes.ids import an_id
from booking.words import ContactWay, ExcusedReason


@claimant.post("/coming")
@for_everybody
def coming() -> ResponseReturnValue:
    try:
        from_claimants.confirm(
            appointment_id=the_appointment().id, way=ContactWay.LINK, by=by_the_claimant()
        )
    except BookingError as refusal:
        return _stands(refusal)
    return redirect(url_for(".show", done="coming"), 303)


@claimant.route("/cancel", methods=["GET", "POST"])
@for_everybody
def cancel() -> ResponseReturnValue:
    form = CancelForm()
    if not form.validate_on_submit():
        return shown("claimant/cancel.html", form=form)
    try:
        from_claimants.cancel(
            appointment_id=the_appointment().id,
            reason=form.reason.data,
            way=ContactWay.LINK,
            by=by_the_claimant(),
        )
    except BookingError as refusal:
        return _stands(refusal)
    return redirect(url_for(".show"), 303)


@claimant.route("/change", methods=["GET", "POST"])
@for_everybody
def change() -> ResponseReturnValue:
    slot_id = request.form.get("slot", type=an_id)
    if slot_id is None:
        return change_page()
    try:
        from_claimants.change(
            appointment_id=the_appointment().id,
            slot_id=slot_id,
            way=ContactWay.LINK,
            by=by_the_claimant(),
        )
    except NoPlace as refusal:
        return change_page(refusal=str(TIME_IS_GONE), status=refusal.status)
    except BookingError as refusal:
        return _stands(refusal)
    return redirect(url_for(".show", done="changed"), 303)


@claimant.route("/ill", methods=["GET", "POST"])
@for_everybody
def ill() -> ResponseReturnValue:
    form = IllForm()
    if not form.validate_on_submit():
        return shown("claimant/ill.html", form=form)
    try:
        from_claimants.ill_today(
            appointment_id=the_appointment().id,
            reason=ExcusedReason(form.reason.data),
            way=ContactWay.LINK,
            by=by_the_claimant(),
        )
    except BookingError as refusal:
        return _stands(refusal)
    return redirect(url_for(".show"), 303)


@claimant.route("/telephone", methods=["GET", "POST"])
@for_everybody
def telephone() -> ResponseReturnValue:
    if request.method != "POST":  # a HEAD looks as a GET does
        return shown("claimant/telephone.html")
    try:
        from_claimants.prefer_telephone(
            appointment_id=the_appointment().id, way=ContactWay.LINK, by=by_the_claimant()
        )
    except BookingError as refusal:
        return _stands(refusal)
    return redirect(url_for(".show", done="telephone"), 303)


def _stands(refusal: BookingError) -> ResponseReturnValue:
    """The appointment as it is, with the sentence that says why that could not be done."""
    return appointment_page(refusal=str(sentence_of(refusal)), status=refusal.status)
