"""The office's own words for kinds and states, as the database and the API spell them."""

from enum import StrEnum


class Role(StrEnum):
    JOBCENTRE_ADVISER = "jobcentre_adviser"
    NEXT_STEP_ADVISER = "next_step_adviser"
    RECEPTION = "reception"
    DISTRICT_LEAD = "district_lead"
    ADMIN = "admin"


ROLE_NAMES = {
    Role.JOBCENTRE_ADVISER: "Jobcentre adviser",
    Role.NEXT_STEP_ADVISER: "Next Step adviser",
    Role.RECEPTION: "Reception",
    Role.DISTRICT_LEAD: "District lead",
    Role.ADMIN: "Administrator",
}


class Nation(StrEnum):
    ENGLAND = "england"
    SCOTLAND = "scotland"
    WALES = "wales"


class OfficeKind(StrEnum):
    JOBCENTRE = "jobcentre"
    ALTERNATIVE_VENUE = "alternative_venue"


class RoomKind(StrEnum):
    INTERVIEW_ROOM = "interview_room"
    DESK = "desk"
    POD = "pod"
    WORKSHOP_ROOM = "workshop_room"


class ClosureKind(StrEnum):
    """Why a room or an office cannot be used: it is shut, or another agency holds it."""

    CLOSED = "closed"
    AGENCY = "agency"


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


class Stage(StrEnum):
    """Claim stages: new claim, 13 weeks, 26 weeks (000:55-60)."""

    STAGE_1 = "1"
    STAGE_2 = "2"
    STAGE_3 = "3"


class ReferralReason(StrEnum):
    SKILLS_HEALTH_CHECK = "skills_health_check"
    CHANGE_OF_WORK = "change_of_work"
    TRAINING_ADVICE = "training_advice"
    RETURN_TO_WORK = "return_to_work"
    CV_ONLY = "cv_only"
    BASIC_SKILLS_FIRST = "basic_skills_first"


class ReferralState(StrEnum):
    OPEN = "open"
    SIGNPOSTED = "signposted"
    RETURNED = "returned"
    CLOSED = "closed"


class LeaveKind(StrEnum):
    ANNUAL = "annual leave"
    SICK = "sick"
    TRAINING = "training"


class MessageKind(StrEnum):
    CONFIRMATION = "confirmation"
    REMINDER = "reminder"
    SAME_DAY = "same_day"
    MOVED = "moved"
    CANCELLED = "cancelled"
    RECEIPT = "receipt"
    OFFER = "offer"


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


class WishKind(StrEnum):
    """What the rota is told of an adviser and an office (000:2857-2860)."""

    DEDICATED = "dedicated"
    PINNED = "pinned"
    FORBIDDEN = "forbidden"


class RequestState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class RunState(StrEnum):
    """How far the search for a rota is."""

    ASKED = "asked"
    RUNNING = "running"
    SOLVED = "solved"
    INFEASIBLE = "infeasible"
    FAILED = "failed"


class QuestionKind(StrEnum):
    """What a lead asks of a draft's rota."""

    ONE_MORE_ADVISER = "one_more_adviser"
    ONE_MORE_ROOM = "one_more_room"
    STAYING = "staying"


class MishapKind(StrEnum):
    """What a published week is repaired after."""

    ADVISER_OFF = "adviser_off"
    ROOM_LOST = "room_lost"
    OFFICE_SHUT = "office_shut"
