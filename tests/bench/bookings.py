"""Booking with eight clients at once, beside bare loops of INSERT into a unique key.

The first baseline is one row a transaction. A booking writes sixteen rows in seven tables (who,
why, the place, the time it fills, two texts, who did it); the second writes as many, bare.
"""

import multiprocessing
import sqlite3
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url, select

from booking import appointments
from booking.database import db
from booking.models import Slot
from booking.rights import THE_SERVICE
from tests.bench import databases
from tests.bench.figures import Figure, p95
from tests.conftest import make_app
from tests.makers import (
    make_adviser,
    make_claimant,
    make_district,
    make_office,
    make_referral,
    make_session,
)

CLIENTS, EACH, WARMING_UP = 8, 100, 5
ROWS_OF_A_BOOKING = 16
_spawned = multiprocessing.get_context("spawn")
_start: Any = None


def figures(folder: Path) -> Iterator[Figure]:
    yield from _on("SQLite", databases.sqlite(folder, "bookings"))
    with databases.postgresql() as url:
        yield from _on("PostgreSQL", url)


def _on(name: str, url: str) -> Iterator[Figure]:
    slots = _open_diary(url)
    shares = [slots[client::CLIENTS][: EACH + WARMING_UP] for client in range(CLIENTS)]
    bare, _ = _together(_insert_each, url, shares)
    as_many, _ = _together(_insert_as_many, url, shares)
    booked, spans = _together(_book_each, url, shares)
    what = f"bookings a second, {CLIENTS} clients, {name}"
    yield Figure(what, booked, "/s", bare, "at least 0.25")
    yield Figure(f"{what}, beside {ROWS_OF_A_BOOKING} bare rows", booked, "/s", as_many)
    yield Figure(f"one booking, {CLIENTS} clients, {name}, p95", p95(spans), "ms")


def _open_diary(url: str) -> list[int]:
    app = make_app(url)
    with app.app_context():
        district = make_district()
        for _ in range(CLIENTS):
            office = make_office(district)
            for _ in range(-(-(EACH + WARMING_UP) // 5)):
                make_session(office, adviser=make_adviser(district))
        ids = list(db.session.scalars(select(Slot.id)))
        db.session.execute(db.text("CREATE TABLE bare (slot_id INTEGER, place_no INTEGER)"))
        db.session.execute(db.text("CREATE UNIQUE INDEX bare_place ON bare (slot_id, place_no)"))
        db.session.commit()
        db.engine.dispose()
    return ids


def _together(
    work: Callable[[str, list[int]], list[float]], url: str, shares: list[list[int]]
) -> tuple[float, list[float]]:
    """Calls a second, and each call's span, of one process for each share."""
    barrier = _spawned.Barrier(CLIENTS)
    with _spawned.Pool(CLIENTS, _wait_for_all, (barrier,)) as pool:
        answers = pool.starmap(_timed, [(work, url, share) for share in shares], chunksize=1)
    started = min(answer[0] for answer in answers)
    ended = max(answer[1] for answer in answers)
    spans = [span for answer in answers for span in answer[2]]
    return len(spans) / (ended - started), spans


def _wait_for_all(barrier: Any) -> None:
    global _start  # noqa: PLW0603 - a pool's worker has no other place for it
    _start = barrier


def _timed(
    work: Callable[[str, list[int]], list[float]], url: str, share: list[int]
) -> tuple[float, float, list[float]]:
    spans = work(url, share)
    return spans[0], spans[1], spans[2:]


def _book_each(url: str, slot_ids: list[int]) -> list[float]:
    with make_app(url).app_context():
        return _spans(_book, slot_ids)


def _book(slot_id: int) -> None:
    appointments.book(
        slot_id=slot_id,
        claimant=make_claimant(f"Invented Booker {slot_id}", "07700 900321"),
        referral=make_referral(),
        by=THE_SERVICE,
    )


def _insert_each(url: str, slot_ids: list[int]) -> list[float]:
    return _insert(url, slot_ids, rows=1)


def _insert_as_many(url: str, slot_ids: list[int]) -> list[float]:
    return _insert(url, slot_ids, rows=ROWS_OF_A_BOOKING)


def _insert(url: str, slot_ids: list[int], *, rows: int) -> list[float]:
    """One transaction a slot, of so many statements; places count on from those of other runs."""
    places = [rows * 1000 + row for row in range(rows)]
    address = make_url(url)
    if address.drivername.startswith("sqlite"):
        file = sqlite3.connect(address.database or "", isolation_level=None, timeout=30)
        file.execute("PRAGMA synchronous=FULL")
        write = partial(_in_one, file, "?", "BEGIN IMMEDIATE", places)
        return _spans(write, slot_ids)
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as server:
        return _spans(partial(_in_one, server, "%s", "BEGIN", places), slot_ids)


def _in_one(connection: Any, mark: str, begin: str, places: list[int], slot_id: int) -> None:
    insert = f"INSERT INTO bare VALUES ({mark}, {mark})"
    if len(places) == 1:
        connection.execute(insert, [slot_id, *places])
        return
    connection.execute(begin)
    for place_no in places:
        connection.execute(insert, [slot_id, place_no])
    connection.execute("COMMIT")


def _spans(call: Callable[[int], object], slot_ids: list[int]) -> list[float]:
    """When all began and ended (s), then how long each call took (ms); the first do not count."""
    for slot_id in slot_ids[:WARMING_UP]:
        call(slot_id)
    _start.wait(120)
    started = time.perf_counter()
    spans = []
    for slot_id in slot_ids[WARMING_UP:]:
        before = time.perf_counter()
        call(slot_id)
        spans.append((time.perf_counter() - before) * 1000)
    return [started, time.perf_counter(), *spans]
