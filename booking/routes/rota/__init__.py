"""The weekly rota's pages: the weeks, what a week is made from, its drafts."""

from booking.routes.rota import asking, coverage, demand, drafts, looking, people, repair, weeks
from booking.routes.rota.blueprint import rota

__all__ = ["asking", "coverage", "demand", "drafts", "looking", "people", "repair", "rota", "weeks"]
