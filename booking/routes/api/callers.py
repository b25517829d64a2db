"""Who calls the API: the bearer token behind each request, and how often it may call."""

from typing import cast

from flask import Flask, current_app, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from limits import RateLimitItemPerSecond
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

from booking import tokens
from booking.rights import Actor, actor_of
from booking.routes.api import problems
from booking.routes.api.parsing import LARGEST_BODY

_LIMITER = "local-diaries-api-limiter"


class CookielessApi(SecureCookieSessionInterface):
    """Sessions for pages only: no answer of the API sets a cookie, whoever asks."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        return not problems.is_asked(request.path) and super().should_set_cookie(app, session)


def init_app(app: Flask) -> None:
    app.session_interface = CookielessApi()
    storage = storage_from_string("memory://")
    app.extensions[_LIMITER] = FixedWindowRateLimiter(storage)


def admit() -> None:
    """Let a live token in, within its rate; runs before every call."""
    request.max_content_length = LARGEST_BODY
    given = request.authorization
    secret = given.token if given is not None and given.type == "bearer" else None
    token = tokens.token_behind(secret) if secret else None
    if token is None:
        raise Unauthorized(
            "Send a live API token: Authorization: Bearer …",
            www_authenticate=WWWAuthenticate("bearer", {"realm": "Local Diaries"}),
        )
    limiter = cast(FixedWindowRateLimiter, current_app.extensions[_LIMITER])
    per_second = RateLimitItemPerSecond(current_app.config["API_LIMIT_PER_SECOND"])
    if not limiter.hit(per_second, "token", str(token.id)):
        raise TooManyRequests(retry_after=1)
    g.token_id, g.actor = token.id, actor_of(token)


def the_actor() -> Actor:
    """Whoever is behind the token, as use cases know them."""
    return cast(Actor, g.actor)


def token_id() -> int:
    return cast(int, g.token_id)
