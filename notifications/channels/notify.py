"""GOV.UK Notify: it holds the wording, so it is given a template's name and the fields."""

import re
from collections.abc import Mapping
from typing import Any

from notifications_python_client.errors import HTTPError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient
from requests import RequestException

from notifications.channels.answers import failure, never_left
from notifications.message import (
    Accepted,
    ChannelError,
    Found,
    Message,
    Outcome,
    Refused,
    TryLater,
    Unknown,
)

_TIMEOUT_SECONDS = 15
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_KEY = re.compile(rf".*{_UUID}-{_UUID}")
_ITS_OWN = "https://api.notifications.service.gov.uk"


class NotifyChannel:
    """Sends by the service's own templates, found by their names: `reminder-en` and the like."""

    two_way = False  # Notify takes texts in, but for another telephone number of its own

    def __init__(self, *, api_key: str, base_url: str = _ITS_OWN) -> None:
        if not _KEY.fullmatch(api_key):
            raise ChannelError("NOTIFY_API_KEY is not a key as GOV.UK Notify gives them out.")
        self._client: Any = NotificationsAPIClient(  # type: ignore[no-untyped-call]
            api_key, base_url=base_url, timeout=_TIMEOUT_SECONDS
        )
        self._templates: dict[str, str] = {}

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> "NotifyChannel":
        """From NOTIFY_API_KEY and NOTIFY_API_BASE_URL."""
        if not settings.get("NOTIFY_API_KEY"):
            raise ChannelError("SMS_GATEWAY is notify, which needs NOTIFY_API_KEY.")
        base_url = settings.get("NOTIFY_API_BASE_URL") or _ITS_OWN
        return cls(api_key=settings["NOTIFY_API_KEY"], base_url=base_url)

    def send(self, message: Message) -> Outcome:
        """One POST with our reference, by which the message can be found again."""
        try:
            template_id = self._template_id(message.template)
        except HTTPError as error:
            return _before_sending(error)
        except InvalidResponse:
            return TryLater("templates", "GOV.UK Notify did not name its templates.")
        if template_id is None:
            return Refused("template", f"GOV.UK Notify has no template {message.template}.")
        try:
            made = self._client.send_sms_notification(
                phone_number=message.to,
                template_id=template_id,
                personalisation=dict(message.fields),
                reference=message.reference,
            )
        except HTTPError as error:
            return _no_success(error)
        except InvalidResponse:
            return Unknown("GOV.UK Notify's answer could not be read.")
        return Accepted(made["id"]) if made.get("id") else Unknown("The answer names no message.")

    def find(self, message: Message) -> Found | Unknown:
        """What Notify keeps under our reference."""
        try:
            kept = self._client.get_all_notifications(
                template_type="sms", reference=message.reference
            )
        except (HTTPError, InvalidResponse) as error:
            return Unknown(f"GOV.UK Notify did not say: {error}")
        return Found(tuple(each["id"] for each in reversed(kept["notifications"])))

    def _template_id(self, name: str) -> str | None:
        """Asked for again when a name is new, so that a template added later is found."""
        if name not in self._templates:
            held: Any = self._client.get_all_templates(template_type="sms")
            self._templates = {each["name"]: each["id"] for each in held["templates"]}
        return self._templates.get(name)


def _no_success(error: HTTPError) -> Refused | TryLater | Unknown:
    if error.response is None:
        cause = error.__cause__
        if isinstance(cause, RequestException) and never_left(cause):
            return TryLater("unreachable", "GOV.UK Notify could not be reached.")
        return Unknown(f"GOV.UK Notify did not answer: {type(cause).__name__}")
    name, words = _first_error(error)
    return failure(error.status_code, f"{error.status_code} {name}".strip(), words)


def _before_sending(error: HTTPError) -> Refused | TryLater:
    """The templates could not be read, so nothing was sent whatever went wrong."""
    outcome = _no_success(error)
    if isinstance(outcome, Unknown):
        return TryLater("templates", outcome.reason)
    return outcome


def _first_error(error: HTTPError) -> tuple[str, str]:
    """The kind and the words of the first thing Notify found wrong."""
    said = error.message
    if isinstance(said, list) and said and isinstance(said[0], dict):
        return str(said[0].get("error", "")), str(said[0].get("message", ""))
    return "", str(said)
