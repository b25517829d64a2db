"""Whether a request comes from Twilio: its signature over the exact public address and form."""

from collections.abc import Mapping

from twilio.request_validator import RequestValidator


def is_signed(url: str, params: Mapping[str, str], header: str, auth_token: str) -> bool:
    """Whether Twilio signed a form posted to the address with this account's token.

    `url` is the address as Twilio called it: public scheme and host, path and query. `params`
    is the form, a multidict where a field may come more than once. Without a token nothing is
    signed: a signature made with an empty key could be anybody's.
    """
    if not auth_token or not header:
        return False
    return bool(RequestValidator(auth_token).validate(url, params, header))
