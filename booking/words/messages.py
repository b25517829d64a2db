"""Words for what claimants are told, and how they are heard."""

from enum import StrEnum


class MessageKind(StrEnum):
    CONFIRMATION = "confirmation"
    REMINDER = "reminder"
    SAME_DAY = "same_day"
    MOVED = "moved"
    CANCELLED = "cancelled"
    RECEIPT = "receipt"
    OFFER = "offer"


class TextName(StrEnum):
    """The texts a provider or a lead may word: one of each kind, and of a move that changes
    nothing but the adviser one of its own."""

    CONFIRMATION = MessageKind.CONFIRMATION.value
    REMINDER = MessageKind.REMINDER.value
    SAME_DAY = MessageKind.SAME_DAY.value
    MOVED = MessageKind.MOVED.value
    SAME_TIME = "same_time"
    CANCELLED = MessageKind.CANCELLED.value
    RECEIPT = MessageKind.RECEIPT.value
    OFFER = MessageKind.OFFER.value


class MessageState(StrEnum):
    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"


class Arm(StrEnum):
    """Which of the two wordings under trial an appointment was given, by chance."""

    A = "a"
    B = "b"


class ContactWay(StrEnum):
    """How a claimant reached the office; `I rang ahead` must be on record (002:2142)."""

    PHONE = "phone"
    TEXT = "text"
    LINK = "link"
    DESK = "desk"
    POST = "post"


class Reading(StrEnum):
    """How a text from a claimant was read; what is unclear is for a person to read."""

    YES = "yes"
    NO = "no"
    CHANGE = "change"
    STOP = "stop"
    START = "start"
    PLEASE_STOP = "please_stop"
    UNCLEAR = "unclear"


class OptOutSource(StrEnum):
    """Who told us that a number wants no texts: its owner, the network, or a member of staff."""

    REPLY = "reply"
    PROVIDER = "provider"
    STAFF = "staff"


class CallOutcome(StrEnum):
    """What came of ringing a claimant about an appointment (000:1634-1648, 1970-1971)."""

    WILL_COME = "will_come"
    WILL_NOT_COME = "will_not_come"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


# Somebody was spoken to; every other call is one more attempt.
REACHED = (CallOutcome.WILL_COME, CallOutcome.WILL_NOT_COME)
