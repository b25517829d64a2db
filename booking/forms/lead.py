"""What a district lead types: sessions, leave, an adviser's hours, which weeks to look at."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSubmitInput
from wtforms import RadioField, SubmitField
from wtforms.fields.choices import SelectChoice

from booking.forms.fields import HoursForm, choice, count, day, in_words, text, tick
from booking.models import Adviser, Office
from booking.words import HalfDay, LeaveKind, SessionKind

_HALVES = [SelectChoice(HalfDay.AM, "Morning"), SelectChoice(HalfDay.PM, "Afternoon")]
_WEEKS = [SelectChoice("4", "Last 4 weeks"), SelectChoice("13", "Last 13 weeks")]


class OpenSessionForm(FlaskForm):
    """One adviser, one half-day, one room of an office that is chosen already."""

    adviser = choice("Adviser", coerce=int)
    on = day("Date", required="Enter the date of the session.")
    half_day = RadioField(
        "Half-day", widget=GovRadioInput(), choices=_HALVES, default=HalfDay.AM, coerce=HalfDay
    )
    kind = RadioField(
        "Kind",
        widget=GovRadioInput(),
        choices=in_words(SessionKind),
        default=SessionKind.INTERVIEWS,
        coerce=SessionKind,
    )
    room = choice("Room", description="A telephone session needs none.")
    places = count(
        "Places in each slot", 1, 40, default=1, description="More than one for a group only."
    )
    submit = SubmitField("Open the session", widget=GovSubmitInput())

    def offer(self, advisers: Sequence[Adviser], office: Office) -> None:
        """Fill the lists with the district's advisers and the office's rooms."""
        self.adviser.choices = [
            SelectChoice(adviser.id, adviser.name) for adviser in advisers if adviser.active
        ]
        rooms = [
            SelectChoice(str(room.id), f"{room.name}, {room.seats} seats")
            for room in office.rooms
            if room.in_use
        ]
        self.room.choices = [SelectChoice("", "No room"), *rooms]

    @property
    def room_id(self) -> int | None:
        return int(self.room.data) if self.room.data else None


class LeaveForm(FlaskForm):
    kind = choice("Kind", in_words(LeaveKind), coerce=LeaveKind, default=LeaveKind.ANNUAL)
    first_on = day("First day", required="Enter the first day of the leave.")
    last_on = day("Last day", required="Enter the last day of the leave.")
    submit = SubmitField("Record leave", widget=GovSubmitInput())


class AdviserForm(HoursForm):
    contractor = text("Contractor", 100, required="Say which contractor the adviser works for.")
    languages = text("Languages beside English", 200, description="Separated by commas.")
    active = tick("Works here")
    submit = SubmitField("Save", widget=GovSubmitInput())

    def spoken(self) -> list[str]:
        """The languages, each once, in the order typed."""
        typed = (language.strip() for language in self.languages.data.split(","))
        return list(dict.fromkeys(language for language in typed if language))


class WeeksForm(FlaskForm):
    class Meta:
        csrf = False

    weeks = choice("Over", _WEEKS, default="4")


class ExportForm(FlaskForm):
    class Meta:
        csrf = False

    first_on = day("From", name="from", required="Enter the first day.")
    last_on = day("To", name="to", required="Enter the last day.")
