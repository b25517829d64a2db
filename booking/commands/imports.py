"""`flask import-…`: files of other systems, brought in whole rows or not at all."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import click
from flask.cli import with_appcontext
from tqdm import tqdm

from booking.commands.refusals import district_of, in_plain_words, stop
from booking.exchange import history_import
from booking.exchange.csv_files import first_of
from booking.exchange.office_import import import_register
from booking.exchange.office_register import read_register
from booking.exchange.referral_import import import_referrals as add_referrals
from booking.exchange.referral_import import read_referrals
from booking.rights import THE_SERVICE

T = TypeVar("T")
_FILE = click.Path(path_type=Path)
_NAMED = 5
_STRICT = click.option("--strict", is_flag=True, help="Bring in everything or nothing.")


@click.command("import-offices")
@click.argument("file", type=_FILE)
@click.option("--district", "district_code", help="Only the offices of the district of this code.")
@_STRICT
@with_appcontext
@in_plain_words
def import_offices(file: Path, district_code: str | None, strict: bool) -> None:
    """Bring in the official Jobcentre register; what it says already is left alone."""
    register = read_register(file, district_code=district_code)
    done = import_register(register, strict=strict, watch=_progress, by=THE_SERVICE)
    _tell(done.problems)
    skipped = f" Rows skipped: {len(done.problems)}." if done.problems else ""
    if done.added or done.changed:
        click.echo(
            f"Offices added: {done.added}. Changed: {done.changed}. "
            f"As they were: {done.unchanged}.{skipped}"
        )
        if done.added:
            click.echo("New offices open 09:00 to 17:00 on weekdays until you change it.")
    else:
        click.echo(f"Nothing to change: {done.unchanged} offices are up to date.{skipped}")


@click.command("import-referrals")
@click.argument("file", type=_FILE)
@click.option("--district", "district_code", required=True, help="Code of the district.")
@_STRICT
@with_appcontext
@in_plain_words
def import_referrals(file: Path, district_code: str, strict: bool) -> None:
    """Bring in referrals of another system; one whose reference is here already is left alone."""
    district = district_of(district_code)
    if district is None:
        stop("--district: say which district.")
    sent, problems = read_referrals(file, district_id=district.id)
    if strict and problems:
        stop(first_of(problems))
    added = add_referrals(sent, district_id=district.id, watch=_progress, by=THE_SERVICE)
    _tell(problems)
    skipped = f" Rows skipped: {len(problems)}." if problems else ""
    click.echo(f"Referrals added: {added}. Here already: {len(sent) - added}.{skipped}")


@click.command("import-history")
@click.argument("file", type=_FILE)
@_STRICT
@with_appcontext
@in_plain_words
def import_history(file: Path, strict: bool) -> None:
    """Bring in attendance history; what is here already is not counted twice."""
    rows, problems = history_import.read_history(file)
    if strict and problems:
        stop(first_of(problems))
    done = history_import.import_history(rows, watch=_progress, by=THE_SERVICE)
    _tell(problems)
    skipped = f" Rows skipped: {len(problems)}." if problems else ""
    click.echo(
        f"Past appointments added: {done.added}. Changed: {done.changed}. "
        f"Here already: {done.unchanged}.{skipped}"
    )
    if done.unknown_offices:
        named = ", ".join(done.unknown_offices[:_NAMED])
        more = len(done.unknown_offices) - _NAMED
        others = f" and {more} more" if more > 0 else ""
        click.echo(f"No office here has the code {named}{others}: the forecast learns from them.")


def _tell(problems: Sequence[str]) -> None:
    for problem in problems:
        click.echo(problem, err=True)


def _progress(rows: Sequence[T]) -> Iterable[T]:
    """The rows, with a bar on a terminal and none in a pipe."""
    return tqdm(rows, disable=None, leave=False, unit=" rows")


COMMANDS = (import_offices, import_referrals, import_history)
