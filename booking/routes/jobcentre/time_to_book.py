"""How long a booking took: a signed time, carried from the search or the slot to the booking."""

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from booking import clock

_LONGEST_SECONDS = 30 * 60  # a page left open over a tea break measures the break


def begun() -> str:
    """This moment, signed, for the address of the next page."""
    return str(_signer().dumps(int(clock.now().timestamp())))


def seconds_since(token: str | None) -> int | None:
    """Whole seconds since that moment; None when it is missing, forged or long past."""
    if not token:
        return None
    try:
        started = int(_signer().loads(token))
    except (BadData, TypeError, ValueError):
        return None
    seconds = int(clock.now().timestamp()) - started
    return seconds if 0 <= seconds <= _LONGEST_SECONDS else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="time to book")
