"""Reading a request strictly: one JSON object, each field once; otherwise one sentence says why."""

import json
from typing import Any, NoReturn

from flask import Request
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from booking.errors import BadDetail

LARGEST_BODY = 64 * 1024  # bytes; the longest sensible request has a hundredth of it
_LONGEST_NAME = 80


def json_object(request: Request) -> dict[str, Any]:
    """The request's body; no body at all counts as an object without fields."""
    body = request.get_data()
    if not body:
        return {}
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send the body as application/json.")
    try:
        parsed = json.loads(
            body.decode(), object_pairs_hook=_each_once, parse_constant=_no_such_number
        )
    except (ValueError, RecursionError):
        raise BadRequest("The body is not JSON that can be read.") from None
    if not isinstance(parsed, dict):
        raise BadRequest("The body is not a JSON object.")
    return parsed


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    parsed = dict(pairs)
    if len(parsed) < len(pairs):
        raise BadRequest("The body gives a field twice.")
    return parsed


def _no_such_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


class StrictParser(FlaskParser):
    """Turns what a schema refuses into BadDetail, naming the first field."""

    def load_json(self, req: Request, schema: Schema) -> dict[str, Any]:
        return json_object(req)

    def load_querystring(self, req: Request, schema: Schema) -> dict[str, str]:
        for name, values in req.args.lists():
            if len(values) > 1:
                raise BadDetail(name, f"{_short(name)}: Give it once.")
        return req.args.to_dict()

    def handle_error(
        self, error: ValidationError, req: Request, schema: Schema, **_: Any
    ) -> NoReturn:
        field, sentence = _first(error.messages)
        raise BadDetail(field, f"{field}: {sentence}") from error


def _first(by_location: Any) -> tuple[str, str]:
    """The path of the first field that was refused, and why."""
    (messages,) = by_location.values()  # body, query or headers: one is read at a time
    path = []
    while isinstance(messages, dict):
        name, messages = next(iter(messages.items()))
        if name != "_schema":
            path.append(_short(name))
    return ".".join(path) or "body", messages[0]


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
