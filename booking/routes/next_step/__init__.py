"""The Next Step adviser's pages: the day, the week, what happened, time kept, the calendar."""

from booking.routes.next_step import diary, feed, own_rota, saying
from booking.routes.next_step.blueprint import next_step

__all__ = ["diary", "feed", "next_step", "own_rota", "saying"]
