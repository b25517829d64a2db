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
