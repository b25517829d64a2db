"""What a claimant opens from a text: which language it is read in, and what no cache may keep.

Such pages set no cookie and need none. The address is a secret that nobody else's page can know,
so no other site can have a form sent to it, and a page left open for days still works.
"""

from typing import Any

from flask import Blueprint, Response, g, request

from booking.languages import LANGUAGES

_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def language_of_page() -> str:
    """Which language the page is read in; what staff read is English."""
    language: str = g.get("language", "en")
    return language


def chosen_language() -> str:
    """The language that was asked for on the page, or nothing."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else ""


def opened_by_link(blueprint: Blueprint) -> None:
    """Its pages take their token from `g.token`, where the address has it."""
    blueprint.url_value_preprocessor(_take_token)
    blueprint.url_defaults(_carry)
    blueprint.after_request(_with_headers)


def _take_token(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.token = (values or {}).pop("token", "")


def _carry(_endpoint: str, values: dict[str, Any]) -> None:
    """The link, and the language once it was chosen, go along to every page."""
    values.setdefault("token", g.get("token", ""))
    if chosen_language():
        values.setdefault("lang", chosen_language())


def _with_headers(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response
