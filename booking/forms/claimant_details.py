"""What is on record of a claimant, put right by whoever speaks to them."""

from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput
from wtforms import SubmitField
from wtforms.validators import ValidationError

from booking.forms.fields import text, tick
from booking.forms.times import ClockTimeField
from booking.models import Claimant


class ClaimantDetailsForm(FlaskForm):
    """The fields are Claimant's own columns."""

    name = text("Name", 100)
    mobile = text("Mobile number", 30)
    other_contact = text("Other way to reach them", 200)
    language = text("Language, if not English", 40)
    available_from = ClockTimeField("Not before")
    available_until = ClockTimeField("Over by")
    needs_step_free = tick("Needs step-free access")
    needs_private = tick("Needs a private room")
    prefers_telephone = tick("Would rather be seen by telephone")
    may_text = tick("Agrees to texts about the appointment")
    submit = SubmitField("Save the details", widget=GovSubmitInput())

    def validate_available_until(self, field: ClockTimeField) -> None:
        starts = self.available_from.data
        if starts and field.data and field.data <= starts:
            raise ValidationError("The end is not after the start.")

    def facts(self) -> dict[str, Any]:
        return {name: self[name].data for name in _FACTS}

    @classmethod
    def of(cls, claimant: Claimant, mobile: str) -> "ClaimantDetailsForm":
        """The form as the record stands; `mobile` as people write it."""
        data = {name: getattr(claimant, name) for name in _FACTS}
        return cls(data=data | {"mobile": mobile})


_FACTS = (
    *("name", "mobile", "other_contact", "language", "available_from", "available_until"),
    *("needs_step_free", "needs_private", "prefers_telephone", "may_text"),
)
