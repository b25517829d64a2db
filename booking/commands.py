"""The `flask` commands: people, tokens, imports, the demo district and the worker."""

import logging
import sys
from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec, TypeVar

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from booking import accounts, tokens, worker
from booking.database import db
from booking.errors import BookingError
from booking.models import District, Office
from booking.rights import THE_SERVICE
from booking.words import Role

P = ParamSpec("P")
R = TypeVar("R")
_ROLES = click.Choice([role.value for role in Role])

user_commands = AppGroup("user", help="Staff accounts.")
token_commands = AppGroup("token", help="API tokens.")


def init_app(app: Flask) -> None:
    for command in (user_commands, token_commands, run_worker):
        app.cli.add_command(command)


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


@user_commands.command("create")
@click.argument("email")
@click.option("--role", type=_ROLES, required=True)
@click.option("--name", default="", help="How colleagues know the person.")
@click.option("--office", "office_code", help="Code of the office the person works at.")
@click.option("--district", "district_code", help="Code of the district the person works in.")
@in_plain_words
def create_user(
    email: str, role: str, name: str, office_code: str | None, district_code: str | None
) -> None:
    """Create a staff account and print its one-time password."""
    office = None
    if office_code is not None:
        office = db.session.scalar(select(Office).where(Office.code == office_code))
        if office is None:
            stop(f"--office: there is no office {office_code}.")
    district = None if role == Role.ADMIN and not district_code else district_of(district_code)
    user, one_time = accounts.create_user(
        email=email,
        name=name,
        role=Role(role),
        district_id=district.id if district else None,
        office_id=office.id if office else None,
        by=THE_SERVICE,
    )
    click.echo(f"Account: {user.email} ({user.role})")
    click.echo(f"One-time password: {one_time}")


@token_commands.command("create")
@click.argument("name")
@click.option("--role", type=_ROLES, required=True)
@click.option("--district", "district_code", help="Code of the district the token is for.")
@in_plain_words
def create_token(name: str, role: str, district_code: str | None) -> None:
    """Create an API token and print its secret, once."""
    district = None if role == Role.ADMIN and not district_code else district_of(district_code)
    _, secret = tokens.create_token(
        name=name, role=Role(role), district_id=district.id if district else None, by=THE_SERVICE
    )
    click.echo(secret)


@token_commands.command("list")
def list_tokens() -> None:
    """Every token, with its role, its district and whether it still works."""
    for token in tokens.all_tokens():
        state = f"revoked {token.revoked_at:%Y-%m-%d}" if token.revoked_at else "live"
        district = token.district.code if token.district else "every district"
        click.echo(f"{token.name}\t{token.role}\t{district}\t{state}")


@token_commands.command("revoke")
@click.argument("name")
@in_plain_words
def revoke_token(name: str) -> None:
    """Stop a token from working."""
    tokens.revoke_token(name=name, by=THE_SERVICE)
    click.echo(f"Revoked: {name}")


@click.command("worker")
@click.option("--once", is_flag=True, help="Drain what is due now, then stop.")
@with_appcontext
def run_worker(once: bool) -> None:
    """Run the background worker."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if once:
        for line in worker.run_once(app):
            click.echo(line)
        return
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    worker.run_forever(app)
