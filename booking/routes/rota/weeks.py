"""Choose the week; see what its rota is made from; ask for one."""

from datetime import timedelta

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking.boards import rota_week
from booking.errors import BookingError
from booking.forms.refusals import show_refusal
from booking.forms.rota import ProposeForm
from booking.rotas import drafts
from booking.routes.access import the_actor
from booking.routes.rota.blueprint import for_leads, rota, the_monday


@rota.get("")
@for_leads
def weeks() -> ResponseReturnValue:
    by = the_actor()
    return render_template(
        "rota/weeks.html", weeks=rota_week.weeks(by=by), asked=rota_week.unanswered(by=by)
    )


@rota.get("/<on_date>")
@for_leads
def week(on_date: str) -> ResponseReturnValue:
    return _page(on_date, ProposeForm(formdata=None))


@rota.post("/<on_date>")
@for_leads
def propose(on_date: str) -> ResponseReturnValue:
    """Ask for a rota; a worker takes it up, and the draft's page shows how far it is."""
    by, form = the_actor(), ProposeForm()
    if form.validate_on_submit():
        try:
            draft = drafts.propose(
                district_id=rota_week.the_district(by).id,
                week=the_monday(on_date),
                name=form.name.data,
                seconds=form.seconds.data,
                by=by,
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(url_for(".draft", draft_id=draft.id))
    return _page(on_date, form)


def _page(on_date: str, form: ProposeForm) -> ResponseReturnValue:
    monday = the_monday(on_date)
    return render_template(
        "rota/week.html",
        week=rota_week.prepare(monday, by=the_actor()),
        form=form,
        earlier=monday - timedelta(weeks=1),
        later=monday + timedelta(weeks=1),
    )
