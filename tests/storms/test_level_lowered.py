"""A level lowered while bookings come in, the cap attacked, two workers at one night's job."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from booking.attendance import by_hand, levels, refreshing
from booking.attendance.chances import Chances
from booking.database import db, transaction
from booking.models import Appointment, Session, Slot
from booking.models.diary import HOLDS_A_PLACE
from booking.rights import THE_SERVICE
from booking.words import HalfDay
from tests.makers import (
    WEDNESDAY,
    make_adviser,
    make_appointment,
    make_district,
    make_office,
    make_room,
    make_session,
)
from tests.storms.processes import LONG_BEFORE, from_threads
from tests.storms.takers import take
from tests.truth import untruths


@pytest.fixture(autouse=True)
def before_the_day() -> Iterator[None]:
    with time_machine.travel(LONG_BEFORE, tick=True):
        yield


def _do(what: str, *arguments: int) -> str:
    return {"take": take, "set": set_level, "night": night}[what](*arguments)


def set_level(session_id: int, level: int) -> str:
    by_hand.set_level(session_id=session_id, level=level, reason="A storm", by=THE_SERVICE)
    return f"set {level}"


def night() -> str:
    refreshing.refresh_levels()
    return "refreshed"


def _booked(session: Session) -> list[Slot]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Slot)
            .join(Appointment, Appointment.slot_id == Slot.id)
            .where(Slot.session_id == session.id, HOLDS_A_PLACE)
        )
    )


@pytest.mark.parametrize("level", [0, 2])
def test_a_level_lowered_while_bookings_come_in_strands_and_doubles_nobody(
    app: Flask, level: int
) -> None:
    session = make_session()
    calls: list[tuple[object, ...]] = [("take", slot.id, n) for n, slot in enumerate(session.slots)]
    calls.insert(2, ("set", session.id, level))
    db.session.rollback()
    answers = Counter(from_threads(app, _do, calls, count=6))
    booked = _booked(session)
    assert answers[f"set {level}"] == 1
    assert len(booked) == len(set(booked)) == answers["booked"]
    # Whoever came after the level was lowered found no slot beyond it; nobody before lost theirs.
    open_ones = [s for s in session.slots if not s.beyond_level and s not in booked]
    assert len(open_ones) == max(0, level - len(booked))
    assert answers["booked"] + sum(n for what, n in answers.items() if "slot_" in what) == 5
    assert untruths() == []


def test_the_cap_holds_against_two_leads_at_once(app: Flask) -> None:
    """Each half alone would fit; together they would be one too many."""
    office = make_office(make_district())
    adviser, room = make_adviser(office.district), make_room(office)
    morning = make_session(office, adviser=adviser, room=room)
    afternoon = make_session(office, adviser=adviser, room=room, half_day=HalfDay.PM)
    office.rule_overrides = {"daily_cap": 7}
    db.session.commit()
    with transaction():
        levels.settle_now(adviser.id, WEDNESDAY)
    assert morning.level + afternoon.level == 7
    calls = [("set", morning.id, 5), ("set", afternoon.id, 4)]
    db.session.rollback()
    answers = Counter(from_threads(app, _do, calls, count=2))
    assert answers["beyond_the_cap"] == 1
    db.session.rollback()
    assert morning.level + afternoon.level <= 7


def test_two_workers_and_bookings_at_one_nights_job(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make_office(make_district(comfortable_am=4))
    sessions = [
        make_session(
            office, on=WEDNESDAY + timedelta(days=n), adviser=make_adviser(office.district)
        )
        for n in (0, 1)
    ]
    odds = Chances(0.05, 1e9, 0.0, learned=True)
    monkeypatch.setattr(levels, "chances", lambda *_, **__: odds)
    calls: list[tuple[object, ...]] = [("night",), ("night",)]
    calls += [("take", slot.id, n) for n, slot in enumerate(s for x in sessions for s in x.slots)]
    db.session.rollback()
    answers = Counter(from_threads(app, _do, calls, count=6))
    assert answers["refreshed"] == 2
    for session in sessions:
        booked = _booked(session)
        offered = [s for s in session.slots if not s.beyond_level]
        assert session.level == 4
        assert len({*offered, *booked}) <= 5
        assert len([s for s in offered if s not in booked]) == max(0, 4 - len(booked))
    assert untruths() == []


def test_a_nights_job_killed_half_way_is_finished_by_the_next(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "_AT_A_TIME", 1)
    office = make_office(make_district(comfortable_am=4))
    sessions = [
        make_session(
            office, on=WEDNESDAY + timedelta(days=n), adviser=make_adviser(office.district)
        )
        for n in (0, 1)
    ]
    make_appointment(sessions[1], position=3)
    odds = Chances(0.5, 1e9, 0.0, learned=True)
    monkeypatch.setattr(levels, "chances", lambda *_, **__: odds)
    settle, settled = levels.settle, []

    def until_killed(*facts: object) -> int:
        if settled:
            raise KeyboardInterrupt
        settled.append(facts)
        return settle(*facts)  # type: ignore[arg-type]

    with monkeypatch.context() as killed:
        killed.setattr(levels, "settle", until_killed)
        with pytest.raises(KeyboardInterrupt):
            refreshing.refresh_levels()
    db.session.rollback()
    assert [session.level for session in sessions] == [5, 4]
    assert refreshing.refresh_levels() == 1
    assert [session.level for session in sessions] == [5, 5]
    assert untruths() == []
