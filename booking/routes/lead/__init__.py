"""The district lead's pages: the district now, its sessions, its advisers, its figures."""

from booking.routes.lead import advisers, briefings, district, levels, sessions
from booking.routes.lead.blueprint import lead

__all__ = ["advisers", "briefings", "district", "lead", "levels", "sessions"]
