"""Every text as the phone shows it: to whom, when, and why it is not simply sent."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from booking import places
from booking.boards import message_log as texts
from booking.boards.claimant_log import with_claimant
from booking.forms.admin import LogForm
from booking.messages import bodies
from booking.routes.access import audience, the_actor
from booking.words import MessageState, Role

message_log = Blueprint("message_log", __name__, url_prefix="/messages")

_LAST_PAGE = 10_000
_for_readers = audience(Role.DISTRICT_LEAD, Role.ADMIN)


@message_log.get("")
@_for_readers
def log() -> ResponseReturnValue:
    by = the_actor()
    offices = places.offices_in_reach(by)
    form = LogForm(request.args)
    form.offer(offices)
    good = form.validate()
    chosen = next((each for each in offices if good and each.code == form.office.data), None)
    page = min(_LAST_PAGE, max(1, request.args.get("page", 1, type=int)))
    conversations, more = texts.log(
        office_id=chosen.id if chosen else None,
        state=MessageState(form.state.data) if good and form.state.data else None,
        page=page,
        by=by,
    )
    return render_template(
        "message_log/log.html",
        conversations=conversations,
        more=more,
        page=page,
        filter_form=form,
        urgent=texts.NEEDS_SOMEBODY,
        body_of=bodies.body_of,
    )


@message_log.get("/appointments/<int:appointment_id>")
@_for_readers
def about(appointment_id: int) -> ResponseReturnValue:
    return render_template(
        "message_log/about.html",
        conversation=texts.about(appointment_id, by=the_actor()),
        urgent=texts.NEEDS_SOMEBODY,
        body_of=bodies.body_of,
    )


@message_log.get("/claimants/<int:claimant_id>")
@audience(*Role)
def claimant(claimant_id: int) -> ResponseReturnValue:
    """Everything one claimant was sent and has said, over all their appointments and offers."""
    return render_template(
        "message_log/claimant.html",
        log=with_claimant(claimant_id, by=the_actor()),
        urgent=texts.NEEDS_SOMEBODY,
        body_of=bodies.body_of,
    )
