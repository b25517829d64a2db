"""Sending texts beside a bare loop of the same HTTP calls; asking what is due beside one query."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import twilio.rest.api  # noqa: F401 - on first use it would take half a second
from sqlalchemy import insert, select, text, update

from booking import clock
from booking.database import db
from booking.messages import resolving, sending
from booking.models import Appointment, Claimant, OutboxMessage, Referral
from booking.words import AppointmentKind, BookingChannel, MessageState, SessionKind
from notifications.channels import open_channel
from tests.bench import databases
from tests.bench.figures import Figure, milliseconds, p50
from tests.conftest import make_app
from tests.makers import make_appointment, make_district, make_office, make_session
from tests.texts.fake_twilio import ACCOUNT, AUTH_TOKEN, PUBLIC, SENDER, FakeTwilio, running

TEXTS = 240
ANSWERS_AFTER = 0.05  # seconds; a provider far away takes longer
OUTBOX, DUE, TICKS = 1_000_000, 500, 15
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])
_start: Any = None


def figures(folder: Path) -> Iterator[Figure]:
    yield from _on("SQLite", databases.sqlite(folder, "texts"))
    with databases.postgresql() as url:
        yield from _on("PostgreSQL", url)


def _on(name: str, url: str) -> Iterator[Figure]:
    appointments = _with_appointments(url)
    for delay, workers in ((ANSWERS_AFTER, 1), (ANSWERS_AFTER, 2), (ANSWERS_AFTER, 4), (0.0, 1)):
        with _network(delay) as network:
            bare = _a_second(workers, _post_each, network.settings, url)
        with _network(delay) as network:
            _make_due(url, appointments)
            drained = _a_second(workers, _drain, network.settings, url)
            network.must_have_each_once()
        crew = f"{workers} worker{'s' if workers > 1 else ''}"
        what = f"texts a second, {crew}, answered in {delay * 1000:.0f} ms, {name}"
        aim = "at least 0.8, none twice" if delay and workers == 1 else "none twice"
        yield Figure(what, drained, "/s", bare, aim)
    _fill_outbox(url)
    tick, query = _cost_of_asking(url)
    what = f"what a tick asks of {OUTBOX:,} texts, {DUE} due, {name}, median"
    yield Figure(what, tick, "ms", query, "at most 3")


# The network, in a process of its own --------------------------------------------------------


class _Network:
    def __init__(self, settings: dict[str, str], pipe: Any) -> None:
        self.settings, self._pipe = settings, pipe

    def must_have_each_once(self) -> None:
        self._pipe.send("what came?")
        came, complaints = self._pipe.recv()
        assert complaints == [], complaints[0]
        assert len(came) == TEXTS, f"{len(came)} of {TEXTS} texts came"
        assert max(came.values()) == 1, "a text came twice"


@contextmanager
def _network(delay: float) -> Iterator[_Network]:
    here, there = _processes.Pipe()
    process = _processes.Process(target=_serve, args=(delay, there))
    process.start()
    yield _Network(here.recv(), here)
    here.send("stop")
    process.join(30)


def _serve(delay: float, pipe: Any) -> None:
    with running(FakeTwilio(before_answering=lambda _: time.sleep(delay))) as fake:
        pipe.send(fake.settings)
        while pipe.recv() != "stop":
            pipe.send((Counter(kept.status_url for kept in fake.kept), fake.complaints))


# Draining, and the bare loop ------------------------------------------------------------------


def _a_second(
    workers: int, work: Callable[[dict[str, str], str, int], object], settings: Any, url: str
) -> float:
    """Texts a second of that many processes that start at once."""
    barrier = _processes.Barrier(workers)
    with _processes.Pool(workers, _wait_for_all, (barrier,)) as pool:
        calls = [(work, settings, url, TEXTS // workers)] * workers
        spans = pool.starmap(_timed, calls, chunksize=1)
    return TEXTS / (max(span[1] for span in spans) - min(span[0] for span in spans))


def _wait_for_all(barrier: Any) -> None:
    global _start  # noqa: PLW0603 - a pool's worker has no other place for it
    _start = barrier


def _timed(
    work: Callable[[dict[str, str], str, int], object], settings: Any, url: str, share: int
) -> tuple[float, float]:
    with make_app(url, **settings).app_context():
        sending.due_ids(clock.now())
        work(settings, url, 0)  # what is loaded on first use is loaded before it counts
        _start.wait(120)
        started = time.perf_counter()
        work(settings, url, share)
        return started, time.perf_counter()


def _drain(settings: dict[str, str], _url: str, share: int) -> None:
    channel = open_channel(settings)
    if share:
        sending.send_due(channel, name="twilio")


def _post_each(settings: dict[str, str], _url: str, share: int) -> None:
    """The same forms to the same address on one connection, and nothing else."""
    address = f"{settings['TWILIO_API_BASE_URL']}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    form = {
        "To": "+447700900123",
        "From": SENDER,
        "Body": "Next Step careers adviser, Wednesday 20 January, 9am, Thistlewick. " * 2,
        "StatusCallback": f"{PUBLIC}/texts/status/{'0' * 32}.signed",
        "ValidityPeriod": "3600",
    }
    with requests.Session() as session:
        session.auth = (ACCOUNT, AUTH_TOKEN)
        for _ in range(share):
            session.post(address, data=form, timeout=30).raise_for_status()


# What is in the database ----------------------------------------------------------------------


def _with_appointments(url: str) -> list[tuple[int, int]]:
    """As many appointments as texts, of one claimant each; (appointment id, claimant id)."""
    app = make_app(url)
    with app.app_context():
        office = make_office(make_district(quiet_from="00:00", quiet_until="00:00"))
        first = make_appointment(make_session(office, kind=SessionKind.GROUP, places=TEXTS + 1))
        now, referral_id, slot_id = clock.now(), first.referral_id, first.slot_id
        district_id = db.session.get_one(Referral, referral_id).district_id
        db.session.execute(update(OutboxMessage).values(state=MessageState.SUPERSEDED))
        for number in range(TEXTS):
            claimant = Claimant(
                district_id=district_id,
                name=f"Invented {number}",
                name_key=f"invented {number}",
                mobile=f"+447700900{number % 1000:03}",
                created_at=now,
            )
            db.session.add(claimant)
            db.session.flush()
            db.session.add(
                Appointment(
                    reference=f"BENCH{number}",
                    slot_id=slot_id,
                    place_no=number + 2,
                    claimant_id=claimant.id,
                    referral_id=referral_id,
                    kind=AppointmentKind.GROUP,
                    channel=BookingChannel.DESK,
                    booked_at=now,
                    changed_at=now,
                )
            )
        db.session.commit()
        made = select(Appointment.id, Appointment.claimant_id).where(Appointment.place_no > 1)
        pairs = [(row[0], row[1]) for row in db.session.execute(made)]
        db.session.remove()
        db.engine.dispose()
    return pairs


def _make_due(url: str, appointments: list[tuple[int, int]]) -> None:
    app = make_app(url)
    with app.app_context():
        now = clock.now()
        db.session.execute(text("DELETE FROM outbox"))
        rows = [_row(number, about, now) for number, about in enumerate(appointments)]
        db.session.execute(insert(OutboxMessage), rows)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def _row(number: int, about: tuple[int, int], now: datetime) -> dict[str, Any]:
    return {
        "token": f"{number:032x}",
        "appointment_id": about[0],
        "claimant_id": about[1],
        "kind": "confirmation",
        "start_version": 1,
        "state": "due",
        "code": "4821",
        "due_at": now,
        "send_by": now + timedelta(hours=2),
        "created_at": now,
    }


def _fill_outbox(url: str) -> None:
    """A million copies of one text, long delivered but for five hundred that are due."""
    own = {
        "token": "'t' || i",
        "start_version": "i + 1",
        "state": f"CASE WHEN i <= {DUE} THEN 'due' ELSE 'delivered' END",
        "provider_id": "'p' || i",
    }
    names = [column.name for column in OutboxMessage.__table__.columns if column.name != "id"]
    values = [own.get(name, f"outbox.{name}") for name in names]
    app = make_app(url)
    with app.app_context():
        db.session.execute(text("DELETE FROM outbox WHERE id > (SELECT min(id) FROM outbox)"))
        db.session.execute(
            text(
                f"INSERT INTO outbox ({', '.join(names)}) WITH RECURSIVE numbers(i) AS "
                f"(SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {OUTBOX}) "
                f"SELECT {', '.join(values)} FROM outbox, numbers"
            )
        )
        db.session.commit()
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def _cost_of_asking(url: str) -> tuple[float, float]:
    """Milliseconds of what a tick asks of the outbox, and of one query for the texts due."""
    app = make_app(url)
    with app.app_context():
        channel = open_channel({})

        def ask() -> None:
            resolving.own_up_to_unfinished()
            resolving.look_up_unknown(channel, name="console")
            sending.due_ids(clock.now())
            db.session.rollback()

        def ask_once() -> None:
            due = (OutboxMessage.state == MessageState.DUE, OutboxMessage.due_at <= clock.now())
            db.session.scalars(select(OutboxMessage.id).where(*due).limit(DUE)).all()
            db.session.rollback()

        ask()
        ask_once()
        tick = p50([milliseconds(ask) for _ in range(TICKS)])
        query = p50([milliseconds(ask_once) for _ in range(TICKS)])
        db.session.remove()
        db.engine.dispose()
    return tick, query
