"""Forgetting: personal details leave on time, and only then; the record holds none of them."""

import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from booking import appointments, contacts, jobs, retention, texts_in
from booking.database import db
from booking.messages import opt_outs
from booking.models import (
    Appointment,
    AuditEntry,
    Claimant,
    ContactNote,
    InboundText,
    JobRun,
    OptOut,
    OutboxMessage,
    Referral,
)
from booking.rights import THE_SERVICE
from booking.words import ContactWay
from notifications.channels.console import ConsoleChannel
from tests.makers import (
    WEDNESDAY,
    at,
    make_appointment,
    make_claimant,
    make_referral,
    make_session,
)

BOOKED = at(WEDNESDAY - timedelta(days=2), 12)
TWO_YEARS = timedelta(days=731)


def somebody_was_here() -> None:
    with time_machine.travel(BOOKED, tick=False):
        appointment = make_appointment(
            claimant=make_claimant("Invented Memory", "07700 900777"),
            referral=make_referral(job_goal="lighthouse keeping"),
        )
        jobs.tick(ConsoleChannel(), channel_name="console")
        contacts.note_contact(
            appointment_id=appointment.id,
            way=ContactWay.PHONE,
            said="my sister is ill",
            by=THE_SERVICE,
        )
        for number, words in enumerate(("the bus to her aunt is late", "STOP")):
            texts_in.receive(
                provider_id=f"SM{number}", sent_from="+447700900777", sent_to="", body=words
            )
        appointments.cancel(
            appointment_id=appointment.id, reason="her grandson broke a leg", by=THE_SERVICE
        )


def personal_details() -> str:
    """Everything kept, as one text to search in."""
    db.session.rollback()
    rows = []
    for model in (
        *(Appointment, Claimant, ContactNote, InboundText, OptOut, OutboxMessage),
        *(Referral, AuditEntry),
    ):
        for row in db.session.scalars(select(model)):
            rows.append({c.name: str(getattr(row, c.name)) for c in model.__table__.columns})
    return json.dumps(rows)


def test_details_go_when_the_time_is_over_and_not_before(app: Flask) -> None:
    somebody_was_here()
    with time_machine.travel(at(WEDNESDAY, 12) + TWO_YEARS - timedelta(days=3), tick=False):
        assert retention.forget_old_claimants() == 0
    assert "Invented Memory" in personal_details()
    with time_machine.travel(at(WEDNESDAY, 12) + TWO_YEARS, tick=False):
        assert retention.forget_old_claimants() == 1
        assert retention.forget_old_claimants() == 0
    left = personal_details()
    for detail in (
        "Invented Memory",
        "invented memory",
        "7700900777",
        "sister",
        "lighthouse",
        "grandson",
        "aunt",
    ):
        assert detail not in left


def test_what_strangers_text_goes_after_a_month(app: Flask) -> None:
    somebody_was_here()
    with time_machine.travel(BOOKED, tick=False) as clock:
        texts_in.receive(
            provider_id="SM9", sent_from="+447700900888", sent_to="", body="who is this"
        )
        clock.shift(timedelta(days=30))
        assert retention.forget_strangers_texts() == 0
        clock.shift(timedelta(minutes=1))
        assert retention.forget_strangers_texts() == 1
    assert "aunt" in personal_details()


def test_a_shared_number_stays_opted_out_for_the_other(app: Flask) -> None:
    somebody_was_here()
    with time_machine.travel(at(WEDNESDAY, 12) + TWO_YEARS, tick=False):
        make_appointment(
            make_session(on=WEDNESDAY + timedelta(days=735)),
            claimant=make_claimant("Sibling Invented", "07700 900777"),
        )
        assert retention.forget_old_claimants() == 1
        assert opt_outs.is_opted_out("+447700900777")


def test_the_record_never_holds_personal_details(app: Flask) -> None:
    somebody_was_here()
    record = json.dumps([[row.before, row.after] for row in db.session.scalars(select(AuditEntry))])
    for detail in ("Invented", "900777", "sister", "lighthouse", "grandson"):
        assert detail not in record


def test_the_daily_job_runs_once_a_day_however_often_the_clock_ticks(app: Flask) -> None:
    somebody_was_here()
    with time_machine.travel(at(WEDNESDAY, 12) + TWO_YEARS, tick=False) as clock:
        first = jobs.tick(ConsoleChannel(), channel_name="console")
        again = jobs.tick(ConsoleChannel(), channel_name="console")
        clock.shift(timedelta(days=1))
        next_day = jobs.tick(ConsoleChannel(), channel_name="console")
    assert "claimants forgotten: 1" in first
    assert not any("claimants" in line for line in again)
    assert "claimants forgotten: 0" in next_day


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2028-02-29"])
def test_a_daily_job_runs_once_on_the_odd_days_too(app: Flask, day: str) -> None:
    with time_machine.travel(f"{day}T00:00:00Z", tick=False) as clock:
        for _ in range(24 * 4):
            jobs.tick(ConsoleChannel(), channel_name="console")
            clock.shift(timedelta(minutes=15))
    runs = db.session.scalars(select(JobRun.name)).all()
    assert sorted(runs) == sorted(name for name, _, _ in jobs.DAILY)
