"""What claimants open from a text: their appointment, and what they may say about it."""

from booking.routes.claimant import pages, saying
from booking.routes.claimant.blueprint import claimant

__all__ = ["claimant", "pages", "saying"]
