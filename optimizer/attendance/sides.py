"""One of two halves of a forecast: appointments booked ahead, or on the day itself.

The two have little in common (most same-day bookings are kept), so each learns its own effects.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.attendance.columns import (
    KIND_CODES,
    LEAD_BANDS,
    MOST_LEAD_DAYS,
    Array,
    Codes,
    Columns,
)
from optimizer.attendance.effects import Effects, fit_effects
from optimizer.attendance.level import Level, latest_level

SIZES = {
    "weekday_and_half": 14,
    "hour": 24,
    "lead_and_kind": len(LEAD_BANDS) * len(KIND_CODES),
    "lead_days": MOST_LEAD_DAYS + 1,
}
DATE, DISTRICT = "date", "district"


@dataclass(frozen=True)
class Cells:
    """What is left of an office × weekday × half-day × lead band × kind: its own logit offset.

    `keys` ascending (cells,), `offsets` (cells,).
    """

    keys: Codes
    offsets: Array

    def of(self, columns: Columns, office: Codes) -> Array:
        """Each row's offset, 0 for a cell without one, (n,)."""
        if not len(self.keys):
            return np.zeros(len(columns))
        keys = cell_keys(columns, office)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.offsets[place], 0.0)


NO_CELLS = Cells(np.zeros(0, dtype=np.int64), np.zeros(0))


@dataclass(frozen=True)
class Side:
    """Effects, where the level stands after the last date, and what is left of the cells."""

    effects: Effects
    level: Level
    cells: Cells = NO_CELLS

    def logit(self, columns: Columns, office: Codes, district: Codes | None) -> Array:
        """Logit of each row's FTA rate as forecast after the last date learned from, (n,)."""
        codes = group_codes(columns, district)
        plain = self.effects.logit(codes, office) + self.level.mean
        total: Array = plain + self.cells.of(columns, office)
        return total

    def office_variance(self, office: Codes) -> Array:
        """Posterior variance of offices' usual logits; -1 for an office not seen before."""
        new = self.effects.base_variance + self.effects.office_spread
        return np.append(self.effects.office_variance, new)[office]


def learn_side(columns: Columns, district: Codes | None, districts: int) -> tuple[Side, Array]:
    """A side learned from its appointments, and its fitted logits with dates' effects, (n,).

    `district` (n,) of each row and their number, or None and 0.
    """
    sizes = {**SIZES, **({DISTRICT: districts} if district is not None else {})}
    codes = group_codes(columns, district)
    days, codes[DATE] = np.unique(columns.day, return_inverse=True)
    sizes[DATE] = len(days)
    effects = fit_effects(codes, sizes, columns.office, len(columns.offices), columns.missed)
    fitted = effects.logit(codes, columns.office)
    dates, doubt = effects.groups.pop(DATE), effects.uncertainty.pop(DATE)
    level = latest_level(days, dates, doubt, effects.spread.pop(DATE))
    return Side(effects, level), fitted


def learn_cells(columns: Columns, fitted: Array, sd: float) -> Cells:
    """Offsets of cells from what is left after `fitted` (n,): one Newton step, shrunk by `sd`."""
    if sd == 0.0 or not len(columns):
        return NO_CELLS
    keys, cell = np.unique(cell_keys(columns, columns.office), return_inverse=True)
    rate = 1.0 / (1.0 + np.exp(-fitted))
    left = np.bincount(cell, columns.missed - rate)
    information = np.bincount(cell, rate * (1.0 - rate))
    return Cells(keys, left / (information + 1.0 / sd**2))


def group_codes(columns: Columns, district: Codes | None) -> dict[str, Codes]:
    """Each row's level in each group, (n,) each."""
    codes: dict[str, Codes] = {
        "weekday_and_half": columns.weekday * 2 + columns.half_day,
        "hour": columns.hour,
        "lead_and_kind": columns.lead_band * len(KIND_CODES) + columns.kind,
        "lead_days": np.minimum(columns.lead, MOST_LEAD_DAYS),
    }
    if district is not None:
        codes[DISTRICT] = district
    return codes


def cell_keys(columns: Columns, office: Codes) -> Codes:
    """One number for office × weekday × half-day × lead band × kind; negative: unknown office."""
    keys = office * 7 + columns.weekday
    keys = keys * 2 + columns.half_day
    keys = keys * len(LEAD_BANDS) + columns.lead_band
    return keys * len(KIND_CODES) + columns.kind


def recoded(offices: tuple[str, ...], known: Mapping[str, int]) -> Codes:
    """Codes among `known` of each office, -1 for one that is new, (offices,)."""
    return np.array([known.get(office, -1) for office in offices], dtype=np.int64)
