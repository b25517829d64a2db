"""Accounts, tokens and the message log, as an administrator types them."""

from collections.abc import Iterable, Sequence

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput
from wtforms import SubmitField
from wtforms.fields.choices import SelectChoice

from booking.forms.fields import choice, in_words, text, tick
from booking.models import District, Office
from booking.words import ROLE_NAMES, MessageState, Role

_ROLES = [SelectChoice(role.value, name) for role, name in ROLE_NAMES.items()]
_NO_OFFICE = SelectChoice("", "No office")
_NO_DISTRICT = SelectChoice("", "Every district")


class UserForm(FlaskForm):
    """A new account. Jobcentre advisers and reception work at an office, others in a district."""

    email = text("Email address", 200, required="Enter an email address.")
    name = text("Name", 100, required="Enter the name colleagues use.")
    role = choice("Role", _ROLES, coerce=Role)
    district = choice("District")
    office = choice("Office", description="For a Jobcentre adviser or reception.")
    submit = SubmitField("Create the account", widget=GovSubmitInput())


class ChangeUserForm(FlaskForm):
    name = text("Name", 100, required="Enter the name colleagues use.")
    office = choice("Office", description="For a Jobcentre adviser or reception.")
    active = tick("May sign in")
    submit = SubmitField("Save", widget=GovSubmitInput())


class TokenForm(FlaskForm):
    name = text("Name", 100, required="Give the token a name that says who uses it.")
    role = choice("Rights of the role", _ROLES, coerce=Role)
    district = choice("District")
    submit = SubmitField("Create the token", widget=GovSubmitInput())


class LogForm(FlaskForm):
    """Which texts to look at; sent by GET."""

    class Meta:
        csrf = False

    office = choice("Office", default="")
    state = choice("State", [SelectChoice("", "Every state"), *in_words(MessageState)], default="")

    def offer(self, offices: Iterable[Office]) -> None:
        every = SelectChoice("", "Every office")
        self.office.choices = [every, *(SelectChoice(each.code, each.name) for each in offices)]


def office_choices(offices: Iterable[Office]) -> list[SelectChoice]:
    """Offices by district, with none of them first."""
    ordered = sorted(offices, key=lambda office: (office.district.name, office.name))
    return [
        _NO_OFFICE,
        *(SelectChoice(str(o.id), o.name, optgroup=o.district.name) for o in ordered),
    ]


def district_choices(districts: Sequence[District], *, or_every: bool) -> list[SelectChoice]:
    """Districts, after "every district" for whoever may give that."""
    named = [SelectChoice(str(district.id), district.name) for district in districts]
    return [_NO_DISTRICT, *named] if or_every else named


def key(typed: str | None) -> int | None:
    """The id behind a choice, or None for none."""
    return int(typed) if typed else None
