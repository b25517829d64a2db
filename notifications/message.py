"""One text to one person, what can become of it, and what a channel is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Message:
    """A text as it is handed to a channel, once.

    `reference` is the outbox token: a provider that keeps references is given it, so that an
    unknown outcome can be resolved later. `to` is an E.164 number. `template` and `fields` say
    the same as `body`, for providers that hold the wording themselves. `status_url` is where a
    provider that tells what became of it does so. `claimed_at` and `send_by` are aware.
    """

    reference: str
    to: str
    body: str
    kind: str
    template: str
    fields: Mapping[str, str]
    claimed_at: datetime
    send_by: datetime
    status_url: str = ""

    def __post_init__(self) -> None:
        if self.send_by.tzinfo is None or self.claimed_at.tzinfo is None:
            raise ValueError("A time of a message has no time zone.")


@dataclass(frozen=True)
class Accepted:
    """The provider has taken the message and calls it `provider_id`."""

    provider_id: str


@dataclass(frozen=True)
class Refused:
    """The provider will never send it; its own code and words are kept."""

    code: str
    reason: str


@dataclass(frozen=True)
class TryLater:
    """The provider certainly did not take it but may soon: too many requests at once."""

    code: str
    reason: str


@dataclass(frozen=True)
class Unknown:
    """Nobody can say whether it was taken: no answer, a lost answer, or the provider's own error.

    Sending it again could send it twice, so it is looked up instead.
    """

    reason: str


Outcome = Accepted | Refused | TryLater | Unknown


@dataclass(frozen=True)
class Found:
    """The provider's own ids of every message that can be the one looked for, oldest first."""

    provider_ids: tuple[str, ...] = ()


class ChannelError(ValueError):
    """A channel cannot be opened; the message names the setting that is missing or wrong."""


class Channel(Protocol):
    """A way of sending texts."""

    @property
    def two_way(self) -> bool:
        """Whether a reply reaches us. When not, a text must not invite one."""
        ...

    def send(self, message: Message) -> Outcome:
        """Hand the message over with one attempt. What goes wrong is an outcome, not an error."""
        ...

    def find(self, message: Message) -> Found | Unknown:
        """Ask the provider whether it took a message whose answer was lost."""
        ...
