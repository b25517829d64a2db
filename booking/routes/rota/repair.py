"""A published week repaired: say what happened, read the plan, publish it with one press."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.boards import repair_plan
from booking.boards.rota_week import the_district
from booking.errors import BookingError
from booking.forms.refusals import show_refusal
from booking.forms.rota import MishapForm
from booking.rotas import repairs as mending
from booking.rotas.problem import advisers_of, offices_of
from booking.rotas.repair_weeks import parts_of, whole_of
from booking.routes.access import the_actor
from booking.routes.rota.blueprint import for_leads, rota


@rota.route("/repairs", methods=["GET", "POST"])
@for_leads
def repairs() -> ResponseReturnValue:
    by = the_actor()
    district = the_district(by)
    form = MishapForm()
    form.offer(advisers_of(district), offices_of(district, clock.today()))
    if form.validate_on_submit():
        try:
            plan = mending.report(
                kind=form.kind.data,
                first_on=form.first_on.data,
                last_on=form.last_on.data,
                reason=form.reason.data,
                **form.about(),
                by=by,
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(url_for(".repair", plan_id=plan.id))
    return render_template(
        "rota/repairs.html",
        form=form,
        plans=[(plan, whole_of(plan)) for plan in mending.latest(district.id)],
    )


@rota.get("/repairs/<int:plan_id>")
@for_leads
def repair(plan_id: int) -> ResponseReturnValue:
    return _page(plan_id)


@rota.get("/repairs/<int:plan_id>/progress")
@for_leads
def repair_progress(plan_id: int) -> ResponseReturnValue:
    plan = mending.reachable(plan_id, the_actor())
    return render_template("rota/_repair_progress.html", plan=plan, parts=parts_of(plan))


@rota.post("/repairs/<int:plan_id>/publish")
@for_leads
def publish_repair(plan_id: int) -> ResponseReturnValue:
    """Everything at once, or the sentence that says what stands in the way."""
    try:
        plan = mending.apply(plan_id=plan_id, by=the_actor())
    except BookingError as refusal:
        if refusal.status == 404:
            raise
        return _page(plan_id, refusal)
    flash(
        "The week is repaired. Whoever is moved gets one text, or is on the list of calls.",
        "success",
    )
    return redirect(url_for(".repair", plan_id=plan.id))


def _page(plan_id: int, refusal: BookingError | None = None) -> ResponseReturnValue:
    plan = mending.reachable(plan_id, the_actor())
    parts = parts_of(plan)
    page = render_template(
        "rota/repair.html",
        plan=parts[0],
        mishap=whole_of(plan),
        parts=parts,
        words=[repair_plan.in_words(part) for part in parts],
        refusal=refusal,
    )
    return page, refusal.status if refusal else 200
