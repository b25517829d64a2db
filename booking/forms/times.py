"""Times of day and signing days, typed the way people at a desk type them."""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from wtforms import Field
from wtforms.fields.choices import SelectChoice

from booking.particulars import clock_words

_TYPED = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*(am|pm)?", re.IGNORECASE)
_FIRST_HOUR_OF_A_MORNING = 7
_SIGNING_CYCLE_DAYS = 14


class ClockTimeField(Field):
    """A time of day: 10:30, 1030, 10.30, 9am or 2.15pm; a bare 1 to 6 is in the afternoon."""

    widget = GovTextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return clock_words(self.data) if self.data else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if valuelist:
            typed = valuelist[0].strip()
            self.data: time | None = time_of_day(typed) if typed else None


def time_of_day(typed: str) -> time:
    """What a person typed as a time; ValueError with a sentence when it is none."""
    found = _TYPED.fullmatch("12pm" if typed.casefold() == "midday" else typed)
    if found is None:
        raise ValueError("Type a time like 10:30 or 2pm.")
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").casefold()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif hour < _FIRST_HOUR_OF_A_MORNING and len(found[1]) == 1:
        hour += 12
    try:
        return time(hour, minute)
    except ValueError:
        raise ValueError("Type a time like 10:30 or 2pm.") from None


def signing_choices(today: date) -> list[SelectChoice]:
    """The next ten weekdays: one press says both the weekday and which fortnight."""
    dates = [today + timedelta(days=ahead) for ahead in range(_SIGNING_CYCLE_DAYS)]
    weekdays = [on for on in dates if on.weekday() < 5]
    choices = [SelectChoice(on.isoformat(), f"{on:%a} {on.day} {on:%b}") for on in weekdays]
    if weekdays[0] == today:
        choices[0].label = f"today, {choices[0].label}"
    return [SelectChoice("", "Not known"), *choices]


def next_signing_on(signing_from: date, today: date) -> date:
    """The first date of the fortnightly cycle that is not over yet."""
    return today + timedelta(days=(signing_from - today).days % _SIGNING_CYCLE_DAYS)


def chosen_date(value: Any) -> date | None:
    """The date behind a choice of `signing_choices`."""
    return date.fromisoformat(value) if value else None
