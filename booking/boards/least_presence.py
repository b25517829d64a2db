"""One office's days week by week, what its least presence lacks, and what can be done about it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from booking import clock
from booking.models import Office
from booking.rotas.coverage import counted_from, counted_until, days_covered, lacking
from booking.rotas.half_days import DAYS, day_of, is_over
from booking.rotas.offering import slot_times
from booking.words import HalfDay


@dataclass(frozen=True)
class Shortage:
    """Weeks at whose end an office has too few days, and what is still possible.

    `days_left` are open days to come on which nobody is there, `not_planned` the Mondays of weeks
    without a rota.
    """

    last_week: date
    lacking: int
    days_left: int
    not_planned: Sequence[date]

    @property
    def is_over(self) -> bool:
        return is_over(self.last_week)

    @property
    def rank(self) -> int:
        """What to read first: what no rota will put right, what one may, what is over."""
        return 2 if self.is_over else 1 if self.awaits_a_rota else 0

    @property
    def awaits_a_rota(self) -> bool:
        """Whether weeks that are not planned yet can put it right: their rotas are asked to."""
        return not self.is_over and bool(self.not_planned) and self.lacking <= self.days_left

    @property
    def what_is_possible(self) -> str:
        if self.is_over:
            return "these weeks are over"
        if self.lacking > self.days_left:
            left = f"only {self.days_left} open" if self.days_left else "no open"
            return f"{left} {'day is' if self.days_left < 2 else 'days are'} left for it"
        if not self.not_planned:
            return "every week is planned, so only a session opened by hand can add a day"
        more = len(self.not_planned)
        return f"{'one week is' if more == 1 else f'{more} weeks are'} not planned yet"


@dataclass(frozen=True)
class OfficeCoverage:
    """An office's days by week, and what is short.

    None are the days of a week not planned yet, before the diary, or after the office has closed.

    `lacking` are the days it has too few in the weeks that end with each; None where nobody can
    say, as the diary does not reach as far back or the office has closed.
    """

    office: Office
    weeks: Sequence[int | None]
    lacking: Sequence[int | None]
    short: Shortage | None

    @property
    def days(self) -> int:
        return sum(each or 0 for each in self.weeks)

    @property
    def at_least(self) -> str:
        rules = self.office.rules
        if not rules.coverage_days:
            return "none"
        days, weeks = _counted(rules.coverage_days, "day"), _counted(rules.coverage_weeks, "week")
        return f"{days}\N{NO-BREAK SPACE}in\N{NO-BREAK SPACE}{weeks}"

    @property
    def in_brief(self) -> str:
        """The days missing; nothing where there are enough."""
        if self.short is None:
            return ""
        missing = _counted(self.short.lacking, "day")
        if self.short.is_over:
            return f"Was {missing} short"
        return f"{missing} {'to plan' if self.short.awaits_a_rota else 'missing'}"

    @property
    def in_words(self) -> str:
        """What is there of what is to be, and what is still possible."""
        if self.short is None:
            return self._why_not_short
        rules, friday = self.office.rules, day_of(self.short.last_week, DAYS - 1)
        weeks = "week" if rules.coverage_weeks == 1 else f"{rules.coverage_weeks} weeks"
        there = f"{rules.coverage_days - self.short.lacking} of at least {rules.coverage_days}"
        return (
            f"{there} in the {weeks} to {friday:%a} {friday.day} {friday:%b}; "
            f"{self.short.what_is_possible}."
        )

    @property
    def _why_not_short(self) -> str:
        if not self.office.rules.coverage_days:
            return "No minimum is set."
        known = any(each is not None for each in self.lacking)
        return "Enough." if known else "The diary does not reach far enough back to say."

    @property
    def is_below(self) -> bool:
        """Whether it lacks days that no rota to come will bring."""
        return self.short is not None and self.short.rank == 0


@dataclass(frozen=True)
class Diary:
    """The days covered in some weeks, and in those before that count with them.

    `begun` is the first week in which anybody was anywhere.
    """

    offices: Sequence[Office]
    mondays: Sequence[date]
    begun: date

    @cached_property
    def _covered(self) -> Mapping[int, Collection[date]]:
        first, ids = self.mondays[0], [office.id for office in self.offices]
        first_on = min((counted_from(each.rules, first) for each in self.offices), default=first)
        return days_covered(ids, first_on, counted_until(self.mondays[-1]))

    @cached_property
    def _planned(self) -> Collection[date]:
        return {clock.monday_of(on) for days in self._covered.values() for on in days}

    def days_at(self, office: Office) -> Collection[date]:
        return self._covered.get(office.id, ())

    def knows(self, office: Office, week: date) -> bool:
        """Whether the week can show days of the office: planned, and not before or after it."""
        return self.is_planned(week) and week >= self.begun and not _is_closed(office, week)

    def may_judge(self, office: Office, week: date) -> bool:
        """Whether the office is to have its days by then: nobody is blamed for time before."""
        begun = not is_over(week) or counted_from(office.rules, week) >= self.begun
        return begun and not _is_closed(office, week)

    def is_planned(self, week: date) -> bool:
        """Whether anybody is anywhere in the district, or the week is over."""
        return week in self._planned or is_over(week)


def of_office(office: Office, diary: Diary) -> OfficeCoverage:
    """The office's weeks; of those short, the one that can still be mended and lacks most."""
    days = diary.days_at(office)
    missing = [
        lacking(office.rules, days, week) if diary.may_judge(office, week) else None
        for week in diary.mondays
    ]
    short = [
        _shortage(office, diary, week, lacks)
        for week, lacks in zip(diary.mondays, missing, strict=True)
        if lacks
    ]
    return OfficeCoverage(
        office,
        [
            sum(clock.monday_of(on) == week for on in days) if diary.knows(office, week) else None
            for week in diary.mondays
        ],
        missing,
        max(short, key=_urgency, default=None),
    )


def _is_closed(office: Office, week: date) -> bool:
    return office.closed_on is not None and office.closed_on <= week


def _urgency(short: Shortage) -> tuple[int, int, int]:
    """What no rota will put right comes first, then what lacks most, then what is due first."""
    return -short.rank, short.lacking, -short.last_week.toordinal()


def _shortage(office: Office, diary: Diary, week: date, lacks: int) -> Shortage:
    first, today = counted_from(office.rules, week), clock.today()
    weeks = [first + timedelta(weeks=n) for n in range(office.rules.coverage_weeks)]
    days = [day_of(each, day) for each in weeks for day in range(DAYS)]
    days_left = sum(
        on >= today
        and on not in diary.days_at(office)
        and any(slot_times(office, on, half_day) for half_day in HalfDay)
        for on in days
    )
    return Shortage(week, lacks, days_left, [each for each in weeks if not diary.is_planned(each)])


def _counted(number: int, what: str) -> str:
    return f"{number}\N{NO-BREAK SPACE}{what}{'s' * (number != 1)}"
