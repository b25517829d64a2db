"""Words for sessions, slots, appointments and the waiting list."""

from enum import StrEnum


class HalfDay(StrEnum):
    AM = "am"
    PM = "pm"


class SessionKind(StrEnum):
    INTERVIEWS = "interviews"
    TELEPHONE = "telephone"
    GROUP = "group"


class SessionState(StrEnum):
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Hold(StrEnum):
    """Why an adviser keeps a slot from ordinary booking."""

    PROTECTED = "protected"
    BLOCKED = "blocked"


class AppointmentKind(StrEnum):
    FIRST = "first"
    RETURN = "return"
    WALKOVER = "walkover"
    GROUP = "group"


class Status(StrEnum):
    BOOKED = "booked"
    ARRIVED = "arrived"
    ATTENDED = "attended"
    FAILED_TO_ATTEND = "failed_to_attend"
    CANCELLED = "cancelled"
    EXCUSED = "excused"


# A place is held by whoever is expected in it or sat in it; every other status gives it back.
HOLDING_A_PLACE = (Status.BOOKED, Status.ARRIVED, Status.ATTENDED)
STILL_TO_COME = (Status.BOOKED, Status.ARRIVED)
OUTCOMES = (Status.ATTENDED, Status.FAILED_TO_ATTEND, Status.EXCUSED)
ENDED = (*OUTCOMES, Status.CANCELLED)


class ReminderFate(StrEnum):
    """How far a reminder got, in attendance history."""

    NONE = "none"
    SENT = "sent"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"


class ExcusedReason(StrEnum):
    """Absence that is nobody's failure (002:1998, 2008, 2172)."""

    MEDICAL = "medical"
    CARING = "caring at short notice"
    WEATHER = "weather"
    INTERVIEW = "job interview"
    SICK_CHILD = "sick child"
    BEREAVEMENT = "bereavement"


class BookingChannel(StrEnum):
    """How a booking reached the diary; the national line's delays are why it is recorded."""

    DESK = "desk"
    PHONE = "phone"
    API = "api"
    CLAIMANT = "claimant"


class WaitingState(StrEnum):
    WAITING = "waiting"
    PLACED = "placed"
    LEFT = "left"


class OfferState(StrEnum):
    """What became of a freed place offered to somebody who waits."""

    OPEN = "open"
    TAKEN = "taken"
    REFUSED = "refused"
    LAPSED = "lapsed"
    GONE = "gone"
