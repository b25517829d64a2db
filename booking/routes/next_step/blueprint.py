"""Whose diary a page shows: one's own, or for a district lead the one asked for."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from booking.boards import adviser_diary
from booking.models import Adviser
from booking.routes.access import the_actor
from booking.routes.ids import an_id
from booking.words import Role

next_step = Blueprint("next_step", __name__)
DIARY_READERS = (Role.NEXT_STEP_ADVISER, Role.DISTRICT_LEAD)
ON = "<on_date>"


class NoDiary(Exception):
    """The person has no diary of their own and has not said whose to show."""


@next_step.errorhandler(NoDiary)
def _no_diary(_error: NoDiary) -> ResponseReturnValue:
    is_lead = current_user.role == Role.DISTRICT_LEAD
    advisers = adviser_diary.advisers_of(the_actor()) if is_lead else []
    return render_template("next_step/no_diary.html", advisers=advisers, is_lead=is_lead)


@next_step.url_defaults
def _same_adviser(_endpoint: str, values: dict[str, Any]) -> None:
    """A lead who looks at somebody's diary stays in it."""
    if "adviser" in request.args:
        values.setdefault("adviser", request.args["adviser"])


def the_adviser() -> Adviser:
    """The adviser whose diary this request is about."""
    if current_user.role == Role.DISTRICT_LEAD:
        asked = request.args.get("adviser", type=an_id)
        if asked is None:
            raise NoDiary
        return adviser_diary.whose(asked, by=the_actor())
    adviser: Adviser | None = current_user.adviser
    if adviser is None:
        raise NoDiary
    return adviser
