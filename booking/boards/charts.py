"""Charts as geometry: what a template draws as SVG, in units that stay legible on a phone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

WIDTH, HEIGHT = 330, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 10, 12, 44


class Tick(NamedTuple):
    at: float
    text: str


class Bar(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    kind: str


class Line(NamedTuple):
    points: str
    kind: str


class Dot(NamedTuple):
    x: float
    y: float
    radius: float
    kind: str


class Whisker(NamedTuple):
    x: float
    low: float
    high: float


class Rule(NamedTuple):
    """A level across the chart, with what it means."""

    y: float
    text: str


class Note(NamedTuple):
    x: float
    y: float
    text: str
    anchor: str


Ends = tuple[float, float]


@dataclass
class Chart:
    """One picture: a title and a description for the ear, axes, and what is drawn between them.

    `x` and `y` are the values at the ends of the axes. Kinds of marks are words that the style
    sheet colours: "plain", "chosen", "beyond", "quiet".
    """

    title: str
    description: str
    x: Ends
    y: Ends
    x_label: str
    y_label: str
    x_ticks: Sequence[Tick] = ()
    y_ticks: Sequence[Tick] = ()
    bars: list[Bar] = field(default_factory=list)
    areas: list[Line] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    whiskers: list[Whisker] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    left, right, top, bottom = _LEFT, WIDTH - _RIGHT, _TOP, HEIGHT - _BOTTOM
    width, height = WIDTH, HEIGHT

    def ticks(
        self,
        xs: Iterable[float],
        ys: Iterable[float],
        *,
        x: Callable[[float], str] = "{:g}".format,
        y: Callable[[float], str] = "{:g}".format,
    ) -> "Chart":
        """Label the axes at these values, worded by `x` and `y`."""
        self.x_ticks = [Tick(self._x(value), x(value)) for value in xs]
        self.y_ticks = [Tick(self._y(value), y(value)) for value in ys]
        return self

    def bar(self, at: float, value: float, *, wide: float, kind: str = "plain") -> None:
        """A bar of so many units of the x axis, from nothing to the value."""
        top, foot = self._y(min(value, self.y[1])), self._y(max(0.0, self.y[0]))
        left = self._x(at - wide / 2)
        width = round(self._x(at + wide / 2) - left, 1)
        self.bars.append(Bar(left, top, width, round(foot - top, 1), kind))

    def line(self, points: Iterable[tuple[float, float]], kind: str = "plain") -> None:
        self.lines.append(Line(self._path(points), kind))

    def area(self, points: Iterable[tuple[float, float]], kind: str) -> None:
        self.areas.append(Line(self._path(points), kind))

    def dot(self, at: float, value: float, *, radius: float = 4, kind: str = "plain") -> None:
        self.dots.append(Dot(self._x(at), self._y(value), radius, kind))

    def whisker(self, at: float, low: float, high: float) -> None:
        self.whiskers.append(Whisker(self._x(at), self._y(low), self._y(high)))

    def rule(self, value: float, text: str) -> None:
        self.rules.append(Rule(self._y(value), text))

    def note(self, at: float, value: float, text: str, anchor: str = "start") -> None:
        self.notes.append(Note(self._x(at), self._y(value), text, anchor))

    def _path(self, points: Iterable[tuple[float, float]]) -> str:
        return " ".join(f"{self._x(x)},{self._y(min(y, self.y[1]))}" for x, y in points)

    def _x(self, value: float) -> float:
        low, high = self.x
        return round(self.left + (value - low) / (high - low) * (self.right - self.left), 1)

    def _y(self, value: float) -> float:
        low, high = self.y
        return round(self.bottom - (value - low) / (high - low) * (self.bottom - self.top), 1)


def percent(share: float) -> str:
    """`38%`."""
    return f"{100 * share:.0f}%"
