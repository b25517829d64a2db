"""How the state of a text changes: by one conditional update, which one process wins."""

from sqlalchemy import CursorResult, update

from booking.database import db
from booking.models import OutboxMessage
from booking.words import MessageState


def changed(outbox_id: int, was: MessageState, state: MessageState, **values: object) -> bool:
    """Take a text from one state to another; True for the one process that did."""
    result = db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == outbox_id, OutboxMessage.state == was)
        .values(state=state, **values),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
