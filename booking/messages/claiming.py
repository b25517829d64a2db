"""Taking one text that is due: claimed, then asked again whether it is true and may go now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import clock
from booking.database import db
from booking.messages import states, status_links
from booking.messages.bodies import fields_of
from booking.messages.quiet_hours import end_of_quiet, is_quiet
from booking.messages.still_wanted import TOO_LATE, Refusal, why_not_now
from booking.messages.wordings import put_into_words, text_name
from booking.models import Appointment, Office, OutboxMessage, Session, Slot
from booking.words import MessageState
from notifications.message import Message
from notifications.texts import template_name
from notifications.wording import WordingError

_A_CLAIM_HOLDS = timedelta(minutes=1)


@dataclass(frozen=True)
class Claimed:
    """A message that this process, and no other, is about to send."""

    outbox_id: int
    message: Message

    @property
    def still_holds(self) -> bool:
        """Not for a process that slept: others may have given the message up meanwhile."""
        return clock.now() - self.message.claimed_at < _A_CLAIM_HOLDS


def take(outbox_id: int, now: datetime) -> bool:
    """Claim a due text for this process by one conditional update; False when another has it."""
    return states.changed(outbox_id, MessageState.DUE, MessageState.SENDING, claimed_at=now)


def made_ready(
    outbox_id: int, now: datetime, *, channel_name: str, two_way: bool
) -> Claimed | None:
    """The claimed text ready to go, or None when it waits on, or ends here with its reason."""
    row = _with_all_it_speaks_of(outbox_id)
    refusal = why_not_now(row, now)
    if refusal is not None:
        _end(row, refusal, now)
        return None
    rules = row.slot.session.office.rules
    if is_quiet(now, rules):
        may_go_at = end_of_quiet(now, rules)
        if may_go_at >= row.send_by:
            _end(row, TOO_LATE, now)
            return None
        row.state, row.claimed_at, row.due_at = MessageState.DUE, None, may_go_at
        return None
    fields = fields_of(row, two_way=two_way)
    try:
        row.body = put_into_words(row, fields, channel=channel_name)
    except WordingError as error:
        _end(row, (MessageState.FAILED, str(error)[:200]), now)
        return None
    row.channel, row.sent_to = channel_name, row.claimant.mobile
    row.attempts += 1
    return Claimed(
        row.id,
        Message(
            reference=row.token,
            to=row.sent_to,
            body=row.body,
            kind=row.kind,
            template=template_name(text_name(row), row.language),
            fields=fields,
            claimed_at=now,
            send_by=row.send_by,
            status_url=status_links.address_of(row.token),
        ),
    )


def _end(row: OutboxMessage, refusal: Refusal, now: datetime) -> None:
    row.state, row.reason = refusal
    row.settled_at = now


def _with_all_it_speaks_of(outbox_id: int) -> OutboxMessage:
    to_the_session = joinedload(OutboxMessage.appointment).joinedload(Appointment.slot)
    return db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.id == outbox_id)
        .options(
            joinedload(OutboxMessage.claimant),
            to_the_session.joinedload(Slot.session).options(
                joinedload(Session.office).joinedload(Office.district),
                joinedload(Session.adviser),
                joinedload(Session.room),
            ),
        )
        .execution_options(populate_existing=True)
    ).one()
