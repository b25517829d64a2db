"""What a lead types about a rota: how long to search, a draft's name, demand by hand."""

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput
from wtforms import SubmitField

from booking.forms.fields import count, text, tick


class ProposeForm(FlaskForm):
    name = text("Name of the draft", 60, description="Left empty, it gets a number.")
    seconds = count("Search for at most, seconds", 1, 600, default=60)
    as_last_week = tick("Move nobody: repeat last week where it can be")
    submit = SubmitField("Propose a rota", widget=GovSubmitInput())


class RenameForm(FlaskForm):
    name = text("Name", 60, required="Give the draft a name.")
    submit = SubmitField("Rename", widget=GovSubmitInput())
