"""Working days by nation: weekends, and bank holidays, which differ in Scotland."""

from datetime import date, timedelta
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from booking.words import Nation

_DIVISIONS = {
    Nation.ENGLAND: BankHolidays.ENGLAND_AND_WALES,
    Nation.WALES: BankHolidays.ENGLAND_AND_WALES,
    Nation.SCOTLAND: BankHolidays.SCOTLAND,
}


@cache
def bank_holidays(nation: Nation) -> dict[date, str]:
    """Date -> name of every bank holiday known offline; one-off days come as office closures."""
    published = BankHolidays(use_cached_holidays=True).get_holidays(_DIVISIONS[nation])
    return {holiday["date"]: holiday["title"] for holiday in published}


def is_working_day(on: date, nation: Nation) -> bool:
    """Monday to Friday and not a bank holiday of that nation."""
    return on.weekday() < 5 and on not in bank_holidays(nation)


def previous_working_day(on: date, nation: Nation) -> date:
    """The last working day strictly before the date."""
    earlier = on - timedelta(days=1)
    while not is_working_day(earlier, nation):
        earlier -= timedelta(days=1)
    return earlier


def next_working_day(on: date, nation: Nation) -> date:
    """The first working day strictly after the date."""
    later = on + timedelta(days=1)
    while not is_working_day(later, nation):
        later += timedelta(days=1)
    return later
