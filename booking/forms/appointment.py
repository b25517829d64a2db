"""Changing an appointment: why it is cancelled, what the claimant said."""

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from booking.forms.fields import text
from booking.words import ContactWay

_WAYS = {
    ContactWay.PHONE: "Rang",
    ContactWay.TEXT: "Sent a text",
    ContactWay.DESK: "Came to the desk",
    ContactWay.POST: "Wrote",
}


class CancelForm(FlaskForm):
    reason = text(
        "Why is it cancelled?",
        200,
        description="A few words for the record. Leave out health and benefits.",
    )


class ContactForm(FlaskForm):
    """`I rang ahead` put on record (002:2142)."""

    way = RadioField(
        "How did the claimant get in touch?",
        widget=GovRadioInput(),
        choices=[SelectChoice(*each) for each in _WAYS.items()],
        default=ContactWay.PHONE,
    )
    said = text(
        "What did they say?",
        300,
        required="Write down what the claimant said.",
        description="A few words. Leave out health and benefits.",
    )
