"""The one clock: aware UTC inside, London wall time at the edge, half-open intervals."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_MARK_SECONDS = 300


def now() -> datetime:
    """The operating system's clock, as an aware UTC instant. Nothing else reads it."""
    return datetime.now(UTC)


def today() -> date:
    """The date on London's wall now."""
    return london(now()).date()


def london(instant: datetime) -> datetime:
    """The instant as London's wall clock shows it."""
    return instant.astimezone(LONDON)


def instant(on: date, at: time) -> datetime:
    """The UTC instant of a London wall-clock time.

    The hour that October repeats is taken the first time round; a time in the hour that
    March skips becomes the same time as if the clocks had not yet changed (01:30 -> 02:30).
    """
    return datetime.combine(on, at, LONDON).astimezone(UTC)


def day_bounds(on: date) -> tuple[datetime, datetime]:
    """The half-open UTC interval of a London calendar day: 23, 24 or 25 hours."""
    return instant(on, time(0)), instant(on + timedelta(days=1), time(0))


def overlap(
    one_starts: datetime, one_ends: datetime, other_starts: datetime, other_ends: datetime
) -> bool:
    """Whether two half-open intervals share any moment; touching ends do not overlap."""
    return one_starts < other_ends and other_starts < one_ends


def marks(starts_at: datetime, ends_at: datetime) -> range:
    """The five-minute marks that an interval touches, numbered since 1970: keys of kept time."""
    return range(
        int(starts_at.timestamp()) // _MARK_SECONDS, -(-int(ends_at.timestamp()) // _MARK_SECONDS)
    )


def monday_of(on: date) -> date:
    """The Monday of the week that holds the date."""
    return on - timedelta(days=on.weekday())
