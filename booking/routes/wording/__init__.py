"""The words of texts: the list, one text with its preview, and trials of two wordings."""

from booking.routes.wording import editor, trials
from booking.routes.wording.blueprint import wording

__all__ = ["editor", "trials", "wording"]
