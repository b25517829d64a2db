"""Advisers are told what changes in their weeks, in the transaction that changes them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import audit, clock
from booking.database import db, use_case
from booking.errors import NotFound
from booking.models import Adviser, District, Office, RotaNews, Session
from booking.rights import Actor
from booking.words import HalfDay, SessionState

_Seat = tuple[date, HalfDay, str]


@contextmanager
def advisers_told(
    district: District, first_on: date, last_on: date, *, why: str, by: Actor
) -> Iterator[None]:
    """Whoever sits elsewhere at the end than at the start gets a message; inside a use case."""
    before = _seats(district, first_on, last_on)
    yield
    db.session.flush()
    after = _seats(district, first_on, last_on)
    for adviser_id in sorted(before.keys() | after.keys()):
        were, are = before[adviser_id], after[adviser_id]
        if were != are:
            db.session.add(
                RotaNews(
                    adviser_id=adviser_id,
                    first_on=first_on,
                    last_on=last_on,
                    why=why[:200],
                    new=_in_words(are - were),
                    off=_in_words(were - are),
                    told_at=clock.now(),
                    told_by=by.name,
                )
            )


@use_case
def seen(*, news_id: int, by: Actor) -> None:
    """The adviser says so; said again, it stays as it was."""
    by.must("ask about the rota")
    news = db.session.get(RotaNews, news_id, with_for_update=True)
    if news is None or by.user_id is None or news.adviser.user_id != by.user_id:
        raise NotFound
    if news.seen_at is None:
        news.seen_at = clock.now()
        audit.record(by, "saw rota news", news)


def unseen_by(adviser: Adviser) -> Sequence[RotaNews]:
    """What an adviser has not seen yet of weeks that are not over, the oldest first."""
    return db.session.scalars(
        select(RotaNews)
        .where(
            RotaNews.adviser_id == adviser.id,
            RotaNews.seen_at.is_(None),
            RotaNews.last_on >= clock.today(),
        )
        .order_by(RotaNews.id)
    ).all()


def not_seen_of(district: District, week: date, last_on: date) -> Sequence[str]:
    """The advisers who have not seen yet what changed in those days, by name."""
    return db.session.scalars(
        select(Adviser.name)
        .join(RotaNews, RotaNews.adviser_id == Adviser.id)
        .where(
            Adviser.district_id == district.id,
            RotaNews.seen_at.is_(None),
            RotaNews.first_on <= last_on,
            RotaNews.last_on >= week,
        )
        .distinct()
        .order_by(Adviser.name)
    ).all()


def _seats(district: District, first_on: date, last_on: date) -> dict[int, set[_Seat]]:
    sessions = db.session.scalars(
        select(Session)
        .join(Session.office)
        .where(
            Office.district_id == district.id,
            Session.on_date.between(max(first_on, clock.today()), last_on),
            Session.state == SessionState.PUBLISHED,
        )
        .options(joinedload(Session.office), joinedload(Session.room))
        .execution_options(populate_existing=True)
    )
    seats: dict[int, set[_Seat]] = defaultdict(set)
    for session in sessions:
        room = session.room.name if session.room else "by telephone"
        seat = (session.on_date, session.half_day, f"{session.office.name}, {room}")
        seats[session.adviser_id].add(seat)
    return seats


def _in_words(seats: set[_Seat]) -> list[str]:
    return [
        f"{on:%a} {on.day} {on:%b} {half_day}: {where}" for on, half_day, where in sorted(seats)
    ]
