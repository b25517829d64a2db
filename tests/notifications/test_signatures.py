"""Twilio's signature: over the exact address and every field, with a token nobody else has."""

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from notifications.signatures import is_signed

TOKEN = "an invented token"
URL = "https://diaries.example/texts/status/abc.def"
FORM = {"MessageSid": "SM1", "MessageStatus": "delivered"}
SIGNATURE = RequestValidator(TOKEN).compute_signature(URL, FORM)


def test_what_twilio_signed_is_signed_however_the_form_is_held() -> None:
    assert is_signed(URL, FORM, SIGNATURE, TOKEN)
    assert is_signed(URL, MultiDict(FORM), SIGNATURE, TOKEN)


@pytest.mark.parametrize(
    "changed",
    [
        {"url": "http://diaries.example/texts/status/abc.def"},  # as a proxy would tell it
        {"url": URL + "?extra=1"},
        {"params": {**FORM, "MessageStatus": "failed"}},
        {"params": {**FORM, "Added": ""}},
        {"header": ""},
        {"header": SIGNATURE.lower()},
        {"auth_token": "another token"},
    ],
)
def test_anything_else_is_not(changed: dict) -> None:
    asked = {"url": URL, "params": FORM, "header": SIGNATURE, "auth_token": TOKEN}
    assert not is_signed(**asked | changed)


def test_without_a_token_nothing_is_signed() -> None:
    forged = RequestValidator("").compute_signature(URL, FORM)
    assert not is_signed(URL, FORM, forged, "")
