"""Advisers are told what changes in their weeks: once, with the change, until they have seen it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.database import db
from booking.errors import NotFound
from booking.models import RotaNews, Session, User
from booking.rights import actor_of
from booking.rotas import news, publishing, repair_planning, repairs
from booking.rotas.publishing import RotaRefused
from booking.words import MishapKind, Role, SessionState
from tests.makers import at, make_session, make_user, sign_in
from tests.rota_makers import MONDAY, NEXT_WEEK, Vale, make_draft, make_vale


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(at(MONDAY, 8), tick=False):
        yield


def told() -> list[RotaNews]:
    return list(db.session.scalars(select(RotaNews).order_by(RotaNews.id)))


def publish(vale: Vale) -> None:
    draft = make_draft(vale)
    publishing.publish(draft_id=draft.id, version=draft.version, by=vale.lead)


def test_publishing_tells_each_adviser_where_they_sit_and_again_nothing(app: Flask) -> None:
    vale = make_vale()
    publish(vale)
    sessions = db.session.scalars(select(Session)).all()
    assert sum(len(each.new) for each in told()) == len(sessions) > 0
    assert not any(each.off for each in told())
    assert "Tue 26 Jan am: Thistlewick, Room 1" in {line for each in told() for line in each.new}
    before = len(told())
    with time_machine.travel(at(MONDAY, 9), tick=False):
        publish(vale)
    assert len(told()) == before


def test_a_rota_that_is_refused_tells_nobody(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    vale = make_vale()
    monkeypatch.setattr(publishing, "room_for", lambda *_: None)
    with pytest.raises(RotaRefused):
        publish(vale)
    assert told() == []


def test_a_repair_tells_whoever_leaves_and_whoever_covers(sqlite_app: Flask) -> None:
    vale = make_vale()
    on = MONDAY + timedelta(days=1)
    ada, ben = vale.advisers
    make_session(vale.offices[0], on=on, adviser=ada, room=vale.rooms[0])
    plan = repairs.report(
        kind=MishapKind.ADVISER_OFF,
        adviser_id=ada.id,
        first_on=on,
        last_on=on,
        reason="Off sick",
        by=vale.lead,
    )
    repair_planning.plan_asked()
    repairs.apply(plan_id=plan.id, by=vale.lead)
    lines = {each.adviser_id: (each.new, each.off) for each in told()}
    seat = ["Tue 19 Jan am: Thistlewick, Room 1"]
    assert lines[ada.id] == ([], seat)
    covers = db.session.scalars(select(Session).filter_by(state=SessionState.PUBLISHED)).all()
    assert bool(lines.get(ben.id)) == bool(covers)
    assert all("sick" not in each.why for each in told())  # why a colleague is off is their own


def test_the_adviser_sees_it_on_the_diary_until_they_say_so(client: FlaskClient) -> None:
    vale = make_vale()
    user = make_user(Role.NEXT_STEP_ADVISER, vale.offices[0], adviser=vale.advisers[0])
    publish(vale)
    mine = next(each for each in told() if each.adviser_id == vale.advisers[0].id)
    sign_in(client, user)
    assert mine.why in client.get("/diary").text
    assert list(news.not_seen_of(vale.district, NEXT_WEEK, NEXT_WEEK)) == [
        "Ada Invented",
        "Ben Invented",
    ]
    after = client.post(f"/diary/rota/news/{mine.id}", follow_redirects=True).text
    assert mine.why not in after
    assert list(news.not_seen_of(vale.district, NEXT_WEEK, NEXT_WEEK)) == ["Ben Invented"]


def test_nobody_says_it_for_another(sqlite_app: Flask) -> None:
    vale = make_vale()
    publish(vale)
    other = make_user(Role.NEXT_STEP_ADVISER, vale.offices[0], adviser=vale.advisers[1])
    first = next(each for each in told() if each.adviser_id == vale.advisers[0].id)
    lead = db.session.get_one(User, vale.lead.user_id)
    for by in (actor_of(other), actor_of(lead)):
        with pytest.raises(NotFound):
            news.seen(news_id=first.id, by=by)
