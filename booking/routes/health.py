"""Whether the process lives, and whether it can do its work."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from booking import jobs
from booking.database import db
from booking.routes.access import for_everybody

health = Blueprint("health", __name__)


@health.get("/healthz")
@for_everybody
def alive() -> ResponseReturnValue:
    return {"status": "alive"}


@health.get("/readyz")
@for_everybody
def ready() -> ResponseReturnValue:
    """200 when the database answers and a worker has ticked within three minutes."""
    try:
        db.session.execute(text("SELECT 1"))
        worker = jobs.worker_is_alive()
    except SQLAlchemyError:
        return {"database": "unreachable"}, 503
    status = 200 if worker else 503
    return {"database": "ready", "worker": "ready" if worker else "not seen lately"}, status
