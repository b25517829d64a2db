"""Which office's claimants to ring; which appointment a text is about."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

from booking.forms.fields import choice, text
from booking.models import Office


class CallListForm(FlaskForm):
    """Which office to ring for; sent by GET."""

    class Meta:
        csrf = False

    office = choice("Office", default="")

    def offer(self, offices: Iterable[Office]) -> None:
        every = SelectChoice("", "Every office")
        self.office.choices = [every, *(SelectChoice(each.code, each.name) for each in offices)]


class ReferenceForm(FlaskForm):
    """The appointment a text is about, by the reference on its card."""

    reference = text("Reference of the appointment", 12, required="Enter the reference.")
