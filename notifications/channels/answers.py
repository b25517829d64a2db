"""What an HTTP answer, or the lack of one, says of whether a message was taken."""

from requests import RequestException
from requests.exceptions import ConnectTimeout
from urllib3.exceptions import MaxRetryError, NewConnectionError

from notifications.message import Refused, TryLater, Unknown

_TOO_MANY = 429
_TIMED_OUT = 408  # said by a proxy that does not know what became of the request


def failure(status: int, code: str, reason: str) -> Refused | TryLater | Unknown:
    """What an answer that is no success means: 429 took nothing, another 4xx never will.

    A 5xx, or anything that is not an answer to what was asked, leaves it open.
    """
    if status == _TOO_MANY:
        return TryLater(code, reason)
    if 400 <= status < 500 and status != _TIMED_OUT:
        return Refused(code, reason)
    return Unknown(f"{code}: {reason}")


def never_left(error: RequestException) -> bool:
    """Whether there never was a connection, so that nothing can have been taken."""
    if isinstance(error, ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
