"""Attendance history: brought in once however often, one view with the diary, learned at night."""

import gzip
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, select, update

from booking import appointments, clock, jobs, outcomes
from booking.attendance import forecasting, history
from booking.database import db, transaction
from booking.models import AttendanceForecast, JobRun, PastOutcome
from booking.rights import THE_SERVICE
from booking.words import Status
from notifications.channels import open_channel
from optimizer.attendance.columns import as_columns
from optimizer.attendance.history import PastAppointment
from tests.makers import WEDNESDAY, at, make_appointment, make_office, make_session
from tests.optimizer.invented_history import as_csv, invent

HEADER = "booked_at,starts_at,office,adviser,kind,reminder,outcome"
A_ROW = "2026-06-01T10:00,2026-06-08T09:00,{office},Ada,first,sent,{outcome}"
NIGHT = at(WEDNESDAY, 5)


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


def brought_in(app: Flask, path: Path, *options: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["import-history", str(path), *options])
    return done.exit_code, done.output


def a_row(office: str = "O1", outcome: str = "attended") -> str:
    return A_ROW.format(office=office, outcome=outcome)


def how_many() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(PastOutcome)) or 0


def tick() -> list[str]:
    return jobs.tick(open_channel({"SMS_GATEWAY": "console"}), channel_name="console")


def test_the_same_file_again_adds_nothing_and_a_longer_one_only_what_is_new(
    app: Flask, tmp_path: Path
) -> None:
    path = write(tmp_path / "h.csv", a_row(), a_row())  # two claimants alike in all but name
    assert "added: 2." in brought_in(app, path)[1]
    assert "added: 0. Changed: 0. Here already: 2." in brought_in(app, path)[1]
    write(path, a_row(), a_row(), a_row())
    assert "added: 1. Changed: 0. Here already: 2." in brought_in(app, path)[1]
    assert how_many() == 3


def test_a_corrected_outcome_replaces_what_was_there(app: Flask, tmp_path: Path) -> None:
    path = write(tmp_path / "h.csv", a_row())
    brought_in(app, path)
    write(path, a_row(outcome="failed_to_attend"))
    assert "added: 0. Changed: 1." in brought_in(app, path)[1]
    assert db.session.scalars(select(PastOutcome.outcome)).all() == [Status.FAILED_TO_ATTEND]


BAD_ROWS = [
    ("2026-06-09T10:00,2026-06-08T09:00,O1,,first,sent,attended", "booked after it started"),
    ("2026-06-01,2026-06-08T09:00,O1,,first,sent,attended", "not an ISO 8601 time"),
    ("2026-06-01T10:00,2026-06-08T09:00,,,first,sent,attended", "office is empty"),
    ("2026-06-01T10:00,2026-06-08T09:00,O1,,second,sent,attended", "kind is 'second'"),
    ("2026-06-01T10:00,2026-06-08T09:00,O1,,first,lost,attended", "reminder is 'lost'"),
    ("2026-06-01T10:00,2026-06-08T09:00,O1,,first,sent,came", "outcome is 'came'"),
    ("2026-06-01T10:00,2026-06-08T09:00,O1,first,sent,attended", "as many cells"),
]


@pytest.mark.parametrize(("row", "problem"), BAD_ROWS)
def test_a_bad_row_is_named_and_skipped_or_stops_it_all(
    sqlite_app: Flask, tmp_path: Path, row: str, problem: str
) -> None:
    path = write(tmp_path / "h.csv", a_row(), row)
    code, said = brought_in(sqlite_app, path, "--strict")
    assert (code, how_many()) == (2, 0)
    assert "line 3" in said
    assert problem in said
    code, said = brought_in(sqlite_app, path)
    assert (code, how_many()) == (0, 1)
    assert "line 3" in said
    assert "Rows skipped: 1." in said


def test_a_time_without_an_offset_is_londons(sqlite_app: Flask, tmp_path: Path) -> None:
    brought_in(sqlite_app, write(tmp_path / "h.csv", a_row()))
    (row,) = db.session.scalars(select(PastOutcome))
    assert row.starts_at.isoformat() == "2026-06-08T08:00:00+00:00"


def test_history_counts_until_the_offices_own_diary_begins(app: Flask, tmp_path: Path) -> None:
    """The old system's rows of days the diary has too are the same appointments."""
    with time_machine.travel(at(WEDNESDAY, 9), tick=False) as clock_now:
        office = make_office()
        appointment = make_appointment(make_session(office))
        clock_now.shift(timedelta(hours=1))
        outcomes.record_outcome(
            appointment_id=appointment.id, outcome=Status.ATTENDED, by=THE_SERVICE
        )
        first = f"2027-01-20T08:00,2027-01-20T09:00,{office.code},Ada,first,sent,attended"
        same = f"2027-01-20T08:00,2027-01-20T09:45,{office.code},Ada,first,sent,attended"
        other = f"2027-01-20T08:00,2027-01-20T09:45,{office.code}X,Ada,first,sent,attended"
        path = write(tmp_path / "h.csv", a_row(office.code), first, same, other)
        brought_in(app, path)
        assert history.how_many_counted() == 1, "today's are not all written down yet"
        clock_now.shift(timedelta(days=1))
        assert history.how_many_counted() == 3  # the diary's, the one before it, the other office's


