"""When something is, in the words of a text: English or Welsh, by London's wall."""

from datetime import datetime
from zoneinfo import ZoneInfo

from notifications import welsh

_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "cy": welsh.WEEKDAYS,
}
_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "cy": welsh.MONTHS,
}
_MIDDAY = {"en": "midday", "cy": welsh.MIDDAY}
_LONDON = ZoneInfo("Europe/London")


def when_fields(at: datetime, *, prefix: str = "", language: str = "en") -> dict[str, str]:
    """The fields weekday, date and time, as London's wall shows an aware instant.

    The receipt also says when the claimant rang: the same with the prefix `rang_`.
    """
    wall = at.astimezone(_LONDON)
    return {
        f"{prefix}weekday": _WEEKDAYS[language][wall.weekday()],
        f"{prefix}date": f"{wall.day} {_MONTHS[language][wall.month - 1]}",
        f"{prefix}time": _clock(wall, language),
    }


def short_date(name: str, value: str) -> str:
    """`Wednesday` to `Wed`, `30 September` to `30 Sep`; what is no date as it was."""
    if not name.endswith(("weekday", "date")):
        return value
    return " ".join(welsh.SHORT.get(word, word[:3]) for word in value.split())


def _clock(wall: datetime, language: str) -> str:
    """`9am`, `10:30am`, `midday`, `1:15pm`."""
    if (wall.hour, wall.minute) == (12, 0):
        return _MIDDAY[language]
    minutes = f":{wall.minute:02}" if wall.minute else ""
    return f"{wall.hour % 12 or 12}{minutes}{'am' if wall.hour < 12 else 'pm'}"
