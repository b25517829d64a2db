"""Past appointments as columns of codes: what a million of them need to be counted quickly."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from optimizer.attendance.history import KINDS, PastAppointment

Codes = NDArray[np.int64]
Array = NDArray[np.float64]

NOON = 12
MOST_LEAD_DAYS = 61  # longer leads are one level
# first lead of each band: 0, 1, 2-3, 4-7, 8-14, 15-21, 22-28, 29-60, 61 days and more
LEAD_BANDS = np.array([0, 1, 2, 4, 8, 15, 22, 29, 61])
KIND_CODES = {kind: code for code, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class Columns:
    """Appointments that were attended or missed, (n,) each; `office` indexes `offices`.

    `day` is the London date as an ordinal, `lead` days booked ahead (0: the same day), `missed`
    1.0 for a failure to attend.  `left_out` counts the cancelled and excused.
    """

    offices: tuple[str, ...]
    office: Codes
    day: Codes
    hour: Codes
    lead: Codes
    kind: Codes
    missed: Array
    left_out: int = 0

    def __len__(self) -> int:
        return len(self.missed)

    def where(self, keep: NDArray[np.bool_]) -> "Columns":
        """The appointments to keep, with the same offices."""
        columns = (self.office, self.day, self.hour, self.lead, self.kind)
        office, day, hour, lead, kind = (column[keep] for column in columns)
        return Columns(
            self.offices, office, day, hour, lead, kind, self.missed[keep], self.left_out
        )

    @property
    def ahead(self) -> NDArray[np.bool_]:
        """Booked one day ahead or more, (n,)."""
        return self.lead >= 1

    @property
    def weekday(self) -> Codes:
        """Monday 0 to Sunday 6, (n,)."""
        return (self.day + 6) % 7  # day 1 of the calendar was a Monday

    @property
    def half_day(self) -> Codes:
        """0 before noon, 1 after, (n,)."""
        return (self.hour >= NOON).astype(np.int64)

    @property
    def lead_band(self) -> Codes:
        """Index into LEAD_BANDS, (n,)."""
        return (np.searchsorted(LEAD_BANDS, self.lead, side="right") - 1).astype(np.int64)


def as_columns(rows: Iterable[PastAppointment]) -> Columns:
    """Columns of the rows that count; reads them once and keeps none of them."""
    codes: dict[str, int] = {}
    ordinals: dict[date, int] = {}
    office, day, hour, lead, kind, missed = (array("q") for _ in range(6))
    left_out = 0
    for row in rows:
        if row.missed is None:
            left_out += 1
            continue
        office.append(codes.setdefault(row.office, len(codes)))
        ordinal = ordinals.get(row.starts_on)
        if ordinal is None:
            ordinal = ordinals[row.starts_on] = row.starts_on.toordinal()
        day.append(ordinal)
        hour.append(row.hour)
        lead.append(row.lead_days)
        kind.append(KIND_CODES[row.kind])
        missed.append(row.missed)
    return Columns(
        tuple(codes),
        office=np.array(office, dtype=np.int64),
        day=np.array(day, dtype=np.int64),
        hour=np.array(hour, dtype=np.int64),
        lead=np.array(lead, dtype=np.int64),
        kind=np.array(kind, dtype=np.int64),
        missed=np.array(missed, dtype=np.float64),
        left_out=left_out,
    )
