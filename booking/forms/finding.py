"""What the claimant can manage, typed to find a slot; sent by GET so that it can be carried on."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.availability import Needs
from booking.forms.fields import choice, day
from booking.forms.times import ClockTimeField, chosen_date, next_signing_on, signing_choices
from booking.models import Claimant, Office

_DAYS = [
    SelectChoice(str(day), name) for day, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri"))
]
_WAYS = [
    SelectChoice("", "Either"),
    SelectChoice("in_person", "In person"),
    SelectChoice("telephone", "By telephone"),
]


class NeedsForm(FlaskForm):
    """The claimant's constraints, every one of them optional."""

    class Meta:
        csrf = False

    office = choice("Office")
    ends = ClockTimeField("This interview ends at")
    signing = choice("Next signing day", default="")
    adviser = choice("Same adviser as last time", default="")
    days = SelectMultipleField("Days", choices=_DAYS)
    not_before = ClockTimeField("Not before")
    not_after = ClockTimeField("Over by")
    first_on = day("From")
    last_on = day("Until")
    how = choice("How", _WAYS, default="")
    language = choice("Language", default="")
    step_free = BooleanField("Step-free")
    private = BooleanField("Private room")

    def __init__(
        self,
        typed: MultiDict[str, str],
        *,
        offices: Sequence[Office],
        advisers: Sequence[tuple[int, str]],
        languages: Sequence[str],
        known: Mapping[str, Any],
    ) -> None:
        """`known` fills the form as long as nothing of it was typed."""
        super().__init__(typed if any(name in typed for name in NEEDS) else None, data=known)
        self.office.choices = [SelectChoice(office.code, office.name) for office in offices]
        self.signing.choices = signing_choices(clock.today())
        people = [SelectChoice(str(adviser_id), name) for adviser_id, name in advisers]
        self.adviser.choices = [SelectChoice("", "Any adviser"), *people]
        self.language.choices = [SelectChoice("", "English"), *map(SelectChoice, languages)]
        for field in (self.signing, self.adviser, self.language):
            if not any(one.selected for one in field.iter_choices()) and not field.raw_data:
                field.data = ""  # on record, but nobody here speaks it or works here now

    def needs(self) -> Needs:
        ends = self.ends.data
        return Needs(
            interview_ends_at=clock.instant(clock.today(), ends) if ends else None,
            not_before=self.not_before.data,
            not_after=self.not_after.data,
            weekdays=frozenset(map(int, self.days.data or [])),
            first_on=self.first_on.data and max(self.first_on.data, clock.today()),
            last_on=self.last_on.data,
            signing_from=chosen_date(self.signing.data),
            step_free=self.step_free.data,
            private=self.private.data,
            telephone={"telephone": True, "in_person": False}.get(self.how.data),
            language=self.language.data or "",
            same_adviser_id=int(self.adviser.data) if self.adviser.data else None,
        )


NEEDS = (
    *("ends", "signing", "adviser", "days", "not_before", "not_after"),
    *("first_on", "last_on", "how", "language", "step_free", "private"),
)


def known_of(
    claimant: Claimant, adviser_id: int | None, *, telephone_to_be_had: bool
) -> dict[str, Any]:
    """What is on record of a claimant already, as the form's own fields."""
    by_telephone = claimant.prefers_telephone and telephone_to_be_had
    signing = claimant.signing_from and next_signing_on(claimant.signing_from, clock.today())
    return {
        "signing": signing.isoformat() if signing else "",
        "adviser": str(adviser_id or ""),
        "not_before": claimant.available_from,
        "not_after": claimant.available_until,
        "how": "telephone" if by_telephone else "",
        "language": claimant.language,
        "step_free": claimant.needs_step_free,
        "private": claimant.needs_private,
    }
