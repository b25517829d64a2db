"""Invented appointments whose true rates are known: offices, weekdays, leads and day shocks."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from optimizer.attendance.history import PastAppointment

MONDAY = date(2026, 1, 5)


@dataclass(frozen=True)
class Truth:
    """How the invented world works, on the logit scale."""

    base: float = -0.9
    office_sd: float = 0.35
    district_sd: float = 0.0
    day_sd: float = 0.3  # of an office-day
    weather_sd: float = 0.0  # of a date, everywhere
    weekday: tuple[float, ...] = (0.15, 0.0, 0.0, -0.05, 0.2)
    per_log_lead: float = 0.3
    same_day: float = -2.0
    afternoon: float = 0.15
    returning: float = -0.25
    drift_a_day: float = 0.0


@dataclass(frozen=True)
class Invented:
    """The appointments, the true logit of each without its day's shock, and offices' districts."""

    rows: list[PastAppointment]
    logit: np.ndarray
    district_of: dict[str, str]


def invent(
    *,
    offices: int,
    weeks: int,
    a_day: float,
    seed: int,
    truth: Truth | None = None,
    districts: int = 1,
) -> Invented:
    """`a_day` appointments a weekday on average at an average office; sizes differ widely."""
    truth = truth or Truth()
    rng = np.random.default_rng(seed)
    size = rng.gamma(1.5, a_day / 1.5, offices)
    district = np.arange(offices) % districts
    own = rng.normal(0.0, truth.office_sd, offices)
    own += rng.normal(0.0, truth.district_sd, districts)[district]
    rows, logits = [], []
    for day in range(weeks * 7):
        if day % 7 >= 5:
            continue
        weather = rng.normal(0.0, truth.weather_sd) + truth.drift_a_day * day
        for office in range(offices):
            shift = weather + rng.normal(0.0, truth.day_sd)
            for _ in range(rng.poisson(size[office])):
                lead = 0 if rng.random() < 0.3 else int(rng.geometric(0.08))
                hour = int(rng.integers(9, 17))
                kind = "first" if rng.random() < 0.7 else "return"
                logit = truth.base + own[office] + truth.weekday[day % 7]
                logit += truth.same_day if lead == 0 else truth.per_log_lead * np.log1p(lead)
                logit += truth.afternoon * (hour >= 12) + truth.returning * (kind == "return")
                missed = bool(rng.random() < 1.0 / (1.0 + np.exp(-logit - shift)))
                on = MONDAY + timedelta(days=day)
                rows.append(PastAppointment(f"office-{office}", on, hour, lead, kind, missed))
                logits.append(logit)
    names = {f"office-{i}": f"district-{d}" for i, d in enumerate(district)}
    return Invented(rows, np.array(logits), names)


def as_csv(rows: list[PastAppointment]) -> str:
    """The rows in the history format."""
    lines = ["booked_at,starts_at,office,adviser,kind,reminder,outcome"]
    for row in rows:
        booked_on = row.starts_on - timedelta(days=row.lead_days)
        outcome = "failed_to_attend" if row.missed else "attended"
        lines.append(
            f"{booked_on}T08:30,{row.starts_on}T{row.hour:02}:00,{row.office},,{row.kind},none,"
            f"{outcome}"
        )
    return "\n".join(lines) + "\n"
