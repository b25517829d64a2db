"""Referred without a slot: told about the service, or onto the waiting list."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import referrals, waiting_list
from booking.errors import BookingError
from booking.forms.jobcentre import ReferralForm
from booking.forms.refusals import show_refusal
from booking.models import Office
from booking.routes.access import audience, the_actor
from booking.routes.jobcentre import looked_for
from booking.routes.jobcentre.asked import asked, carried
from booking.routes.jobcentre.blueprint import REFERRERS, jobcentre


@jobcentre.route("/signpost", methods=["GET", "POST"])
@audience(*REFERRERS)
def signpost() -> ResponseReturnValue:
    """Told about the service and no slot used; the booking form can be sent here too."""
    return _referred(
        referrals.signpost,
        page="jobcentre/signpost.html",
        told="Recorded as signposted. No appointment was made.",
        then=lambda _: url_for("jobcentre.referrals"),
    )


@jobcentre.route("/wait", methods=["GET", "POST"], endpoint="refer_and_wait")
@audience(*REFERRERS)
def refer_and_wait() -> ResponseReturnValue:
    """Nothing suits: referred without a slot, and asked when one comes free."""
    return _referred(
        waiting_list.refer_and_wait,
        page="jobcentre/wait.html",
        told="On the waiting list. They are asked when a slot that suits comes free.",
        then=lambda office: url_for("jobcentre.waiting", office=office.code),
    )


def _referred(
    refer: Callable[..., object], *, page: str, told: str, then: Callable[[Office], str]
) -> ResponseReturnValue:
    by = the_actor()
    it = asked(by)
    form = ReferralForm(it.needs)
    if form.validate_on_submit():
        try:
            refer(
                office_id=it.office.id,
                claimant=form.claimant(it.needs),
                referral=form.referral(),
                by=by,
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            looked_for.met()
            flash(told, "success")
            return redirect(then(it.office))
    return render_template(page, form=form, office=it.office, carried=carried())
