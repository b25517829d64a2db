"""Keys for machines: API tokens and calendar addresses, kept as hashes and revocable."""

import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from booking import audit, clock
from booking.database import db, refused, use_case
from booking.errors import BadDetail, BookingError, NotFound
from booking.models import Adviser, ApiToken, CalendarFeed, District, User
from booking.rights import Actor
from booking.words import Role


class TokenNameTaken(BookingError):
    code = "token_name_taken"
    sentence = "There is a token of that name already."


def token_hash(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


@use_case
def create_token(
    *, name: str, role: Role, district_id: int | None = None, by: Actor
) -> tuple[ApiToken, str]:
    """A token with a role's rights in a district, and its secret, which is shown once."""
    by.must("manage tokens")
    if not name.strip():
        raise BadDetail("name", "Give the token a name that says who uses it.")
    if district_id is None and role != Role.ADMIN:
        raise BadDetail("district", "Say which district the token is for.")
    if district_id is not None and db.session.get(District, district_id) is None:
        raise NotFound
    if by.district_id not in (None, district_id):
        raise NotFound
    secret = f"ld_{secrets.token_urlsafe(32)}"
    token = ApiToken(
        name=name.strip(),
        token_hash=token_hash(secret),
        role=role,
        district_id=district_id,
        created_at=clock.now(),
    )
    with refused(uq_api_token_name=TokenNameTaken):
        db.session.add(token)
    audit.record(by, "created token", token, after={"role": role, "district_id": district_id})
    return token, secret


@use_case
def revoke_token(*, name: str, by: Actor) -> ApiToken:
    """End a token; calls with it are refused from this moment."""
    by.must("manage tokens")
    token = db.session.scalar(select(ApiToken).where(ApiToken.name == name))
    if token is None or by.district_id not in (None, token.district_id):
        raise NotFound(f"There is no token called {name}.")
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        audit.record(by, "revoked token", token)
    return token


def all_tokens() -> Sequence[ApiToken]:
    return db.session.scalars(select(ApiToken).order_by(ApiToken.name)).all()


def tokens_in_reach(by: Actor) -> Sequence[ApiToken]:
    """The tokens an administrator keeps, live ones first, by name."""
    by.must("manage tokens")
    reached = [token for token in all_tokens() if by.district_id in (None, token.district_id)]
    return sorted(reached, key=lambda token: token.revoked_at is not None)


def token_behind(secret: str) -> ApiToken | None:
    """The live token with this secret."""
    return db.session.scalar(
        select(ApiToken).where(
            ApiToken.token_hash == token_hash(secret), ApiToken.revoked_at.is_(None)
        )
    )


@use_case
def open_feed(*, adviser_id: int, by: Actor) -> str:
    """A new calendar address for an adviser's diary; earlier ones stop working."""
    by.must("keep a calendar feed")
    adviser = _adviser_with_feed(adviser_id, by)
    _revoke(CalendarFeed.adviser_id == adviser.id)
    return _new_feed(CalendarFeed(adviser_id=adviser.id), by)


@use_case
def close_feeds(*, adviser_id: int, by: Actor) -> None:
    """Stop every calendar address of an adviser."""
    by.must("keep a calendar feed")
    adviser = _adviser_with_feed(adviser_id, by)
    _revoke(CalendarFeed.adviser_id == adviser.id)
    audit.record(by, "closed calendar feeds", adviser)


@use_case
def open_own_feed(*, by: Actor) -> str:
    """A new calendar address for a Jobcentre adviser's own handovers; earlier ones stop."""
    user = _with_own_feed(by)
    _revoke(CalendarFeed.user_id == user.id)
    return _new_feed(CalendarFeed(user_id=user.id), by)


@use_case
def close_own_feeds(*, by: Actor) -> None:
    """Stop every calendar address of the Jobcentre adviser who asks."""
    user = _with_own_feed(by)
    _revoke(CalendarFeed.user_id == user.id)
    audit.record(by, "closed calendar feeds", user)


def feed_behind(secret: str) -> CalendarFeed | None:
    """What a calendar address shows, while it is live and its owner's account is."""
    feed = db.session.scalar(
        select(CalendarFeed).where(
            CalendarFeed.token_hash == token_hash(secret), CalendarFeed.revoked_at.is_(None)
        )
    )
    owner = feed and (feed.user or (feed.adviser and feed.adviser.user))
    return None if owner and not owner.active else feed


def has_feed(adviser_id: int) -> bool:
    return _is_live(CalendarFeed.adviser_id == adviser_id)


def has_own_feed(user_id: int) -> bool:
    return _is_live(CalendarFeed.user_id == user_id)


def _adviser_with_feed(adviser_id: int, by: Actor) -> Adviser:
    adviser = db.session.get(Adviser, adviser_id, with_for_update=True)
    if adviser is None or not by.reaches_district(adviser.district_id):
        raise NotFound
    if by.role == Role.NEXT_STEP_ADVISER and adviser.user_id != by.user_id:
        raise NotFound
    return adviser


def _with_own_feed(by: Actor) -> User:
    by.must("hand over in person")
    user = db.session.get(User, by.user_id, with_for_update=True) if by.user_id else None
    if user is None:
        raise NotFound
    return user


def _new_feed(feed: CalendarFeed, by: Actor) -> str:
    secret = secrets.token_urlsafe(32)
    feed.token_hash, feed.created_at = token_hash(secret), clock.now()
    db.session.add(feed)
    audit.record(by, "opened calendar feed", feed)
    return secret


def _is_live(whose: ColumnElement[bool]) -> bool:
    live = select(CalendarFeed.id).where(whose, CalendarFeed.revoked_at.is_(None))
    return db.session.scalar(live.limit(1)) is not None


def _revoke(whose: ColumnElement[bool]) -> None:
    for feed in db.session.scalars(
        select(CalendarFeed).where(whose, CalendarFeed.revoked_at.is_(None))
    ):
        feed.revoked_at = clock.now()
