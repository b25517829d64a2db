"""The FTA forecast that the rest of the product asks: rates, their strength, a day's count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np

from optimizer.attendance.columns import KIND_CODES, MOST_LEAD_DAYS, Array, Columns, as_columns
from optimizer.attendance.counts import attended_pmf
from optimizer.attendance.history import PastAppointment, on_london_clock
from optimizer.attendance.learning import Learned, Tuning, learn
from optimizer.attendance.sides import recoded


class Rate(NamedTuple):
    """An FTA rate (0..1) and the past appointments' worth of evidence behind it."""

    mean: float
    strength: float


@dataclass(frozen=True)
class Booking:
    """An appointment to come.  `booked_at` or `kind` None: as such bookings usually are.

    Times without an offset are London time.
    """

    office: str
    starts_at: datetime
    booked_at: datetime | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Window:
    """What a forecast learned from: London dates, None before any appointment."""

    first_on: date | None
    last_on: date | None
    appointments: int
    left_out: int


@dataclass(frozen=True)
class Forecast:
    """Rates of offices, weekdays, hours, lead times and kinds; never of persons.

    `usual` (62, 4) is the share of bookings made ahead by lead in days and kind.
    """

    learned: Learned
    tuning: Tuning
    district_of: Mapping[str, str]
    usual: Array
    window: Window

    @classmethod
    def train(
        cls, rows: Iterable[PastAppointment], *, district_of: Mapping[str, str] | None = None
    ) -> "Forecast":
        """Learn from past appointments; without any, the prior rate holds everywhere.

        `district_of` names the district of each office, if known; an office without a history
        of its own is forecast from its district's.
        """
        return cls.train_on(as_columns(rows), district_of=district_of)

    @classmethod
    def train_on(
        cls, columns: Columns, *, district_of: Mapping[str, str] | None = None
    ) -> "Forecast":
        """`train` for appointments read already."""
        learned, tuning = learn(columns, district_of or {})
        some = len(columns) > 0
        window = Window(
            date.fromordinal(int(columns.day.min())) if some else None,
            date.fromordinal(int(columns.day.max())) if some else None,
            len(columns),
            columns.left_out,
        )
        return cls(learned, tuning, dict(district_of or {}), _usual_bookings(columns), window)

    def rate(
        self,
        *,
        office: str,
        starts_at: datetime,
        booked_at: datetime | None = None,
        kind: str | None = None,
    ) -> Rate:
        """FTA rate of an appointment; without `booked_at`, of one booked ahead as usual."""
        booking = Booking(office, starts_at, booked_at, kind)
        candidates, shares = self._candidates(booking)
        rates = 1.0 / (1.0 + np.exp(-self.learned.logit(candidates, self.district_of)))
        mean = float(rates @ shares)
        side = self.learned.ahead if candidates.lead[0] else self.learned.same_day
        code = recoded((office,), self.learned.codes)
        return _rate(mean, float(side.office_variance(code)[0]) + side.level.variance)

    def usual_rates(self, office: str, starts: Sequence[datetime]) -> Sequence[Rate]:
        """`rate` of appointments booked ahead as usual at each of these times of one office.

        Weeks are alike to it, so each shape of a day is worked out once.
        """
        local = [on_london_clock(each) for each in starts]
        shape = office, tuple((each.weekday(), each.hour) for each in local)
        if shape not in self._rates_of_days:
            self._rates_of_days[shape] = self._usual_rates(office, local)
        return self._rates_of_days[shape]

    @cached_property
    def _rates_of_days(self) -> dict[tuple[str, tuple[tuple[int, int], ...]], Sequence[Rate]]:
        return {}

    def _usual_rates(self, office: str, starts: Sequence[datetime]) -> Sequence[Rate]:
        leads, kinds = np.nonzero(self.usual)
        size = len(starts) * len(leads)
        candidates = Columns(
            (office,),
            office=np.zeros(size, dtype=np.int64),
            day=np.repeat([each.toordinal() for each in starts], len(leads)),
            hour=np.repeat([each.hour for each in starts], len(leads)),
            lead=np.tile(leads, len(starts)),
            kind=np.tile(kinds, len(starts)),
            missed=np.zeros(size),
        )
        rates = 1.0 / (1.0 + np.exp(-self.learned.logit(candidates, self.district_of)))
        means = rates.reshape(len(starts), len(leads)) @ self.usual[leads, kinds]
        side = self.learned.ahead
        variance = float(side.office_variance(recoded((office,), self.learned.codes))[0])
        return [_rate(float(mean), variance + side.level.variance) for mean in means]

    def dispersion(self, mean: float) -> float:
        """Correlation between claimants of one office-day whose FTA rate is `mean`."""
        return mean * (1.0 - mean) * self.tuning.day_sd**2

    def attended_distribution(self, bookings: Sequence[Booking]) -> Array:
        """P(0, 1, … all attend) of the bookings of one office on one day, (bookings + 1,)."""
        if not bookings:
            return np.ones(1)
        rates = np.array([self.rate(**vars(booking)).mean for booking in bookings])
        offices = tuple(booking.office for booking in bookings)
        doubt = float(self.learned.office_variance(offices).mean())
        logits = np.log(rates) - np.log1p(-rates)
        variance = np.array([doubt + self.tuning.day_sd**2])
        distribution: Array = attended_pmf(logits[None, :], variance)[0]
        return distribution

    def _candidates(self, booking: Booking) -> tuple[Columns, Array]:
        """What the booking may be, with shares: itself, or the usual leads and kinds."""
        starts = on_london_clock(booking.starts_at)
        shares = self.usual.copy()
        if booking.kind is not None:
            kind = _code_of(booking.kind)
            shares[:, np.arange(shares.shape[1]) != kind] = 0.0
            shares[1, kind] += 0.0 if shares.any() else 1.0
        if booking.booked_at is not None:
            lead = starts.toordinal() - on_london_clock(booking.booked_at).toordinal()
            if lead < 0:
                raise ValueError("An appointment cannot be booked after it starts.")
            by_kind = shares.sum(axis=0)
            shares = np.zeros_like(shares)
            shares[min(lead, MOST_LEAD_DAYS)] = by_kind
        leads, kinds = np.nonzero(shares)
        chosen = shares[leads, kinds]
        same = np.ones(len(leads), dtype=np.int64)
        columns = Columns(
            (booking.office,),
            office=same * 0,
            day=same * starts.toordinal(),
            hour=same * starts.hour,
            lead=leads,
            kind=kinds,
            missed=np.zeros(len(leads)),
        )
        return columns, chosen / chosen.sum()


def _rate(mean: float, variance: float) -> Rate:
    """A rate whose logit has this variance, as if so many appointments stood behind it."""
    return Rate(mean, max(1.0 / (mean * (1.0 - mean) * variance) - 1.0, 1.0))


def _usual_bookings(columns: Columns) -> Array:
    """Share of bookings made ahead by lead in days and kind, (62, 4); a first one a week ahead."""
    ahead = columns.where(columns.ahead)
    lead = np.minimum(ahead.lead, MOST_LEAD_DAYS)
    size = (MOST_LEAD_DAYS + 1) * len(KIND_CODES)
    seen = np.bincount(lead * len(KIND_CODES) + ahead.kind, minlength=size).astype(float)
    if not seen.any():
        seen[7 * len(KIND_CODES) + KIND_CODES["first"]] = 1.0
    shares: Array = (seen / seen.sum()).reshape(MOST_LEAD_DAYS + 1, len(KIND_CODES))
    return shares


def _code_of(kind: str) -> int:
    if kind not in KIND_CODES:
        raise ValueError(f"The kind of an appointment is one of {', '.join(KIND_CODES)}.")
    return KIND_CODES[kind]
