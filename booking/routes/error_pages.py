"""Every refusal and failure as a page with one plain sentence."""

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from booking.errors import BookingError
from booking.routes.api import problems

_WITH_PAGE = {400, 403, 404, 405, 409, 413, 429, 500}


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(BookingError, _refusal)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    if problems.is_asked(request.path):
        return problems.of_http_error(error)
    status = error.code if error.code in _WITH_PAGE else 500 if error.code >= 500 else 400
    page = render_template(f"errors/{status}.html", bare=status == 500)
    methods = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    return page, error.code, {"Allow": ", ".join(methods)} if methods else {}


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    sentence = "This page was open for too long, or was sent from somewhere else."
    return render_template("errors/400.html", message=sentence), 400


def _refusal(refusal: BookingError) -> ResponseReturnValue:
    status = refusal.status if refusal.status in _WITH_PAGE else 400
    back = request.referrer if request.referrer else None
    return render_template(f"errors/{status}.html", message=str(refusal), back=back), refusal.status
