"""How likely a day's bookings are to be missed, and how many of them may be made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.rules import Rules
from optimizer.attendance.effects import PRIOR_STRENGTH
from optimizer.attendance.forecast import Forecast
from optimizer.overbooking.level import Level, level


@dataclass(frozen=True)
class Chances:
    """FTA rate of one adviser-day, the outcomes' worth behind it, how much the day is shared.

    `learned` is false where nothing is known yet and the rules' own rate holds.
    """

    rate: float
    strength: float
    dispersion: float
    learned: bool


def chances(
    forecast: Forecast | None, *, office: str, starts: Sequence[datetime], rules: Rules
) -> Chances:
    """The chances of a day with slots at these times, one or more, booked ahead as is usual.

    Of different rates the mean: that they differ only narrows how many come.
    """
    if forecast is None:
        return Chances(rules.prior_fta, PRIOR_STRENGTH, 0.0, learned=False)
    rates = forecast.usual_rates(office, starts)
    mean = sum(each.mean for each in rates) / len(rates)
    strength = min(each.strength for each in rates)
    return Chances(mean, strength, forecast.dispersion(mean), learned=True)


def most_to_offer(chances: Chances, *, slots: int, comfortable: int, rules: Rules) -> Level:
    """The most of these slots to offer: more than is comfortable come no more often than the
    rules' risk. Raises nothing for a rule that holds; `slots` is 1 or more.
    """
    return level(
        rate=chances.rate,
        slots=slots,
        comfortable=comfortable,
        risk=rules.overload_risk,
        strength=chances.strength,
        dispersion=chances.dispersion,
    )
