"""`flask worker`: the background worker."""

import logging

import click
from flask import current_app
from flask.cli import with_appcontext

from booking import worker


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


COMMANDS = (run_worker,)
