"""The demo district: loaded whole or not at all, the same for the same day, true to every rule."""

import os
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import URL, create_engine, select, text

from booking import clock, demo, free_slots, referrals, tokens, walkovers
from booking.database import Base, db
from booking.demo import people
from booking.models import (
    Adviser,
    Appointment,
    AuditEntry,
    Claimant,
    ClaimantTime,
    Office,
    OutboxMessage,
    Room,
    Session,
    Slot,
    User,
)
from booking.rights import THE_SERVICE, actor_of
from booking.words import AppointmentKind, Hold, Role, SessionKind, Status
from tests.conftest import make_app
from tests.demo_truth import check_everything, rows
from tests.makers import WEDNESDAY, at, make_district, make_user

NOW = at(WEDNESDAY, 11, 5)
# How many days of 2026 to 2028 are tried; two are always nasty ones.
DAYS = int(os.environ.get("LOCAL_DIARIES_DEMO_DAYS", "2"))
NASTY_DAYS = [date(2026, 12, 19), date(2027, 3, 28)]  # before Christmas; Easter and the clocks
# What must not be guessed differs from load to load: keys, salts, and codes given by chance.
SECRET = {"token", "code", "provider_id", "password_hash", "security_stamp"}


def sampled_days() -> list[date]:
    chosen = random.Random(2026)
    first = date(2026, 1, 1)
    return NASTY_DAYS + [first + timedelta(chosen.randrange(1095)) for _ in range(DAYS - 2)]


@pytest.fixture(scope="module")
def on_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite"
    shutil.copy(migrated_sqlite, path)
    return loaded(make_app(f"sqlite:///{path}"))


@pytest.fixture(scope="module")
def on_postgresql(postgres: URL) -> Flask:
    return loaded(make_app(a_copy_of(postgres)))


