"""Office-days: the bookings made ahead for one office on one date."""

from dataclasses import dataclass

import numpy as np

from optimizer.attendance.columns import Array, Codes, Columns

LEAST_BOOKED = 5


@dataclass(frozen=True)
class OfficeDays:
    """Office-days with enough booked ahead; `rows` index the columns' rows, day after day."""

    rows: Codes
    sizes: Codes  # (days,) bookings
    attended: Codes  # (days,)
    office: Codes  # (days,)

    def __len__(self) -> int:
        return len(self.sizes)

    def split(self, values: Array) -> list[Array]:
        """Values of rows (n,), one vector a day."""
        return np.split(values[self.rows], np.cumsum(self.sizes)[:-1]) if len(self) else []

    def every(self, step: int) -> "OfficeDays":
        """Every step-th office-day."""
        days = np.repeat(np.arange(len(self)) % step == 0, self.sizes)
        some = slice(None, None, step)
        return OfficeDays(self.rows[days], self.sizes[some], self.attended[some], self.office[some])


def office_days(columns: Columns, least: int = LEAST_BOOKED) -> OfficeDays:
    """The office-days with `least` or more booked ahead."""
    ahead = np.flatnonzero(columns.ahead)
    key = columns.office[ahead] * 4_000_000 + columns.day[ahead]
    order = np.argsort(key, kind="stable")
    _, first, size = np.unique(key[order], return_index=True, return_counts=True)
    enough = size >= least
    rows = ahead[order][np.repeat(enough, size)]
    sizes = size[enough]
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64)
    came = np.add.reduceat(1.0 - columns.missed[rows], starts) if len(sizes) else np.zeros(0)
    office = columns.office[ahead[order][first[enough]]]
    return OfficeDays(rows, sizes, np.rint(came).astype(np.int64), office)
