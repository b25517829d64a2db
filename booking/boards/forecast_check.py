"""The forecast against what happened: calibration, days' counts, and the plain rates beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from booking.attendance import forecasting
from booking.boards.charts import Chart, percent
from booking.models import AttendanceForecast
from booking.rights import Actor

_LEAST_IN_A_DOT = 5
_CLEAR = 0.001  # of log loss: a smaller lead over a baseline is none
_PIT_5_PER_CENT = 16.92  # chi-squared, nine degrees
_ONE, _MANY = "who comes to one appointment", "how many come in a day"
_NAMES = {
    "forecast": "This forecast",
    "constant": "One rate for all",
    "lead_table": "A rate for each lead time",
    "binomial_day": "One rate, each claimant alone",
}


@dataclass(frozen=True)
class ForecastCheck:
    """The latest forecast; `scores` is None while there was too little to hold out."""

    forecast: AttendanceForecast | None
    scores: Mapping[str, Any] | None
    train_until: date | None
    of_appointments: Sequence[tuple[str, Mapping[str, Any]]] = ()
    of_days: Sequence[tuple[str, Mapping[str, Any]]] = ()
    verdict: str = ""
    day_verdict: str = ""
    calibration: Chart | None = None
    pit: Chart | None = None


def show(*, by: Actor) -> ForecastCheck:
    """How the method of the latest forecast did on its latest four weeks, held out."""
    by.must("see district figures")
    latest = forecasting.newest()
    scores = latest.evaluation if latest else None
    if latest is None or scores is None:
        return ForecastCheck(latest, None, None)
    rivals = scores["baselines"]
    ahead = [("forecast", scores["booked_ahead_only"])] + [
        (name, rivals[name]["booked_ahead_only"]) for name in ("constant", "lead_table")
    ]
    days = [("forecast", scores["per_office_day"])] + [
        (name, rivals[name]["per_office_day"]) for name in rivals
    ]
    return ForecastCheck(
        forecast=latest,
        scores=scores,
        train_until=date.fromisoformat(scores["train_until"]),
        of_appointments=[(_NAMES[name], each) for name, each in ahead],
        of_days=[(_NAMES[name], each) for name, each in days],
        verdict=_verdict([(name, each["log_loss"]) for name, each in ahead], _ONE),
        day_verdict=_verdict([(name, each["log_score"]) for name, each in days], _MANY),
        calibration=_calibration(scores["booked_ahead_only"]["reliability"]),
        pit=_pit(scores["per_office_day"]),
    )


def _verdict(losses: Sequence[tuple[str, float | None]], what: str) -> str:
    """Honest in words: how much better than the best baseline, or that it is not."""
    known = {name: loss for name, loss in losses if loss is not None}
    mine = known.pop("forecast", None)
    if mine is None or not known:
        return f"Too few were booked ahead to say how well it forecasts {what}."
    rival = min(known, key=lambda name: known[name])
    plain = _NAMES[rival][0].lower() + _NAMES[rival][1:]
    if mine <= known[rival] - _CLEAR:
        better = 100 * (1 - mine / known[rival])
        return f"For {what} the forecast's loss is {better:.1f}% below that of {plain}."
    return f"Here the plain rate is as good: for {what} the forecast does not beat {plain}."


def _calibration(bins: Sequence[Mapping[str, Any]]) -> Chart:
    highest = max([0.5, *(max(each["forecast"], each["happened"]) for each in bins)])
    end = ceil(10 * highest) / 10
    marks = [n / 10 for n in range(0, round(10 * end) + 1, 2 if end > 0.6 else 1)]
    chart = Chart(
        "Forecast and outcome",
        "Each dot is the appointments whose forecast rate lay in one tenth; on the diagonal as "
        "many failed to attend as was forecast. Bigger dots are more appointments.",
        *((0, end), (0, end)),
        *("Forecast FTA rate", "What happened"),
    ).ticks(marks, marks, x=percent, y=percent)
    chart.line([(0, 0), (end, end)], "quiet")
    most = max((each["n"] for each in bins), default=1)
    for each in [each for each in bins if each["n"] >= _LEAST_IN_A_DOT]:
        rate = each["happened"]
        spread = 1.96 * (rate * (1 - rate) / each["n"]) ** 0.5
        chart.whisker(each["forecast"], max(0, rate - spread), min(end, rate + spread))
        chart.dot(each["forecast"], rate, radius=round(3 + 6 * (each["n"] / most) ** 0.5, 1))
    return chart


def _pit(days: Mapping[str, Any]) -> Chart | None:
    counts = days["pit10"]
    if not counts:
        return None
    usual = days["n"] / 10
    top = max(*counts, usual) * 1.15
    chart = Chart(
        "Where each day's count fell",
        "Bars: office-days by where the number who came fell in what was forecast for that day, "
        "in tenths from low to high. With a good forecast all are as high as the line. "
        + _even(days),
        *((0, 10), (0, top)),
        *("Fewer came than forecast → more came", "Office-days"),
    ).ticks([], [0, round(top / 2), round(top)])
    for n, count in enumerate(counts):
        chart.bar(n + 0.5, count, wide=0.86)
    chart.rule(usual, f"even: {usual:g}")
    return chart


def _even(days: Mapping[str, Any]) -> str:
    """Whether the bars are as even as chance makes them 19 times in 20, in words."""
    if days["pit_chi2_9"] <= _PIT_5_PER_CENT:
        return "Here they are as even as chance makes them."
    return (
        "Here they are less even than chance makes them: days differ in ways the forecast does "
        "not know."
    )
