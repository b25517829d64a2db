"""The page of a calendar address: made, replaced, stopped; shown once."""

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue


def page(
    *, whose: str, shows: str, make: str, stop: str, has_feed: bool = True, token: str = ""
) -> str:
    """A `token` is a new address, shown on this page and never again: only its hash is kept."""
    path = url_for("calendar.feed", token=token) if token else ""
    return render_template(
        "next_step/feed.html",
        whose=whose,
        shows=shows,
        make=make,
        stop=stop,
        has_feed=has_feed,
        address=current_app.config["PUBLIC_BASE_URL"] + path if path else "",
    )


def stopped(back: str) -> ResponseReturnValue:
    flash("The calendar address has stopped. Remove the calendar from your phone.", "success")
    return redirect(back)
