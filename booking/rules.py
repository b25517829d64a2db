"""The rules of the service with their defaults; a district, then an office, may override any."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import time
from functools import lru_cache
from typing import Any

from booking.errors import BadDetail


@dataclass(frozen=True)
class Rules:
    """Every rule somebody may want different, with the default and where it comes from."""

    slot_minutes: int = 45  # rigid, no overrun into the next slot (000:1318-1320)
    am_starts: time = time(9, 0)
    am_slots: int = 5
    pm_starts: time = time(13, 15)  # the break before it is ours: nine slots leave none
    pm_slots: int = 4
    daily_cap: int = 9  # appointments offered per adviser-day (000:1308-1311)
    comfortable_am: int = 4  # ours; no source states a comfortable number
    comfortable_pm: int = 3
    overload_risk: float = 0.10
    shared_starts: int = 0  # 1: two claimants may share a start; the source prefers not (000:1307)
    wait_weight: float = 0.25  # a claimant's waiting minute against an adviser's idle one
    overtime_weight: float = 1.5  # an adviser's minute of overtime, likewise
    prior_fta: float = 0.375  # the middle of 35 to 40 per cent (000:1276)
    funded_sessions: int = 3  # 000:1357; 003:373
    wait_target_days: int = 14  # 000:2282-2283
    search_days: int = 28
    reminder_at: time = time(10, 0)  # the working day before
    same_day_reminder: int = 0  # how many on the day itself: none, or one
    same_day_reminder_at: time = time(9, 0)
    quiet_from: time = time(19, 0)
    quiet_until: time = time(9, 0)
    grace_minutes: int = 10  # after the start, before anybody is marked as failing to attend
    outcome_editable_hours: int = 48
    walkover_minutes: int = 25  # what must be left of a slot for a walkover to be worth it
    handover_minutes: int = 10  # that a Jobcentre adviser sits in on; ours, no source says
    contact_attempts: int = 3  # 000:1970-1971
    waiting_offers_at_once: int = 3  # claimants asked about one freed slot; all three are ours
    waiting_offer_minutes: int = 60  # to answer in, of hours in which texts may go
    waiting_offers_a_week: int = 3  # to one claimant, in any seven days
    retention_days: int = 730
    pence_per_part: float = 4.0  # ours; what the district's provider charges for a text
    days_wanted: int = 3  # days a week somebody is there; 2-3, or 5 in large ones (000:2814-2817)
    overflow_places: int = 0  # advisers sent to a venue nearby when every room is taken
    coverage_weeks: int = 4  # within these, an office is never left without the days below
    coverage_days: int = 2
    reach_minutes: int = 75  # the longest journey one way that the rota may ask for
    claims_stage_1: int = 0  # claims a week that reach each stage; 0 where nobody has said
    claims_stage_2: int = 0
    claims_stage_3: int = 0
    share_stage_1: float = 0.10  # of them referred (000:992-997)
    share_stage_2: float = 0.10
    share_stage_3: float = 0.50

    def overridden(self, overrides: Mapping[str, Any]) -> "Rules":
        """These rules with some replaced; values as JSON holds them (times as "09:00").

        Raises BadDetail naming the rule when a name or a value is not one.
        """
        return _overridden(self, tuple(overrides.items())) if overrides else self

    def problems(self) -> dict[str, str]:
        """A sentence for each rule that cannot hold, by the rule's name."""
        found = {
            "am_slots": "The morning must be over by 1pm.",
            "pm_slots": "The afternoon must be over by 8pm.",
            "pm_starts": "The afternoon starts at 1pm or later.",
        }
        if _end(self.am_starts, self.am_slots, self.slot_minutes) <= 13 * 60:
            del found["am_slots"]
        if _end(self.pm_starts, self.pm_slots, self.slot_minutes) <= 20 * 60:
            del found["pm_slots"]
        if self.pm_starts >= time(13):
            del found["pm_starts"]
        if _is_long_without_break(self):
            found.setdefault(
                "pm_starts", "A day longer than six hours needs a break of 20 minutes at noon."
            )
        return found | {
            name: f"Enter a number from {lowest:g} to {highest:g}."
            for name, (lowest, highest) in LIMITS.items()
            if not lowest <= getattr(self, name) <= highest
        }

    def must_hold(self) -> "Rules":
        """These rules; BadDetail names the first that cannot hold."""
        for name, sentence in self.problems().items():
            raise BadDetail(name, sentence)
        return self


