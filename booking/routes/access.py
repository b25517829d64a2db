"""Each route says who it is for; a route that does not say so is for nobody."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from booking.rights import Actor, actor_of
from booking.words import Role

P = ParamSpec("P")
R = TypeVar("R")

EVERYBODY = "everybody"
SIGNED_IN = frozenset(Role)
_WITH_ONE_TIME_PASSWORD = ("account.change_password", "account.sign_out")


def audience(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare the roles a page is for; with none, everybody who is signed in."""

    def declared(view: Callable[P, R]) -> Callable[P, R]:
        view.audience = frozenset(roles) or SIGNED_IN  # type: ignore[attr-defined]
        return view

    return declared


def for_everybody(view: Callable[P, R]) -> Callable[P, R]:
    """Declare a page that needs no sign-in."""
    view.audience = EVERYBODY  # type: ignore[attr-defined]
    return view


def the_actor() -> Actor:
    """Whoever is signed in, as use cases know them."""
    return actor_of(current_user)


def init_app(app: Flask) -> None:
    app.before_request(_check_audience)


def _check_audience() -> ResponseReturnValue | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint == "static":
        return None
    declared = getattr(current_app.view_functions[endpoint], "audience", None)
    if declared == EVERYBODY:
        return None
    if not current_user.is_authenticated:
        here = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("account.sign_in", next=here))
    if declared is None or current_user.role not in declared:
        abort(403)
    if current_user.must_change_password and endpoint not in _WITH_ONE_TIME_PASSWORD:
        return redirect(url_for("account.change_password"))
    return None
