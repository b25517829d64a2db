"""The forecast: learned at night from the whole history, kept with its scores, read by all."""

import gzip
import hashlib
import json
import logging
import zlib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import load_only

from booking import clock
from booking.attendance import history
from booking.database import db, use_case
from booking.models import AttendanceForecast
from optimizer.attendance.columns import Columns, as_columns
from optimizer.attendance.evaluate import evaluate_columns
from optimizer.attendance.forecast import Forecast
from optimizer.attendance.storage import as_document, from_document

_log = logging.getLogger(__name__)

ENOUGH_NEW = 50  # outcomes more, or fewer, than the last forecast learned from
HELD_OUT_DAYS = 28
_LEAST_EITHER_SIDE = 200  # outcomes to learn from, and to score, before scores say anything
_KEPT = 5
_FACTS = (
    AttendanceForecast.id,
    AttendanceForecast.trained_at,
    AttendanceForecast.first_on,
    AttendanceForecast.last_on,
    AttendanceForecast.appointments,
    AttendanceForecast.left_out,
    AttendanceForecast.evaluation,
    AttendanceForecast.digest,
)
_BROKEN = (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError)


def retrain() -> int:
    """The nightly job: learn anew when enough is new; how many outcomes were learned from.

    The forecast in use stays when there is nothing new, or when learning fails.
    """
    latest = newest()
    counted = history.how_many_counted()
    if latest is None and counted == 0:
        return 0
    if latest is not None and abs(counted - latest.appointments) < ENOUGH_NEW:
        return 0
    columns, districts = as_columns(history.past_appointments()), history.district_of()
    db.session.rollback()  # learning may take long, and needs the database no more
    try:
        forecast = Forecast.train_on(columns, district_of=districts)
        evaluation = held_out(columns, districts)
    except (ArithmeticError, ValueError):  # numpy's own failures are ValueErrors
        _log.exception("No new forecast tonight; the one in use stays.")
        return 0
    _keep(forecast, evaluation)
    return len(columns)


def learn_within() -> Forecast:
    """Learn from the whole history and keep the forecast; runs inside a use case."""
    columns, districts = as_columns(history.past_appointments()), history.district_of()
    forecast = Forecast.train_on(columns, district_of=districts)
    _add(forecast, held_out(columns, districts))
    return forecast


def held_out(columns: Columns, districts: Mapping[str, str]) -> dict[str, Any] | None:
    """Scores on the latest four weeks of a forecast that has not seen them, beside baselines.

    None when there are too few outcomes before them or in them.
    """
    if not len(columns):
        return None
    until = int(columns.day.max()) - HELD_OUT_DAYS
    past = int((columns.day <= until).sum())
    if min(past, len(columns) - past) < _LEAST_EITHER_SIDE:
        return None
    train_until = date.fromordinal(until)
    scores = evaluate_columns(columns, train_until=train_until, district_of=districts)
    return {"train_until": train_until.isoformat(), **scores}


def newest() -> AttendanceForecast | None:
    """The latest forecast's facts and scores, without the forecast itself."""
    query = select(AttendanceForecast).options(load_only(*_FACTS))
    return db.session.scalar(query.order_by(AttendanceForecast.id.desc()).limit(1))


def current() -> Forecast | None:
    """The latest forecast that can be read; None when there is none, and the prior holds."""
    query = select(AttendanceForecast.id, AttendanceForecast.digest)
    for forecast_id, digest in db.session.execute(query.order_by(AttendanceForecast.id.desc())):
        try:
            return _read(forecast_id, digest)
        except _BROKEN:
            _log.exception("Forecast %s cannot be read; the one before it is used.", forecast_id)
    return None


@lru_cache(maxsize=2)
def _read(forecast_id: int, digest: str) -> Forecast:
    """Read once in each process: a forecast never changes under its digest."""
    row = select(AttendanceForecast.document).where(AttendanceForecast.id == forecast_id)
    document = db.session.scalar(row) or b""
    if hashlib.sha256(document).hexdigest() != digest:
        raise ValueError("The forecast is not as it was saved.")
    return from_document(json.loads(gzip.decompress(document)))


@use_case
def _keep(forecast: Forecast, evaluation: dict[str, Any] | None) -> None:
    _add(forecast, evaluation)


def _add(forecast: Forecast, evaluation: dict[str, Any] | None) -> None:
    """Keep a forecast beside the few before it; runs inside a use case."""
    document = gzip.compress(json.dumps(as_document(forecast)).encode(), mtime=0)
    window = forecast.window
    db.session.add(
        AttendanceForecast(
            trained_at=clock.now(),
            first_on=window.first_on,
            last_on=window.last_on,
            appointments=window.appointments,
            left_out=window.left_out,
            evaluation=evaluation,
            digest=hashlib.sha256(document).hexdigest(),
            document=document,
        )
    )
    db.session.flush()
    kept = select(AttendanceForecast.id).order_by(AttendanceForecast.id.desc()).limit(_KEPT)
    ids = db.session.scalars(kept).all()
    db.session.execute(delete(AttendanceForecast).where(AttendanceForecast.id.not_in(ids)))
