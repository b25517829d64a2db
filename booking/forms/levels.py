"""What a lead types to set a session's level by hand."""

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput
from wtforms import SubmitField

from booking.forms.fields import count, text


class LevelForm(FlaskForm):
    level = count("Appointments to offer", 0, 99)
    reason = text("Reason", 200, required="Say why the level is set by hand.")
    submit = SubmitField("Set by hand", widget=GovSubmitInput())
