"""The blueprint of what a provider of texts calls, and the check that it is the provider."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Blueprint, abort, request

from booking.messages import callbacks

P = ParamSpec("P")
R = TypeVar("R")

texts_in = Blueprint("texts_in", __name__, url_prefix="/texts")


def signed_by_twilio(view: Callable[P, R]) -> Callable[P, R]:
    """Answer 403 to whatever Twilio did not sign; it keeps no cookie, so this is all it has."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        query = request.query_string.decode()
        path = f"{request.path}?{query}" if query else request.path
        signature = request.headers.get("X-Twilio-Signature", "")
        if not callbacks.is_from_twilio(path, request.form, signature):
            abort(403)
        return view(*args, **kwargs)

    return checked


def by_notify(view: Callable[P, R]) -> Callable[P, R]:
    """Answer 403 to whoever does not bear the token that GOV.UK Notify was given."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not callbacks.is_from_notify(request.headers.get("Authorization", "")):
            abort(403)
        return view(*args, **kwargs)

    return checked
