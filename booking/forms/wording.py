"""The words of a text as they are typed, and whether they may take two parts."""

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextArea
from wtforms import SubmitField, TextAreaField
from wtforms.validators import Length

from booking.forms.fields import tick
from booking.models.wording import LONGEST_TEXT


class WordingForm(FlaskForm):
    """Sent to save, or only to look: `preview` is the second button."""

    text = TextAreaField(
        "The text",
        widget=GovTextArea(),
        validators=[Length(max=LONGEST_TEXT, message=f"Use at most {LONGEST_TEXT} characters.")],
        filters=[lambda typed: (typed or "").strip()],
    )
    two_parts = tick("Allow two parts, at twice the price")
    submit = SubmitField("Save", widget=GovSubmitInput())

    @property
    def most_parts(self) -> int:
        return 2 if self.two_parts.data else 1
