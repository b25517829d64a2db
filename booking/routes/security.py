"""The few headers that keep pages from being framed, sniffed, cached or scripted by others."""

from flask import Flask, Response, abort, request
from flask.typing import ResponseReturnValue

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; manifest-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def init_app(app: Flask) -> None:
    secure = app.config["SESSION_COOKIE_SECURE"]

    @app.before_request
    def without_nul() -> ResponseReturnValue | None:
        """No text holds a NUL, and PostgreSQL refuses one; the API says so field by field."""
        if request.path.startswith("/api/"):
            return None
        typed = [request.path, *request.args.values(), *request.form.values()]
        if any("\0" in text for text in typed):
            abort(400)
        return None

    @app.after_request
    def with_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response