@pytest.fixture(params=["on_sqlite", "on_postgresql"])
def district(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The demo as it was loaded on a Wednesday at five past eleven, on each database."""
    yield from inside(request.getfixturevalue(request.param))


def loaded(app: Flask, now: datetime = NOW) -> Flask:
    for _ in inside(app, now):
        demo.load()
    return app


def inside(app: Flask, now: datetime = NOW) -> Iterator[Flask]:
    with time_machine.travel(now, tick=False), app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def a_copy_of(postgres: URL) -> str:
    """A database beside the migrated one; it goes when the server does."""
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE demo TEMPLATE migrated"))
    engine.dispose()
    return postgres.set(database="demo").render_as_string(hide_password=False)


@pytest.fixture
def empty(migrated_sqlite: Path, tmp_path: Path) -> Callable[[], Flask]:
    """Makes apps on empty databases."""

    def made() -> Flask:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite"
        shutil.copy(migrated_sqlite, path)
        return make_app(f"sqlite:///{path}")

    return made


def contents(*, without: set[str]) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, but for some columns."""
    return {
        table.name: [
            {name: value for name, value in row._mapping.items() if name not in without}
            for row in db.session.execute(select(table).order_by(*table.primary_key))
        ]
        for table in Base.metadata.sorted_tables
    }


# What is in it


def test_a_dozen_offices_of_every_sort(district: Flask) -> None:
    offices = rows(Office)
    assert len(offices) == 12
    assert sum(office.kind == "alternative_venue" for office in offices) == 3
    assert [office.name for office in offices if not office.allows_access] == ["Saltmarsh End"]
    assert [office.name for office in offices if office.first_start] == ["Over Pottering"]
    assert all(1 <= len(office.rooms) <= 4 for office in offices)
    rooms = rows(Room)
    for sort in ("private", "bookable_in_advance", "step_free", "has_internet"):
        assert {getattr(room, sort) for room in rooms} == {True, False}
    assert {closure.kind for office in offices for closure in office.closures} == {
        "closed",
        "agency",
    }
    assert all(miles < 20 for _, miles in free_slots.nearest_offices(offices[0]) if miles)


def test_the_people_of_both_organisations(district: Flask) -> None:
    roles = Counter(user.role for user in rows(User))
    assert roles[Role.NEXT_STEP_ADVISER] == len(rows(Adviser)) == 18
    assert roles[Role.JOBCENTRE_ADVISER] == 30
    assert roles[Role.DISTRICT_LEAD] == roles[Role.ADMIN] == 1
    assert roles[Role.RECEPTION] >= 1
    assert all(adviser.user for adviser in rows(Adviser))


def test_nobody_in_it_can_be_mistaken_for_somebody(district: Flask) -> None:
    for user in rows(User):
        assert user.email.endswith("@localdiaries.example")
    for claimant in rows(Claimant):
        assert re.fullmatch(r"(\+447700900\d{3})?", claimant.mobile)
    for office in rows(Office):
        assert re.fullmatch(r"01632 960\d{3}", office.phone)
    names = Counter(one.name for one in (*rows(User), *rows(Claimant)) if one.name)
    assert max(names.values()) == 1


def test_the_rota_of_this_week_and_the_next_two_is_published(district: Flask) -> None:
    monday = clock.monday_of(WEDNESDAY)
    weeks = Counter(clock.monday_of(session.on_date) for session in rows(Session))
    assert sorted(weeks) == [monday + timedelta(weeks=week) for week in range(-4, 3)]
    assert min(weeks.values()) > 60
    kinds = Counter(session.kind for session in rows(Session))
    assert min(kinds[kind] for kind in SessionKind) >= 6
    assert {slot.hold for slot in rows(Slot)} == {None, Hold.PROTECTED, Hold.BLOCKED}


def test_a_dedicated_adviser_is_always_at_the_same_office(district: Flask) -> None:
    offices = {
        adviser.id: Counter(
            session.office_id for session in rows(Session) if session.adviser_id == adviser.id
        )
        for adviser in rows(Adviser)
    }
    assert sum(len(visited) == 1 for visited in offices.values()) >= 5
    assert sum(len(visited) >= 3 for visited in offices.values()) >= 3


def test_the_past_has_outcomes_of_every_kind(district: Flask) -> None:
    outcomes = Counter(appointment.status for appointment in rows(Appointment))
    for status in Status:
        assert outcomes[status] > 0, status
    missed, came = outcomes[Status.FAILED_TO_ATTEND], outcomes[Status.ATTENDED]
    assert 0.33 < missed / (missed + came) < 0.42  # 000:1276
    kinds = Counter(appointment.kind for appointment in rows(Appointment))
    assert min(kinds[kind] for kind in AppointmentKind) > 20


def test_today_has_gaps_for_walkovers_and_people_who_have_arrived(district: Flask) -> None:
    gaps = [
        gap for office in rows(Office) for gap in walkovers.given_back(office.id, by=THE_SERVICE)
    ]
    assert gaps
    today = Counter(
        appointment.status
        for appointment in rows(Appointment)
        if appointment.slot.session.on_date == WEDNESDAY
    )
    for status in (Status.ARRIVED, Status.BOOKED, Status.ATTENDED, Status.FAILED_TO_ATTEND):
        assert today[status] > 0, status


@pytest.mark.parametrize(("hour", "minute"), [(9, 0), (10, 20), (15, 45)])
def test_the_board_of_the_office_one_signs_in_to_is_never_bare(
    empty: Callable[[], Flask], hour: int, minute: int
) -> None:
    """On a day that chance alone leaves without a gap there."""
    now = at(date(2026, 11, 23), hour, minute)
    for _ in inside(loaded(empty(), now), now):
        office = demo_user(Role.JOBCENTRE_ADVISER).office
        assert walkovers.given_back(office.id, by=THE_SERVICE)


def test_nobody_is_booked_into_a_room_they_cannot_use(district: Flask) -> None:
    booked = [one for one in rows(Appointment) if one.slot.session.room]
    needing = [one for one in booked if one.claimant.needs_step_free or one.claimant.needs_private]
    assert len(needing) > 20
    for one in needing:
        room, person = one.slot.session.room, one.claimant
        assert room.step_free or not person.needs_step_free
        assert room.private or not person.needs_private


def test_my_referrals_say_what_became_of_them(district: Flask) -> None:
    adviser = demo_user(Role.JOBCENTRE_ADVISER)
    mine = referrals.mine(actor_of(adviser))
    statuses = {latest.status for _, latest in mine if latest}
    assert len(mine) > 20
    assert {Status.ATTENDED, Status.FAILED_TO_ATTEND, Status.BOOKED} <= statuses


def test_one_office_has_nothing_free_within_the_wait_target(district: Flask) -> None:
    waits = {
        office.name: free_slots.next_free(office.id, after=NOW, count=1)
        for office in rows(Office)
        if office.allows_access
    }
    within = NOW + timedelta(days=14)
    late = [name for name, soonest in waits.items() if not soonest or soonest[0].starts_at > within]
    assert late == ["Little Wending"]


def demo_user(role: Role) -> User:
    return db.session.scalars(select(User).where(User.email == people.SIGN_INS[role])).one()


def test_a_booking_that_was_written_down_is_like_one_made_at_the_desk(district: Flask) -> None:
    to_come = [
        appointment
        for appointment in rows(Appointment)
        if appointment.slot.starts_at > NOW + timedelta(days=5)
        and appointment.kind == AppointmentKind.FIRST
        and appointment.status == Status.BOOKED
        and appointment.claimant.mobile
        and appointment.claimant.may_text
        and appointment.handover is None
    ]
    assert {appointment.booked_at == NOW for appointment in to_come} == {True, False}
    assert len({shape(appointment) for appointment in to_come}) == 1


def shape(appointment: Appointment) -> tuple[Any, ...]:
    """Which columns are filled, what is said and when, what is on record, how long it takes."""
    columns = [column.name for column in Appointment.__table__.columns]
    ours = {"appointment_id": appointment.id}
    messages = db.session.scalars(select(OutboxMessage).filter_by(**ours))
    record = db.session.scalars(
        select(AuditEntry).filter_by(subject="appointment", subject_id=appointment.id)
    )
    marks = db.session.scalars(select(ClaimantTime.mark).filter_by(**ours)).all()
    starts_at = appointment.slot.starts_at
    return (
        tuple(name for name in columns if getattr(appointment, name) not in (None, "")),
        tuple(sorted((each.kind, each.send_by == starts_at) for each in messages)),
        tuple((each.action, each.before, tuple(each.after or ())) for each in record),
        len(marks),
    )


# Every rule holds in it


def test_nothing_in_it_is_untrue(district: Flask) -> None:
    check_everything(NOW)


@pytest.mark.parametrize("today", sampled_days(), ids=str)
def test_on_any_day_it_loads_true_and_leaves_sixty_places_free(
    empty: Callable[[], Flask], today: date
) -> None:
    now = at(today, random.Random(str(today)).randrange(24), 20)
    for _ in inside(loaded(empty(), now), now):
        check_everything(now)
        missed = Counter(appointment.status for appointment in rows(Appointment))
        share = missed[Status.FAILED_TO_ATTEND] + missed[Status.ATTENDED]
        assert 0.32 < missed[Status.FAILED_TO_ATTEND] / share < 0.43


# The same for the same day


def test_the_same_day_gives_the_same_rows(on_sqlite: Flask, on_postgresql: Flask) -> None:
    found = []
    for app in (on_sqlite, on_postgresql):
        for _ in inside(app):
            found.append(without_chance(contents(without=SECRET)))
    assert found[0] == found[1]


def without_chance(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """But for the references that the booking desk gives by chance."""
    for row in tables["appointment"]:
        if row["booked_at"].replace(tzinfo=None) == NOW.replace(tzinfo=None):
            row["reference"] = ""
    return tables


def test_in_the_afternoon_the_same_people_have_the_same_places(
    on_sqlite: Flask, empty: Callable[[], Flask]
) -> None:
    afternoon = at(WEDNESDAY, 16, 30)
    found = []
    for app in (on_sqlite, loaded(empty(), afternoon)):
        for _ in inside(app):
            found.append(who_has_what())
    assert found[0] == found[1]


def who_has_what() -> list[tuple[Any, ...]]:
    return [
        (one.slot_id, one.place_no, one.claimant.name, one.referral.stage, one.kind)
        for one in rows(Appointment)
    ]


# Whole or not at all


def test_loading_it_again_says_that_it_is_there(district: Flask) -> None:
    answer = district.test_cli_runner().invoke(args=["demo", "load"])
    assert (answer.exit_code, answer.output) == (0, "The demo district is there already.\n")


IN_USE = {
    "a district": make_district,
    "a user": lambda: make_user(Role.ADMIN),
    "a token": lambda: tokens.create_token(name="PlanIt", role=Role.ADMIN, by=THE_SERVICE),
}


@pytest.mark.parametrize("what", IN_USE)
def test_it_does_not_mix_with_other_data(sqlite_app: Flask, what: str) -> None:
    IN_USE[what]()
    before = contents(without=set())
    answer = sqlite_app.test_cli_runner().invoke(args=["demo", "load"])
    assert answer.exit_code == 2
    assert answer.output == f"{demo.DatabaseInUse.sentence}\n"
    quiet = sqlite_app.test_cli_runner().invoke(args=["demo", "load", "--if-empty"])
    assert (quiet.exit_code, quiet.output) == (0, "")
    assert contents(without=set()) == before


def test_if_it_is_there_a_first_run_passes_over_it(district: Flask) -> None:
    answer = district.test_cli_runner().invoke(args=["demo", "load", "--if-empty"])
    assert (answer.exit_code, answer.output) == (0, "")


def test_a_load_that_fails_leaves_nothing(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(without=set())

    def power_cut(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "add_rota", power_cut)
    with pytest.raises(KeyboardInterrupt):
        demo.load()
    assert contents(without=set()) == before


def test_without_tables_it_says_what_to_run(tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'new.sqlite'}")
    for _ in inside(app):
        for arguments in (["load"], ["load", "--if-empty"], ["sign-ins"]):
            answer = app.test_cli_runner().invoke(args=["demo", *arguments])
            assert (answer.exit_code, answer.output) == (2, f"{demo.NoTables.sentence}\n")


# Looking round


def test_the_sign_ins_are_printed_with_the_address(district: Flask) -> None:
    answer = district.test_cli_runner().invoke(args=["demo", "sign-ins", "--port", "5123"])
    assert answer.exit_code == 0
    assert "http://127.0.0.1:5123/messages" in answer.output
    for address in (*people.SIGN_INS.values(), people.PASSWORD):
        assert address in answer.output


def test_nothing_is_printed_where_there_is_no_demo(sqlite_app: Flask) -> None:
    make_user(Role.ADMIN)
    answer = sqlite_app.test_cli_runner().invoke(args=["demo", "sign-ins"])
    assert (answer.exit_code, answer.output) == (0, "")


@pytest.mark.parametrize("role", Role)
def test_each_role_can_sign_in(district: Flask, role: Role) -> None:
    client = district.test_client()
    form = {"email": people.SIGN_INS[role], "password": people.PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 302
    assert client.get("/").status_code in (200, 302)
