"""How many bookings each office-session will likely want: a shrunk Poisson rate and its range."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from booking.rotas.half_days import SESSIONS

PRIOR_WEEKS = 2.0  # an office's own weeks outweigh the district's from the third on
FIRST_GUESS = 5.0  # bookings a week where a district has no past at all; worth one week
PATTERN_WEIGHT = 20.0  # bookings an office needs before its own weekdays count as much
WAITING_WEEKS = 2.0  # who waits is to be seen within the two weeks of the target (000:2282)
TAIL = 0.10


@dataclass(frozen=True)
class Past:
    """What an office shows: bookings of `weeks` weeks by session, and what points ahead.

    `unmet` is searches a week, by session, that nobody booked.
    `signing` counts claimants referred by the weekday they sign on; `referred` is the number of
    referrals a week that its claims let one expect, None where nobody has entered claims.
    """

    bookings: Sequence[int]
    weeks: int
    signing: Sequence[int] = (0,) * 5
    referred: float | None = None
    waiting: int = 0
    unmet: Sequence[float] = (0.0,) * SESSIONS


@dataclass(frozen=True)
class Wanted:
    """Bookings likely in one office-session: the mean, and where eight weeks of ten fall.

    `unmet` is the part of the mean that was looked for and not booked.
    """

    mean: float
    low: int
    high: int
    unmet: float = 0.0


def forecast(
    pasts: Mapping[int, Past], open_sessions: Mapping[int, Sequence[bool]]
) -> dict[int, tuple[Wanted, ...]]:
    """By office, what each of its ten sessions is likely to want; a closed one wants nothing."""
    pattern = [
        1.0 + sum(past.bookings[session] for past in pasts.values()) for session in range(SESSIONS)
    ]
    total = sum(sum(past.bookings) for past in pasts.values())
    office_weeks = sum(past.weeks for past in pasts.values())
    typical = (total + FIRST_GUESS) / (office_weeks + 1)
    return {
        office: _of_office(past, typical, pattern, open_sessions[office])
        for office, past in pasts.items()
    }


def _of_office(
    past: Past, typical: float, pattern: Sequence[float], is_open: Sequence[bool]
) -> tuple[Wanted, ...]:
    prior = typical if past.referred is None else past.referred
    shape = PRIOR_WEEKS * prior + sum(past.bookings)
    weekly = shape / (PRIOR_WEEKS + past.weeks) + past.waiting / WAITING_WEEKS
    shares = _shares(past, pattern, is_open)
    return tuple(
        replace(_wanted(weekly * share + unmet, max(shape, 1.0)), unmet=unmet)
        for share, unmet in zip(shares, past.unmet, strict=True)
    )


def _shares(past: Past, pattern: Sequence[float], is_open: Sequence[bool]) -> list[float]:
    """How a week's bookings fall on the open sessions: the district's pattern, then its own."""
    whole = sum(pattern)
    weights = [
        (
            PATTERN_WEIGHT * pattern[session] / whole
            + past.bookings[session]
            + past.signing[session // 2] / 2
        )
        * is_open[session]
        for session in range(SESSIONS)
    ]
    total = sum(weights)
    return [weight / total if total else 0.0 for weight in weights]


def _wanted(mean: float, shape: float) -> Wanted:
    """The predictive count: Poisson, its rate a gamma with that shape (negative binomial)."""
    if mean <= 0:
        return Wanted(0.0, 0, 0)
    log_p = math.log(shape / (shape + mean))
    log_q = math.log(mean / (shape + mean))
    low, count, below = None, 0, 0.0
    while True:
        below += math.exp(
            math.lgamma(count + shape)
            - math.lgamma(shape)
            - math.lgamma(count + 1)
            + shape * log_p
            + count * log_q
        )
        if low is None and below >= TAIL:
            low = count
        if below >= 1 - TAIL:
            return Wanted(mean, low or 0, count)
        count += 1


def in_whole_bookings(wanted: Sequence[Wanted]) -> list[int]:
    """The means as whole numbers whose sum is the week's, the largest remainders rounded up."""
    whole = [math.floor(each.mean) for each in wanted]
    missing = round(sum(each.mean for each in wanted)) - sum(whole)
    by_remainder = sorted(range(len(whole)), key=lambda i: (whole[i] - wanted[i].mean, i))
    for index in by_remainder[: max(0, missing)]:
        whole[index] += 1
    return whole
