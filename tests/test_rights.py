"""Every page, role and id: what is not for you is refused, what is not yours is not there."""

from collections.abc import Iterator, Mapping
from datetime import time

import pytest
import time_machine
from flask import Flask, url_for
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from booking import (
    advisers,
    appointments,
    briefings,
    closures,
    diaries,
    texts_in,
    waiting_list,
    waiting_offers,
    wording_trials,
)
from booking.database import Base, db
from booking.errors import NotFound
from booking.models import (
    AdviserLeave,
    Appointment,
    Briefing,
    Closure,
    InboundText,
    Office,
    RotaNews,
    RotaQuestion,
    Session,
    User,
    WaitingEntry,
    WaitingOffer,
    WordingTrial,
)
from booking.rights import THE_SERVICE, actor_of
from booking.rotas import drafts, leave_requests, repairs, wishes
from booking.routes.access import EVERYBODY
from booking.words import (
    ClosureKind,
    Hold,
    LeaveKind,
    MessageKind,
    MishapKind,
    QuestionKind,
    Role,
    RunState,
    WishKind,
)
from tests.conftest import make_app
from tests.makers import (
    WEDNESDAY,
    make_actor,
    make_appointment,
    make_claimant,
    make_office,
    make_referral,
    make_session,
    make_user,
    sign_in,
)

BEFORE = "2027-01-18T09:00:00Z"
THE_PAGES = [
    rule
    for rule in make_app("sqlite://").url_map.iter_rules()
    if rule.endpoint != "static" and not rule.endpoint.startswith(("api_", "openapi"))
]
NAMES_NOTHING = {
    "on_date",
    "token",
    "kind",
    "language",
}  # what an address names beside things of a district
# What each form would need to change something, all in one.
FILLED_IN = {
    "outcome": "excused",
    "excused_reason": "medical",
    "way": "phone",
    "said": "I am ill",
    "name": "Stranger",
    "reason": "Team meeting",
    "kind": "closed",
    "hold": "blocked",
    "first_on": "2027-01-25",
    "last_on": "2027-01-25",
    "active": "y",
    "stage": "1",
    "reference": "NOBODYS",
}


@pytest.fixture(autouse=True)
def before_the_day() -> Iterator[None]:
    with time_machine.travel(BEFORE, tick=False):
        yield


@pytest.fixture
def theirs(sqlite_app: Flask) -> dict[str, object]:
    """One of each thing a page's address can name, all of one district."""
    office = make_office()
    session = make_session(office)
    appointment = make_appointment(session)
    closure = closures.close(
        office_id=office.id,
        room_id=session.room_id,
        kind=ClosureKind.CLOSED,
        reason="Painting",
        first_on=WEDNESDAY.replace(day=27),
        last_on=WEDNESDAY.replace(day=27),
        by=THE_SERVICE,
    )
    leave = advisers.record_leave(
        adviser_id=session.adviser_id,
        kind=LeaveKind.ANNUAL,
        first_on=WEDNESDAY.replace(day=28),
        last_on=WEDNESDAY.replace(day=28),
        by=THE_SERVICE,
    )
    return {
        "appointment_id": appointment.id,
        "claimant_id": appointment.claimant_id,
        "slot_id": session.slots[1].id,
        "session_id": session.id,
        "adviser_id": session.adviser_id,
        "briefing_id": a_briefing(session).id,
        "user_id": make_user(Role.JOBCENTRE_ADVISER, office).id,
        "office_id": office.id,
        "code": office.code,
        "district_code": office.district.code,
        "closure_id": closure.id,
        "leave_id": leave.id,
        "room_id": session.room_id,
        "text_id": a_text_from(appointment),
        "trial_id": a_trial(office).id,
        **an_offer(session),
        **the_rota_of(office),
    }


def a_briefing(session: Session) -> Briefing:
    return briefings.put(
        title="Team meeting",
        on=WEDNESDAY.replace(day=29),
        starts=time(9),
        ends=time(10),
        adviser_ids=[session.adviser_id],
        by=make_actor(Role.DISTRICT_LEAD, session.office),
    )


def a_text_from(appointment: Appointment) -> int:
    texts_in.receive(
        provider_id="SM1", sent_from=appointment.claimant.mobile, sent_to="", body="Hm?"
    )
    return db.session.scalars(select(InboundText.id)).one()


def an_offer(session: Session) -> dict[str, object]:
    """Somebody who waits and was asked of the third slot."""
    entry = waiting_list.refer_and_wait(
        office_id=session.office_id,
        claimant=make_claimant(),
        referral=make_referral(),
        by=THE_SERVICE,
    )
    given_back = make_appointment(session, position=2)
    appointments.cancel(appointment_id=given_back.id, by=THE_SERVICE)
    waiting_offers.offer_freed_slots()
    offer = db.session.scalars(select(WaitingOffer)).one()
    return {"entry_id": entry.id, "offer_id": offer.id, "referral_id": entry.referral_id}


