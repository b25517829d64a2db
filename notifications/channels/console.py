"""The channel that sends nothing: the outbox keeps the text, and a page shows it."""

import logging
from collections.abc import Mapping

from notifications.message import Accepted, Found, Message
from notifications.phones import masked

_log = logging.getLogger(__name__)


class ConsoleChannel:
    """Accepts every message; nothing leaves the machine."""

    two_way = False  # nobody holds the phone

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> "ConsoleChannel":
        """There is nothing to set."""
        return cls()

    def send(self, message: Message) -> Accepted:
        """Accept the message under its own reference, and log it without words or whole number."""
        _log.info("%s to %s kept, not sent", message.kind, masked(message.to))
        return Accepted(provider_id=f"console-{message.reference}")

    def find(self, message: Message) -> Found:
        """It keeps nothing itself, so what was lost on the way never arrived."""
        return Found()
