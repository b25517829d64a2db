"""The tables, by subject; import any of them from here."""

from booking.models.attendance import AttendanceForecast, PastOutcome
from booking.models.briefings import Briefing
from booking.models.diary import Appointment, ClaimantTime, Session, Slot
from booking.models.handover import Handover, HandoverTime
from booking.models.inbound import ContactAttempt, InboundText, OptOut
from booking.models.messages import ContactNote, DeliveryReport, Notice, OutboxMessage
from booking.models.people import (
    Adviser,
    AdviserLeave,
    CalendarFeed,
    Claimant,
    Referral,
    User,
    WorkingHours,
)
from booking.models.places import Closure, District, Office, OfficeHours, Room
from booking.models.record import (
    ApiToken,
    AuditEntry,
    Heartbeat,
    IdempotentAnswer,
    JobRun,
    SignInFailure,
)
from booking.models.rota import (
    AdviserPlan,
    DemandEntry,
    LeaveRequest,
    RepairPlan,
    RotaDraft,
    RotaRun,
    RotaWish,
    TravelTime,
)
from booking.models.rota_news import RotaNews
from booking.models.rota_questions import RotaQuestion
from booking.models.searches import UnmetSearch
from booking.models.waiting import FreedSlot, WaitingEntry, WaitingOffer
from booking.models.wording import Wording, WordingTrial

__all__ = [
    "Adviser",
    "AdviserLeave",
    "AdviserPlan",
    "ApiToken",
    "Appointment",
    "AttendanceForecast",
    "AuditEntry",
    "Briefing",
    "CalendarFeed",
    "Claimant",
    "ClaimantTime",
    "Closure",
    "ContactAttempt",
    "ContactNote",
    "DeliveryReport",
    "DemandEntry",
    "District",
    "FreedSlot",
    "Handover",
    "HandoverTime",
    "Heartbeat",
    "IdempotentAnswer",
    "InboundText",
    "JobRun",
    "LeaveRequest",
    "Notice",
    "Office",
    "OfficeHours",
    "OptOut",
    "OutboxMessage",
    "PastOutcome",
    "Referral",
    "RepairPlan",
    "Room",
    "RotaDraft",
    "RotaNews",
    "RotaQuestion",
    "RotaRun",
    "RotaWish",
    "Session",
    "SignInFailure",
    "Slot",
    "TravelTime",
    "UnmetSearch",
    "User",
    "WaitingEntry",
    "WaitingOffer",
    "Wording",
    "WordingTrial",
    "WorkingHours",
]