def a_trial(office: Office) -> WordingTrial:
    return wording_trials.start(
        kind=MessageKind.REMINDER,
        language="en",
        words="Hello! {weekday} {date}, {time}, {office}. {arrival}.",
        most_parts=1,
        by=make_actor(Role.DISTRICT_LEAD, office),
    )


def the_rota_of(office: Office) -> dict[str, object]:
    monday = WEDNESDAY.replace(day=25)
    drafted = [
        drafts.propose(district_id=office.district_id, week=monday, by=THE_SERVICE)
        for _ in range(2)
    ]
    user = make_user(Role.NEXT_STEP_ADVISER, office)
    leave = leave_requests.ask(
        adviser_id=user.adviser.id,
        kind=LeaveKind.ANNUAL,
        first_on=monday,
        last_on=monday,
        by=actor_of(user),
    )
    wish = wishes.ask(
        adviser_id=user.adviser.id,
        office_id=office.id,
        kind=WishKind.DEDICATED,
        weekday=None,
        reason="",
        by=actor_of(user),
    )
    plan = repairs.report(
        kind=MishapKind.OFFICE_SHUT,
        office_id=office.id,
        first_on=monday,
        last_on=monday,
        reason="Flood",
        by=THE_SERVICE,
    )
    news = RotaNews(
        adviser_id=user.adviser.id,
        first_on=monday,
        last_on=monday,
        why="Published",
        new=[],
        off=[],
        told_at=wish.asked_at,
        told_by="A lead",
    )
    question = RotaQuestion(
        draft_id=drafted[0].id,
        rota_sha256="",
        kind=QuestionKind.STAYING,
        about="Somebody",
        half=0,
        state=RunState.SOLVED,
        asked_at=wish.asked_at,
        asked_by="A lead",
        answered_at=wish.asked_at,
    )
    db.session.add_all([news, question])
    db.session.commit()
    return {
        "plan_id": plan.id,
        "question_id": question.id,
        "news_id": news.id,
        "draft_id": drafted[0].id,
        "other_id": drafted[1].id,
        "day": 0,
        "half": 0,
        "request_id": leave.id,
        "wish_id": wish.id,
    }


def audience_of(app: Flask, rule: Rule) -> frozenset[Role] | str:
    return app.view_functions[rule.endpoint].audience  # type: ignore[attr-defined]


def call(
    app: Flask, user: User, rule: Rule, method: str, ids: Mapping[str, object]
) -> TestResponse:
    """The page about these things, as the user asks for it, its form filled in."""
    text = {"kind": "reminder", "language": "en"}
    named = {"on_date": WEDNESDAY.isoformat(), "token": "none", **text, **ids}
    if rule.rule.startswith("/districts"):
        named["code"] = ids["district_code"]
    with app.test_request_context():
        address = url_for(rule.endpoint, **{name: named[name] for name in rule.arguments})
    client = app.test_client()
    sign_in(client, user)
    form = {**FILLED_IN, "slot": ids["slot_id"]} if method == "POST" else None
    return client.open(address, method=method, data=form)


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) & {"GET", "POST"})


def everything() -> dict[str, int | str]:
    """How many rows each table has, and the state of what could be changed."""
    db.session.rollback()
    counts: dict[str, int | str] = {
        name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
    }
    rows = [
        row
        for model in (
            Appointment,
            Briefing,
            Session,
            Closure,
            AdviserLeave,
            Office,
            User,
            WordingTrial,
            WaitingOffer,
            WaitingEntry,
        )
        for row in db.session.execute(select(model.__table__).order_by("id"))
    ]
    return counts | {"rows": repr(rows)}


@pytest.mark.parametrize("role", list(Role))
def test_a_page_is_refused_to_every_role_outside_its_audience(
    sqlite_app: Flask, theirs: dict[str, object], role: Role
) -> None:
    user = make_user(role, db.session.get(Office, theirs["office_id"]))
    before = everything()
    let_in = [
        (rule.rule, method, answer.status_code)
        for rule in THE_PAGES
        if (them := audience_of(sqlite_app, rule)) != EVERYBODY and role not in them
        for method in methods(rule)
        if (answer := call(sqlite_app, user, rule, method, theirs)).status_code != 403
    ]
    assert let_in == []
    assert everything() == before


@pytest.mark.parametrize("role", list(Role))
def test_another_district_is_not_there(
    sqlite_app: Flask, theirs: dict[str, object], role: Role
) -> None:
    stranger = make_user(role, make_office(name="Far away"))
    before = everything()
    let_in = [
        (rule.rule, method, answer.status_code)
        for rule in THE_PAGES
        if role in audience_of(sqlite_app, rule) and rule.arguments - NAMES_NOTHING
        if not rule.rule.endswith("/rooms/add")
        for method in methods(rule)
        if (answer := call(sqlite_app, stranger, rule, method, theirs)).status_code != 404
    ]
    assert let_in == []
    assert everything() == before


