"""Who is dedicated to an office, pinned to it or kept from it; advisers ask, leads decide."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, or_, select

from booking import audit, clock
from booking.database import db, use_case
from booking.errors import AlreadyAnswered, BadDetail, NotFound
from booking.models import Adviser, Office, RotaWish
from booking.rights import Actor, reachable_office
from booking.rotas.half_days import DAYS
from booking.words import RequestState, WishKind

# Nobody can be kept from an office and be there; said for the same weeks, the later holds.
_THERE = (WishKind.PINNED, WishKind.DEDICATED)
_CONTRARY = {
    WishKind.FORBIDDEN: _THERE,
    WishKind.PINNED: (WishKind.FORBIDDEN,),
    WishKind.DEDICATED: (WishKind.FORBIDDEN,),
}


def granted(district_id: int, week: date) -> Sequence[RotaWish]:
    """What holds in that week, for every week or for this one."""
    return db.session.scalars(
        select(RotaWish)
        .where(
            RotaWish.adviser.has(district_id=district_id),
            RotaWish.state == RequestState.GRANTED,
            or_(RotaWish.week.is_(None), RotaWish.week == week),
        )
        .order_by(RotaWish.id)
    ).all()


def dedicated_days(wish: RotaWish) -> Sequence[int]:
    """The weekdays it is about: one, or all of them."""
    return range(DAYS) if wish.weekday is None else [wish.weekday]


@use_case
def decide(
    *,
    adviser_id: int,
    office_id: int,
    kind: WishKind,
    week: date | None,
    weekday: int | None,
    reason: str = "",
    by: Actor,
) -> RotaWish:
    """A lead's own word on an adviser and an office; it holds at once."""
    by.must("plan the rota")
    adviser = db.session.get(Adviser, adviser_id)
    office = reachable_office(db.session.get(Office, office_id), by)
    if adviser is None or adviser.district_id != office.district_id:
        raise NotFound
    if weekday is not None and weekday >= DAYS:
        raise NotFound
    now = clock.now()
    wish = RotaWish(
        adviser_id=adviser.id,
        office_id=office.id,
        kind=kind,
        week=week,
        weekday=weekday,
        state=RequestState.GRANTED,
        reason=reason.strip(),
        asked_at=now,
        asked_by=by.name,
        answered_at=now,
    )
    _make_room_for(wish)
    db.session.add(wish)
    audit.record(
        by,
        "noted wish",
        wish,
        office_id=office.id,
        after={"adviser_id": adviser.id, "kind": kind, "week": week, "weekday": weekday},
    )
    return wish


@use_case
def take_back(*, wish_id: int, by: Actor) -> RotaWish:
    """What was pinned, dedicated or kept apart is so no more."""
    by.must("plan the rota")
    wish = db.session.get(RotaWish, wish_id)
    if wish is None:
        raise NotFound
    reachable_office(wish.office, by)
    audit.record(by, "took wish back", wish, before={"kind": wish.kind, "week": wish.week})
    db.session.delete(wish)
    return wish


def _make_room_for(wish: RotaWish) -> None:
    """The last word counts: it replaces the same, that day's other pin, and its contrary."""
    same_office = RotaWish.office_id == wish.office_id
    same_day = [] if wish.weekday is None else [RotaWish.weekday == wish.weekday]
    anywhere = [] if wish.kind == WishKind.PINNED else [same_office]
    replaced = (
        and_(RotaWish.kind == wish.kind, *anywhere, *same_day),
        and_(RotaWish.kind.in_(_CONTRARY[wish.kind]), same_office),
    )
    standing = select(RotaWish).where(
        RotaWish.adviser_id == wish.adviser_id,
        RotaWish.week == wish.week if wish.week else RotaWish.week.is_(None),
        RotaWish.state == RequestState.GRANTED,
        or_(*replaced),
    )
    for old in db.session.scalars(standing):
        db.session.delete(old)


@use_case
def ask(
    *, adviser_id: int, office_id: int, kind: WishKind, weekday: int | None, reason: str, by: Actor
) -> RotaWish:
    """An adviser's own preference, for every week; a lead answers it."""
    by.must("ask about the rota")
    adviser, office = db.session.get(Adviser, adviser_id), db.session.get(Office, office_id)
    if adviser is None or adviser.user_id != by.user_id:
        raise NotFound
    if kind not in (WishKind.DEDICATED, WishKind.FORBIDDEN):
        raise BadDetail("kind", "Ask to be at an office or to be kept from it.")
    wish = RotaWish(
        adviser_id=adviser.id,
        office_id=reachable_office(office, by).id,
        kind=kind,
        weekday=weekday if kind == WishKind.DEDICATED else None,
        state=RequestState.ASKED,
        reason=reason.strip(),
        asked_at=clock.now(),
        asked_by=by.name,
    )
    db.session.add(wish)
    audit.record(by, "asked about the rota", wish, after={"kind": kind, "office_id": office_id})
    return wish


@use_case
def ask_no_more(*, wish_id: int, by: Actor) -> None:
    """An adviser takes back what nobody has answered yet."""
    by.must("ask about the rota")
    wish = db.session.get(RotaWish, wish_id, with_for_update=True)
    if wish is None or wish.adviser.user_id != by.user_id:
        raise NotFound
    if wish.state != RequestState.ASKED:
        raise AlreadyAnswered
    audit.record(by, "asked no more", wish, before={"kind": wish.kind, "office_id": wish.office_id})
    db.session.delete(wish)


@use_case
def answer(*, wish_id: int, granted: bool, by: Actor) -> RotaWish:
    """A lead's answer to a preference."""
    by.must("plan the rota")
    wish = db.session.get(RotaWish, wish_id, with_for_update=True)
    if wish is None:
        raise NotFound
    reachable_office(wish.office, by)
    if wish.state != RequestState.ASKED:
        raise AlreadyAnswered
    if granted:
        _make_room_for(wish)
    wish.state = RequestState.GRANTED if granted else RequestState.REFUSED
    wish.answered_at = clock.now()
    audit.record(by, "answered wish", wish, after={"state": wish.state})
    return wish


def asked_by(adviser_id: int) -> Sequence[RotaWish]:
    """An adviser's standing wishes and what came of those they asked for, by office and day."""
    return db.session.scalars(
        select(RotaWish)
        .where(RotaWish.adviser_id == adviser_id, RotaWish.week.is_(None))
        .order_by(RotaWish.office_id, RotaWish.weekday, RotaWish.id)
    ).all()


def unanswered(district_id: int) -> Sequence[RotaWish]:
    return db.session.scalars(
        select(RotaWish)
        .where(RotaWish.adviser.has(district_id=district_id), RotaWish.state == RequestState.ASKED)
        .order_by(RotaWish.id)
    ).all()
