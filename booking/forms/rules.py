"""The rules a district or an office may have of its own; left empty, a rule stays as it is."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import time
from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextInput
from wtforms import Field, FloatField, HiddenField, IntegerField, SubmitField
from wtforms.validators import Optional

from booking.forms.times import ClockTimeField
from booking.particulars import clock_words
from booking.rules import Rules

LABELS = {
    "slot_minutes": "Length of a slot, minutes",
    "am_starts": "Morning starts",
    "am_slots": "Slots in a morning",
    "pm_starts": "Afternoon starts",
    "pm_slots": "Slots in an afternoon",
    "daily_cap": "Most appointments offered per adviser and day",
    "comfortable_am": "Comfortable number in a morning",
    "comfortable_pm": "Comfortable number in an afternoon",
    "overload_risk": "Risk of more than is comfortable, 0 to 1",
    "shared_starts": "Starts may be shared: 1 yes, 0 no",
    "wait_weight": "Weight of a minute a claimant waits (an idle minute weighs 1)",
    "overtime_weight": "Weight of a minute of overtime",
    "prior_fta": "FTA rate where nothing is known yet, 0 to 1",
    "funded_sessions": "Funded sessions per claimant",
    "wait_target_days": "Target for the next free slot, days",
    "search_days": "How far ahead to look for slots, days",
    "reminder_at": "Reminder text on the working day before, at",
    "same_day_reminder": "Reminder texts on the day itself, 0 or 1",
    "same_day_reminder_at": "Reminder text on the day itself, at",
    "quiet_from": "No texts from",
    "quiet_until": "No texts until",
    "grace_minutes": "Wait before failed to attend, minutes",
    "outcome_editable_hours": "Outcome may be changed for, hours",
    "walkover_minutes": "A walkover needs at least, minutes",
    "handover_minutes": "A warm handover takes, minutes",
    "contact_attempts": "Attempts to reach a claimant before a referral goes back",
    "waiting_offers_at_once": "Claimants on the waiting list asked at once about a freed slot",
    "waiting_offer_minutes": "Time to answer about a freed slot, minutes",
    "waiting_offers_a_week": "Most freed slots offered to one claimant in a week",
    "retention_days": "Personal details are kept for, days",
    "pence_per_part": "Price of one part of a text, pence",
    "days_wanted": "Days a week an adviser should be there",
    "overflow_places": "Advisers who may sit at a venue nearby when rooms are full",
    "coverage_weeks": "Least presence is counted over, weeks",
    "coverage_days": "Least presence in those weeks, days",
    "reach_minutes": "Longest journey of an adviser, minutes one way",
    "claims_stage_1": "New claims a week (Stage 1), 0 if not known",
    "claims_stage_2": "Claims reaching 13 weeks, a week (Stage 2)",
    "claims_stage_3": "Claims reaching 26 weeks, a week (Stage 3)",
    "share_stage_1": "Share of Stage 1 referred, 0 to 1",
    "share_stage_2": "Share of Stage 2 referred, 0 to 1",
    "share_stage_3": "Share of Stage 3 referred, 0 to 1",
}
# Claimants belong to a district, so how long they are kept cannot differ by office; texts are
# worded for a district, so neither can their price; nor who may be given one start with another.
_OF_DISTRICTS_ALONE = frozenset({"retention_days", "pence_per_part", "shared_starts"})
_A_NUMBER = {"invalid_value_message": "Enter a number."}


class RulesForm(FlaskForm):
    """One box a rule; its hint says what holds when it is left empty."""

    seen = HiddenField()  # the rules as this page showed them
    submit = SubmitField("Save rules", widget=GovSubmitInput())

    def rule_fields(self) -> list[Field]:
        return [field for field in self if field.name in _KINDS]

    def rules_seen(self) -> dict[str, Any] | None:
        """What the page showed; nothing of it when that was tampered with."""
        try:
            seen = json.loads(self.seen.data or "")
        except ValueError:
            return None
        return seen if isinstance(seen, dict) else None

    def has_seen(self, overrides: Mapping[str, Any]) -> None:
        """From now on the page shows these."""
        self.seen.data = json.dumps(dict(overrides), sort_keys=True)

    def overrides(self) -> dict[str, Any]:
        """What was typed, as JSON keeps it."""
        typed = {field.name: field.data for field in self.rule_fields()}
        return {
            name: f"{value:%H:%M}" if isinstance(value, time) else value
            for name, value in typed.items()
            if value is not None
        }


def rules_form(
    base: Rules, overrides: Mapping[str, Any], *, whose: str, of_district: bool
) -> RulesForm:
    """The form over the rules that hold without the overrides; `whose` names those rules."""

    class TheRules(RulesForm):
        pass

    for name in _KINDS:
        if of_district or name not in _OF_DISTRICTS_ALONE:
            setattr(TheRules, name, _field(name, f"{whose}: {_in_words(getattr(base, name))}"))
    own = Rules().overridden(overrides)
    form = TheRules(data={name: getattr(own, name) for name in overrides})
    if not form.is_submitted():
        form.has_seen(overrides)
    return form


_KINDS = {field.name: type(field.default) for field in fields(Rules)}


def _field(name: str, hint: str) -> Field:
    facts: dict[str, Any] = {
        "label": LABELS.get(name, name.replace("_", " ").capitalize()),
        "description": hint,
        "widget": GovTextInput(),
    }
    if _KINDS[name] is time:
        return ClockTimeField(**facts)
    number = IntegerField if _KINDS[name] is int else FloatField
    return number(validators=[Optional()], **_A_NUMBER, **facts)


def _in_words(value: object) -> str:
    return clock_words(value) if isinstance(value, time) else f"{value:g}"