@pytest.mark.parametrize("role", [Role.JOBCENTRE_ADVISER, Role.RECEPTION])
def test_staff_of_one_office_have_nothing_to_do_with_anothers_appointments(
    sqlite_app: Flask, theirs: dict[str, object], role: Role
) -> None:
    office = db.session.get_one(Office, theirs["office_id"])
    neighbour = make_user(role, make_office(office.district, "Next door"))
    before = everything()
    let_in = [
        (rule.rule, method, answer.status_code)
        for rule in THE_PAGES
        if role in audience_of(sqlite_app, rule)
        if {"appointment_id", "claimant_id"} & rule.arguments
        or rule.endpoint == "reception.day_list"
        for method in methods(rule)
        if (answer := call(sqlite_app, neighbour, rule, method, theirs)).status_code != 404
    ]
    assert let_in == []
    assert everything() == before


THEIR_IDS_IN_A_QUERY = [
    (Role.DISTRICT_LEAD, "/diary?adviser={adviser_id}"),
    (Role.DISTRICT_LEAD, "/diary/week?adviser={adviser_id}"),
    (Role.DISTRICT_LEAD, "/diary/feed?adviser={adviser_id}"),
    (Role.JOBCENTRE_ADVISER, "/find?referral={referral_id}"),
    (Role.JOBCENTRE_ADVISER, "/find?office={code}"),
    (Role.JOBCENTRE_ADVISER, "/office?office={code}"),
    (Role.JOBCENTRE_ADVISER, "/walkovers?office={code}"),
]


@pytest.mark.parametrize(("role", "address"), THEIR_IDS_IN_A_QUERY)
def test_another_district_is_not_there_in_a_query_either(
    sqlite_app: Flask, theirs: dict[str, object], role: Role, address: str
) -> None:
    appointment = db.session.get_one(Appointment, theirs["appointment_id"])
    client = sqlite_app.test_client()
    sign_in(client, make_user(role, make_office(name="Far away")))
    asked = address.format(**{**theirs, "referral_id": appointment.referral_id})
    assert client.get(asked).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/district/appointments.csv?from=2027-01-01&to=2027-01-31",
        "/messages",
        "/district/sessions",
        "/rota/coverage",
        "/rota/coverage.csv",
    ],
)
def test_lists_and_files_hold_the_own_district_only(
    sqlite_app: Flask, theirs: dict[str, object], address: str
) -> None:
    """The office is in its own lead's lists, so its absence from the stranger's means something."""
    office = db.session.get_one(Office, theirs["office_id"])
    office.code, office.name = "HERE-1", "Here-1"
    db.session.commit()
    for lead_of, seen in ((office, True), (make_office(name="Far away"), False)):
        client = sqlite_app.test_client()
        sign_in(client, make_user(Role.DISTRICT_LEAD, lead_of))
        answer = client.get(address)
        assert answer.status_code == 200
        assert ("here-1" in answer.text.lower()) is seen


def test_a_referral_is_booked_again_only_where_it_was_made_or_booked(app: Flask) -> None:
    session = make_session()
    referral_id = make_appointment(session).referral_id
    next_door = make_actor(Role.JOBCENTRE_ADVISER, make_office(session.office.district))
    again = {"referral_id": referral_id, "slot_id": session.slots[1].id}
    with pytest.raises(NotFound):
        appointments.book_again(**again, by=next_door)
    at_home = make_actor(Role.JOBCENTRE_ADVISER, session.office)
    assert appointments.book_again(**again, by=at_home).referral_id == referral_id


@pytest.mark.parametrize("reason", ["", "Team meeting"])
def test_a_stranger_is_not_told_whether_a_slot_is_booked(app: Flask, reason: str) -> None:
    session = make_session()
    make_appointment(session)
    stranger = make_actor(Role.NEXT_STEP_ADVISER, make_office(name="Far away"))
    for slot in session.slots[:2]:
        with pytest.raises(NotFound):
            diaries.hold_slots(slot_ids=[slot.id], hold=Hold.BLOCKED, reason=reason, by=stranger)


def test_no_form_is_taken_from_another_site(sqlite_url: str) -> None:
    """Every page that is sent something refuses what carries no token of its own form.

    A claimant's page is found by a secret address alone, which no other site knows.
    """
    app = make_app(sqlite_url, WTF_CSRF_ENABLED=True)
    posts = [rule for rule in THE_PAGES if "POST" in methods(rule)]
    signed = ("texts_in.", "claimant.", "offer.")  # by Twilio, and by the address itself
    sent_to = [rule for rule in posts if not rule.endpoint.startswith(signed)]
    assert len(sent_to) > 30
    for rule in sent_to:
        values = dict.fromkeys(rule.arguments, 1)
        with app.test_request_context():
            address = url_for(rule.endpoint, **values)
        answer = app.test_client().post(address, data=FILLED_IN)
        assert (answer.status_code, "sent from somewhere else" in answer.text) == (400, True), rule
