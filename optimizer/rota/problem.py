"""The rota problem: offices, rooms, advisers and wishes for one week."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

DAYS = 5
SESSIONS = 10
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
MOST_TRAVEL_MINUTES = 600


@dataclass(frozen=True, slots=True)
class Office:
    """A Jobcentre: days wanted a week, demand and capacity for each of the ten sessions."""

    id: str
    days_wanted: int
    overflow_places: int
    demand: tuple[int, ...]
    capacity: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """A place for one adviser in each session in which it is open."""

    id: str
    office: str
    private: bool
    bookable_in_advance: bool
    open: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Adviser:
    """A Next Step adviser: availability, one-way travel minutes by office, habits."""

    id: str
    max_days: int
    available: tuple[bool, ...]
    travel_minutes: Mapping[str, int]
    dedicated: tuple[tuple[str, int], ...]
    last_week: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Pin:
    """An adviser-day that must be worked at the office."""

    adviser: str
    day: int
    office: str


@dataclass(frozen=True, slots=True)
class Weights:
    """Price of one unit of each term; fairness has two, which a file gives as a pair."""

    unmet_session: int = 1
    unmet_week: int = 4
    presence: int = 20
    continuity: int = 8
    spread: int = 5
    away: int = 3
    travel: int = 1
    overflow: int = 4
    not_bookable: int = 2
    room_change: int = 2
    open_plan: int = 3
    fairness_away: int = 5
    fairness_travel: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One district's week. `sha256` is that of the file's bytes, exactly as they were read."""

    week_starting: date
    offices: tuple[Office, ...]
    rooms: tuple[Room, ...]
    advisers: tuple[Adviser, ...]
    pinned: tuple[Pin, ...]
    forbidden: frozenset[tuple[str, str]]
    weights: Weights
    sha256: str


def session_name(session: int) -> str:
    """Session 3 is `Tuesday pm`."""
    return f"{DAY_NAMES[session // 2]} {'pm' if session % 2 else 'am'}"
