"""One appointment, for every role that sees the diary: what it is, changing it, its card."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from booking import (
    appointments,
    calendars,
    claimants,
    contacts,
    funded_sessions,
    handing_over,
    handovers,
    particulars,
    waiting_list,
)
from booking.boards import offers
from booking.claimant_links import link_to
from booking.errors import BookingError, HandoverRefused
from booking.forms.appointment import CancelForm, ContactForm
from booking.forms.claimant_details import ClaimantDetailsForm
from booking.forms.jobcentre import REASONS
from booking.forms.refusals import show_refusal
from booking.languages import language_of
from booking.messages import bodies, outbox
from booking.messages.mobiles import mobile_in_words
from booking.models import OutboxMessage
from booking.routes.access import audience, the_actor
from booking.routes.ids import an_id
from booking.routes.jobcentre.asked import asked
from booking.routes.jobcentre.blueprint import STAFF
from booking.words import STILL_TO_COME, ContactWay, MessageState, Role

appointment = Blueprint("appointment", __name__, url_prefix="/appointments/<int:appointment_id>")


@appointment.get("")
@audience(*STAFF)
def show(appointment_id: int) -> ResponseReturnValue:
    return _page(appointment_id, ContactForm())


@appointment.post("/contact")
@audience(*STAFF)
def note_contact(appointment_id: int) -> ResponseReturnValue:
    """Put on record that the claimant got in touch; a receipt is texted."""
    form = ContactForm()
    if form.validate_on_submit():
        try:
            contacts.note_contact(
                appointment_id=appointment_id,
                way=ContactWay(form.way.data),
                said=form.said.data,
                by=the_actor(),
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            flash("Noted, with the time. The claimant is sent a receipt by text.", "success")
            return redirect(url_for(".show", appointment_id=appointment_id))
    return _page(appointment_id, form)


@appointment.route("/claimant", methods=["GET", "POST"])
@audience(*STAFF)
def claimant(appointment_id: int) -> ResponseReturnValue:
    """Put right what is on record of the person: a new number, a new need, yes or no to texts."""
    by = the_actor()
    person = appointments.visible(appointment_id, by).claimant
    form = ClaimantDetailsForm.of(person, mobile_in_words(person.mobile))
    if form.validate_on_submit():
        try:
            claimants.change_details(claimant_id=person.id, by=by, **form.facts())
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            flash("Saved. Texts still to come go by these details.", "success")
            return redirect(url_for(".show", appointment_id=appointment_id))
    visible = appointments.visible(appointment_id, by)
    return render_template("appointment/claimant.html", appointment=visible, form=form)


@appointment.post("/handover")
@audience(Role.JOBCENTRE_ADVISER)
def hand_over(appointment_id: int) -> ResponseReturnValue:
    """The Jobcentre adviser comes along for the first minutes."""
    told = "Warm handover arranged: it is in your day and in the adviser’s diary."
    return _handover_changed(handovers.ask, appointment_id, told)


@appointment.post("/handover/end")
@audience(*STAFF)
def end_handover(appointment_id: int) -> ResponseReturnValue:
    told = "The handover is ended. The appointment stands."
    return _handover_changed(handovers.end, appointment_id, told)


def _handover_changed(
    change: Callable[..., object], appointment_id: int, told: str
) -> ResponseReturnValue:
    try:
        change(appointment_id=appointment_id, by=the_actor())
    except HandoverRefused as refusal:
        flash(str(refusal))
    else:
        flash(told, "success")
    return redirect(url_for(".show", appointment_id=appointment_id))


@appointment.route("/move", methods=["GET", "POST"])
@audience(*STAFF)
def move(appointment_id: int) -> ResponseReturnValue:
    """The free slots that suit the claimant, each a button that moves the appointment there."""
    by = the_actor()
    refusal = None
    slot_id = request.form.get("slot", type=an_id)
    if slot_id is not None:
        try:
            moved = appointments.move(appointment_id=appointment_id, slot_id=slot_id, by=by)
        except BookingError as refused:
            if refused.status != HTTPStatus.CONFLICT:
                raise
            refusal = refused
        else:
            facts = particulars.of(moved)
            flash(f"Moved to {facts.date_in_words}, {facts.time_in_words}.", "success")
            return redirect(url_for(".show", appointment_id=appointment_id))
    moving = appointments.visible(appointment_id, by)
    it = asked(by, claimant=moving.claimant, office_id=moving.slot.session.office_id)
    good = it.form.validate()
    found = offers.search(it.form.needs(), office_id=it.office.id, by=by) if good else None
    page = render_template(
        "appointment/move.html",
        appointment=moving,
        facts=particulars.of(moving),
        needs_form=it.form,
        found=found,
        refusal=refusal,
        errors=not good or refusal,
    )
    return page, refusal.status if refusal else 200


@appointment.route("/cancel", methods=["GET", "POST"])
@audience(*STAFF)
def cancel(appointment_id: int) -> ResponseReturnValue:
    by = the_actor()
    form = CancelForm()
    if form.validate_on_submit():
        appointments.cancel(appointment_id=appointment_id, reason=form.reason.data, by=by)
        flash("Cancelled. The slot is free for somebody else.", "success")
        return redirect(url_for(".show", appointment_id=appointment_id))
    leaving = appointments.visible(appointment_id, by)
    return render_template(
        "appointment/cancel.html", appointment=leaving, facts=particulars.of(leaving), form=form
    )


@appointment.get("/card")
@audience(*STAFF)
def card(appointment_id: int) -> ResponseReturnValue:
    """The card to print. Showing it issues the dated notice; the same again changes nothing."""
    by = the_actor()
    on_card = appointments.visible(appointment_id, by)
    if on_card.status in STILL_TO_COME:
        contacts.issue_notice(appointment_id=appointment_id, by=by)
    notices = contacts.notices_of(appointment_id)
    language = language_of(on_card.claimant)
    with force_locale(language):
        return render_template(
            "appointment/card.html",
            appointment=on_card,
            facts=particulars.of(on_card, language),
            notice=notices[-1] if notices else None,
            earlier=[
                each
                for each in notices[:-1]
                if each.contents["when"] != notices[-1].contents["when"]
            ],
            bring=[gettext(each) for each in particulars.WHAT_TO_BRING],
            purpose=particulars.PURPOSE,
            who=particulars.WHO,
            link=link_to(on_card),
        )


@appointment.get("/card.ics")
@audience(*STAFF)
def calendar_file(appointment_id: int) -> ResponseReturnValue:
    """The appointment for a calendar on a phone or at a desk."""
    kept = appointments.visible(appointment_id, the_actor())
    name = f"appointment-{kept.reference}.ics"
    return Response(
        calendars.file_of(kept, language_of(kept.claimant)),
        mimetype="text/calendar",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _page(appointment_id: int, form: ContactForm) -> ResponseReturnValue:
    by = the_actor()
    shown = appointments.visible(appointment_id, by)
    return render_template(
        "appointment/show.html",
        appointment=shown,
        can_hand_over=handing_over.could(by, shown.slot),
        facts=particulars.of(shown),
        to_come=shown.status in STILL_TO_COME,
        texts=[_text(row) for row in outbox.about(appointment_id)],
        notes=contacts.notes_about(appointment_id),
        form=form,
        reasons=REASONS,
        used=funded_sessions.used_by(shown.claimant_id),
        waits=waiting_list.waiting_on([shown.referral_id]).get(shown.referral_id),
    )


def _text(row: OutboxMessage) -> dict[str, object]:
    """One text as the page shows it: what it says, and when it goes or what became of it."""
    due = row.state == MessageState.DUE
    return {
        "kind": row.kind,
        "body": bodies.body_of(row) if due else row.body,
        "state": row.state,
        "at": outbox.goes_at(row) if due else row.settled_at or row.created_at,
        "reason": row.reason,
        "due": due,
    }
