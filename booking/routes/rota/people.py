"""What advisers ask for and a lead answers; where an adviser is based and belongs."""

from collections.abc import Callable
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.advisers import adviser_in_reach
from booking.boards.rota_week import the_district
from booking.errors import BookingError, HasAppointments
from booking.forms.rota import PlanForm, WishForm, plan_form
from booking.models import Adviser
from booking.rotas import adviser_plans, leave_requests, wishes
from booking.rotas.plans import plans_of
from booking.rotas.problem import offices_of
from booking.routes.access import the_actor
from booking.routes.rota.blueprint import for_leads, rota
from booking.words import WishKind


@rota.get("/requests")
@for_leads
def requests() -> ResponseReturnValue:
    return _requests()


@rota.post("/requests/leave/<int:request_id>/grant")
@for_leads
def grant_leave(request_id: int) -> ResponseReturnValue:
    answer = partial(leave_requests.grant, request_id=request_id)
    return _answered(answer, "The leave is given. The adviser sees it, and the rota goes round it.")


@rota.post("/requests/leave/<int:request_id>/refuse")
@for_leads
def refuse_leave(request_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")[:200]
    answer = partial(leave_requests.refuse, request_id=request_id, reason=reason)
    return _answered(answer, "The adviser sees that the leave cannot be given, and why.")


def _answered(answer: Callable[..., object], told: str) -> ResponseReturnValue:
    try:
        answer(by=the_actor())
    except BookingError as refusal:
        if refusal.status == 404:
            raise
        return _requests(refusal)
    flash(told, "success")
    return redirect(url_for(".requests"))


@rota.post("/wishes/<int:wish_id>/answer")
@for_leads
def answer_wish(wish_id: int) -> ResponseReturnValue:
    granted = request.form.get("granted") == "yes"
    answer = partial(wishes.answer, wish_id=wish_id, granted=granted)
    told = "The next rota knows" if granted else "The next rota goes on as before"
    return _answered(answer, f"{told}, and the adviser sees your answer.")


@rota.post("/wishes/<int:wish_id>/take-back")
@for_leads
def take_back_wish(wish_id: int) -> ResponseReturnValue:
    wish = wishes.take_back(wish_id=wish_id, by=the_actor())
    flash("Taken back; the next rota knows.", "success")
    if wish.week:
        return redirect(url_for(".week", on_date=wish.week))
    return redirect(url_for(".adviser", adviser_id=wish.adviser_id))


@rota.get("/advisers/<int:adviser_id>")
@for_leads
def adviser(adviser_id: int) -> ResponseReturnValue:
    shown = adviser_in_reach(adviser_id, by=the_actor())
    return _adviser(shown, _plan_form(shown), _wish_form(shown))


@rota.post("/advisers/<int:adviser_id>")
@for_leads
def save_plan(adviser_id: int) -> ResponseReturnValue:
    by = the_actor()
    shown = adviser_in_reach(adviser_id, by=by)
    form = _plan_form(shown)
    if form.validate_on_submit():
        adviser_plans.save_plan(
            adviser_id=adviser_id,
            base_office_id=int(form.base.data) if form.base.data else None,
            max_days=form.max_days.data,
            minutes=form.minutes(),
            by=by,
        )
        flash("Saved; the next rota knows.", "success")
        return redirect(url_for(".adviser", adviser_id=adviser_id))
    return _adviser(shown, form, _wish_form(shown))


@rota.post("/advisers/<int:adviser_id>/wishes")
@for_leads
def add_wish(adviser_id: int) -> ResponseReturnValue:
    by = the_actor()
    shown = adviser_in_reach(adviser_id, by=by)
    form = _wish_form(shown)
    if form.validate_on_submit():
        wishes.decide(
            adviser_id=adviser_id,
            office_id=form.office.data,
            kind=form.wish.data,
            week=None,
            weekday=form.day if form.wish.data == WishKind.DEDICATED else None,
            reason=form.why.data,
            by=by,
        )
        flash("Noted; the next rota knows.", "success")
        return redirect(url_for(".adviser", adviser_id=adviser_id))
    return _adviser(shown, _plan_form(shown), form)


def _plan_form(shown: Adviser) -> PlanForm:
    week = clock.monday_of(clock.today())
    offices = offices_of(shown.district, week)
    return plan_form(offices, plans_of([shown], offices, week)[shown.id])


def _wish_form(shown: Adviser) -> WishForm:
    form = WishForm()
    form.offer(offices_of(shown.district, clock.today()))
    return form


def _adviser(shown: Adviser, plan: PlanForm, wish: WishForm) -> ResponseReturnValue:
    return render_template(
        "rota/adviser.html",
        adviser=shown,
        plan_form=plan,
        wish_form=wish,
        wishes=wishes.asked_by(shown.id),
        errors=plan.errors or wish.errors,
    )


def _requests(refusal: BookingError | None = None) -> ResponseReturnValue:
    district = the_district(the_actor())
    page = render_template(
        "rota/requests.html",
        leave=leave_requests.unanswered(district.id),
        wishes=wishes.unanswered(district.id),
        refusal=refusal,
        repair_instead=isinstance(refusal, HasAppointments),
    )
    return page, refusal.status if refusal else 200
