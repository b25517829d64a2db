"""What a lead types about a rota: how long to search, a draft's name, demand by hand."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from govuk_frontend_wtf.wtforms_widgets import GovFileInput, GovSubmitInput, GovTextInput
from wtforms import IntegerField, SubmitField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from booking.forms.fields import WEEKDAYS, choice, count, day, in_words, text
from booking.models import Adviser, Office
from booking.rotas.demand_entries import MOST_WANTED
from booking.rotas.half_days import SESSIONS
from booking.rotas.plans import Plan
from booking.rotas.travel import minutes_between
from booking.words import LeaveKind, MishapKind, WishKind

_WISHES = [
    SelectChoice(WishKind.DEDICATED, "Be there on set days"),
    SelectChoice(WishKind.FORBIDDEN, "Be kept from it"),
]
_MISHAPS = [
    SelectChoice(MishapKind.ADVISER_OFF, "Somebody is off"),
    SelectChoice(MishapKind.ROOM_LOST, "A room is lost"),
    SelectChoice(MishapKind.OFFICE_SHUT, "An office is shut"),
]
_ABOUT = {
    MishapKind.ADVISER_OFF: "adviser",
    MishapKind.ROOM_LOST: "room",
    MishapKind.OFFICE_SHUT: "office",
}
_DAYS = [
    SelectChoice("", "Any day"),
    *(SelectChoice(str(number), name) for number, name in enumerate(WEEKDAYS)),
]


def _optional(label: str, highest: int, **facts: Any) -> IntegerField:
    """A whole number that may be left out."""
    sentence = f"{label}: enter a whole number from 0 to {highest}, or nothing."
    return IntegerField(
        label,
        widget=GovTextInput(),
        validators=[Optional(), NumberRange(0, highest, sentence)],
        invalid_value_message=sentence,
        **facts,
    )


class ProposeForm(FlaskForm):
    name = text("Name of the draft", 60, description="Left empty, it gets a number.")
    seconds = count("Search for at most, seconds", 1, 600, default=60)
    submit = SubmitField("Propose a rota", widget=GovSubmitInput())


class RenameForm(FlaskForm):
    name = text("Name", 60, required="Give the draft a name.")
    submit = SubmitField("Rename", widget=GovSubmitInput())


class DemandForm(FlaskForm):
    """Ten numbers of one office's week; what is left empty is forecast."""

    reason = text("Why", 200, description="A jobs fair, a new provider, a school holiday.")
    submit = SubmitField("Save", widget=GovSubmitInput())

    def numbers(self) -> list[IntegerField]:
        return [self[f"s{session}"] for session in range(SESSIONS)]

    def typed(self) -> dict[int, int]:
        """Session -> bookings, where a number was typed."""
        fields = enumerate(self.numbers())
        return {session: field.data for session, field in fields if field.data is not None}


for _session in range(SESSIONS):
    _name = f"{WEEKDAYS[_session // 2]} {'afternoon' if _session % 2 else 'morning'}"
    setattr(DemandForm, f"s{_session}", _optional(_name, MOST_WANTED))


class DemandFileForm(FlaskForm):
    """Expected bookings of many offices and weeks, as a spreadsheet saves them."""

    file = FileField(
        "File (CSV)", widget=GovFileInput(), validators=[FileRequired("Choose a file.")]
    )
    submit = SubmitField("Bring it in", widget=GovSubmitInput())


class AskLeaveForm(FlaskForm):
    kind = choice("Kind", in_words(LeaveKind), coerce=LeaveKind, default=LeaveKind.ANNUAL)
    first_on = day("First day", required="Enter the first day.")
    last_on = day("Last day", required="Enter the last day.")
    submit = SubmitField("Ask for leave", widget=GovSubmitInput())


class WishForm(FlaskForm):
    """An office and what is wished of it; the kinds offered depend on who asks."""

    wish = choice("Wish", _WISHES, coerce=WishKind)
    office = choice("Office", coerce=int)
    weekday = choice("Day", _DAYS, description="Of the set days. Any day stands for all five.")
    why = text("Why", 200)
    submit = SubmitField("Note it", widget=GovSubmitInput())

    def offer(self, offices: Sequence[Office]) -> None:
        self.office.choices = [SelectChoice(office.id, office.name) for office in offices]

    @property
    def day(self) -> int | None:
        return int(self.weekday.data) if self.weekday.data else None


class PlanForm(FlaskForm):
    """Where an adviser is based, days at most, minutes to each office."""

    base = choice("Based at", description="Distances are reckoned from there.")
    max_days = count("Days a week at most", 0, 5)
    submit = SubmitField("Save", widget=GovSubmitInput())

    def minutes(self) -> dict[int, int]:
        """Office -> minutes, where somebody typed them."""
        typed = ((name[1:], field.data) for name, field in self._fields.items() if name[0] == "o")
        return {int(office): minutes for office, minutes in typed if minutes is not None}

    def minute_fields(self) -> list[IntegerField]:
        return [field for name, field in self._fields.items() if name[0] == "o"]


def plan_form(offices: Sequence[Office], plan: Plan) -> PlanForm:
    """The form over what was entered; a hint says what the map guesses."""

    class ThePlan(PlanForm):
        pass

    typed: dict[str, int] = {}
    for office in offices:
        journey = plan.journeys[office.id]
        guess = minutes_between(plan.base, office)
        field = _optional(office.name, 300, description=f"The map guesses {guess}.")
        setattr(ThePlan, f"o{office.id}", field)
        if journey.entered:
            typed[f"o{office.id}"] = journey.minutes
    base = str(plan.base.id) if plan.base and plan.base_entered else ""
    form = ThePlan(base=base, max_days=plan.max_days, **typed)
    usual = f"Where most sessions were: {plan.base.name if plan.base else 'not known yet'}"
    form.base.choices = [
        SelectChoice("", usual),
        *(SelectChoice(str(office.id), office.name) for office in offices),
    ]
    return form


class MishapForm(FlaskForm):
    """What happened; which of the lists is read depends on the kind."""

    kind = choice("What happened", _MISHAPS, coerce=MishapKind, default=MishapKind.ADVISER_OFF)
    adviser = choice("Who is off", coerce=int)
    room = choice("Which room is lost", coerce=int)
    office = choice("Which office is shut", coerce=int)
    first_on = day("First day", required="Enter the first day.")
    last_on = day("Last day", required="Enter the last day.")
    reason = text("Reason, for the record", 200, required="Say what happened, for the record.")
    submit = SubmitField("Make a plan", widget=GovSubmitInput())

    def offer(self, advisers: Sequence[Adviser], offices: Sequence[Office]) -> None:
        self.adviser.choices = [SelectChoice(each.id, each.name) for each in advisers]
        self.office.choices = [SelectChoice(each.id, each.name) for each in offices]
        self.room.choices = [
            SelectChoice(room.id, f"{office.name}: {room.name}")
            for office in offices
            for room in office.rooms
            if room.in_use
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """A list that the kind is not about may be empty: a district without rooms has advisers."""
        for kind, name in _ABOUT.items():
            self[name].validate_choice = kind == self.kind.data
        return bool(super().validate(extra_validators))

    def about(self) -> dict[str, int]:
        """The one list that the kind is about."""
        name = _ABOUT[self.kind.data]
        return {f"{name}_id": self[name].data}
