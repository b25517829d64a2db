"""The office's own pages: today, finding a slot, booking it, and what became of referrals."""

from booking.routes.jobcentre import book, find, handover_calendar, office, waiting, without_a_slot
from booking.routes.jobcentre.blueprint import jobcentre

__all__ = [
    "book",
    "find",
    "handover_calendar",
    "jobcentre",
    "office",
    "waiting",
    "without_a_slot",
]
