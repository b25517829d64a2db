"""Finding out what became of a text whose fate is unknown, and trying once more if nothing did."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, select, update

from booking import clock
from booking.database import TryAgain, db, refused, use_case
from booking.messages import recording
from booking.messages.wordings import text_name
from booking.models import OutboxMessage
from booking.words import MessageState
from notifications.message import Channel, Found, Message, Unknown
from notifications.texts import template_name

_SURELY_DEAD_AFTER = timedelta(minutes=5)
_LOOK_EVERY = timedelta(minutes=2)
_GRACE = timedelta(minutes=15)  # from the claim; a provider lists what it took well before
_MOST_ATTEMPTS = 2
_LOOKED_FOR_UNTIL = timedelta(days=1)  # after it was any use; a provider may be away for hours
_BATCH = 100


def own_up_to_unfinished() -> int:
    """Claims whose process died become `unknown`: perhaps sent, never sent again by itself."""
    unfinished = (
        OutboxMessage.state == MessageState.SENDING,
        OutboxMessage.claimed_at < clock.now() - _SURELY_DEAD_AFTER,
    )
    if db.session.scalar(select(OutboxMessage.id).where(*unfinished).limit(1)) is None:
        return 0  # most ticks: nobody waits for a writer
    return _given_up(unfinished)


@use_case
def _given_up(unfinished: Sequence[ColumnElement[bool]]) -> int:
    now = clock.now()
    result = db.session.execute(
        update(OutboxMessage)
        .where(*unfinished)
        .values(
            state=MessageState.UNKNOWN,
            settled_at=now,
            due_at=now,  # to be looked up at once
            reason="The sender stopped before the answer was recorded.",
        ),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


def look_up_unknown(channel: Channel, *, name: str) -> Counter[MessageState]:
    """Ask the provider for each text of unknown fate; how many turned out sent or not sent.

    One that it does not know when the grace period is over was not sent. It is due once more
    if its time has not passed; otherwise somebody rings.
    """
    counts: Counter[MessageState] = Counter()
    for outbox_id in _to_look_up(clock.now(), name):
        lost = _as_it_was_sent(outbox_id)
        if lost is not None:
            counts[_resolved(outbox_id, channel.find(lost))] += 1
    db.session.rollback()
    return +Counter({state: counts[state] for state in (MessageState.SENT, MessageState.NOT_SENT)})


def _to_look_up(now: datetime, name: str) -> Sequence[int]:
    """Unknown texts of this channel whose next look is due: their due_at says when."""
    return db.session.scalars(
        select(OutboxMessage.id)
        .where(
            OutboxMessage.state == MessageState.UNKNOWN,
            OutboxMessage.due_at <= now,
            OutboxMessage.channel == name,
            OutboxMessage.send_by > now - _LOOKED_FOR_UNTIL,
        )
        .order_by(OutboxMessage.due_at)
        .limit(_BATCH)
    ).all()


def _as_it_was_sent(outbox_id: int) -> Message | None:
    row = db.session.get(OutboxMessage, outbox_id, populate_existing=True)
    lost = None
    if row is not None and row.state == MessageState.UNKNOWN and row.claimed_at is not None:
        lost = Message(
            reference=row.token,
            to=row.sent_to,
            body=row.body,
            kind=row.kind,
            template=template_name(text_name(row), row.language),
            fields={},
            claimed_at=row.claimed_at,
            send_by=row.send_by,
        )
    db.session.rollback()  # no transaction stays open while the provider is asked
    return lost


@use_case
def _resolved(outbox_id: int, found: Found | Unknown) -> MessageState:
    now = clock.now()
    if isinstance(found, Found):
        provider_id = _nobody_elses(found.provider_ids)
        if provider_id is not None:
            # Two texts with the same words to one phone: each finds one of its own.
            with refused(uq_outbox_provider_id=TryAgain):
                recording.was_taken(outbox_id, provider_id)
            return MessageState.SENT
    row = db.session.get_one(OutboxMessage, outbox_id, populate_existing=True, with_for_update=True)
    if row.state != MessageState.UNKNOWN or row.claimed_at is None:
        return row.state
    row.due_at = now + _LOOK_EVERY
    if isinstance(found, Unknown) or now < row.claimed_at + _GRACE:
        return MessageState.UNKNOWN
    row.state, row.settled_at = MessageState.NOT_SENT, now
    row.reason = "The provider never had it."
    if row.attempts < _MOST_ATTEMPTS and now < row.send_by:
        row.state, row.due_at = MessageState.DUE, now
        row.reason = "The provider never had it, so it goes once more."
    return MessageState.NOT_SENT


def _nobody_elses(provider_ids: Sequence[str]) -> str | None:
    """The first of these ids that no other text has."""
    known = set(
        db.session.scalars(
            select(OutboxMessage.provider_id).where(OutboxMessage.provider_id.in_(provider_ids))
        )
    )
    return next((each for each in provider_ids if each not in known), None)
