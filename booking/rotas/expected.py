"""What each office-session of a week will likely want: the forecast, or what was entered."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from booking import clock
from booking.attendance import forecasting
from booking.database import db
from booking.models import (
    Appointment,
    Claimant,
    DemandEntry,
    Office,
    Referral,
    Session,
    Slot,
    WaitingEntry,
)
from booking.models.diary import HOLDS_A_PLACE
from booking.rotas import demand, unmet
from booking.rotas.half_days import DAYS, SESSIONS, day_of, session_of
from booking.rotas.offering import offered
from booking.words import HalfDay, SessionKind, Status, WaitingState

WEEKS_BACK = 8


@dataclass(frozen=True)
class Expected:
    """One office-session: how many bookings, where they probably fall, who said so, how many yet.

    `entry` replaces the forecast; what is booked already is wanted in any case. While the office
    is shut (`capacity` 0) nothing is wanted, whatever was entered or is booked there still.
    """

    wanted: int
    forecast: demand.Wanted
    capacity: int
    booked: int
    entry: DemandEntry | None


def expected(offices: Sequence[Office], week: date) -> dict[int, list[Expected]]:
    """By office, its ten sessions of the week."""
    ids = [office.id for office in offices]
    attendance = forecasting.current()
    capacity = {
        office.id: [
            numbers[half_day]
            for day in range(DAYS)
            for numbers in [offered(office, day_of(week, day), attendance)]
            for half_day in HalfDay
        ]
        for office in offices
    }
    is_open = {office_id: [n > 0 for n in numbers] for office_id, numbers in capacity.items()}
    forecast = demand.forecast(_pasts(offices, is_open), is_open)
    booked = _bookings(ids, week, week + timedelta(days=DAYS), with_missed=False)
    entries = _entries(ids, week)
    found: dict[int, list[Expected]] = {}
    for office_id in ids:
        whole = demand.in_whole_bookings(forecast[office_id])
        found[office_id] = []
        for session in range(SESSIONS):
            entry = entries.get((office_id, session))
            likely = entry.wanted if entry is not None else whole[session]
            already = booked[office_id, session]
            places = capacity[office_id][session]
            found[office_id].append(
                Expected(
                    wanted=max(likely, already) if places else 0,
                    forecast=forecast[office_id][session],
                    capacity=places,
                    booked=already,
                    entry=entry,
                )
            )
    return found


def _pasts(
    offices: Sequence[Office], is_open: Mapping[int, Sequence[bool]]
) -> dict[int, demand.Past]:
    ids = [office.id for office in offices]
    this_monday = clock.monday_of(clock.today())
    first_on = this_monday - timedelta(weeks=WEEKS_BACK)
    bookings = _bookings(ids, first_on, this_monday, with_missed=True)
    weeks = _weeks_worked(ids, first_on, this_monday)
    signing, waiting = _signing_days(ids, first_on), _waiting(ids)
    not_booked = unmet.by_session(offices, is_open)
    return {
        office.id: demand.Past(
            bookings=[bookings[office.id, session] for session in range(SESSIONS)],
            weeks=weeks,
            signing=[signing[office.id, day] for day in range(DAYS)],
            referred=_referred(office),
            waiting=waiting.get(office.id, 0),
            unmet=not_booked.get(office.id, (0.0,) * SESSIONS),
        )
        for office in offices
    }


def _bookings(
    ids: Sequence[int], first_on: date, before: date, *, with_missed: bool
) -> Counter[tuple[int, int]]:
    """Interviews booked by office and session; of the past all but the cancelled ones count."""
    counted = Appointment.status != Status.CANCELLED if with_missed else HOLDS_A_PLACE
    rows = db.session.execute(
        select(Session.office_id, Session.on_date, Session.half_day, func.count())
        .join(Slot, Slot.session_id == Session.id)
        .join(Appointment, Appointment.slot_id == Slot.id)
        .where(
            Session.office_id.in_(ids),
            Session.on_date >= first_on,
            Session.on_date < before,
            Session.kind == SessionKind.INTERVIEWS,
            counted,
        )
        .group_by(Session.office_id, Session.on_date, Session.half_day)
    )
    found: Counter[tuple[int, int]] = Counter()
    for office_id, on, half_day, count in rows:
        session = session_of(on, half_day)
        if session is not None:
            found[office_id, session] += count
    return found


def _weeks_worked(ids: Sequence[int], first_on: date, before: date) -> int:
    """For how many of the weeks looked at the district has a diary at all."""
    days = db.session.scalars(
        select(Session.on_date)
        .distinct()
        .where(Session.office_id.in_(ids), Session.on_date >= first_on, Session.on_date < before)
    )
    return len({clock.monday_of(on) for on in days})


def _signing_days(ids: Sequence[int], first_on: date) -> Counter[tuple[int, int]]:
    start, _ = clock.day_bounds(first_on)
    rows = db.session.execute(
        select(Referral.office_id, Claimant.signing_weekday, func.count())
        .join(Claimant, Referral.claimant_id == Claimant.id)
        .where(
            Referral.office_id.in_(ids),
            Referral.created_at >= start,
            Claimant.signing_weekday.is_not(None),
        )
        .group_by(Referral.office_id, Claimant.signing_weekday)
    )
    return Counter({(office_id, weekday): count for office_id, weekday, count in rows})


def _waiting(ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(WaitingEntry.office_id, func.count())
        .where(WaitingEntry.office_id.in_(ids), WaitingEntry.state == WaitingState.WAITING)
        .group_by(WaitingEntry.office_id)
    )
    return dict(rows.tuples().all())


def _referred(office: Office) -> float | None:
    """Referrals a week to expect of the claims that reach each stage (000:992-997)."""
    rules = office.rules
    claims = (rules.claims_stage_1, rules.claims_stage_2, rules.claims_stage_3)
    shares = (rules.share_stage_1, rules.share_stage_2, rules.share_stage_3)
    if not any(claims):
        return None
    return sum(number * share for number, share in zip(claims, shares, strict=True))


def _entries(ids: Sequence[int], week: date) -> Mapping[tuple[int, int], DemandEntry]:
    entries = db.session.scalars(
        select(DemandEntry).where(
            DemandEntry.office_id.in_(ids),
            DemandEntry.on_date.between(week, day_of(week, DAYS - 1)),
        )
    )
    return {
        (entry.office_id, session): entry
        for entry in entries
        if (session := session_of(entry.on_date, entry.half_day)) is not None
    }
