"""Ids from outside: a number that no table can hold names nothing."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1


class IdConverter(IntegerConverter):
    """`<int:…>` in an address; a larger number is a page that is not there."""

    def __init__(self, url_map: Map, **facts: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST, **facts})


def an_id(typed: str) -> int:
    """An id in a form or a query; ValueError when it cannot be one."""
    number = int(typed)
    if not 0 < number <= LARGEST:
        raise ValueError(f"{number} is no id.")
    return number


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = IdConverter