def test_what_is_cancelled_ahead_is_history_once_its_time_has_come(sqlite_app: Flask) -> None:
    with time_machine.travel(at(WEDNESDAY, 8), tick=False) as clock_now:
        session = make_session()
        make_appointment(session, position=1)  # nobody has said yet what became of it
        appointment = make_appointment(session)
        appointments.cancel(appointment_id=appointment.id, by=THE_SERVICE)
        assert db.session.execute(history.ended()).all() == []
        clock_now.move_to(session.slots[0].starts_at)
        assert len(db.session.execute(history.ended()).all()) == 1
        clock_now.move_to(session.slots[1].starts_at)
        ((_, starts_at, _, _, outcome),) = db.session.execute(history.ended())
        assert (starts_at, outcome) == (appointment.slot.starts_at, Status.CANCELLED)


def test_the_history_is_read_in_one_order_however_it_came(
    sqlite_app: Flask, tmp_path: Path
) -> None:
    facts = product(("01", "02"), ("O1", "O2"), ("first", "return"), ("attended", "cancelled"))
    rows = [
        f"2026-06-{day}T10:00,2026-06-08T09:00,{office},Ada,{kind},sent,{outcome}"
        for day, office, kind, outcome in facts
    ]
    read = []
    for path in (write(tmp_path / "h.csv", *rows), write(tmp_path / "r.csv", *reversed(rows))):
        brought_in(sqlite_app, path)
        read.append(list(history.past_appointments()))
        db.session.execute(delete(PastOutcome))
        db.session.commit()
    assert read[0] == read[1]


def test_cancelled_and_excused_are_no_failures(sqlite_app: Flask, tmp_path: Path) -> None:
    rows = [a_row(outcome=outcome) for outcome in ("attended", "cancelled", "excused")]
    brought_in(sqlite_app, write(tmp_path / "h.csv", *rows))
    assert history.how_many_counted() == 1
    assert sorted(str(row.missed) for row in history.past_appointments()) == [
        *("False", "None", "None")
    ]


@pytest.fixture(scope="module")
def invented() -> list[str]:
    """Four months of four offices, to learn from."""
    return as_csv(invent(offices=4, weeks=16, a_day=10, seed=5).rows).splitlines()[1:]


def test_every_night_the_worker_learns_from_what_is_new_and_keeps_window_and_scores(
    app: Flask, tmp_path: Path, invented: list[str]
) -> None:
    brought_in(app, write(tmp_path / "h.csv", *invented))
    with time_machine.travel(NIGHT, tick=False) as night:
        counted = history.how_many_counted()
        assert f"outcomes learned from: {counted}" in tick()
        kept = forecasting.newest()
        assert kept is not None
        assert (kept.appointments, kept.trained_at) == (counted, NIGHT)
        assert kept.evaluation is not None
        assert set(kept.evaluation["baselines"]) == {"constant", "lead_table", "binomial_day"}
        learned = forecasting.current()
        assert learned is not None
        assert learned.window.appointments == counted
        night.shift(timedelta(days=1))
        assert "outcomes learned from: 0" in tick(), "nothing is new"
        assert db.session.scalar(select(func.count()).select_from(AttendanceForecast)) == 1


def test_fifty_outcomes_more_or_fewer_are_enough_to_learn_anew(
    sqlite_app: Flask, tmp_path: Path, invented: list[str]
) -> None:
    with time_machine.travel(NIGHT, tick=False):
        assert forecasting.retrain() == 0
        assert forecasting.newest() is None, "there is nothing to learn from"
        brought_in(sqlite_app, write(tmp_path / "h.csv", *invented[:120]))
        counted = history.how_many_counted()
        assert forecasting.retrain() == counted
        for more, learned in ((49, 0), (-49, 0), (50, counted), (-50, counted)):
            db.session.execute(update(AttendanceForecast).values(appointments=counted + more))
            db.session.commit()
            assert forecasting.retrain() == learned, more


@pytest.mark.parametrize(
    ("before", "since", "enough"),
    [(200, 200, True), (199, 200, False), (200, 199, False), (0, 0, False)],
)
def test_a_forecast_is_scored_on_four_weeks_with_enough_on_either_side(
    before: int, since: int, enough: bool
) -> None:
    last = WEDNESDAY
    days = [last - timedelta(days=28)] * before + [last - timedelta(days=27)] * (since - 1) + [last]
    rows = [
        PastAppointment("O1", on, 9, 7, "first", nth % 3 == 0)
        for nth, on in enumerate(days[: before + since])
    ]
    scores = forecasting.held_out(as_columns(rows), {})
    assert (scores is not None) == enough
    if scores is not None:
        assert (scores["n_train"], scores["n_test"]) == (before, since)


