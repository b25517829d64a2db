"""Work that waits in a table: one worker takes it up, and another when that one beats no more."""

import os
import socket
import threading
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Update, or_, update

from booking import clock
from booking.database import db
from booking.models import RepairPlan, RotaQuestion, RotaRun
from booking.words import RunState

DEAD_AFTER = timedelta(seconds=20)
Work = type[RotaRun] | type[RepairPlan] | type[RotaQuestion]


def waits(work: Work, dead_after: timedelta = DEAD_AFTER) -> ColumnElement[bool]:
    """Asked for, or begun by a worker that is not heard of any more."""
    silent = work.beat_at < clock.now() - dead_after
    return or_(work.state == RunState.ASKED, (work.state == RunState.RUNNING) & silent)


def take(work: Work, key: int, still: ColumnElement[bool]) -> bool:
    """Take it up while it `still` waits; of two workers who try, the database gives it to one."""
    taken = {"state": RunState.RUNNING, "claimed_by": _me(), "beat_at": clock.now()}
    return changed(update(work).where(_key_of(work) == key, still).values(**taken))


def mine(work: Work, key: int) -> Update:
    """An update that changes it as long as it is this worker's."""
    return update(work).where(
        _key_of(work) == key, work.state == RunState.RUNNING, work.claimed_by == _me()
    )


def changed(statement: Update) -> bool:
    """Carry it out; whether there was a row for it."""
    result: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        statement, execution_options={"synchronize_session": False}
    )
    return result.rowcount == 1


def _key_of(work: Work) -> ColumnElement[Any]:
    return next(iter(work.__table__.primary_key))


def _me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
