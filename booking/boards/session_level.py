"""A session's level as a lead argues about it: the curves, the break-even, the worst-off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from booking.attendance import by_hand, curves, levels
from booking.attendance.curves import BreakEven, DayOutlook, Sharing
from booking.boards.charts import Chart, percent
from booking.database import db
from booking.errors import NotFound
from booking.models import Session
from booking.rights import Actor, reachable_office

_MOST_WEIGHT = 1.5


@dataclass(frozen=True)
class SessionLevel:
    """Everything the page shows of one session; the pictures are None where there is no level."""

    session: Session
    booked: int
    slots: int
    may_change: bool
    outlook: DayOutlook | None
    attended: Chart | None
    risk: Chart | None
    break_even: BreakEven | None
    break_even_chart: Chart | None
    sharing: Sharing | None
    waits: Sequence[tuple[datetime, int, float | None]]

    @property
    def overbooked(self) -> int:
        return sum(slot.overbooked for slot in self.session.slots)


def show(session_id: int, *, by: Actor) -> SessionLevel:
    """The level of a session in the actor's district, or NotFound."""
    by.must("set a level")
    session = db.session.get(Session, session_id)
    if session is None:
        raise NotFound
    reachable_office(session.office, by)
    day = levels.day_of(session.adviser_id, session.on_date)
    outlook = curves.outlook(session)
    even = curves.break_even(outlook) if outlook else None
    shared = curves.sharing(outlook) if outlook else None
    return SessionLevel(
        session=session,
        booked=sum(slot.id in day.held for slot in session.slots),
        slots=len(levels.usable(session)),
        may_change=by_hand.can_set(session),
        outlook=outlook,
        attended=_attended(outlook) if outlook else None,
        risk=_risk(outlook) if outlook else None,
        break_even=even,
        break_even_chart=_break_even(even, outlook) if even and outlook else None,
        sharing=shared,
        waits=_waits(outlook, shared) if outlook and shared else (),
    )


def _attended(outlook: DayOutlook) -> Chart:
    rows = outlook.level.table
    most = max(len(rows), outlook.level.comfortable + 1)
    chart = Chart(
        "How many come",
        "Bars: expected to attend by number booked. The line is the comfortable number.",
        *((0.4, len(rows) + 0.6), (0, most)),
        *("Booked", "Expected to attend"),
    ).ticks([row.booked for row in rows], range(0, most + 1, 2))
    for row in rows:
        chart.bar(row.booked, row.expected_attended, wide=0.7, kind=_kind(row.booked, outlook))
    chart.rule(outlook.level.comfortable, f"comfortable: {outlook.level.comfortable}")
    return chart


def _risk(outlook: DayOutlook) -> Chart:
    rows, risk = outlook.level.table, outlook.rules.overload_risk
    highest = max(0.2, risk * 1.5, *(row.p_over_comfortable for row in rows))
    step = next(step for step in (0.05, 0.1, 0.2, 0.25) if 5 * step >= highest or step == 0.25)
    marks = [n * step for n in range(ceil(highest / step) + 1)]
    chart = Chart(
        "How often more come than is comfortable",
        "Bars: the chance of more than the comfortable number, by number booked. The line is the "
        "risk the district accepts.",
        *((0.4, len(rows) + 0.6), (0, marks[-1])),
        *("Booked", "Share of days"),
    ).ticks([row.booked for row in rows], marks, y=percent)
    for row in rows:
        kind = _kind(row.booked, outlook)
        chart.bar(row.booked, row.p_over_comfortable, wide=0.7, kind=kind)
    chart.rule(risk, f"accepted: {percent(risk)}")
    return chart


def _kind(booked: int, outlook: DayOutlook) -> str:
    if booked == outlook.offered:
        return "chosen"
    return "plain" if booked <= outlook.level.level else "beyond"


def _break_even(even: BreakEven, outlook: DayOutlook) -> Chart:
    rate, weight = outlook.chances.rate, outlook.rules.wait_weight
    chart = Chart(
        "When not to share a start",
        "Lines: the weight of a claimant's minute from which one booking a slot is best, by FTA "
        "rate; the upper without walkovers, the lower when they fill half the gaps. The dot is "
        "this day.",
        *((0.1, 0.6), (0, _MOST_WEIGHT)),
        *("FTA rate", "A minute of waiting weighs"),
    ).ticks([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [0, 0.5, 1, 1.5], x=percent)
    for fill, kind in enumerate(("plain", "quiet")):
        points = [(r, w[fill]) for r, w in even.by_rate]
        known = [(r, w) for r, w in points if w is not None]
        if kind == "plain" and known:
            chart.area([*known, (known[-1][0], 0.0), (known[0][0], 0.0)], "tint")
        chart.line(known, kind)
    chart.note(0.11, 1.36, "one booking a slot is best")
    chart.note(0.59, 0.06, "sharing pays", "end")
    chart.dot(min(max(rate, 0.1), 0.6), min(weight, _MOST_WEIGHT), radius=6, kind="chosen")
    return chart


def _waits(outlook: DayOutlook, shared: Sharing) -> Sequence[tuple[datetime, int, float | None]]:
    """By slot: when it starts, how many would be booked, the last one's wait in minutes."""
    slots = [slot for session in outlook.sessions for slot in session.slots]
    chosen = shared.plan.chosen
    return [
        (slot.starts_at, many, wait)
        for slot, many, wait in zip(
            slots, chosen.bookings, chosen.longest_waits_minutes, strict=True
        )
    ]
