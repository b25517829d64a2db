"""The district lead's pages: the district now, its sessions, its advisers, its figures."""

from booking.routes.lead import advisers, district, levels, sessions
from booking.routes.lead.blueprint import lead

__all__ = ["advisers", "district", "lead", "levels", "sessions"]
