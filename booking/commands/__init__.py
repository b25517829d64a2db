"""The `flask` commands, by subject."""

from flask import Flask

from booking.commands import demo, imports, people, rota, work
from booking.commands.refusals import district_of, in_plain_words, stop

__all__ = ["district_of", "in_plain_words", "init_app", "stop"]


def init_app(app: Flask) -> None:
    for module in (people, imports, rota, work, demo):
        for command in module.COMMANDS:
            app.cli.add_command(command)
