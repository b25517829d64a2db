"""Version 1 of the HTTP API: the use cases, spoken in JSON."""

from flask import Flask, Response
from flask_wtf import CSRFProtect

from booking.routes.access import for_everybody
from booking.routes.api import callers, document, problems
from booking.routes.api.appointments import appointments
from booking.routes.api.diary import diary


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Serve the API and its OpenAPI document; tokens, not cookies, say who calls."""
    callers.init_app(app)
    api = document.make_api(app)
    for blueprint in (diary, appointments):
        csrf.exempt(blueprint)
        api.register_blueprint(blueprint)
    document_in_json = app.json.dumps(document.finished(api))

    @for_everybody
    def openapi() -> Response:
        return Response(document_in_json, mimetype="application/json")

    app.add_url_rule(f"{problems.PREFIX}/openapi.json", view_func=openapi)
