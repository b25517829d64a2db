"""Staff accounts: sign-in with throttling that every process shares, passwords, who is active."""

import secrets
from collections.abc import Sequence
from functools import cache

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.security import check_password_hash, generate_password_hash

from booking import audit, guessing
from booking.database import db, refused, use_case
from booking.errors import BadDetail, BookingError, NotFound, SignInRefused, SignInThrottled
from booking.models import Adviser, District, Office, User
from booking.rights import Actor
from booking.words import Role

_MOST_FAILURES = 8
_SHORTEST_PASSWORD = 10
_DISTRICT_ROLES = frozenset(Role) - {Role.ADMIN}
_OFFICE_ROLES = frozenset({Role.JOBCENTRE_ADVISER, Role.RECEPTION})


class EmailTaken(BookingError):
    code = "email_taken"
    sentence = "There is an account with that email address already."


def sign_in(*, email: str, password: str, address: str) -> User:
    """The user, or SignInRefused, or SignInThrottled after eight failures in 15 minutes.

    Failures are counted by account and by network address, in the database, so that guessing
    at several processes is no quicker than at one.
    """
    email = email.strip().lower()
    account, caller = guessing.who("account", email), guessing.who("address", address)
    if guessing.too_many({account: _MOST_FAILURES, caller: _MOST_FAILURES * 5}):
        raise SignInThrottled
    user = db.session.scalar(select(User).where(User.email == email))
    # The hash is checked for unknown accounts too: the time taken must not tell them apart.
    matches = check_password_hash(user.password_hash if user else _nobodys_hash(), password)
    if user is None or not user.active or not matches:
        guessing.count_failure([account, caller])
        raise SignInRefused
    guessing.forget_failures(account)
    return user


@cache
def _nobodys_hash() -> str:
    return hashed_password("nobody has this password")


def hashed_password(password: str) -> str:
    """The password's salted hash, by the method the app is set to."""
    method = str(current_app.config.get("PASSWORD_METHOD", "scrypt"))
    return generate_password_hash(password, method=method)


@use_case
def create_user(
    *,
    email: str,
    name: str,
    role: Role,
    district_id: int | None = None,
    office_id: int | None = None,
    password: str | None = None,
    by: Actor,
) -> tuple[User, str]:
    """A new account and its one-time password, which is shown once and must be changed."""
    by.must("manage users")
    office = db.session.get(Office, office_id) if office_id is not None else None
    if office is not None:
        district_id = office.district_id
    _check_place(role, district_id, office)
    _check_reach(district_id, by)
    if "@" not in email:
        raise BadDetail("email", "Enter an email address with an @ in it.")
    one_time = password or secrets.token_urlsafe(9)
    user = User(
        email=email.strip().lower(),
        name=name.strip() or email.partition("@")[0],
        role=role,
        district_id=district_id,
        office_id=office_id,
        password_hash=hashed_password(one_time),
        security_stamp=secrets.token_hex(8),
        must_change_password=password is None,
    )
    with refused(uq_user_account_email=EmailTaken):
        db.session.add(user)
    if role == Role.NEXT_STEP_ADVISER:
        db.session.add(Adviser(district_id=district_id, user_id=user.id, name=user.name))
    audit.record(by, "created user", user, office_id=office_id, after={"role": role})
    return user, one_time


def _check_place(role: Role, district_id: int | None, office: Office | None) -> None:
    if role in _OFFICE_ROLES and office is None:
        raise BadDetail("office", f"Say which office the {role.replace('_', ' ')} works at.")
    if role in _DISTRICT_ROLES and district_id is None:
        raise BadDetail("district", f"Say which district the {role.replace('_', ' ')} belongs to.")
    if district_id is not None and db.session.get(District, district_id) is None:
        raise NotFound


def _check_reach(district_id: int | None, by: Actor) -> None:
    """A district's administrator keeps that district's accounts, and no others."""
    if by.district_id is not None and district_id != by.district_id:
        raise NotFound


def users_in_reach(by: Actor) -> Sequence[User]:
    """The accounts an administrator keeps, those in use first, by name."""
    by.must("manage users")
    query = select(User).options(joinedload(User.district), joinedload(User.office))
    if by.district_id is not None:
        query = query.where(User.district_id == by.district_id)
    return db.session.scalars(query.order_by(User.active.desc(), User.name, User.id)).all()


def user_in_reach(user_id: int, *, by: Actor) -> User:
    """One account, or NotFound when out of reach."""
    by.must("manage users")
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    _check_reach(user.district_id, by)
    return user


@use_case
def change_password(*, user_id: int, current: str, new: str, by: Actor) -> User:
    """Replace one's own password; every other open sign-in of the account ends."""
    user = db.session.get(User, user_id, with_for_update=True)
    if user is None or by.user_id != user_id:
        raise NotFound
    if not check_password_hash(user.password_hash, current):
        raise BadDetail("current", "That is not your password now.")
    if len(new) < _SHORTEST_PASSWORD:
        raise BadDetail("new", f"Use at least {_SHORTEST_PASSWORD} characters.")
    if new == current:
        raise BadDetail("new", "Choose a password that is not the one you have.")
    user.password_hash = hashed_password(new)
    user.security_stamp = secrets.token_hex(8)
    user.must_change_password = False
    audit.record(by, "changed password", user)
    return user


@use_case
def change_user(
    *,
    user_id: int,
    by: Actor,
    name: str | None = None,
    office_id: int | None = None,
    active: bool | None = None,
    new_one_time_password: bool = False,
) -> tuple[User, str]:
    """Move, rename, suspend or restore an account, or give it a new one-time password.

    The new password is returned, or an empty string.
    """
    by.must("manage users")
    user = db.session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound
    _check_reach(user.district_id, by)
    office = db.session.get(Office, office_id) if office_id is not None else user.office
    _check_place(user.role, user.district_id, office)
    if office is not None and office.district_id != user.district_id:
        raise BadDetail("office", "Choose an office of the district the person works in.")
    before, after = audit.change(
        user,
        name=name or user.name,
        office_id=office.id if office else None,
        active=user.active if active is None else active,
    )
    one_time = secrets.token_urlsafe(9) if new_one_time_password else ""
    if one_time:
        user.password_hash, user.must_change_password = hashed_password(one_time), True
    if one_time or not user.active:
        user.security_stamp = secrets.token_hex(8)
    audit.record(by, "changed user", user, before=before, after=after)
    return user, one_time


def user_of_session(session_id: str) -> User | None:
    """The user behind a sign-in cookie, unless the password changed or the account ended."""
    user_id, _, stamp = session_id.partition(":")
    user = db.session.get(User, int(user_id)) if user_id.isdigit() else None
    return user if user and user.active and user.security_stamp == stamp else None
