"""What the telephone network tells us: replies, and what became of our texts."""

from booking.routes.texts_in import reply, status
from booking.routes.texts_in.blueprint import texts_in

__all__ = ["reply", "status", "texts_in"]
