"""The calendar address of a diary: made, replaced and stopped."""

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import tokens
from booking.models import Adviser
from booking.routes.access import audience, the_actor
from booking.routes.next_step.blueprint import DIARY_READERS, next_step, the_adviser


@next_step.get("/diary/feed")
@audience(*DIARY_READERS)
def feed() -> ResponseReturnValue:
    adviser = the_adviser()
    return _page(adviser, has_feed=tokens.has_feed(adviser.id))


@next_step.post("/diary/feed")
@audience(*DIARY_READERS)
def open_feed() -> ResponseReturnValue:
    """A new address, shown on this page and never again: only its hash is kept."""
    adviser = the_adviser()
    token = tokens.open_feed(adviser_id=adviser.id, by=the_actor())
    path = url_for("calendar.feed", token=token)
    return _page(adviser, has_feed=True, address=current_app.config["PUBLIC_BASE_URL"] + path)


@next_step.post("/diary/feed/stop")
@audience(*DIARY_READERS)
def close_feed() -> ResponseReturnValue:
    tokens.close_feeds(adviser_id=the_adviser().id, by=the_actor())
    flash("The calendar address has stopped. Remove the calendar from your phone.", "success")
    return redirect(url_for(".feed"))


def _page(adviser: Adviser, *, has_feed: bool, address: str = "") -> str:
    return render_template(
        "next_step/feed.html",
        whose=adviser.name,
        shows="this diary",
        make=url_for(".open_feed"),
        stop=url_for(".close_feed"),
        has_feed=has_feed,
        address=address,
    )
