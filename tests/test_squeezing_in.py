"""Squeezing somebody in: beyond the level, by the adviser's own leave, and never beyond the cap."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from booking import appointments
from booking.attendance import by_hand
from booking.database import db
from booking.errors import SlotNotOpen
from booking.models import ApiToken, Session, Slot
from booking.rights import THE_SERVICE, Actor, actor_of
from booking.squeezing_in import DayIsFull
from booking.words import Role, Status
from tests.makers import (
    WEDNESDAY,
    at,
    make_adviser,
    make_appointment,
    make_claimant,
    make_referral,
    make_session,
    make_user,
    sign_in,
)


@pytest.fixture(autouse=True)
def early_that_day() -> Iterator[None]:
    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        yield


@pytest.fixture
def session(sqlite_app: Flask) -> Session:
    """A morning of five slots of which three are offered."""
    return opened_to(3)


def opened_to(level: int) -> Session:
    session = make_session()
    by_hand.set_level(session_id=session.id, level=level, reason="Training", by=THE_SERVICE)
    return session


def cap_at(most: int, session: Session) -> None:
    session.office.rule_overrides = {"daily_cap": most}
    db.session.commit()


def kept_back(session: Session) -> Slot:
    return next(slot for slot in session.slots if slot.beyond_level)


def offered(session: Session) -> int:
    db.session.rollback()
    return sum(not slot.beyond_level for slot in session.slots)


def book(slot: Slot, by: Actor, name: str = "Early Invented") -> None:
    appointments.book(
        slot_id=slot.id, claimant=make_claimant(name, ""), referral=make_referral(), by=by
    )


def someone(role: Role, session: Session, *, own: bool = False) -> Actor:
    facts = {"adviser": session.adviser} if own else {}
    return actor_of(make_user(role, session.office, **facts))


def test_an_adviser_may_give_away_their_own_time_beyond_the_level(session: Session) -> None:
    slot = kept_back(session)
    book(slot, someone(Role.NEXT_STEP_ADVISER, session, own=True))
    assert [each.status for each in slot.appointments] == [Status.BOOKED]
    assert offered(session) == 3  # one of those is taken now: the level is what it was


def test_a_lead_may_too(session: Session) -> None:
    slot = kept_back(session)
    book(slot, someone(Role.DISTRICT_LEAD, session))
    assert len(slot.appointments) == 1


def test_nobody_else_may(session: Session) -> None:
    lead = make_user(Role.DISTRICT_LEAD, session.office)
    token = ApiToken(name="CRM", role=Role.DISTRICT_LEAD, district_id=lead.district_id)
    others = [
        someone(Role.NEXT_STEP_ADVISER, session),
        someone(Role.JOBCENTRE_ADVISER, session),
        someone(Role.RECEPTION, session),
        actor_of(token),
        THE_SERVICE,
    ]
    for by in others:
        with pytest.raises(SlotNotOpen):
            book(kept_back(session), by)


def test_whoever_came_on_the_wrong_day_is_moved_into_today(app: Flask) -> None:
    session = opened_to(3)
    later = make_session(session.office, on=WEDNESDAY + timedelta(days=1))
    appointment = make_appointment(later)
    slot = kept_back(session)
    appointments.move(
        appointment_id=appointment.id,
        slot_id=slot.id,
        by=someone(Role.NEXT_STEP_ADVISER, session, own=True),
    )
    assert appointment.slot_id == slot.id


def test_the_cap_of_the_day_stands(session: Session) -> None:
    """It may be lowered after the slots were made."""
    cap_at(3, session)
    by = someone(Role.NEXT_STEP_ADVISER, session, own=True)
    for position in range(3):
        make_appointment(session, position=position)
    with pytest.raises(DayIsFull, match="at most 3 a day"):
        book(kept_back(session), by)


def test_squeezed_in_before_the_rest_is_booked_leaves_one_fewer_to_offer(session: Session) -> None:
    cap_at(3, session)
    book(kept_back(session), someone(Role.NEXT_STEP_ADVISER, session, own=True))
    free = [slot for slot in session.slots if not slot.beyond_level and not slot.appointments]
    assert len(free) == 2


def test_the_pages_offer_it_only_to_whoever_may(client: FlaskClient, session: Session) -> None:
    referral_id = make_appointment(session).referral_id
    sign_in(client, make_user(Role.JOBCENTRE_ADVISER, session.office))
    assert "Squeeze in" not in client.get(f"/find?referral={referral_id}").text
    client.get("/sign-out")
    other = make_adviser(session.office.district)
    for adviser, seen in ((other, False), (session.adviser, True)):
        user = make_user(Role.NEXT_STEP_ADVISER, session.office, adviser=adviser)
        sign_in(client, user)
        page = client.get(f"/find?referral={referral_id}&office={session.office.code}").text
        assert ("Squeeze in today" in page) == seen
        assert ("Squeeze in<" in client.get("/diary").text) == seen
        client.get("/sign-out")
