"""The weekly rota's pages: the weeks, what a week is made from, its drafts."""

from booking.routes.rota import drafts, looking, weeks
from booking.routes.rota.blueprint import rota

__all__ = ["drafts", "looking", "rota", "weeks"]