def test_an_office_of_the_diary_is_forecast_and_scored_with_its_district(
    sqlite_app: Flask, tmp_path: Path, invented: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make_office()
    scored_with = []
    evaluate = forecasting.evaluate_columns

    def scored(*given: object, district_of: dict[str, str], **more: object) -> dict:
        scored_with.append(district_of)
        return evaluate(*given, district_of=district_of, **more)

    monkeypatch.setattr(forecasting, "evaluate_columns", scored)
    brought_in(sqlite_app, write(tmp_path / "h.csv", *invented))
    with time_machine.travel(NIGHT, tick=False):
        forecasting.retrain()
    learned = forecasting.current()
    assert learned is not None
    assert learned.district_of == {office.code: office.district.code}
    assert scored_with == [learned.district_of]


def test_a_night_job_whose_worker_was_killed_is_taken_over_by_another(
    app: Flask, tmp_path: Path, invented: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    brought_in(app, write(tmp_path / "h.csv", *invented[:300]))
    with time_machine.travel(NIGHT, tick=False) as night:
        with monkeypatch.context() as killed:
            killed.setattr(
                jobs, "DAILY", [(*job[:2], _killed) for job in jobs.DAILY if "learned" in job[0]]
            )
            with pytest.raises(KeyboardInterrupt):
                tick()
        assert not any("learned" in line for line in tick()), "it may still be running"
        night.shift(timedelta(hours=1, minutes=1))
        assert any("outcomes learned from: " in line for line in tick())
        assert not any("learned" in line for line in tick()), "once"
        db.session.rollback()
        assert None not in db.session.scalars(select(JobRun.finished_at)).all()


def _killed() -> int:
    raise KeyboardInterrupt


def test_a_broken_forecast_gives_way_to_the_one_before_and_then_to_the_prior(
    app: Flask, tmp_path: Path, invented: list[str]
) -> None:
    with time_machine.travel(NIGHT, tick=False):
        assert forecasting.current() is None
        brought_in(app, write(tmp_path / "h.csv", *invented[:300]))
        forecasting.retrain()
        brought_in(app, write(tmp_path / "h.csv", *invented[:600]))
        forecasting.retrain()
        first, second = db.session.scalars(
            select(AttendanceForecast.id).order_by(AttendanceForecast.id)
        )
        _break(second)
        older = forecasting.current()
        assert older is not None
        assert older.window.appointments == 300
        _break(first)
        assert forecasting.current() is None


def _break(forecast_id: int) -> None:
    db.session.execute(
        update(AttendanceForecast)
        .where(AttendanceForecast.id == forecast_id)
        .values(document=b"torn", digest=str(forecast_id))
    )
    db.session.commit()


def test_what_cannot_be_learned_leaves_the_forecast_in_use(
    app: Flask, tmp_path: Path, invented: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(NIGHT, tick=False):
        brought_in(app, write(tmp_path / "h.csv", *invented[:300]))
        forecasting.retrain()
        brought_in(app, write(tmp_path / "h.csv", *invented[:600]))

        for failure in (ValueError("Singular matrix"), ZeroDivisionError()):

            def failing(*_: object, failure: Exception = failure, **__: object) -> None:
                raise failure

            monkeypatch.setattr(forecasting, "held_out", failing)
            assert forecasting.retrain() == 0
        kept = forecasting.newest()
        assert kept is not None
        assert kept.appointments == 300
        assert clock.now() == NIGHT


def test_five_forecasts_are_kept_and_one_that_is_not_as_it_was_saved_is_not_used(
    sqlite_app: Flask, tmp_path: Path, invented: list[str]
) -> None:
    brought_in(sqlite_app, write(tmp_path / "h.csv", *invented[:60]))
    with time_machine.travel(NIGHT, tick=False) as night:
        for _ in range(6):
            night.shift(timedelta(minutes=1))
            with transaction():
                forecasting.learn_within()
        kept = db.session.scalars(select(AttendanceForecast).order_by(AttendanceForecast.id)).all()
        assert [each.id for each in kept] == [2, 3, 4, 5, 6]
        newest = forecasting.newest()
        assert newest is kept[-1]
        assert len({each.digest for each in kept}) == 1, "the same history, the same forecast"
        kept[-1].document, kept[-1].digest = gzip.compress(b"{}"), kept[0].digest[::-1]
        kept[-2].document = gzip.compress(gzip.decompress(kept[-2].document), compresslevel=1)
        kept[-2].digest = f"{kept[-2].digest[:-1]}x"
        kept[-3].digest = kept[-3].digest[::-1]
        db.session.commit()
        assert forecasting.current() is not None
        for each in kept[:2]:
            each.digest = each.digest[::-1]
        db.session.commit()
        assert forecasting.current() is None, "not one is as it was saved"
