"""`flask user` and `flask token`: staff accounts and API tokens."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from booking import accounts, tokens
from booking.commands.refusals import district_of, in_plain_words, stop
from booking.database import db
from booking.models import Office
from booking.rights import THE_SERVICE
from booking.words import Role

_ROLES = click.Choice([role.value for role in Role])

user_commands = AppGroup("user", help="Staff accounts.")
token_commands = AppGroup("token", help="API tokens.")
COMMANDS = (user_commands, token_commands)


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
