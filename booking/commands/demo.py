"""`flask demo`: an invented district to look round in, and who to sign in as."""

import sys

import click
from flask.cli import AppGroup, with_appcontext

from booking import demo
from booking.commands.refusals import in_plain_words

group = AppGroup("demo", help="The demo district: everything in it is invented.")


@group.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing when the database holds anything.")
@with_appcontext
@in_plain_words
def load(if_empty: bool) -> None:
    """Make up the demo district in an empty database."""
    if if_empty and not demo.is_empty():
        return
    try:
        loaded = demo.load(watch=_progress)
    except demo.DemoIsThere as there:
        click.echo(str(there))
        return
    finally:
        _progress("")
    click.echo(
        f"The demo district is ready: {loaded.offices} offices, {loaded.sessions} sessions, "
        f"{loaded.appointments} appointments."
    )


@group.command("sign-ins")
@click.option("--port", default=5000, show_default=True, help="Where the service listens.")
@with_appcontext
@in_plain_words
def sign_ins(port: int) -> None:
    """Print where the demo is and one sign-in for each role."""
    accounts = demo.sign_ins()
    if not accounts:
        return
    address = f"http://127.0.0.1:{port}"
    click.echo(f"Local Diaries, with an invented district: {address}")
    click.echo(f"Sign in with the password {demo.PASSWORD} as")
    for role, user in accounts:
        at = f", {user.office.name}" if user.office else ""
        click.echo(f"  {user.email:<36}{role.replace('_', ' ')}: {user.name}{at}")
    click.echo(
        f"No text leaves this machine: read them as lead or administrator at {address}/messages"
    )


def _progress(step: str) -> None:
    """One line on a terminal, overwritten by each step; nothing in a pipe."""
    if sys.stderr.isatty():
        line = f"Making up {step} ..." if step else ""
        click.echo(f"\r{line:<60}\r", nl=False, err=True)


COMMANDS = (group,)
