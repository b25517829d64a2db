"""Refusals and failures as JSON problems (RFC 9457) with a stable code."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, current_app
from werkzeug.exceptions import HTTPException

from booking.boards.listing import with_names
from booking.errors import BadDetail, BookingError, NoPlace
from booking.routes.api.answers import SlotSchema

PREFIX = "/api/v1"
MEDIA_TYPE = "application/problem+json"

_CODES = {
    400: "bad_request",
    401: "unauthorized",
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
}
_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not answer that method.",
    413: "The body is too large.",
    429: "The token has made too many requests. Wait, then try again.",
    500: "Something went wrong on our side.",
}


def is_asked(path: str) -> bool:
    """Whether the request was for the API, so that it is answered in JSON."""
    return path.startswith("/api/")


def of_refusal(refusal: BookingError) -> Response:
    """A use case's refusal; one of a place carries the next free slots."""
    more: dict[str, Any] = {}
    if isinstance(refusal, BadDetail):
        more["field"] = refusal.field
    if isinstance(refusal, NoPlace):
        more["alternatives"] = SlotSchema(many=True).dump(with_names(refusal.alternatives))
    return _problem(refusal.status, refusal.code, str(refusal), more)


def of_http_error(error: HTTPException) -> Response:
    """What the web server refuses: its own headers (Allow, Retry-After …) are kept."""
    status = error.code or 500
    code = _CODES.get(status, "bad_request" if status < 500 else "failed")
    sentence = _SENTENCES.get(status) or error.description or HTTPStatus(status).phrase
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return _problem(status, code, sentence, {}, headers)


def _problem(
    status: int,
    code: str,
    sentence: str,
    more: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
) -> Response:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": sentence,
        **more,
    }
    return Response(current_app.json.dumps(body), status, headers, mimetype=MEDIA_TYPE)
