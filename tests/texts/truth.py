"""What must be true of every text whatever went wrong: none twice, none lost without a word."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select

from booking.database import db
from booking.messages import status_links
from booking.models import OutboxMessage
from booking.words import MessageState
from tests.texts.fake_twilio import PUBLIC, FakeTwilio

TAKEN = (
    MessageState.SENT,
    MessageState.DELIVERED,
    MessageState.UNDELIVERED,
)
# Each with its reason where somebody sees it; those not merely out of date are to be rung.
OWNED_UP_TO = (
    MessageState.FAILED,
    MessageState.UNKNOWN,
    MessageState.NOT_SENT,
    MessageState.EXPIRED,
    MessageState.SUPPRESSED,
    MessageState.SUPERSEDED,
)


def token_of(status_url: str) -> str:
    token = status_links.token_in(status_url.removeprefix(f"{PUBLIC}/texts/status/"))
    assert token is not None
    return token


def untruths(network: FakeTwilio, *, unknown_may_be_taken: bool = False) -> Iterable[str]:
    """What is wrong, in words, once there is nothing left to do."""
    db.session.rollback()
    reached = Counter(token_of(kept.status_url) for kept in network.kept)
    for row in db.session.scalars(select(OutboxMessage).where(OutboxMessage.channel != "console")):
        what, times = f"{row.kind} {row.start_version} {row.state}", reached[row.token]
        if times > 1:
            yield f"{what} was sent {times} times"
        if row.state in TAKEN and times != 1:
            yield f"{what} was never sent"
        if row.state in OWNED_UP_TO:
            if not row.reason:
                yield f"{what} does not say why"
            if times and not (unknown_may_be_taken and row.state == MessageState.UNKNOWN):
                yield f"{what} was sent all the same"
        if row.state not in (*TAKEN, *OWNED_UP_TO):
            yield f"{what} waits for nobody"
