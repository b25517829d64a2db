"""The address a provider is given for each text: it carries the text's token, signed by us."""

from flask import current_app
from itsdangerous import BadSignature, Signer

_PATH = "/texts/status/"


def address_of(token: str) -> str:
    """Where the provider says what became of the text; it tells the provider's id too."""
    return f"{current_app.config['PUBLIC_BASE_URL']}{_PATH}{_signer().sign(token).decode()}"


def token_in(signed: str) -> str | None:
    """The token that an address carries, or None when it is not one of ours."""
    try:
        return _signer().unsign(signed).decode()
    except BadSignature:
        return None


def _signer() -> Signer:
    return Signer(current_app.config["SECRET_KEY"], salt="texts/status")
