"""Version 1 of the HTTP API: the use cases, spoken in JSON."""

import json
from functools import cache

from flask import Flask, Response
from flask_wtf import CSRFProtect

from booking.routes.access import for_everybody
from booking.routes.api import callers, document, problems
from booking.routes.api.appointments import appointments
from booking.routes.api.diary import diary

_PARTS = (diary, appointments)


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Serve the API and its OpenAPI document; tokens, not cookies, say who calls."""
    callers.init_app(app)
    for blueprint in _PARTS:
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    app.add_url_rule(f"{problems.PREFIX}/openapi.json", view_func=openapi)


@for_everybody
def openapi() -> Response:
    return Response(_document_in_json(), mimetype="application/json")


@cache
def _document_in_json() -> str:
    """Gathered when it is first asked for: it depends on the code alone."""
    return json.dumps(document.of(_PARTS), sort_keys=True)
