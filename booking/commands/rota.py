"""`flask rota`: propose and publish a week's rota, as the pages do."""

from datetime import date, datetime
from pathlib import Path
from time import sleep

import click
from flask.cli import AppGroup

from booking import clock
from booking.commands.refusals import district_of, in_plain_words, stop
from booking.exchange.csv_files import first_of
from booking.exchange.demand_import import read_demand
from booking.models import District, RotaDraft
from booking.rights import THE_SERVICE
from booking.rotas import demand_entries, drafts, publishing, solving
from booking.words import RunState

group = AppGroup("rota", help="The weekly rota.")
_UNDER_WAY = (RunState.ASKED, RunState.RUNNING)
_DISTRICT = click.option("--district", "code", required=True, help="Code of the district.")
_WEEK = click.option(
    "--week",
    required=True,
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="The Monday it starts on, as 2026-12-07.",
)


@group.command("propose")
@_DISTRICT
@_WEEK
@click.option("--name", default="", help="What to call the draft.")
@click.option("--seconds", default=60, show_default=True, help="How long to search at most.")
@in_plain_words
def propose(code: str, week: datetime, name: str, seconds: int) -> None:
    """Find the best rota for the week and keep it as a draft."""
    district = _district(code)
    draft = drafts.propose(
        district_id=district.id, week=week.date(), name=name, seconds=seconds, by=THE_SERVICE
    )
    solving.solve_asked()
    while (run := drafts.reachable(draft.id, THE_SERVICE).run).state in _UNDER_WAY:
        sleep(1)  # a worker was quicker to take it up; if it dies, the run is ours again
        solving.solve_asked()
    if run.state != RunState.SOLVED:
        stop(f"No rota: {run.fault}")
    proof = "proved optimal" if run.bound == run.objective else f"bound {run.bound}"
    click.echo(f"{draft.name}: objective {run.objective}, {proof}, {run.seconds:.1f} seconds.")


@group.command("publish")
@_DISTRICT
@_WEEK
@click.option("--name", help="Which draft; the newest with a rota if not given.")
@in_plain_words
def publish(code: str, week: datetime, name: str | None) -> None:
    """Make the week's sessions from a draft; appointments stay as they are."""
    draft = _draft(_district(code), week.date(), name)
    published = publishing.publish(draft_id=draft.id, version=draft.version, by=THE_SERVICE)
    click.echo(f"Published: {published.name}, week of {published.week}.")


@group.command("import-demand")
@click.argument("file", type=click.Path(path_type=Path))
@_DISTRICT
@click.option("--strict", is_flag=True, help="Bring in everything or nothing.")
@in_plain_words
def import_demand(file: Path, code: str, strict: bool) -> None:
    """Bring in expected bookings: columns office, date, half_day, wanted, reason."""
    district = _district(code)
    given, problems = read_demand(file, district_id=district.id)
    if strict and problems:
        stop(first_of(problems))
    entered = demand_entries.import_demand(given, by=THE_SERVICE)
    for problem in problems:
        click.echo(problem, err=True)
    skipped = f" Rows skipped: {len(problems)}." if problems else ""
    click.echo(f"Numbers entered: {entered}.{skipped}")


def _district(code: str) -> District:
    district = district_of(code)
    assert district is not None
    return district


def _draft(district: District, week: date, name: str | None) -> RotaDraft:
    there = drafts.of_week(district.id, clock.monday_of(week))
    fit = [draft for draft in there if draft.rota is not None and name in (None, draft.name)]
    if not fit:
        stop("There is no such draft with a rota: run `flask rota propose` first.")
    return fit[0]


COMMANDS = (group,)
