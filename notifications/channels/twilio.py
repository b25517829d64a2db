"""Twilio: the real client, with one attempt a call and every answer told apart."""

import logging
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from requests import RequestException
from twilio.base.exceptions import (
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from notifications.channels.answers import failure, never_left
from notifications.message import (
    Accepted,
    ChannelError,
    Found,
    Message,
    Outcome,
    TryLater,
    Unknown,
)

_TIMEOUT_SECONDS = 15.0
_LONGEST_IN_ITS_QUEUE = 36_000  # seconds; Twilio's own limit and default
_NEWEST = 100
_CLOCKS_DIFFER_BY = timedelta(minutes=2)
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_LETTERS = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")  # a UK sender that is no number
# Twilio's client logs addresses that hold numbers; a log names nobody.
_quiet = logging.getLogger("notifications.twilio.http")
_quiet.setLevel(logging.WARNING)


class TwilioChannel:
    """Sends through a number, a sender of letters, or a messaging service."""

    def __init__(self, *, account_sid: str, auth_token: str, sender: str, base_url: str) -> None:
        by_service = _SERVICE.fullmatch(sender) is not None
        if not (by_service or _NUMBER.fullmatch(sender) or _LETTERS.fullmatch(sender)):
            raise ChannelError(
                f"TWILIO_FROM is {sender!r}; it can be a number that starts with +, "
                "at most 11 letters and digits, or a messaging service MG…."
            )
        self.two_way = by_service or sender.startswith("+")
        self._sender = {"messaging_service_sid" if by_service else "from_": sender}
        self._base_url = base_url
        self._client = Client(
            account_sid,
            auth_token,
            http_client=TwilioHttpClient(timeout=_TIMEOUT_SECONDS, max_retries=0, logger=_quiet),
        )

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> "TwilioChannel":
        """From TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM and TWILIO_API_BASE_URL."""
        needed = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")
        for name in needed:
            if not settings.get(name):
                raise ChannelError(f"SMS_GATEWAY is twilio, which needs {name}.")
        account_sid, auth_token, sender = (settings[name] for name in needed)
        return cls(
            account_sid=account_sid,
            auth_token=auth_token,
            sender=sender,
            base_url=settings.get("TWILIO_API_BASE_URL", ""),
        )

    def send(self, message: Message) -> Outcome:
        """One POST; Twilio drops by itself what it has not sent by `send_by`."""
        seconds_left = int((message.send_by - message.claimed_at).total_seconds())
        asked: dict[str, Any] = {
            **self._sender,
            "to": message.to,
            "body": message.body,
            "validity_period": max(1, min(seconds_left, _LONGEST_IN_ITS_QUEUE)),
        }
        if message.status_url:
            asked["status_callback"] = message.status_url
        try:
            made = self._messages.create(**asked)
        except (TwilioRestException, TwilioServiceException) as answer:
            return failure(answer.status, str(answer.code), _words(answer))
        except RequestException as error:
            return _no_answer(error)
        except ValueError as error:  # a 2xx that is no JSON
            return Unknown(f"Twilio's answer could not be read: {error}")
        return Accepted(made.sid) if made.sid else Unknown("Twilio's answer names no message.")

    def find(self, message: Message) -> Found | Unknown:
        """Twilio's messages of that day to that number with those words, oldest first.

        What Twilio still holds in its queue has no DateSent yet, so the newest to that number
        are looked through too.
        """
        since = message.claimed_at - _CLOCKS_DIFFER_BY
        try:
            sent = self._messages.list(
                to=message.to, date_sent_after=_midnight(since), limit=_NEWEST
            )
            queued = self._messages.list(to=message.to, limit=_NEWEST)
        except (TwilioException, RequestException, ValueError) as error:
            return Unknown(f"Twilio did not say: {type(error).__name__}")
        ids = {
            each.sid: each.date_created
            for each in [*sent, *queued]
            if each.direction != "inbound"
            and each.body == message.body
            and each.date_created is not None
            and each.date_created >= since
        }
        newest_last = reversed(ids)  # as listed; a second has room for several
        return Found(tuple(sorted(newest_last, key=ids.__getitem__)))

    @cached_property
    def _messages(self) -> Any:
        if self._base_url:
            self._client.api.base_url = self._base_url
        return self._client.messages


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _words(answer: TwilioRestException | TwilioServiceException) -> str:
    if isinstance(answer, TwilioServiceException):
        return str(answer.detail or answer.title)
    return str(answer.msg).removeprefix("Unable to create record: ")


def _no_answer(error: RequestException) -> TryLater | Unknown:
    if never_left(error):
        return TryLater("unreachable", "Twilio could not be reached.")
    return Unknown(f"Twilio did not answer: {type(error).__name__}")
