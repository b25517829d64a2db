"""Recording what a channel answered, also when the answer comes after it was given up."""

from datetime import timedelta

from sqlalchemy import CursorResult, select, update

from booking import clock
from booking.database import db
from booking.messages import opt_outs, states
from booking.models import OutboxMessage
from booking.words import MessageState, OptOutSource
from notifications.message import Accepted, Outcome, Refused, TryLater, Unknown

OPTED_OUT = "21610"  # Twilio's code: the owner of the number has replied STOP
_TRY_AGAIN_AFTER = timedelta(minutes=2)
# Where a text can be that was called for and whose fate was not known when the answer came.
NOT_KNOWN_SENT = (
    MessageState.SENDING,
    MessageState.UNKNOWN,
    MessageState.NOT_SENT,
    MessageState.DUE,
)


def record(outbox_id: int, outcome: Outcome) -> None:
    """Runs inside a use case. Only that a text was taken is believed of one given up already."""
    now = clock.now()
    sending = MessageState.SENDING
    match outcome:
        case Accepted(provider_id):
            was_taken(outbox_id, provider_id)
        case Refused(code, reason):
            why = f"{code}: {reason}"[:200]
            states.changed(outbox_id, sending, MessageState.FAILED, reason=why, settled_at=now)
            if code == OPTED_OUT:
                number = select(OutboxMessage.sent_to).where(OutboxMessage.id == outbox_id)
                opt_outs.record(db.session.scalar(number) or "", source=OptOutSource.PROVIDER)
        case TryLater():
            states.changed(
                outbox_id,
                sending,
                MessageState.DUE,
                due_at=now + _TRY_AGAIN_AFTER,
                attempts=OutboxMessage.attempts - 1,  # it was certainly not taken
            )
        case Unknown(reason):
            states.changed(
                outbox_id,
                sending,
                MessageState.UNKNOWN,
                reason=reason[:200],
                settled_at=now,
                due_at=now,  # to be looked up at once
            )


def was_taken(outbox_id: int, provider_id: str) -> bool:
    """The provider has it under that id; False when something was known of the text already."""
    result = db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == outbox_id,
            OutboxMessage.provider_id.is_(None),
            OutboxMessage.attempts > 0,
            OutboxMessage.state.in_(NOT_KNOWN_SENT),
        )
        .values(
            state=MessageState.SENT, provider_id=provider_id, settled_at=clock.now(), reason=""
        ),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
