"""Fields that several forms of staff share, with their sentences."""

from collections.abc import Iterable
from datetime import time
from enum import StrEnum
from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovSelect, GovTextInput
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from booking.forms.times import ClockTimeField

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


class DayInput(GovTextInput):
    """The browser's own date box, which is quicker at a desk than three."""

    input_type = "date"


def day(label: str, *, required: str = "", **facts: Any) -> DateField:
    """A date; `required` is the sentence when it is left out."""
    return DateField(
        label,
        widget=DayInput(),
        validators=[InputRequired(required) if required else Optional()],
        invalid_value_message=f"{label}: enter a real date.",
        **facts,
    )


def text(label: str, longest: int, *, required: str = "", **facts: Any) -> StringField:
    """A line of text, trimmed; `required` is the sentence when it is left out."""
    too_long = Length(max=longest, message=f"{label}: use at most {longest} characters.")
    return StringField(
        label,
        widget=GovTextInput(),
        validators=[*([DataRequired(required)] if required else []), too_long],
        filters=[lambda typed: (typed or "").strip()],
        **facts,
    )


def count(label: str, lowest: int, highest: int, **facts: Any) -> IntegerField:
    """A whole number between two others."""
    sentence = f"{label}: enter a whole number from {lowest} to {highest}."
    return IntegerField(
        label,
        widget=GovTextInput(),
        validators=[NumberRange(lowest, highest, sentence)],
        invalid_value_message=sentence,
        **facts,
    )


def choice(label: str, choices: Iterable[SelectChoice] = (), **facts: Any) -> SelectField:
    """One of several, from a list."""
    sentence = f"{label}: choose one of the list."
    return SelectField(
        label,
        widget=GovSelect(),
        choices=list(choices),
        invalid_choice_message=sentence,
        invalid_value_message=sentence,
        **facts,
    )


def tick(label: str, **facts: Any) -> BooleanField:
    """Yes or no."""
    return BooleanField(label, widget=GovCheckboxInput(), **facts)


def in_words(kinds: type[StrEnum]) -> list[SelectChoice]:
    """The office's words for a kind, as choices."""
    return [SelectChoice(kind.value, _capital(kind.value.replace("_", " "))) for kind in kinds]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


class HoursForm(FlaskForm):
    """From and until on each weekday; both empty means not on that day."""

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for weekday, name in enumerate(WEEKDAYS):
            starts, ends = self[f"starts_{weekday}"], self[f"ends_{weekday}"]
            if starts.errors or ends.errors:
                continue
            if (starts.data is None) != (ends.data is None):
                ends.errors = [f"Give both times for {name}, or neither."]
                good = False
            elif starts.data is not None and ends.data <= starts.data:
                ends.errors = [f"{name} ends before it starts."]
                good = False
        return good

    def spans(self) -> dict[int, tuple[time, time]]:
        """Weekday -> from, until, for the days that have both."""
        return {
            weekday: (self[f"starts_{weekday}"].data, self[f"ends_{weekday}"].data)
            for weekday in range(len(WEEKDAYS))
            if self[f"starts_{weekday}"].data is not None
        }


for _weekday, _name in enumerate(WEEKDAYS):
    setattr(HoursForm, f"starts_{_weekday}", ClockTimeField(f"{_name} from"))
    setattr(HoursForm, f"ends_{_weekday}", ClockTimeField(f"{_name} until"))


def typed_hours(hours: Iterable[Any], starts: str, ends: str) -> dict[str, time]:
    """Rows of hours as the data of an HoursForm; `starts` and `ends` name their attributes."""
    data: dict[str, time] = {}
    for each in hours:
        data[f"starts_{each.weekday}"] = getattr(each, starts)
        data[f"ends_{each.weekday}"] = getattr(each, ends)
    return data
