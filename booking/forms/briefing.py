"""A briefing as a lead types it: what, when, and for whom."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovSubmitInput
from wtforms import SelectMultipleField, SubmitField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from booking.forms.fields import choice, day, text
from booking.forms.times import ClockTimeField
from booking.models import Adviser, Office

EVERYBODY, SOME = "everybody", "some"


class BriefingForm(FlaskForm):
    title = text("What", 100, required="Say what the meeting is.")
    on = day("Date", required="Enter the date.")
    starts = ClockTimeField("From", validators=[InputRequired("Enter when it starts.")])
    ends = ClockTimeField("Until", validators=[InputRequired("Enter when it ends.")])
    who = choice("For", default=EVERYBODY)
    advisers = SelectMultipleField(
        "Which advisers",
        coerce=int,
        widget=GovCheckboxesInput(),
        description="When it is for some.",
    )
    submit = SubmitField("Put it in their diaries", widget=GovSubmitInput())

    def offer(self, advisers: Sequence[Adviser], offices: Sequence[Office]) -> None:
        self.advisers.choices = [SelectChoice(each.id, each.name) for each in advisers]
        self.who.choices = [
            SelectChoice(EVERYBODY, "All advisers of the district"),
            SelectChoice(SOME, "The advisers ticked below"),
            *(
                SelectChoice(str(each.id), f"Whoever sits at {each.name} that day")
                for each in offices
            ),
        ]

    def whom(self) -> dict[str, Any]:
        """For the use case: the advisers ticked, or the office, or nothing for everybody."""
        if self.who.data == SOME:
            return {"adviser_ids": self.advisers.data}
        return {} if self.who.data == EVERYBODY else {"office_id": int(self.who.data)}
