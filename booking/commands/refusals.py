"""How a command ends when it cannot do what it was asked: one sentence, exit code 2."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec, TypeVar

import click
from sqlalchemy import select

from booking.database import db
from booking.errors import BookingError
from booking.models import District

P = ParamSpec("P")
R = TypeVar("R")


def stop(sentence: str) -> NoReturn:
    """End a command with one plain sentence and exit code 2."""
    click.echo(sentence, err=True)
    sys.exit(2)


def in_plain_words(command: Callable[P, R]) -> Callable[P, R]:
    """A refusal ends the command with its sentence, not with a traceback."""

    @wraps(command)
    def plainly(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except BookingError as refusal:
            stop(str(refusal))

    return plainly


def district_of(code: str | None) -> District | None:
    """The district of a code; without one, the only district there is, if there is only one."""
    if code is None:
        districts = db.session.scalars(select(District).limit(2)).all()
        return districts[0] if len(districts) == 1 else None
    district = db.session.scalar(select(District).where(District.code == code))
    if district is None:
        stop(f"--district: there is no district {code}.")
    return district
