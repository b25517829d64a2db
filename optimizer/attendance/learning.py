"""Learns both sides of a forecast, and tunes on the latest days what only the future can tell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypedDict

import numpy as np

from optimizer.attendance.columns import Array, Codes, Columns
from optimizer.attendance.counts import day_pmfs
from optimizer.attendance.days import office_days
from optimizer.attendance.scores import (
    AppointmentScores,
    DayScores,
    score_appointments,
    score_days,
)
from optimizer.attendance.sides import Side, learn_cells, learn_side, recoded

USUAL_DAY_SD = 0.3  # of an office-day's common shift of the logit, before it is learned
CELL_SDS = (0.0, 0.05, 0.1, 0.2, 0.3)
DAY_SDS = (0.02, 0.05, *np.round(np.arange(0.1, 1.01, 0.05), 2).tolist())
LEARN_SHARE = 2 / 3  # of the rows, oldest first, to learn from while tuning on the rest
LEAST_DATES, LEAST_ROWS = 5, 200  # on both sides of that line
MOST_DAYS_TUNED = 1_500
LEAST_BOOKED = 2  # a day of one says nothing of a common shift


class Scores(TypedDict):
    """Scores of appointments and office-days that were not learned from."""

    per_appointment: AppointmentScores
    booked_ahead_only: AppointmentScores
    per_office_day: DayScores


@dataclass(frozen=True)
class Tuning:
    """`cell_sd` of what a cell adds to its effects, `day_sd` of an office-day's common shift.

    `scores` are those of the latest third under them; None where there were too few to tune on.
    """

    cell_sd: float
    day_sd: float
    scores: Scores | None = None


UNTUNED = Tuning(0.0, USUAL_DAY_SD)


@dataclass(frozen=True)
class Learned:
    """The two sides, and offices in the order of their codes."""

    offices: tuple[str, ...]
    districts: tuple[str, ...]
    ahead: Side
    same_day: Side

    @cached_property
    def codes(self) -> dict[str, int]:
        """Code of each office."""
        return {office: code for code, office in enumerate(self.offices)}

    def logit(self, columns: Columns, district_of: Mapping[str, str]) -> Array:
        """Logit of the FTA rate of each row, (n,)."""
        office = recoded(columns.offices, self.codes)[columns.office]
        district = _districts(columns, self.districts, district_of)
        logit = np.empty(len(columns))
        for side, rows in ((self.ahead, columns.ahead), (self.same_day, ~columns.ahead)):
            part = district[rows] if self.districts else None
            logit[rows] = side.logit(columns.where(rows), office[rows], part)
        return logit

    def office_variance(self, offices: tuple[str, ...]) -> Array:
        """Posterior variance of each office's usual logit when booked ahead, (offices,)."""
        return self.ahead.office_variance(recoded(offices, self.codes))


def learn(
    columns: Columns, district_of: Mapping[str, str], tuning: Tuning | None = None
) -> tuple[Learned, Tuning]:
    """Both sides from all rows, tuned on the latest of them unless `tuning` is given."""
    tuning = tuning or tune(columns, district_of)
    learned, fitted = _learn_effects(columns, district_of)
    return _with_cells(learned, columns, fitted, tuning.cell_sd), tuning


def tune(columns: Columns, district_of: Mapping[str, str]) -> Tuning:
    """What forecasts the latest third best when learned from what came before it."""
    if not len(columns):
        return UNTUNED
    line = np.sort(columns.day)[int(len(columns) * LEARN_SHARE)]
    early, late = columns.where(columns.day < line), columns.where(columns.day >= line)
    if min(_dates(early), _dates(late)) < LEAST_DATES or min(len(early), len(late)) < LEAST_ROWS:
        return UNTUNED
    base, fitted = _learn_effects(early, district_of)
    options = []
    for cell_sd in CELL_SDS:
        learned = _with_cells(base, early, fitted, cell_sd)
        logit = learned.logit(late, district_of)
        options.append((_log_loss(logit, late.missed), cell_sd, learned, logit))
    _, cell_sd, learned, logit = min(options, key=lambda option: option[0])
    tuned = Tuning(cell_sd, _day_sd(learned, late, logit))
    return replace(tuned, scores=scores_of(learned, tuned, late, logit))


def scores_of(learned: Learned, tuning: Tuning, columns: Columns, logit: Array) -> Scores:
    """Scores of the forecast logits of rows (n,) that were not learned from."""
    days = office_days(columns)
    variance = learned.office_variance(columns.offices)[days.office] + tuning.day_sd**2
    pmfs = day_pmfs(days.split(logit), variance)
    rate, ahead = 1.0 / (1.0 + np.exp(-logit)), columns.ahead
    return {
        "per_appointment": score_appointments(rate, columns.missed),
        "booked_ahead_only": score_appointments(rate[ahead], columns.missed[ahead]),
        "per_office_day": score_days(pmfs, days.attended),
    }


def _learn_effects(columns: Columns, district_of: Mapping[str, str]) -> tuple[Learned, Array]:
    """Both sides without cells, and the logits they fit to the rows (n,)."""
    districts = tuple(sorted(set(district_of.values())))
    district = _districts(columns, districts, district_of)
    fitted = np.empty(len(columns))
    sides = []
    for rows in (columns.ahead, ~columns.ahead):
        part = district[rows] if districts else None
        side, fitted[rows] = learn_side(columns.where(rows), part, len(districts) + 1)
        sides.append(side)
    return Learned(columns.offices, districts, *sides), fitted


def _with_cells(learned: Learned, columns: Columns, fitted: Array, sd: float) -> Learned:
    ahead, same_day = (
        replace(side, cells=learn_cells(columns.where(rows), fitted[rows], sd))
        for side, rows in ((learned.ahead, columns.ahead), (learned.same_day, ~columns.ahead))
    )
    return replace(learned, ahead=ahead, same_day=same_day)


def _day_sd(learned: Learned, columns: Columns, logit: Array) -> float:
    """The common shift's standard deviation under which the days' counts are likeliest."""
    days = office_days(columns, LEAST_BOOKED)
    days = days.every(1 + len(days) // MOST_DAYS_TUNED)
    if not len(days):
        return USUAL_DAY_SD
    logits, doubt = days.split(logit), learned.office_variance(columns.offices)[days.office]

    def likelihood(sd: float) -> float:
        pmfs = day_pmfs(logits, doubt + sd**2)
        chances = [pmf[count] for pmf, count in zip(pmfs, days.attended.tolist(), strict=True)]
        return float(np.sum(np.log(np.maximum(chances, 1e-300))))

    return _highest(likelihood, DAY_SDS)


def _highest(value: Callable[[float], float], options: Sequence[float]) -> float:
    """The option of the highest value, the values rising to it and falling from it."""
    low, high = 0, len(options) - 1
    while high > low:
        middle = (low + high) // 2
        if value(options[middle]) < value(options[middle + 1]):
            low = middle + 1
        else:
            high = middle
    return options[low]


def _log_loss(logit: Array, missed: Array) -> float:
    return float(np.mean(np.logaddexp(0.0, logit) - missed * logit))


def _dates(columns: Columns) -> int:
    return len(np.unique(columns.day))


def _districts(
    columns: Columns, districts: tuple[str, ...], district_of: Mapping[str, str]
) -> Codes:
    """Code of each row's district, one past the last when unknown, (n,)."""
    codes = {district: code for code, district in enumerate(districts)}
    of_office = [codes.get(district_of.get(office, ""), len(codes)) for office in columns.offices]
    return np.array(of_office, dtype=np.int64)[columns.office]
