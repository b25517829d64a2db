"""Wrong guesses, counted in the database: at many processes guessing is no quicker than at one."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, func, select

from booking import clock
from booking.database import db, use_case
from booking.models import SignInFailure

_WINDOW = timedelta(minutes=15)


def too_many(limits: Mapping[str, int]) -> bool:
    """Whether somebody, by the hash of `who`, has failed as often as the limit or more."""
    failures = db.session.execute(
        select(SignInFailure.who_hash, func.count())
        .where(SignInFailure.who_hash.in_(list(limits)), SignInFailure.at > clock.now() - _WINDOW)
        .group_by(SignInFailure.who_hash)
    )
    return any(count >= limits[who_hash] for who_hash, count in failures)


@use_case
def count_failure(who_hashes: Sequence[str]) -> None:
    now = clock.now()
    db.session.execute(delete(SignInFailure).where(SignInFailure.at < now - _WINDOW))
    db.session.add_all(SignInFailure(who_hash=each, at=now) for each in who_hashes)


@use_case
def forget_failures(who_hash: str) -> None:
    db.session.execute(delete(SignInFailure).where(SignInFailure.who_hash == who_hash))


def who(kind: str, name: str) -> str:
    """Who guesses, as it is kept: an account or an address under a keyed hash."""
    return hashlib.sha256(f"{current_app.secret_key!r}|{kind}|{name}".encode()).hexdigest()
