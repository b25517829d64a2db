"""What a provider says became of a text: signed, heard once, and in whatever order it comes."""

from collections.abc import Mapping
from enum import Enum
from hmac import compare_digest

from flask import current_app
from sqlalchemy import select

from booking import clock
from booking.database import db, refused, use_case
from booking.messages import opt_outs, recording, status_links
from booking.models import DeliveryReport, OutboxMessage
from booking.words import MessageState, OptOutSource
from notifications.signatures import is_signed

# The providers' words. Told of a text in any order and any number of times, the state it ends
# in is the one furthest on in _ORDER: a report that a phone has it outweighs every other.
_MEANS = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), MessageState.SENT),
    **dict.fromkeys(("failed", "canceled", "technical-failure"), MessageState.FAILED),
    **dict.fromkeys(
        ("undelivered", "temporary-failure", "permanent-failure"), MessageState.UNDELIVERED
    ),
    **dict.fromkeys(("delivered", "read"), MessageState.DELIVERED),
}
_ORDER = (
    MessageState.SENT,
    MessageState.FAILED,
    MessageState.UNDELIVERED,
    MessageState.DELIVERED,
)
_WHY = {
    "21610": "The number replied STOP.",
    "30003": "The phone was off or out of reach.",
    "30004": "The network blocked it.",
    "30005": "There is no such phone, or it is switched off for good.",
    "30006": "It is a landline, or a network that takes no texts.",
    "30007": "The network took it for spam.",
    "temporary-failure": "The phone was off, full or out of reach.",
    "permanent-failure": "There is no such phone, or its network refused the text.",
    "technical-failure": "GOV.UK Notify could not hand it to a network.",
}


class Heard(Enum):
    """What was done with a report."""

    NEW = "new"
    BEFORE = "heard before"
    OF_NO_TEXT = "about no text of ours"


class _HeardBefore(Exception):
    """The provider has said this of the text already."""


def is_from_twilio(path: str, form: Mapping[str, str], signature: str) -> bool:
    """Whether Twilio signed what was posted to the path, with its query, of our public address."""
    url = f"{current_app.config['PUBLIC_BASE_URL']}{path}"
    return is_signed(url, form, signature, current_app.config["TWILIO_AUTH_TOKEN"])


def is_from_notify(authorization: str) -> bool:
    """Whether the header bears the token that this service's receipts were given at Notify."""
    token = current_app.config["NOTIFY_CALLBACK_TOKEN"]
    return bool(token) and compare_digest(authorization.encode(), f"Bearer {token}".encode())


def hear(*, signed_token: str, provider_id: str, status: str, error_code: str = "") -> Heard:
    """Take in a report on the text that the address names."""
    token = status_links.token_in(signed_token)
    if token is None:
        return Heard.OF_NO_TEXT
    return hear_of(token, provider_id=provider_id, status=status, error_code=error_code)


def hear_of(token: str, *, provider_id: str, status: str, error_code: str = "") -> Heard:
    """Take in a report on the text of this token, which its provider was given as a reference."""
    try:
        return _heard(token, provider_id, status, error_code)
    except _HeardBefore:
        return Heard.BEFORE


@use_case
def _heard(token: str, provider_id: str, status: str, error_code: str) -> Heard:
    row = db.session.scalar(
        select(OutboxMessage).where(OutboxMessage.token == token).with_for_update()
    )
    if row is None:
        return Heard.OF_NO_TEXT
    with refused(uq_delivery_report_provider_id_status=_HeardBefore):
        db.session.add(
            DeliveryReport(
                outbox_id=row.id,
                provider_id=provider_id,
                status=status,
                error_code=error_code,
                at=clock.now(),
            )
        )
    if error_code == recording.OPTED_OUT:
        opt_outs.record(row.sent_to, source=OptOutSource.PROVIDER)
    if row.provider_id is None:
        _take_from_another(provider_id)
        recording.was_taken(row.id, provider_id)
        db.session.refresh(row)
    if row.provider_id == provider_id and status in _MEANS:
        _move_on(row, status, error_code)
    return Heard.NEW


def _move_on(row: OutboxMessage, status: str, error_code: str) -> None:
    """Only ever forwards."""
    state = _MEANS[status]
    if row.state in _ORDER and _ORDER.index(state) <= _ORDER.index(row.state):
        return
    row.state, row.settled_at = state, clock.now()
    why = _WHY.get(error_code or status, "The network could not deliver it.")
    went_wrong = state in (MessageState.FAILED, MessageState.UNDELIVERED)
    row.reason = f"{error_code}: {why}".removeprefix(": ") if went_wrong else ""


def _take_from_another(provider_id: str) -> None:
    """A text found by its words alone gives way to the one the provider names by its token."""
    other = db.session.scalar(
        select(OutboxMessage).where(OutboxMessage.provider_id == provider_id).with_for_update()
    )
    if other is not None:
        other.provider_id, other.state = None, MessageState.UNKNOWN
        other.due_at = other.settled_at = clock.now()
        db.session.flush()
