"""A date in an address; one that is none, or that no diary reaches, is a page not there."""

from datetime import date

from flask import abort

from booking import clock

_CENTURY = range(2000, 2100)


def the_date(text: str) -> date:
    """The date an address names; today where it names none."""
    try:
        on = date.fromisoformat(text) if text else clock.today()
    except ValueError:
        abort(404)
    if on.year not in _CENTURY:
        abort(404)
    return on
