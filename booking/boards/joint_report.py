"""The joint FTA report both organisations read: an office's week beside the weeks before."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from sqlalchemy import select

from booking import clock
from booking.boards.attendance_counts import LEADS, Counts, Over, counted, lead_band, over
from booking.boards.charts import Chart, percent
from booking.database import db
from booking.errors import NotFound
from booking.exchange.csv_files import line
from booking.models import Office
from booking.places import offices_in_reach
from booking.rights import Actor, reachable_office
from booking.words import AppointmentKind, ExcusedReason, Status

_WEEKS_BEFORE = 12
COLUMNS = (
    *("office", "from", "to", "counted", "attended", "failed_to_attend", "fta_rate"),
    *("fta_low_95", "fta_high_95", "cancelled", "excused", "no_outcome", "walkovers"),
)


@dataclass(frozen=True)
class Report:
    """One office's week: counted, what was left out and why, and the weeks before."""

    office: Office
    monday: date
    week: Counts
    before: Counts
    by_week: Sequence[tuple[date, Counts]]
    by_lead: Mapping[int, Counts]
    by_kind: Mapping[AppointmentKind, Counts]
    excused: Mapping[ExcusedReason | None, int]
    words: str
    chart: Chart

    @property
    def is_over(self) -> bool:
        return self.monday + timedelta(days=7) <= clock.today()


def offices(by: Actor) -> Sequence[Office]:
    """The offices whose report the actor may read: an office's staff their own."""
    by.must("see joint figures")
    return [
        office
        for office in offices_in_reach(by)
        if office.allows_access and by.office_id in (None, office.id)
    ]


def office_of(code: str | None, own: Office | None, by: Actor) -> Office | None:
    """The office asked for, else one's own, else the first there is; NotFound out of reach."""
    within = offices(by)
    if code is None:
        return own if own in within else next(iter(within), None)
    office = reachable_office(db.session.scalar(select(Office).where(Office.code == code)), by)
    if office not in within:
        raise NotFound
    return office


def weekly(office: Office, monday: date, *, by: Actor) -> Report:
    """The report of a week, with the twelve weeks before it."""
    by.must("see joint figures")
    first_on = monday - timedelta(weeks=_WEEKS_BEFORE)
    rows = over(first_on, monday + timedelta(days=6), office_id=office.id)
    this_week = [row for row in rows if row.on >= monday]
    counts = counted(rows, lambda row: clock.monday_of(row.on))
    by_week = [(each, counts.get(each, Counts())) for each in _mondays(first_on, monday)]
    week, before = _total(this_week), _total([row for row in rows if row.on < monday])
    excused = Counter(row.excused_reason for row in this_week if row.status == Status.EXCUSED)
    return Report(
        office=office,
        monday=monday,
        week=week,
        before=before,
        by_week=by_week,
        by_lead=counted(this_week, lead_band),
        by_kind=counted(this_week, lambda row: row.kind),
        excused=excused,
        words=_words(week, before),
        chart=_chart(by_week),
    )


def weekly_lines(office: Office, monday: date, *, by: Actor) -> Iterator[str]:
    """The report's weeks as CSV, the newest last."""
    by.must("see joint figures")
    first_on = monday - timedelta(weeks=_WEEKS_BEFORE)
    rows = over(first_on, monday + timedelta(days=6), office_id=office.id)
    yield line(COLUMNS)
    for each in _mondays(first_on, monday):
        last_on = each + timedelta(days=6)
        yield _line(office, each, last_on, [row for row in rows if each <= row.on <= last_on])


def monthly_lines(month: date, *, by: Actor) -> Iterator[str]:
    """A calendar month of every office the actor may read, as CSV."""
    first_on = month.replace(day=1)
    last_on = (first_on + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    yield line(COLUMNS)
    for office in offices(by):
        yield _line(office, first_on, last_on, over(first_on, last_on, office_id=office.id))


def lead_words(band: int) -> str:
    return LEADS[band][1]


def _mondays(first: date, last: date) -> Sequence[date]:
    return [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]


def _total(rows: Sequence[Over]) -> Counts:
    return counted(rows, lambda _: 0).get(0, Counts())


def _words(week: Counts, before: Counts) -> str:
    """The week beside the weeks before, and whether the difference is more than chance."""
    if week.fta_rate is None:
        return "Nobody was due this week, or no outcome is recorded yet."
    rate = percent(week.fta_rate)
    said = f"{week.failed_to_attend} of {week.denominator} failed to attend, {rate}."
    if before.fta_rate is None:
        return f"{said} There are no earlier weeks to compare it with."
    low, high = week.interval
    said += f" In the twelve weeks before it was {percent(before.fta_rate)}."
    if before.fta_rate < low:
        return f"{said} That is more than chance makes likely: worth asking why."
    if before.fta_rate > high:
        return f"{said} That is fewer than chance makes likely."
    return f"{said} So few appointments differ that much by chance: no change is shown."


def _chart(by_week: Sequence[tuple[date, Counts]]) -> Chart:
    known = [(n, each) for n, (_, each) in enumerate(by_week) if each.fta_rate is not None]
    highest = max([0.5, *(each.interval[1] for _, each in known)])
    end = ceil(10 * highest) / 10
    last = len(by_week) - 1
    chart = Chart(
        "FTA rate week by week",
        "Dots: each week's rate; the bars are its 95 per cent intervals.",
        *((-0.5, last + 0.5), (0, end)),
        *("Week of", "FTA rate"),
    ).ticks(
        range(last % 4, last + 1, 4),
        [n / 10 for n in range(0, round(10 * end) + 1, 2 if end > 0.5 else 1)],
        x=lambda n: f"{by_week[int(n)][0].day} {by_week[int(n)][0]:%b}",
        y=percent,
    )
    chart.line([(n, each.fta_rate or 0.0) for n, each in known])
    for n, each in known:
        chart.whisker(n, *each.interval)
        chart.dot(n, each.fta_rate or 0.0, kind="chosen" if n == last else "plain")
    return chart


def _line(office: Office, first_on: date, last_on: date, rows: Sequence[Over]) -> str:
    total = _total(rows)
    rate, (low, high) = total.fta_rate, total.interval
    walkovers = sum(row.kind == AppointmentKind.WALKOVER for row in rows)
    shares = ["", "", ""] if rate is None else [f"{each:.4f}" for each in (rate, low, high)]
    return line(
        [
            *(office.code, first_on, last_on, total.denominator, total.attended),
            *(total.failed_to_attend, *shares, total.cancelled, total.excused, total.open),
            walkovers,
        ]
    )
