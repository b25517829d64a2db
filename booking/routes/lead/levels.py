"""One session's level: why it is what it is, setting it by hand, back to the computed one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.attendance import by_hand
from booking.boards import session_level
from booking.errors import BookingError
from booking.forms.levels import LevelForm
from booking.forms.refusals import show_refusal
from booking.routes.access import the_actor
from booking.routes.lead.blueprint import for_leads, lead


@lead.get("/sessions/<int:session_id>")
@for_leads
def level(session_id: int) -> ResponseReturnValue:
    """The curves behind a session's level, and what a lead may do about it."""
    return _page(session_id, LevelForm(formdata=None))


@lead.post("/sessions/<int:session_id>")
@for_leads
def set_level(session_id: int) -> ResponseReturnValue:
    form = LevelForm()
    if form.validate_on_submit():
        try:
            session = by_hand.set_level(
                session_id=session_id,
                level=form.level.data,
                reason=form.reason.data,
                by=the_actor(),
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            flash(f"The session offers {session.level}, set by hand.", "success")
            return redirect(url_for(".level", session_id=session_id))
    return _page(session_id, form)


@lead.post("/sessions/<int:session_id>/computed")
@for_leads
def computed_level(session_id: int) -> ResponseReturnValue:
    session = by_hand.back_to_computed(session_id=session_id, by=the_actor())
    flash(f"The session offers {session.level}, as computed.", "success")
    return redirect(url_for(".level", session_id=session_id))


def _page(session_id: int, form: LevelForm) -> ResponseReturnValue:
    shown = session_level.show(session_id, by=the_actor())
    week = clock.monday_of(shown.session.on_date).isoformat()
    return render_template("lead/level.html", shown=shown, form=form, week=week)
