"""Booking a slot: one short form, with nothing typed twice."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import appointments, handing_over, particulars, referrals
from booking.availability import Needs
from booking.boards import offers
from booking.errors import (
    BadDetail,
    BookingError,
    HandoverRefused,
    NoPlace,
    SessionLimitReached,
    SlotTaken,
)
from booking.forms.jobcentre import BookingForm, ReferAndBookForm, ReferralForm
from booking.forms.refusals import show_refusal
from booking.models import Appointment, Slot
from booking.rights import Actor
from booking.routes.access import audience, the_actor
from booking.routes.ids import an_id
from booking.routes.jobcentre import looked_for
from booking.routes.jobcentre.asked import Asked, asked, carried
from booking.routes.jobcentre.blueprint import STAFF, jobcentre
from booking.routes.jobcentre.time_to_book import begun, seconds_since
from booking.words import BookingChannel, SessionKind


@jobcentre.route("/book/<int:slot_id>", methods=["GET", "POST"])
@audience(*STAFF)
def book(slot_id: int) -> ResponseReturnValue:
    """The form beside the slot. Pressing one of the alternatives sends it as `slot`."""
    by = the_actor()
    it = asked(by)
    slot_id = request.form.get("slot", slot_id, type=an_id)
    slot, _ = offers.slot_to_book(slot_id, by=by)
    by_telephone = slot.session.kind == SessionKind.TELEPHONE
    form = BookingForm() if it.referral else ReferAndBookForm(it.needs, by_telephone=by_telephone)
    refusal = None
    if form.validate_on_submit():
        try:
            appointment = _booked(slot, form, it, by)
        except BookingError as refused:
            refusal = refused
        else:
            looked_for.met()
            flash(_told(appointment), "success")
            return redirect(url_for("appointment.show", appointment_id=appointment.id))
    return _form_page(slot_id, form, it, refusal, by)


def _booked(slot: Slot, form: BookingForm, it: Asked, by: Actor) -> Appointment:
    offers.check_room(slot, _needs_so_far(form, it))
    how = {
        "slot_id": slot.id,
        "by": by,
        "channel": BookingChannel(form.channel.data),
        "seconds_to_book": seconds_since(form.started.data),
        "override_reason": form.override_reason.data,
        "with_handover": form.with_handover.data,
    }
    if it.referral is not None:
        return appointments.book_again(referral_id=it.referral.id, **how)
    return appointments.book(claimant=form.claimant(it.needs), referral=form.referral(), **how)


def _form_page(
    slot_id: int, form: BookingForm, it: Asked, refusal: BookingError | None, by: Actor
) -> ResponseReturnValue:
    slot, free = offers.slot_to_book(slot_id, by=by)
    if refusal is None and not free:
        refusal = SlotTaken()
    instead: Sequence[offers.NamedOffer] = ()
    if isinstance(refusal, NoPlace):
        instead = offers.instead_of(slot_id, _needs_so_far(form, it), by=by)
    if refusal is not None:
        _show(form, refusal)
    if not form.is_submitted():
        form.started.data = request.args.get("started") or begun()
    page = render_template(
        "jobcentre/book.html",
        form=form,
        slot=slot,
        referral=it.referral,
        instead=instead,
        refusal=refusal,
        carried=carried(),
        expect=particulars.WHAT_TO_EXPECT,
        bring=particulars.WHAT_TO_BRING,
        prompts=referrals.PROMPTS,
        can_hand_over=handing_over.could(by, slot),
    )
    return page, refusal.status if refusal else 200


def _show(form: BookingForm, refusal: BookingError) -> None:
    if isinstance(refusal, SessionLimitReached):
        refusal = BadDetail("override_reason", str(refusal))
    if isinstance(refusal, HandoverRefused):
        refusal = BadDetail("with_handover", str(refusal))
    show_refusal(form, refusal)


def _needs_so_far(form: BookingForm, it: Asked) -> Needs:
    """What the search was narrowed by, with what the form has said since."""
    if isinstance(form, ReferralForm):
        return form.needs(it.needs)
    return it.needs


def _told(appointment: Appointment) -> str:
    facts = particulars.of(appointment)
    return f"Booked: {facts.date_in_words}, {facts.time_in_words}, with {facts.adviser}."
