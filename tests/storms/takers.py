"""What each process or thread of a storm does: plain functions that can be sent to a process."""

import random
from datetime import date

from sqlalchemy import select

from booking import appointments, sessions
from booking.database import db
from booking.errors import NoPlace, WrongState
from booking.models import Slot
from booking.rights import THE_SERVICE
from booking.words import HalfDay
from tests.makers import WEDNESDAY, make_claimant, make_referral


def take(slot_id: int, number: int) -> str:
    """Book a slot for a claimant of one's own."""
    appointments.book(
        slot_id=slot_id,
        claimant=make_claimant(f"Invented Taker {number}", f"07700 900{number:03}"),
        referral=make_referral(),
        by=THE_SERVICE,
    )
    return "booked"


def take_for_the_same_person(slot_id: int) -> str:
    """Book a slot for one and the same claimant."""
    appointments.book(
        slot_id=slot_id,
        claimant=make_claimant("Invented Twin", "07700 900999"),
        referral=make_referral(),
        by=THE_SERVICE,
    )
    return "booked"


def open_half_day(office_id: int, adviser_id: int, room_id: int, on: date = WEDNESDAY) -> str:
    sessions.open_session(
        office_id=office_id,
        adviser_id=adviser_id,
        on=on,
        half_day=HalfDay.AM,
        room_id=room_id,
        by=THE_SERVICE,
    )
    return "opened"


def book_move_and_cancel(seed: int, rounds: int) -> str:
    """A busy hour at one desk: random bookings, moves and cancellations of one's own."""
    chance = random.Random(seed)
    slot_ids = db.session.scalars(select(Slot.id)).all()
    mine: list[int] = []
    for turn in range(rounds):
        slot_id = chance.choice(slot_ids)
        try:
            match chance.choice(["book", "book", "move", "cancel"]):
                case "move" if mine:
                    appointments.move(
                        appointment_id=chance.choice(mine), slot_id=slot_id, by=THE_SERVICE
                    )
                case "cancel" if mine:
                    leaving = mine.pop(chance.randrange(len(mine)))
                    appointments.cancel(appointment_id=leaving, by=THE_SERVICE)
                case _:
                    booked = appointments.book(
                        slot_id=slot_id,
                        claimant=make_claimant(f"Invented {seed} {turn}", "07700 900555"),
                        referral=make_referral(),
                        by=THE_SERVICE,
                    )
                    mine.append(booked.id)
        except (NoPlace, WrongState):
            continue
    return "done"
