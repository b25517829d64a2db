"""What stands between two leads, between a rota and who is booked, between asking and having."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from booking.database import db
from booking.errors import AlreadyAnswered, BadDetail, BookingError, NotAllowed, NotFound
from booking.models import Adviser, Appointment, LeaveRequest, RotaWish, Session, User
from booking.rights import Actor, actor_of
from booking.rotas import drafts, leave_requests, publishing, wishes
from booking.rotas.half_days import when
from booking.words import LeaveKind, OfficeKind, RequestState, Role, SessionState, WishKind
from tests.makers import (
    at,
    make_actor,
    make_adviser,
    make_appointment,
    make_office,
    make_room,
    make_session,
    make_user,
)
from tests.rota_makers import MONDAY, NEXT_WEEK, Vale, make_draft, make_vale
from tests.storms.processes import from_threads
from tests.truth import untruths


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(at(MONDAY, 8), tick=False):
        yield


# Publishing


def ada_on_monday(**rules: object) -> tuple[Vale, int, list[int]]:
    """A vale, the draft that pins Ada to Thistlewick on Monday, and her half-days there."""
    vale = make_vale(days_wanted=0, coverage_days=0, **rules)
    vale.advisers[1].active = False
    db.session.commit()
    wishes.decide(
        adviser_id=vale.advisers[0].id,
        office_id=vale.offices[0].id,
        kind=WishKind.PINNED,
        week=NEXT_WEEK,
        weekday=0,
        by=vale.lead,
    )
    draft = make_draft(vale)
    (entry,) = [e for e in drafts.solved(draft.id, vale.lead).rota.assignments if e.day == 0]
    return vale, draft.id, sorted(entry.places)


def every_room_is_taken(vale: Vale, half_days: list[int]) -> list[Appointment]:
    """Others sit in both rooms of Thistlewick by now, and somebody is booked with each."""
    booked = []
    for room in vale.rooms[:2]:
        other = make_adviser(vale.district, f"In {room.name}")
        for on, half_day in (when(NEXT_WEEK, session) for session in half_days):
            booked.append(
                make_appointment(
                    make_session(
                        vale.offices[0], on=on, half_day=half_day, adviser=other, room=room
                    )
                )
            )
    return booked


def published_on_monday(adviser: Adviser) -> list[Session]:
    db.session.rollback()
    return (
        db.session.query(Session)
        .filter_by(adviser_id=adviser.id, on_date=NEXT_WEEK, state=SessionState.PUBLISHED)
        .all()
    )


def as_it_was(booked: list[Appointment]) -> list[tuple[int, int, int | None]]:
    db.session.rollback()
    return [(b.slot_id, b.start_version, b.slot.session.room_id) for b in booked]


def test_whoever_has_no_room_because_of_who_is_booked_sits_at_a_venue_nearby(app: Flask) -> None:
    vale, draft_id, half_days = ada_on_monday(overflow_places=1)
    library = make_office(vale.district, "Elm Library", kind=OfficeKind.ALTERNATIVE_VENUE)
    make_room(library, name="Reading room")
    booked = every_room_is_taken(vale, half_days)
    before = as_it_was(booked)
    version = drafts.reachable(draft_id, vale.lead).version
    publishing.publish(draft_id=draft_id, version=version, by=vale.lead)
    assert {session.office.name for session in published_on_monday(vale.advisers[0])} == {
        "Elm Library"
    }
    assert as_it_was(booked) == before
    assert untruths() == []


def test_with_no_venue_either_the_rota_is_refused_by_name_and_nobody_is_moved(app: Flask) -> None:
    vale, draft_id, half_days = ada_on_monday()
    booked = every_room_is_taken(vale, half_days)
    before = as_it_was(booked)
    version = drafts.reachable(draft_id, vale.lead).version
    with pytest.raises(publishing.RotaRefused, match=r"Ada Invented, Monday .* no room is free"):
        publishing.publish(draft_id=draft_id, version=version, by=vale.lead)
    assert published_on_monday(vale.advisers[0]) == []
    assert as_it_was(booked) == before


def publish_it(draft_id: int, version: int, lead: Actor) -> str:
    publishing.publish(draft_id=draft_id, version=version, by=lead)
    return "published"


def test_of_two_leads_who_publish_at_once_one_is_told(app: Flask) -> None:
    vale = make_vale()
    made = [make_draft(vale) for _ in range(2)]
    calls = [(draft.id, draft.version, vale.lead) for draft in made]
    with time_machine.travel(at(MONDAY, 9), tick=False):
        answers = Counter(from_threads(app, publish_it, calls, count=2))
    assert answers == {"published": 1, "draft_outdated": 1}
    assert untruths() == []


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DISTRICT_LEAD}))
def test_only_a_lead_publishes(sqlite_app: Flask, role: Role) -> None:
    vale, draft_id, _ = ada_on_monday()
    with pytest.raises(NotAllowed):
        publish_it(draft_id, 1, make_actor(role, vale.offices[0]))


def test_a_lead_of_elsewhere_finds_no_draft(sqlite_app: Flask) -> None:
    _, draft_id, _ = ada_on_monday()
    with pytest.raises(NotFound):
        publish_it(draft_id, 2, make_actor(Role.DISTRICT_LEAD, make_office(name="Far away")))


# Leave and wishes


class Asked:
    """An adviser, their lead, and one of each thing that the adviser has asked for."""

    def __init__(self) -> None:
        self.office = make_office()
        self.user = make_user(Role.NEXT_STEP_ADVISER, self.office, name="Ada Invented")
        self.lead = make_actor(Role.DISTRICT_LEAD, self.office)
        self.stranger = make_actor(Role.DISTRICT_LEAD, make_office(name="Far away"))
        self.colleague = make_actor(Role.NEXT_STEP_ADVISER, self.office)
        self.leave = self.ask_leave().id
        self.wish = self.ask_wish().id

    @property
    def ada(self) -> Actor:
        return actor_of(db.session.get_one(User, self.user.id))

    def ask_leave(
        self, by: Actor | None = None, first_on: date = NEXT_WEEK, last_on: date = NEXT_WEEK
    ) -> LeaveRequest:
        asked = {"kind": LeaveKind.ANNUAL, "first_on": first_on, "last_on": last_on}
        return leave_requests.ask(adviser_id=self.user.adviser.id, by=by or self.ada, **asked)

    def ask_wish(
        self, by: Actor | None = None, kind: WishKind = WishKind.DEDICATED, office_id: int = 0
    ) -> RotaWish:
        return wishes.ask(
            adviser_id=self.user.adviser.id,
            office_id=office_id or self.office.id,
            kind=kind,
            weekday=None,
            reason="",
            by=by or self.ada,
        )

    def grant(self, by: Actor) -> LeaveRequest:
        return leave_requests.grant(request_id=self.leave, by=by)

    def refuse(self, by: Actor, reason: str = "Too many are off") -> LeaveRequest:
        return leave_requests.refuse(request_id=self.leave, reason=reason, by=by)

    def take_back_leave(self, by: Actor) -> None:
        leave_requests.take_back(request_id=self.leave, by=by)

    def ask_no_more(self, by: Actor) -> None:
        wishes.ask_no_more(wish_id=self.wish, by=by)

    def answer(self, by: Actor) -> RotaWish:
        return wishes.answer(wish_id=self.wish, granted=True, by=by)


@pytest.fixture
def asked(sqlite_app: Flask) -> Asked:
    return Asked()


YESTERDAY = MONDAY - timedelta(days=1)
REFUSED: list[tuple[str, type[BookingError], Callable[[Asked], object]]] = [
    ("leave for somebody else", NotFound, lambda a: a.ask_leave(by=a.colleague)),
    ("leave by a lead", NotFound, lambda a: a.ask_leave(by=a.lead)),
    ("leave that ends first", BadDetail, lambda a: a.ask_leave(last_on=MONDAY)),
    ("leave in the past", BadDetail, lambda a: a.ask_leave(first_on=YESTERDAY)),
    ("granting one's own", NotAllowed, lambda a: a.grant(a.ada)),
    ("granting from elsewhere", NotFound, lambda a: a.grant(a.stranger)),
    ("refusing one's own", NotAllowed, lambda a: a.refuse(a.ada)),
    ("refusing from elsewhere", NotFound, lambda a: a.refuse(a.stranger)),
    ("refusing without a reason", BadDetail, lambda a: a.refuse(a.lead, reason=" ")),
    ("a wish for somebody else", NotFound, lambda a: a.ask_wish(by=a.colleague)),
    ("a wish to be pinned", BadDetail, lambda a: a.ask_wish(kind=WishKind.PINNED)),
    ("a wish for elsewhere", NotFound, lambda a: a.ask_wish(office_id=make_office().id)),
    ("taking back a colleague's leave", NotFound, lambda a: a.take_back_leave(a.colleague)),
    ("taking back a colleague's wish", NotFound, lambda a: a.ask_no_more(a.colleague)),
    ("answering one's own wish", NotAllowed, lambda a: a.answer(a.ada)),
    ("answering from elsewhere", NotFound, lambda a: a.answer(a.stranger)),
    ("taking back one's own", NotAllowed, lambda a: wishes.take_back(wish_id=a.wish, by=a.ada)),
    ("taking back elsewhere", NotFound, lambda a: wishes.take_back(wish_id=a.wish, by=a.stranger)),
]


@pytest.mark.parametrize(("what", "refusal", "act"), REFUSED, ids=[each[0] for each in REFUSED])
def test_what_is_not_ones_own_to_do_or_makes_no_sense_is_refused(
    asked: Asked, what: str, refusal: type[BookingError], act: Callable[[Asked], object]
) -> None:
    with pytest.raises(refusal):
        act(asked)
    db.session.rollback()
    assert db.session.get_one(LeaveRequest, asked.leave).state == RequestState.ASKED
    assert db.session.get_one(RotaWish, asked.wish).state == RequestState.ASKED
    assert db.session.query(LeaveRequest).count() == db.session.query(RotaWish).count() == 1


def test_what_was_answered_is_not_answered_again(asked: Asked) -> None:
    asked.grant(asked.lead)
    asked.answer(asked.lead)
    for again in (asked.grant, asked.refuse, asked.answer):
        with pytest.raises(AlreadyAnswered):
            again(asked.lead)
    for too_late in (asked.take_back_leave, asked.ask_no_more):
        with pytest.raises(AlreadyAnswered):
            too_late(asked.ada)
    assert len(asked.user.adviser.leave) == 1


def test_what_nobody_has_answered_can_be_taken_back(asked: Asked) -> None:
    asked.take_back_leave(asked.ada)
    asked.ask_no_more(asked.ada)
    assert db.session.query(LeaveRequest).count() == db.session.query(RotaWish).count() == 0


def test_a_wish_granted_twice_is_one_wish(asked: Asked) -> None:
    asked.answer(asked.lead)
    asked.wish = asked.ask_wish().id
    asked.answer(asked.lead)
    held = wishes.granted(asked.office.district_id, NEXT_WEEK)
    assert [wish.id for wish in held] == [asked.wish]


@pytest.mark.parametrize(
    ("said", "then", "holds"),
    [
        ([(WishKind.PINNED, 0)], (WishKind.FORBIDDEN, None), ["forbidden"]),
        ([(WishKind.FORBIDDEN, None)], (WishKind.PINNED, 0), ["pinned"]),
        (
            [(WishKind.DEDICATED, 0), (WishKind.DEDICATED, 1)],
            (WishKind.FORBIDDEN, None),
            ["forbidden"],
        ),
        ([(WishKind.PINNED, 0)], (WishKind.PINNED, 1), ["pinned", "pinned"]),
        ([(WishKind.PINNED, 0)], (WishKind.DEDICATED, 0), ["pinned", "dedicated"]),
    ],
)
def test_the_last_word_on_an_adviser_and_an_office_holds(
    asked: Asked,
    said: Sequence[tuple[WishKind, int | None]],
    then: tuple[WishKind, int | None],
    holds: Sequence[str],
) -> None:
    for kind, weekday in (*said, then):
        wishes.decide(
            adviser_id=asked.user.adviser.id,
            office_id=asked.office.id,
            kind=kind,
            week=NEXT_WEEK,
            weekday=weekday,
            by=asked.lead,
        )
    held = wishes.granted(asked.office.district_id, NEXT_WEEK)
    assert [wish.kind for wish in held] == holds


def test_a_wish_not_granted_does_not_hold(asked: Asked) -> None:
    assert wishes.granted(asked.office.district_id, NEXT_WEEK) == []
