"""The day on a screen and on paper, and the week."""

from datetime import date, timedelta
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from booking import clock
from booking.boards import adviser_diary
from booking.errors import BookingError
from booking.forms.next_step import KeepTimeForm
from booking.models import Adviser
from booking.rotas import news
from booking.routes.access import audience
from booking.routes.days import the_date
from booking.routes.next_step.blueprint import DIARY_READERS, ON, next_step, the_adviser
from booking.words import ExcusedReason


@next_step.get("/diary", defaults={"on_date": ""})
@next_step.get(f"/diary/{ON}")
@audience(*DIARY_READERS)
def day(on_date: str) -> ResponseReturnValue:
    return show_day(the_adviser(), the_date(on_date))


@next_step.get(f"/diary/{ON}/entries")
@audience(*DIARY_READERS)
def entries(on_date: str) -> ResponseReturnValue:
    """The changing part of the day, for the page that refreshes itself."""
    shown = adviser_diary.day(the_adviser(), the_date(on_date))
    return render_template("next_step/_entries.html", **_facts(shown))


@next_step.get(f"/diary/{ON}/list")
@audience(*DIARY_READERS)
def day_list(on_date: str) -> ResponseReturnValue:
    adviser = the_adviser()
    shown = adviser_diary.day(adviser, the_date(on_date))
    return render_template("next_step/day_list.html", adviser=adviser, day=shown)


@next_step.get("/diary/week", defaults={"on_date": ""})
@next_step.get(f"/diary/week/{ON}")
@audience(*DIARY_READERS)
def week(on_date: str) -> ResponseReturnValue:
    adviser = the_adviser()
    monday = clock.monday_of(the_date(on_date))
    return render_template(
        "next_step/week.html",
        adviser=adviser,
        days=adviser_diary.week(adviser, monday),
        monday=monday,
        last_week=monday - timedelta(days=7),
        next_week=monday + timedelta(days=7),
        today=clock.today(),
    )


def show_day(
    adviser: Adviser,
    on: date,
    *,
    form: KeepTimeForm | None = None,
    refusal: BookingError | None = None,
    refused_at: str = "",
) -> ResponseReturnValue:
    """The day's page; a refusal is on top, with a link to the line of the day it is about."""
    shown = adviser_diary.day(adviser, on)
    if form is None:
        form = KeepTimeForm(formdata=None)
    form.offer(shown)
    today = clock.today()
    page = render_template(
        "next_step/day.html",
        **_facts(shown),
        adviser=adviser,
        form=form,
        refusal=refusal,
        refused_at=refused_at,
        errors=bool(form.errors or refusal),
        after=adviser_diary.next_day_with_sessions(adviser, on),
        unsaid=adviser_diary.unsaid_before(adviser, today) if on == today else [],
        news=news.unseen_by(adviser) if on == today else [],
        own=adviser.user_id == current_user.id,
        before_on=on - timedelta(days=1),
        after_on=on + timedelta(days=1),
    )
    return page, refusal.status if refusal else 200


def _facts(shown: adviser_diary.Day) -> dict[str, Any]:
    return {"day": shown, "today": clock.today(), "reasons": list(ExcusedReason)}
