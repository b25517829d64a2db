"""What a Next Step adviser keeps time for."""

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovRadioInput,
    GovSubmitInput,
    GovTextInput,
)
from wtforms import RadioField, SelectMultipleField, StringField, SubmitField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from booking.boards.adviser_diary import Day
from booking.particulars import clock_words
from booking.words import Hold

_WHAT_FOR = [
    SelectChoice(Hold.BLOCKED, "Block it: you are not there, because of a meeting or a briefing"),
    SelectChoice(
        Hold.PROTECTED, "Protect it: you are there, and keep the time for work of your own"
    ),
]


class KeepTimeForm(FlaskForm):
    """Which free slots of a day to keep from booking, how, and what for."""

    slot_ids = SelectMultipleField(
        "Which times",
        coerce=int,
        widget=GovCheckboxesInput(),
        validators=[InputRequired("Choose at least one time.")],
    )
    hold = RadioField(
        "How",
        choices=_WHAT_FOR,
        default=Hold.BLOCKED.value,
        coerce=Hold,
        widget=GovRadioInput(),
    )
    reason = StringField(
        "What for",
        description="For example: team meeting. Others with access to the diary see it.",
        widget=GovTextInput(),
        validators=[
            InputRequired("Say what the time is kept for."),
            Length(max=200, message="Use at most 200 characters."),
        ],
    )
    submit = SubmitField("Keep the time", widget=GovSubmitInput())

    def offer(self, day: Day) -> None:
        """Offer the free slots of the day that have not passed."""
        self.slot_ids.choices = [
            SelectChoice(
                entry.slot.id, f"{clock_words(entry.slot.starts_at)}, {half.session.office.name}"
            )
            for half in day.halves
            for entry in half.entries
            if entry.gap is not None
        ]