LONG_DAY_MINUTES, BREAK_MINUTES = 360, 20


@lru_cache  # asked for at every step of a booking, changed a few times a year
def _overridden(rules: Rules, overrides: tuple[tuple[str, Any], ...]) -> Rules:
    kinds = {field.name: type(field.default) for field in fields(rules)}
    changed: dict[str, Any] = {}
    for name, value in overrides:
        if name not in kinds:
            raise BadDetail(name, f"There is no rule called {name}.")
        changed[name] = _parsed(name, kinds[name], value)
    return replace(rules, **changed)


# What each number may be at most and at least; a half-day's end is checked beside them.
LIMITS: dict[str, tuple[float, float]] = {
    "slot_minutes": (15, 180),
    "am_slots": (0, 16),
    "pm_slots": (0, 16),
    "daily_cap": (1, 32),
    "comfortable_am": (0, 16),
    "comfortable_pm": (0, 16),
    "overload_risk": (0, 1),
    "shared_starts": (0, 1),
    "wait_weight": (0, 100),
    "overtime_weight": (0, 100),
    "prior_fta": (0, 1),
    "funded_sessions": (0, 20),
    "wait_target_days": (1, 90),
    "search_days": (1, 90),
    "same_day_reminder": (0, 1),
    "grace_minutes": (0, 60),
    "outcome_editable_hours": (0, 336),
    "walkover_minutes": (5, 180),
    "handover_minutes": (5, 45),
    "contact_attempts": (1, 20),
    "waiting_offers_at_once": (1, 20),
    "waiting_offer_minutes": (10, 480),
    "waiting_offers_a_week": (1, 20),
    "retention_days": (30, 3650),
    "pence_per_part": (0, 100),
    "days_wanted": (0, 5),
    "overflow_places": (0, 20),
    "coverage_weeks": (1, 12),
    "coverage_days": (0, 20),
    "reach_minutes": (0, 300),
    "claims_stage_1": (0, 10_000),
    "claims_stage_2": (0, 10_000),
    "claims_stage_3": (0, 10_000),
    "share_stage_1": (0, 1),
    "share_stage_2": (0, 1),
    "share_stage_3": (0, 1),
}


def _is_long_without_break(rules: Rules) -> bool:
    """Whether a full day denies the rest that working time law gives (Regulations 1998, 12)."""
    if not (rules.am_slots and rules.pm_slots):
        return False
    over = _end(rules.pm_starts, rules.pm_slots, rules.slot_minutes)
    rest = _end(rules.pm_starts, 0, 0) - _end(rules.am_starts, rules.am_slots, rules.slot_minutes)
    return over - _end(rules.am_starts, 0, 0) > LONG_DAY_MINUTES and rest < BREAK_MINUTES


def _end(starts: time, slots: int, minutes: int) -> int:
    """Minutes since midnight at which a half-day of so many slots is over."""
    return starts.hour * 60 + starts.minute + slots * minutes


def _parsed(name: str, kind: type, value: Any) -> Any:
    parsed: Any
    try:
        parsed = time.fromisoformat(value) if kind is time else kind(value)
    except (TypeError, ValueError):
        raise BadDetail(name, f"{name} cannot be {value!r}.") from None
    if kind is not time and parsed < 0:
        raise BadDetail(name, f"{name} cannot be below 0.")
    return parsed
