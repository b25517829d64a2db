"""The `flask` commands, by subject."""

from flask import Flask

from booking.commands import demo, imports, people, work
from booking.commands.refusals import district_of, in_plain_words, stop

__all__ = ["district_of", "in_plain_words", "init_app", "stop"]


def init_app(app: Flask) -> None:
    for command in (*people.COMMANDS, *imports.COMMANDS, *work.COMMANDS, *demo.COMMANDS):
        app.cli.add_command(command)
