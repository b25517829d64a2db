"""The channels by name. A new one is a file in this folder and a line in CHANNELS."""

from collections.abc import Callable, Mapping

from notifications.channels.console import ConsoleChannel
from notifications.channels.notify import NotifyChannel
from notifications.channels.twilio import TwilioChannel
from notifications.message import Channel, ChannelError

Settings = Mapping[str, str]

CHANNELS: Mapping[str, Callable[[Settings], Channel]] = {
    "console": ConsoleChannel.from_settings,
    "notify": NotifyChannel.from_settings,
    "twilio": TwilioChannel.from_settings,
}

HOLD_THE_WORDS = frozenset({"notify"})  # they send their own templates, whatever the body says


def open_channel(settings: Settings) -> Channel:
    """The channel that the setting SMS_GATEWAY names; `console` when it names none.

    Raises ChannelError when there is no such channel or one of its own settings is unusable.
    """
    name = settings.get("SMS_GATEWAY") or "console"
    if name not in CHANNELS:
        raise ChannelError(f"SMS_GATEWAY is {name!r}; it can be {', '.join(sorted(CHANNELS))}.")
    return CHANNELS[name](settings)
