"""An adviser's rota weeks ahead, and what they ask for: leave, an office, none of an office."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from booking.boards.own_rota import weeks_ahead
from booking.clock import today
from booking.errors import BookingError
from booking.forms.refusals import show_refusal
from booking.forms.rota import AskLeaveForm, WishForm
from booking.models import Adviser
from booking.rotas import leave_requests, news, wishes
from booking.rotas.problem import offices_of
from booking.routes.access import audience, the_actor
from booking.routes.next_step.blueprint import NoDiary, next_step
from booking.words import Role

_for_advisers = audience(Role.NEXT_STEP_ADVISER)


@next_step.get("/diary/rota")
@_for_advisers
def own_rota() -> ResponseReturnValue:
    return _page(AskLeaveForm(formdata=None), _wish_form(empty=True))


@next_step.post("/diary/rota/news/<int:news_id>")
@_for_advisers
def seen_news(news_id: int) -> ResponseReturnValue:
    """The adviser has read what changed; back to the day."""
    news.seen(news_id=news_id, by=the_actor())
    return redirect(url_for(".day"))


@next_step.post("/diary/rota/leave")
@_for_advisers
def ask_leave() -> ResponseReturnValue:
    form = AskLeaveForm()
    if form.validate_on_submit():
        try:
            leave_requests.ask(
                adviser_id=_own().id,
                kind=form.kind.data,
                first_on=form.first_on.data,
                last_on=form.last_on.data,
                by=the_actor(),
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            flash("Asked. Your district lead answers, and you see it here.", "success")
            return redirect(url_for(".own_rota"))
    return _page(form, _wish_form(empty=True))


@next_step.post("/diary/rota/wish")
@_for_advisers
def ask_wish() -> ResponseReturnValue:
    form = _wish_form()
    if form.validate_on_submit():
        wishes.ask(
            adviser_id=_own().id,
            office_id=form.office.data,
            kind=form.wish.data,
            weekday=form.day,
            reason=form.why.data,
            by=the_actor(),
        )
        flash("Asked. Your district lead answers, and you see it here.", "success")
        return redirect(url_for(".own_rota"))
    return _page(AskLeaveForm(formdata=None), form)


@next_step.post("/diary/rota/leave/<int:request_id>/take-back")
@_for_advisers
def take_back_leave(request_id: int) -> ResponseReturnValue:
    leave_requests.take_back(request_id=request_id, by=the_actor())
    return _taken_back()


@next_step.post("/diary/rota/wish/<int:wish_id>/take-back")
@_for_advisers
def take_back_wish(wish_id: int) -> ResponseReturnValue:
    wishes.ask_no_more(wish_id=wish_id, by=the_actor())
    return _taken_back()


def _taken_back() -> ResponseReturnValue:
    flash("Taken back. Your district lead is not asked any more.", "success")
    return redirect(url_for(".own_rota"))


def _own() -> Adviser:
    adviser: Adviser | None = current_user.adviser
    if adviser is None:
        raise NoDiary
    return adviser


def _wish_form(*, empty: bool = False) -> WishForm:
    form = WishForm(formdata=None) if empty else WishForm()
    form.submit.label.text = "Ask for it"
    form.offer(offices_of(_own().district, today()))
    return form


def _page(leave_form: AskLeaveForm, wish_form: WishForm) -> ResponseReturnValue:
    adviser = _own()
    return render_template(
        "next_step/rota.html",
        adviser=adviser,
        weeks=weeks_ahead(adviser),
        leave_form=leave_form,
        wish_form=wish_form,
        leave=leave_requests.asked_by(adviser.id),
        wishes=wishes.asked_by(adviser.id),
        errors=leave_form.errors or wish_form.errors,
    )
