"""The calendar address of a diary: made, replaced and stopped."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from booking import tokens
from booking.models import Adviser
from booking.routes import calendar_address
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
    adviser = the_adviser()
    return _page(adviser, token=tokens.open_feed(adviser_id=adviser.id, by=the_actor()))


@next_step.post("/diary/feed/stop")
@audience(*DIARY_READERS)
def close_feed() -> ResponseReturnValue:
    tokens.close_feeds(adviser_id=the_adviser().id, by=the_actor())
    return calendar_address.stopped(url_for(".feed"))


def _page(adviser: Adviser, **shown: Any) -> str:
    return calendar_address.page(
        whose=adviser.name,
        shows="this diary",
        make=url_for(".open_feed"),
        stop=url_for(".close_feed"),
        **shown,
    )
