"""Slot search in a big district, beside one raw indexed query that fetches the same rows."""

import random
import sqlite3
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.dialects import sqlite as sqlite_dialect

from booking import clock, free_slots
from booking.availability import Needs
from booking.database import db
from booking.models import Office
from booking.rights import THE_SERVICE
from tests.bench import big_district, databases
from tests.bench.figures import Figure, milliseconds, p50, p95
from tests.conftest import make_app

_SEARCHES = 300


def figures(folder: Path) -> Iterator[Figure]:
    url = databases.sqlite(folder, "search")
    app = make_app(url)
    with app.app_context():
        big_district.build(clock.today())
        connection = sqlite3.connect(make_url(url).database or "")
        chance = random.Random(3)
        found, raw = [], []
        for _ in range(_SEARCHES):
            office_id = chance.randint(1, big_district.OFFICES)
            needs = _somebodys_needs(chance)
            statement = _raw_statement(office_id)
            raw.append(milliseconds(lambda s=statement: connection.execute(s).fetchall()))
            found.append(
                milliseconds(
                    lambda o=office_id, n=needs: free_slots.find(n, office_id=o, by=THE_SERVICE)
                )
            )
            db.session.rollback()
        rows = len(connection.execute(statement).fetchall())
        db.engine.dispose()
    name = f"slot search, 60 offices, 200,000 appointments, {rows} rows"
    yield Figure(f"{name}, p50", p50(found), "ms", p50(raw), "at most 3")
    yield Figure(f"{name}, p95", p95(found), "ms", p95(raw), "at most 3")


def _somebodys_needs(chance: random.Random) -> Needs:
    today = clock.today()
    return chance.choice(
        [
            Needs(),
            Needs(interview_ends_at=clock.now() + timedelta(minutes=20)),
            Needs(signing_from=today + timedelta(days=chance.randrange(14))),
            Needs(not_before=time(10), not_after=time(15), weekdays=frozenset({0, 1, 2})),
        ]
    )


def _raw_statement(office_id: int) -> str:
    """The search's own query, its values written in."""
    office = db.session.get_one(Office, office_id)
    nearest = [other for other, _ in free_slots.nearest_offices(office)][: free_slots.NEAREST]
    today = clock.today()
    last_on = today + timedelta(days=office.rules.search_days)
    query = free_slots.free_places([office_id, *nearest], clock.now(), today, last_on)
    compiled = query.compile(
        dialect=sqlite_dialect.dialect(), compile_kwargs={"literal_binds": True}
    )
    return str(compiled)
