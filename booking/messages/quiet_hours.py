"""Quiet hours: when nobody is texted, by London's clock."""

from datetime import datetime, timedelta

from booking import clock
from booking.rules import Rules


def is_quiet(at: datetime, rules: Rules) -> bool:
    """Whether the instant lies in the quiet hours, which run over midnight by default."""
    wall = clock.london(at).time()
    if rules.quiet_from <= rules.quiet_until:
        return rules.quiet_from <= wall < rules.quiet_until
    return wall >= rules.quiet_from or wall < rules.quiet_until


def end_of_quiet(at: datetime, rules: Rules) -> datetime:
    """The first moment at or after a quiet instant at which texts may go."""
    wall = clock.london(at)
    today = clock.instant(wall.date(), rules.quiet_until)
    tomorrow = clock.instant(wall.date() + timedelta(days=1), rules.quiet_until)
    return today if today > at else tomorrow


def after_waking_minutes(at: datetime, minutes: int, rules: Rules) -> datetime:
    """The moment when so many minutes outside the quiet hours have passed since a waking one."""
    left = timedelta(minutes=minutes)
    while True:
        quiet_at = _next_quiet(at, rules)
        if quiet_at is None or at + left <= quiet_at:
            return at + left
        left -= quiet_at - at
        at = end_of_quiet(quiet_at, rules)


def _next_quiet(at: datetime, rules: Rules) -> datetime | None:
    """When quiet hours next begin, after a waking instant; None where there are none."""
    on = clock.london(at).date()
    begins = (clock.instant(on + timedelta(days=day), rules.quiet_from) for day in (0, 1, 2))
    return next((each for each in begins if each > at and is_quiet(each, rules)), None)
