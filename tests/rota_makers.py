"""Small districts with a week to plan, for tests of the rota."""

from dataclasses import dataclass
from datetime import date, timedelta

from booking.models import Adviser, District, Office, Room, RotaDraft
from booking.rights import Actor, actor_of
from booking.rotas import drafts, solving
from booking.words import Role
from tests.makers import (
    WEDNESDAY,
    make_adviser,
    make_district,
    make_office,
    make_room,
    make_user,
)

MONDAY = WEDNESDAY - timedelta(days=2)
NEXT_WEEK = MONDAY + timedelta(days=7)


@dataclass
class Vale:
    """Two offices with a room or two each, two advisers, and the lead who plans them."""

    district: District
    offices: list[Office]
    rooms: list[Room]
    advisers: list[Adviser]
    lead: Actor


def make_vale(**rules: object) -> Vale:
    district = make_district(**{"days_wanted": 2, **rules})
    offices = [make_office(district, name) for name in ("Thistlewick", "Mosswater")]
    rooms = [
        make_room(offices[0], name="Room 1"),
        make_room(offices[0], name="Room 2"),
        make_room(offices[1], name="Quiet room"),
    ]
    advisers = [make_adviser(district, name) for name in ("Ada Invented", "Ben Invented")]
    lead = actor_of(make_user(Role.DISTRICT_LEAD, offices[0]))
    return Vale(district, offices, rooms, advisers, lead)


def make_draft(vale: Vale, week: date = NEXT_WEEK, name: str = "") -> RotaDraft:
    """A draft with its rota, by the same steps as the page and the worker take."""
    draft = drafts.propose(district_id=vale.district.id, week=week, name=name, by=vale.lead)
    solving.solve_asked()
    return drafts.reachable(draft.id, vale.lead)
