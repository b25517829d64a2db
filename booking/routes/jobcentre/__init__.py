"""The office's own pages: today, finding a slot, booking it, and what became of referrals."""

from booking.routes.jobcentre import book, find, office, waiting
from booking.routes.jobcentre.blueprint import jobcentre

__all__ = ["book", "find", "jobcentre", "office", "waiting"]
