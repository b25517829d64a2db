"""A request sent twice is carried out once: the first answer is kept under the sender's key."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from booking import appointments, clock, placing
from booking.claimants import ClaimantDetails
from booking.database import db, refused, use_case
from booking.errors import KeyReused
from booking.models import Appointment, IdempotentAnswer
from booking.referrals import ReferralDetails
from booking.rights import Actor
from booking.words import BookingChannel

Answer = dict[str, Any]


class _KeyKnown(Exception):
    """Another request with the same key got there first."""


@dataclass(frozen=True)
class RequestKey:
    """A token's name for a request, and the hash of what was asked under it."""

    token_id: int
    key: str
    request_hash: str


def request_key(*, token_id: int, key: str, asked: Mapping[str, Any]) -> RequestKey:
    """The key of a request; the order of its fields and its spaces do not count."""
    spelled = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    return RequestKey(token_id, key, hashlib.sha256(spelled.encode()).hexdigest())


def book_once(
    *,
    slot_id: int,
    claimant: ClaimantDetails,
    referral: ReferralDetails,
    by: Actor,
    channel: BookingChannel,
    override_reason: str,
    key: RequestKey | None,
    answer: Callable[[Appointment], Answer],
) -> Answer:
    """Book as `appointments.book` does, and keep the answer under the key in one transaction.

    The same key and request get the kept answer, whatever became of the appointment since;
    the same key with another request raises KeyReused. A refusal is not kept: the next try
    may succeed. `answer` must hold nothing personal, because it outlives the claimant's record.
    """

    def booked() -> Answer:
        return answer(
            placing.place_booking(
                slot_id=slot_id,
                claimant=claimant,
                referral=referral,
                by=by,
                channel=channel,
                override_reason=override_reason,
            )
        )

    with appointments.alternatives_when_taken(slot_id):
        return use_case(_once)(key, booked) if key else use_case(booked)()


def _once(key: RequestKey, act: Callable[[], Answer]) -> Answer:
    """The key is taken before anything is done: a twin request waits here for the first."""
    kept = IdempotentAnswer(
        token_id=key.token_id,
        key=key.key,
        request_hash=key.request_hash,
        created_at=clock.now(),
    )
    try:
        with db.session.begin_nested(), refused(uq_idempotent_answer_token_id_key=_KeyKnown):
            db.session.add(kept)
    except _KeyKnown:
        return _earlier(key)
    kept.answer = act()
    return kept.answer


def _earlier(key: RequestKey) -> Answer:
    kept = db.session.scalars(
        select(IdempotentAnswer).where(
            IdempotentAnswer.token_id == key.token_id, IdempotentAnswer.key == key.key
        )
    ).one()
    if kept.request_hash != key.request_hash or kept.answer is None:
        raise KeyReused
    return kept.answer
