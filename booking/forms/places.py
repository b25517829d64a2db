"""Offices, rooms, closures and holds, as leads and administrators type them."""

import re
from collections.abc import Sequence
from datetime import time

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSubmitInput
from wtforms import RadioField, StringField, SubmitField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from booking.forms.fields import WEEKDAYS, HoursForm, choice, count, day, in_words, text, tick
from booking.forms.times import ClockTimeField
from booking.messages.outbox import LONGEST_ARRIVAL, LONGEST_OFFICE_NAME
from booking.models import Office
from booking.words import ClosureKind, Nation, OfficeKind, RoomKind

_CODE = re.compile(r"[A-Za-z0-9-]+")  # it is part of the office's address
_STATES = [
    SelectChoice("open", "Open"),
    SelectChoice("closed", "Closed for good"),
    SelectChoice("all", "Open and closed"),
]
_EVERY_DAY = SelectChoice("", "Every day from first to last")
_CLOSURES = {
    ClosureKind.CLOSED: "Closed: shut, lost or being repaired",
    ClosureKind.AGENCY: "Held by another agency",
}


class OfficesForm(FlaskForm):
    """Which offices to list; sent by GET."""

    class Meta:
        csrf = False

    name = text("Name or code", 100)
    state = choice("State", _STATES, default="open")


class OfficeForm(FlaskForm):
    name = text("Name", LONGEST_OFFICE_NAME, required="Enter the name of the office.")
    kind = choice("Kind", in_words(OfficeKind), coerce=OfficeKind)
    nation = choice(
        "Nation", in_words(Nation), coerce=Nation, description="Bank holidays go by it."
    )
    address = text("Address", 300)
    phone = text("Number to ring", 30)
    reception_note = text(
        "What to do on arrival",
        LONGEST_ARRIVAL,
        required="Say what a claimant does on arrival.",
        description="Stands on the card and in texts, without a full stop.",
    )
    first_start = ClockTimeField(
        "No appointment before", description="For an office that cannot see people at 9am."
    )
    allows_access = tick("Next Step has access")
    submit = SubmitField("Save", widget=GovSubmitInput())


class VenueForm(FlaskForm):
    """A library or community building to fall back on."""

    district = choice("District")
    name = text("Name", LONGEST_OFFICE_NAME, required="Enter the name of the venue.")
    code = text("Code", 20, required="Give the venue a short code.", description="Like LIB-1.")
    address = text("Address", 300, required="Enter the address.")
    submit = SubmitField("Add the venue", widget=GovSubmitInput())

    def validate_code(self, field: StringField) -> None:
        if not _CODE.fullmatch(field.data):
            raise ValidationError("Use letters, digits and hyphens only.")


class OpeningHoursForm(HoursForm):
    submit = SubmitField("Save hours", widget=GovSubmitInput())


class RoomForm(FlaskForm):
    name = text("Name", 60, required="Enter the name of the room.")
    kind = choice("Kind", in_words(RoomKind), coerce=RoomKind)
    floor = text("Floor", 30, required="Say which floor it is on.")
    seats = count("Seats", 1, 200, description="Adviser included.")
    private = tick("Private: nobody can overhear")
    bookable_in_advance = tick("Can be booked in advance")
    step_free = tick("Step-free")
    has_internet = tick("Has internet")
    in_use = tick("In use")
    submit = SubmitField("Save the room", widget=GovSubmitInput())


class ClosureForm(FlaskForm):
    """A room or the whole office out of use, or another agency's weekly hold."""

    room = choice("What cannot be used")
    kind = RadioField(
        "Why",
        widget=GovRadioInput(),
        choices=[SelectChoice(kind, words) for kind, words in _CLOSURES.items()],
        default=ClosureKind.CLOSED,
        coerce=ClosureKind,
    )
    reason = text("Reason", 200, required="Say why it cannot be used.")
    first_on = day("First day", required="Enter the first day.")
    last_on = day("Last day", required="Enter the last day.")
    weekday = choice(
        "Which days",
        [_EVERY_DAY, *(SelectChoice(str(n), f"{name}s only") for n, name in enumerate(WEEKDAYS))],
    )
    starts = ClockTimeField("From", description="Empty: from the start of the day.")
    ends = ClockTimeField("Until", description="Empty: to the end of the day.")
    submit = SubmitField("Save", widget=GovSubmitInput())

    def offer(self, office: Office) -> None:
        """Fill the list with the office's rooms."""
        rooms = [SelectChoice(str(room.id), room.name) for room in office.rooms if room.in_use]
        self.room.choices = [SelectChoice("", f"The whole of {office.name}"), *rooms]

    @property
    def room_id(self) -> int | None:
        return int(self.room.data) if self.room.data else None

    @property
    def weekday_or_none(self) -> int | None:
        return int(self.weekday.data) if self.weekday.data else None

    @property
    def span(self) -> tuple[time, time]:
        return self.starts.data or time(0), self.ends.data or time(23, 59)


def offered(choices: Sequence[tuple[int, str]]) -> list[SelectChoice]:
    """Rows of the database as choices."""
    return [SelectChoice(str(key), words) for key, words in choices]
