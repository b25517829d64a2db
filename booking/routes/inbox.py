"""What claimants texted that somebody has to read; and who wants no texts."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import inbox as use_cases
from booking.boards import inbox as board
from booking.boards.opted_out import opted_out
from booking.errors import BookingError
from booking.forms.calls import ReferenceForm
from booking.forms.refusals import show_refusal
from booking.routes.access import audience, the_actor
from booking.routes.ids import an_id
from booking.routes.jobcentre.blueprint import STAFF
from booking.words import Reading

texts_inbox = Blueprint("inbox", __name__, url_prefix="/inbox")

READ_AS = {
    Reading.YES: "Yes",
    Reading.NO: "No",
    Reading.CHANGE: "Wants another time",
    Reading.STOP: "Stop: no more texts go to this number",
    Reading.START: "Start: texts go to this number again",
    Reading.PLEASE_STOP: "Asks for no more texts",
    Reading.UNCLEAR: "For you to read",
}


@texts_inbox.get("")
@audience(*STAFF)
def inbox() -> ResponseReturnValue:
    return _page()


@texts_inbox.post("/<int:text_id>/about")
@audience(*STAFF)
def attach(text_id: int) -> ResponseReturnValue:
    """One of the appointments offered, or another by its reference."""
    appointment_id = request.form.get("appointment", type=an_id)
    if appointment_id is not None:
        text = use_cases.attach(text_id=text_id, appointment_id=appointment_id, by=the_actor())
        return _attached(text.appointment_id)
    form = ReferenceForm()
    if form.validate_on_submit():
        try:
            text = use_cases.attach_by_reference(
                text_id=text_id, reference=form.reference.data, by=the_actor()
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            return _attached(text.appointment_id)
    use_cases.visible(text_id, by=the_actor())
    return _page(form, text_id)


@texts_inbox.post("/<int:text_id>/done")
@audience(*STAFF)
def deal_with(text_id: int) -> ResponseReturnValue:
    use_cases.deal_with(text_id=text_id, by=the_actor())
    flash("Dealt with.", "success")
    return redirect(url_for(".inbox"))


@texts_inbox.post("/<int:text_id>/no-more-texts")
@audience(*STAFF)
def stop_texting(text_id: int) -> ResponseReturnValue:
    use_cases.stop_texting(text_id=text_id, by=the_actor())
    flash("No more texts go to that number. The call list says when to ring instead.", "success")
    return redirect(url_for(".inbox"))


@texts_inbox.get("/no-texts")
@audience(*STAFF)
def no_texts() -> ResponseReturnValue:
    """Who replied STOP, since when, and how to have texts again."""
    return render_template("inbox/no_texts.html", numbers=opted_out(by=the_actor()))


def _attached(appointment_id: int | None) -> ResponseReturnValue:
    flash("On record with the appointment, at the time it came.", "success")
    return redirect(url_for("appointment.show", appointment_id=appointment_id))


def _page(form: ReferenceForm | None = None, about: int | None = None) -> ResponseReturnValue:
    """`form` is the refused one, of the text `about`."""
    return render_template(
        "inbox/inbox.html",
        inbox=board.inbox(by=the_actor()),
        form=form,
        empty_form=ReferenceForm(formdata=None),
        about=about,
        read_as=READ_AS,
    )
