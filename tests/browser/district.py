"""What the browser finds on the server: the demo district, one where nothing is, two to work in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import time_machine
from sqlalchemy import Select, select

from booking import (
    appointments,
    claimant_links,
    demo,
    free_slots,
    freed_slots,
    offer_links,
    waiting_list,
    waiting_offers,
    wording_trials,
)
from booking.database import db, transaction
from booking.demo.people import SIGN_INS
from booking.models import (
    Appointment,
    District,
    Office,
    Room,
    Session,
    Slot,
    User,
    WaitingOffer,
)
from booking.rights import THE_SERVICE, Actor, actor_of
from booking.rotas import (
    leave_requests,
    questions,
    reasons,
    repair_planning,
    repairs,
    solving,
    unmoved,
)
from booking.rotas.answering import answer_asked
from booking.rotas.apart import Apart
from booking.rotas.drafts import propose, solved
from booking.rotas.grid import by_office
from booking.rotas.solving import solve_asked
from booking.words import (
    AppointmentKind,
    Hold,
    LeaveKind,
    MessageKind,
    MishapKind,
    Role,
    SessionKind,
    Status,
)
from tests import makers
from tests.makers import WEDNESDAY, at

T = TypeVar("T")
Cell = tuple[int, int]  # an office and a half-day

NOW = at(WEDNESDAY, 10, 20)
ROTA_WEEK = WEDNESDAY + timedelta(days=19)
THE_DAY_BEFORE = NOW - timedelta(days=1)

# A browser that runs scripts and one that does not: each has a district to itself.
SCRIPTED, PLAIN = "scripted", "plain"
# A district with an office where nothing is, and one without even an office.
EMPTY, BARE = "empty", "bare"
DEMO = "demo"
DISTRICT_NAMES = {SCRIPTED: "Inkwell Vale", PLAIN: "Paperfold Vale"}

# The three who are expected today at 09:15, 10:00 and 10:45.
CAME, MISSED, EXPECTED = "Amy Invented", "Fred Invented", "Rita Invented"
# The morning starts late, so that a slot under way at 10:20 is still worth a walkover.
RULES = {"am_starts": "09:15", "walkover_minutes": 5}


@dataclass(frozen=True)
class Account:
    """Who signs in: a role in one of the districts."""

    place: str
    role: Role

    @property
    def email(self) -> str:
        if self.place == DEMO:
            return SIGN_INS[self.role]
        return f"{self.place}-{self.role.replace('_', '-')}@localdiaries.example"

    @property
    def password(self) -> str:
        return demo.PASSWORD if self.place == DEMO else makers.PASSWORD


def fill() -> dict[str, object]:
    """Make everything up, the demo first, as it goes into an empty database only.

    Returns what the addresses of pages are filled in with.
    """
    with time_machine.travel(NOW, tick=False):
        demo.load()
        drafts = _drafts()
    with time_machine.travel(THE_DAY_BEFORE, tick=False):
        for place in (SCRIPTED, PLAIN):
            _busy(place)
        empty = _empty()
        links = _links()
    return {**links, **_of_the_demo(), **drafts, "empty_office": empty.code}


def _drafts() -> dict[str, object]:
    """Drafts of a week that has no rota yet, and one whose search nobody has taken up."""
    lead = actor_of(_one(select(User).filter_by(email=SIGN_INS[Role.DISTRICT_LEAD])))
    assert lead.district_id is not None
    person = _one(select(User).filter_by(email=SIGN_INS[Role.NEXT_STEP_ADVISER]))
    days = {"first_on": ROTA_WEEK, "last_on": ROTA_WEEK}
    leave_requests.ask(
        adviser_id=person.adviser.id, kind=LeaveKind.ANNUAL, by=actor_of(person), **days
    )
    mishap = {
        "kind": MishapKind.ADVISER_OFF,
        "adviser_id": person.adviser.id,
        "first_on": WEDNESDAY + timedelta(days=1),
        "last_on": WEDNESDAY + timedelta(days=1),
        "reason": "Flu",
        "by": lead,
    }
    repair = repairs.report(**mishap).id
    repair_planning.plan_asked()
    asked = {"district_id": lead.district_id, "week": ROTA_WEEK, "by": lead}
    draft = propose(**asked).id
    with _prices_left_to_ask():
        solve_asked()
    other = propose(**asked).id
    solve_asked()
    to_ask = [cell for cell, told in _short(draft, lead) if told.question]
    priced = [cell for cell, told in _short(other, lead) if told.price]
    return {
        "rota_week": str(ROTA_WEEK),
        "repair": repair,
        "planned": repairs.report(**mishap).id,
        "draft": draft,
        "other_draft": other,
        "nobody_moved": unmoved.take(draft_id=draft, by=lead).id,
        "searched": propose(**asked).id,
        **_where("short", to_ask[0]),
        **_where("asked", to_ask[-1]),
        **_where("priced", priced[0]),
        **_questions(draft, to_ask[-1], lead),
    }


def _short(draft: int, lead: Actor) -> list[tuple[Cell, reasons.Why]]:
    """The half-days that are offered less than they want, and why."""
    plan = solved(draft, lead)
    cells = [(row.office_id, cell.session) for row in by_office(plan) for cell in row.cells]
    told = [(cell, reasons.why(plan, *cell)) for cell in cells]
    return [(cell, why) for cell, why in told if why is not None]


def _where(name: str, cell: Cell) -> dict[str, int]:
    return {f"{name}_office": cell[0], f"{name}_half": cell[1]}


@contextmanager
def _prices_left_to_ask() -> Iterator[None]:
    """How many prices a search works out by itself depends on how quick it is: here none."""
    keep = solving._keep_what_follows

    def keep_and_stop(draft_id: int, solver: Apart, said: dict[str, Any]) -> None:
        solver.stop()
        keep(draft_id, solver, said)

    solving._keep_what_follows = keep_and_stop
    try:
        yield
    finally:
        solving._keep_what_follows = keep


def _questions(draft: int, cell: Cell, lead: Actor) -> dict[str, object]:
    """What staying would have cost whoever moved first, and a question nobody has taken up."""
    plan = solved(draft, lead)
    moved, day = next(
        (row_id, move.day)
        for name, row_id in plan.draft.keys["advisers"].items()
        for move, _ in questions.moves(plan, name)
        if move.can_stay
    )
    answered = questions.ask_of_day(draft_id=draft, adviser_id=moved, day=day, by=lead).id
    answer_asked()
    questions.ask_of_office(draft_id=draft, office_id=cell[0], half=cell[1], by=lead)
    return {"answered": answered, "moved": moved, "moved_on": day}


def _account(place: str, role: Role, office: Office | None, **facts: object) -> User:
    user = makers.make_user(role, office, **facts)
    user.email = Account(place, role).email
    db.session.commit()
    return user


def _busy(place: str) -> None:
    """An office with one adviser who is expected by three, and one who is free tomorrow."""
    district = makers.make_district(DISTRICT_NAMES[place], **RULES)
    office = makers.make_office(district, f"{DISTRICT_NAMES[place]} Jobcentre")
    for role in Role:
        _account(place, role, office)
    adviser = db.session.scalars(
        select(User).filter_by(email=Account(place, Role.NEXT_STEP_ADVISER).email)
    ).one()
    rooms = [makers.make_room(office, name=name) for name in ("Room 1", "Room 2")]
    today = makers.make_session(office, adviser=adviser.adviser, room=rooms[0])
    for position, name in enumerate((CAME, MISSED, EXPECTED)):
        claimant = makers.make_claimant(name)
        makers.make_appointment(today, position=position, claimant=claimant)
    other = makers.make_adviser(district, "Bea Invented")
    for days in (1, 2):
        on = WEDNESDAY + timedelta(days=days)
        makers.make_session(office, on=on, adviser=other, room=rooms[1])


def _empty() -> Office:
    """Everybody has an account and nothing else is there; a lead has not even an office."""
    office = makers.make_office(makers.make_district("Stillwater Vale"), "Stillwater")
    for role in (Role.JOBCENTRE_ADVISER, Role.NEXT_STEP_ADVISER, Role.RECEPTION):
        _account(EMPTY, role, office)
    bare = makers.make_district("Bareacre Vale")
    for role in (Role.DISTRICT_LEAD, Role.ADMIN, Role.NEXT_STEP_ADVISER):
        _account(BARE, role, None).district_id = bare.id
    db.session.commit()
    return office


def _links() -> dict[str, object]:
    """Claimants with a link each: ahead, today, over, cancelled, and with nowhere else to go."""
    district = makers.make_district("Linkwater Vale", **RULES)
    office = makers.make_office(district, "Linkwater Jobcentre", address="2 Mill Lane, Linkwater")
    today = makers.make_session(office)
    later = makers.make_session(office, on=WEDNESDAY + timedelta(days=1))
    makers.make_session(makers.make_office(district, "Elm Library"), on=later.on_date)
    welsh = makers.make_claimant("Carys Invented", language="Welsh")
    alone = makers.make_session(makers.make_office(makers.make_district("Lone Vale"), "Lone"))
    full = [makers.make_appointment(alone, position=at) for at in range(len(alone.slots))]
    booked = {
        "link": makers.make_appointment(later),
        "link_cy": makers.make_appointment(later, position=1, claimant=welsh),
        "link_today": makers.make_appointment(today, position=3),
        "link_over": makers.make_appointment(today),
        "link_cancelled": makers.make_appointment(later, position=2),
        "link_full": full[-1],
    }
    cancelled = booked["link_cancelled"]
    appointments.cancel(appointment_id=cancelled.id, by=THE_SERVICE)
    return {name: claimant_links.token_of(each) for name, each in booked.items()}


def _of_the_demo() -> dict[str, object]:
    """Rows of the demo that stand for their kind, seen from the office of its first sign-in."""
    people = {role: _one(select(User).filter_by(email=email)) for role, email in SIGN_INS.items()}
    office = people[Role.JOBCENTRE_ADVISER].office
    adviser = people[Role.NEXT_STEP_ADVISER].adviser
    here = select(Appointment).join(Slot).join(Session).where(Session.office_id == office.id)
    booked = here.where(
        Appointment.status == Status.BOOKED,
        Appointment.kind != AppointmentKind.GROUP,
        Slot.starts_at > NOW + timedelta(days=1),
    )
    to_come = booked.where(Session.kind == SessionKind.INTERVIEWS)
    free = (
        select(Slot)
        .join(Session)
        .where(
            Slot.starts_at > NOW + timedelta(days=1),
            Slot.hold.is_(None),
            Session.kind == SessionKind.INTERVIEWS,
            ~Slot.appointments.any(),
        )
    )
    kept = _one(select(Slot).join(Session).where(Slot.hold == Hold.BLOCKED, Slot.starts_at > NOW))
    appointment = _one(to_come)
    coming = select(Session).where(Session.on_date > WEDNESDAY, Session.office_id == office.id)
    slot = _one(free.where(Session.office_id == office.id))
    with time_machine.travel(NOW, tick=False):
        to_offer = free_slots.next_free(office.id, after=NOW + timedelta(days=1))[0]
        with transaction():
            freed_slots.put_up([to_offer.slot_id])
        waiting_offers.offer_freed_slots()
    with time_machine.travel(NOW, tick=False):
        trial = wording_trials.start(
            kind=MessageKind.MOVED,
            language="en",
            words="Your new time: {weekday} {date}, {time}, {office}. {arrival}.",
            most_parts=1,
            by=actor_of(people[Role.DISTRICT_LEAD]),
        )
    return {
        "trial": trial.id,
        "offer": offer_links.token_of(_one(select(WaitingOffer))),
        "appointment": appointment.id,
        "said_to": _one(here.where(Appointment.status == Status.ATTENDED)).claimant_id,
        "nothing_said": _nothing_said_to(office),
        "referral": appointment.referral_id,
        "session": _one(coming.where(Session.level.is_not(None), Session.level_reason == "")).id,
        "by_hand": _one(select(Session).where(Session.level_reason != "")).id,
        "group": _one(select(Session).where(Session.kind == SessionKind.GROUP)).id,
        "taken": appointment.slot_id,
        "cancelled": _one(here.where(Appointment.status == Status.CANCELLED)).id,
        "attended": _one(here.where(Appointment.status == Status.ATTENDED)).id,
        "by_telephone": _one(booked.where(Session.kind == SessionKind.TELEPHONE)).id,
        "slot": slot.id,
        "free_on": str(_one(free.where(Session.adviser_id == adviser.id)).session.on_date),
        "kept_on": str(kept.session.on_date),
        "kept_by": kept.session.adviser_id,
        "on": str(WEDNESDAY),
        "yesterday": str(WEDNESDAY - timedelta(days=1)),
        "sunday": str(WEDNESDAY + timedelta(days=4)),
        "office": office.code,
        "office_id": office.id,
        "room": _one(select(Room).filter_by(office_id=office.id)).id,
        "adviser": adviser.id,
        "user": people[Role.RECEPTION].id,
        "district": _one(select(District).filter_by(name=demo.DISTRICT_NAME)).code,
    }


def _nothing_said_to(office: Office) -> int:
    """Somebody who waits and was asked of nothing yet."""
    entry = waiting_list.refer_and_wait(
        office_id=office.id,
        claimant=makers.make_claimant(),
        referral=makers.make_referral(),
        by=THE_SERVICE,
    )
    return entry.claimant_id


def _one(of: Select[tuple[T]]) -> T:
    """The first of them, the same each time."""
    found = db.session.scalars(of.order_by("id").limit(1)).first()
    assert found is not None, of
    return found
