"""Small invented districts for tests: plain functions that add rows and return them."""

import itertools
import secrets
from datetime import date, time
from typing import Any

from flask.testing import FlaskClient

from booking import appointments, clock, sessions
from booking.accounts import hashed_password
from booking.claimants import ClaimantDetails
from booking.database import db
from booking.models import (
    Adviser,
    Appointment,
    District,
    Office,
    OfficeHours,
    Room,
    Session,
    User,
    WorkingHours,
)
from booking.referrals import ReferralDetails
from booking.rights import THE_SERVICE, Actor, actor_of
from booking.words import HalfDay, ReferralReason, Role, SessionKind, Stage

# A working Wednesday in winter, far from bank holidays and clock changes.
WEDNESDAY = date(2027, 1, 20)
PASSWORD = "an invented password"

_numbers = itertools.count(1)


def make_district(name: str = "Invented Vale", **overrides: Any) -> District:
    """A district whose advisers are comfortable with every slot, unless a test says otherwise."""
    rules = {"comfortable_am": 16, "comfortable_pm": 16, **overrides}
    district = District(code=f"D{next(_numbers)}", name=name, rule_overrides=rules)
    db.session.add(district)
    db.session.commit()
    return district


def make_office(
    district: District | None = None, name: str = "Thistlewick", **facts: Any
) -> Office:
    """An office open from 9 to 5 on weekdays."""
    office = Office(
        code=f"O{next(_numbers)}",
        district_id=(district or make_district()).id,
        name=name,
        phone="01632 960000",
        hours=[OfficeHours(weekday=day, opens=time(9), closes=time(17)) for day in range(5)],
        **facts,
    )
    db.session.add(office)
    db.session.commit()
    return office


def make_room(office: Office, **facts: Any) -> Room:
    room = Room(office_id=office.id, name=facts.pop("name", f"Room {next(_numbers)}"), **facts)
    db.session.add(room)
    db.session.commit()
    return room


def make_adviser(district: District, name: str = "Ada Invented", **facts: Any) -> Adviser:
    """An adviser who works from 8 to 6 on weekdays."""
    adviser = Adviser(
        district_id=district.id,
        name=name,
        hours=[WorkingHours(weekday=day, starts=time(8), ends=time(18)) for day in range(5)],
        **facts,
    )
    db.session.add(adviser)
    db.session.commit()
    return adviser


def make_session(
    office: Office | None = None,
    *,
    on: date = WEDNESDAY,
    half_day: HalfDay = HalfDay.AM,
    adviser: Adviser | None = None,
    room: Room | None = None,
    kind: SessionKind = SessionKind.INTERVIEWS,
    places: int = 1,
) -> Session:
    """A published session with its slots; what is not given is made up."""
    office = office or make_office()
    adviser = adviser or make_adviser(office.district)
    if room is None and kind != SessionKind.TELEPHONE:
        room = make_room(office, seats=places + 1)
    return sessions.open_session(
        office_id=office.id,
        adviser_id=adviser.id,
        on=on,
        half_day=half_day,
        room_id=room.id if room else None,
        kind=kind,
        places=places,
        by=THE_SERVICE,
    )


def make_user(role: Role, office: Office | None = None, *, name: str = "", **facts: Any) -> User:
    """A member of staff; a Next Step adviser's diary is `facts["adviser"]` or a new one."""
    district = office.district if office else None
    adviser = facts.pop("adviser", None)
    user = User(
        email=f"user-{secrets.token_hex(4)}@localdiaries.example",
        name=name or f"Invented {role.replace('_', ' ')}",
        role=role,
        district_id=district.id if district else None,
        office_id=office.id if office else None,
        password_hash=hashed_password(PASSWORD),
        security_stamp=secrets.token_hex(8),
        must_change_password=False,
        **facts,
    )
    db.session.add(user)
    db.session.commit()
    if role == Role.NEXT_STEP_ADVISER and office is not None:
        adviser = adviser or make_adviser(office.district, user.name)
        adviser.user_id = user.id
        db.session.commit()
    return user


def make_actor(role: Role, office: Office) -> Actor:
    return actor_of(make_user(role, office))


def make_claimant(name: str = "", mobile: str = "", **details: Any) -> ClaimantDetails:
    """Somebody invented, with a number from the range kept for drama."""
    number = next(_numbers)
    return ClaimantDetails(
        name=name or f"Invented Person {number}",
        mobile=mobile or f"07700 900{number % 1000:03}",
        **details,
    )


def make_referral(**details: Any) -> ReferralDetails:
    facts = {"stage": Stage.STAGE_1, "reason": ReferralReason.SKILLS_HEALTH_CHECK, **details}
    return ReferralDetails(**facts)


def make_appointment(
    session: Session | None = None, *, position: int = 0, by: Actor = THE_SERVICE, **details: Any
) -> Appointment:
    """A booked appointment in the slot at a position of a session."""
    session = session or make_session()
    slot = next(slot for slot in session.slots if slot.position == position)
    return appointments.book(
        slot_id=slot.id,
        claimant=details.pop("claimant", None) or make_claimant(),
        referral=details.pop("referral", None) or make_referral(),
        by=by,
        **details,
    )


def sign_in(client: FlaskClient, user: User) -> None:
    answer = client.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.text


def at(on: date, hour: int, minute: int = 0) -> Any:
    """The instant of a London wall-clock time."""
    return clock.instant(on, time(hour, minute))
